//! `GET /plans/{plan}`: a plan's terms, its versions with what changed from one to the next, and who is on which.

use actix_web::HttpResponse;
use actix_web::web::Path;
use askama::Template;
use domain::staff::{ReadTenants, StaffPermission};
use domain::{Rate, Resource, plan};
use services::tenants::Plan;
use services::tenants::plan_differences::{self, Difference};
use services::tenants::plans::{self, Whole};

use super::{label, most, page_of};
use crate::platform::Platform;
use crate::problem::Problem;
use crate::web::answer;
use crate::web::format::{Format, plural};
use crate::web::platform::shell::{StaffPlace, StaffShell};

#[derive(Template)]
#[template(path = "platform/plans/one.html")]
struct Page {
    plan: Plan,
    base: String,
    facts: Vec<(&'static str, String)>,
    limits: Vec<Limit>,
    features: Vec<(String, bool)>,
    versions: Vec<Version>,
    /// What the button says that moves tenants; empty where there is none to move.
    moves: String,
    manages: bool,
    shell: StaffShell,
}

struct Limit {
    label: String,
    most: String,
    more: String,
}

struct Version {
    number: i32,
    current: bool,
    made: String,
    full: String,
    machine: String,
    by: String,
    tenants: String,
    changes: Vec<String>,
    note: String,
}

/// `GET /plans/{plan}`
///
/// # Errors
/// 404, not signed in, or no database.
pub async fn page(
    platform: Platform<ReadTenants>,
    key: Path<String>,
) -> Result<HttpResponse, Problem> {
    let key = key.into_inner();
    let work = move |tx: &mut services::StaffTx<'_, ReadTenants>| {
        Ok((plans::whole(tx, &key)?, tx.resources()?))
    };
    let ((whole, known), shell) = platform.page(StaffPlace::Plans, work).await?;
    let format = &shell.format;
    let terms = &whole.plan.terms;
    let behind = whole.behind();
    let moves = format!(
        "Move {} {} to version {}",
        format.count(behind),
        plural(behind, "tenant", "tenants"),
        whole.plan.version
    );
    let page = Page {
        base: page_of(&whole.plan.key),
        facts: facts(&whole.plan, format),
        limits: limits(&whole.plan, &known, format),
        features: terms
            .features
            .iter()
            .map(|(key, on)| (plan::title(key), on))
            .collect(),
        versions: versions(&whole, format),
        moves: if behind > 0 { moves } else { String::new() },
        manages: shell.may(StaffPermission::ManageTenants),
        shell: shell.titled(terms.name.clone()),
        plan: whole.plan,
    };
    answer::page(&page)
}

fn facts(plan: &Plan, format: &Format) -> Vec<(&'static str, String)> {
    let standing = match (plan.retired_at, plan.offered) {
        (Some(at), _) => format!("Nobody any more, since {}", format.date(at)),
        (None, true) => "Tenants by themselves, and the platform".to_owned(),
        (None, false) => "The platform alone".to_owned(),
    };
    let price = match plan.terms.price_cents {
        None => "By agreement".to_owned(),
        Some(0) => "Free".to_owned(),
        Some(_) => plan_differences::a_month(&plan.terms, format.locale()),
    };
    let often = Rate::ALL.iter().map(|rate| {
        let most = plan_differences::often(*rate, &plan.terms, format.locale());
        (rate.words(), most)
    });
    [
        ("Key", plan.key.clone()),
        ("A month", price),
        ("Trial", plan_differences::trial(&plan.terms)),
        ("Chosen by", standing),
    ]
    .into_iter()
    .chain(often)
    .collect()
}

fn limits(plan: &Plan, known: &[Resource], format: &Format) -> Vec<Limit> {
    let terms = &plan.terms;
    let limit = |resource: &Resource| Limit {
        label: label(resource),
        most: plan_differences::limit(most(plan, resource), format.locale()),
        more: terms.extras.get(resource.key.as_str()).map_or_else(
            || "–".to_owned(),
            |extra| plan_differences::more(*extra, terms, format.locale()),
        ),
    };
    known.iter().map(limit).collect()
}

fn versions(whole: &Whole, format: &Format) -> Vec<Version> {
    let version = |version: &Plan| {
        let before = whole.before(version.version);
        let changes = before.map(|before| {
            let all = plan_differences::between(&before.terms, &version.terms, format.locale());
            all.iter().map(Difference::line).collect()
        });
        Version {
            number: version.version,
            current: version.version == version.current,
            made: format.date(version.made_at),
            full: format.utc(version.made_at),
            machine: format.machine(version.made_at),
            by: version.made_by.clone(),
            tenants: format.count(whole.tenants(version.version)),
            changes: changes.unwrap_or_default(),
            note: version.note.clone().unwrap_or_default(),
        }
    };
    whole.versions.iter().map(version).collect()
}
