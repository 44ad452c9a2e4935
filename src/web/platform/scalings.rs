//! What tenants ask for beyond what they have: those that wait for a decision. Saying yes is in `decide`, no in `refuse`.

pub mod decide;
pub mod refuse;

use std::collections::BTreeMap;

use actix_web::HttpResponse;
use askama::Template;
use domain::TenantId;
use domain::staff::{ReadTenants, StaffPermission};
use services::StaffTx;
use services::scalings::{self, Scaling};

use crate::platform::Platform;
use crate::problem::Problem;
use crate::web::answer;
use crate::web::platform::shell::{StaffPlace, StaffShell};

#[derive(Template)]
#[template(path = "platform/scalings/list.html")]
struct Page {
    rows: Vec<Row>,
    manages: bool,
    shell: StaffShell,
}

/// One asking, with whose it is.
struct Row {
    base: String,
    tenant: String,
    href: String,
    asked: String,
    lines: Vec<String>,
    price: String,
    when: &'static str,
    note: String,
}

/// `GET /requests`
///
/// # Errors
/// Not signed in, or no database.
pub async fn page(platform: Platform<ReadTenants>) -> Result<HttpResponse, Problem> {
    let work = |tx: &mut StaffTx<'_, ReadTenants>| {
        let waiting = scalings::undecided(tx)?;
        let mut names = BTreeMap::new();
        for scaling in &waiting {
            let record = tx.tenant_record(scaling.tenant)?;
            names.insert(scaling.tenant, record.name);
        }
        Ok((waiting, names))
    };
    let ((waiting, names), shell) = platform.page(StaffPlace::Requests, work).await?;
    let count = i64::try_from(waiting.len()).unwrap_or(i64::MAX);
    let shell = shell.count(StaffPlace::Requests, count);
    let rows = waiting.iter().map(|one| row(one, &names, &shell));
    answer::page(&Page {
        rows: rows.collect(),
        manages: shell.may(StaffPermission::ManageTenants),
        shell,
    })
}

fn row(of: &Scaling, names: &BTreeMap<TenantId, String>, shell: &StaffShell) -> Row {
    let locale = shell.format.locale();
    let line = |(resource, to): (&String, &i64)| {
        scalings::line(resource, of.from.get(resource).copied(), *to, locale)
    };
    let asked = shell.format.date_time(of.asked_at);
    Row {
        base: base(of),
        tenant: names.get(&of.tenant).cloned().unwrap_or_default(),
        href: format!("/tenants/{}", of.tenant),
        asked: format!("{}, {asked}", of.asked_by.name),
        lines: of.target.iter().map(line).collect(),
        price: scalings::bill(&of.billing, locale),
        when: when(of.strategy),
        note: of.note.clone().unwrap_or_default(),
    }
}

/// The asking's own address.
fn base(of: &Scaling) -> String {
    format!("/tenants/{}/scalings/{}", of.tenant, of.id)
}

/// From when on it is to hold.
fn when(strategy: domain::ScalingStrategy) -> &'static str {
    match strategy {
        domain::ScalingStrategy::Immediate => "At once",
        domain::ScalingStrategy::NextBillingDate => "From the first of the next month on",
    }
}
