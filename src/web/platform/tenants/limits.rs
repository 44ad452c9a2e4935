//! Limits of a tenant's own, beside its plan's: the list. Giving one and taking one away is in `limit_deeds`.

use actix_web::HttpResponse;
use actix_web::web::Path;
use askama::Template;
use domain::staff::{ReadTenants, StaffPermission};
use domain::{ScalingState, StaffAccess, plan};
use services::StaffTx;
use services::scalings::{self, Scaling};
use services::tenants::own_limits::{self, OwnLimit};
use services::tenants::{self, Found};

use crate::platform::Platform;
use crate::problem::Problem;
use crate::web::answer;
use crate::web::platform::shell::{StaffPlace, StaffShell};
use crate::web::scalings::Card;

#[derive(Template)]
#[template(path = "platform/tenants/limits.html")]
struct Page {
    base: String,
    rows: Vec<Row>,
    asked: Card,
    /// Taking it back is the tenant's own.
    may_choose: bool,
    /// The address of the open asking, where it waits for a decision; empty otherwise.
    decides: String,
    manages: bool,
    shell: StaffShell,
}

struct Row {
    key: String,
    label: String,
    of_plan: String,
    /// Empty where it has none.
    own: String,
    reason: String,
    until: String,
    by: String,
}

/// `GET /tenants/{id}/limits`
///
/// # Errors
/// 404, not allowed, or no database.
pub async fn page(
    platform: Platform<ReadTenants>,
    name: Path<String>,
) -> Result<HttpResponse, Problem> {
    let name = name.into_inner();
    let work = move |tx: &mut StaffTx<'_, ReadTenants>| {
        let tenant = tx.named_tenant(&name)?;
        let limits = own_limits::of(tx, tenant)?;
        Ok((
            tenants::find(tx, tenant)?,
            limits,
            scalings::of(tx, tenant)?,
        ))
    };
    let ((found, limits, asked), shell) = platform.page(StaffPlace::Tenants, work).await?;
    let number = |number: Option<i64>| number.map(|number| shell.format.count(number));
    let row = |limit: OwnLimit| {
        let terms = limit.terms;
        let ends_at = terms.as_ref().and_then(|terms| terms.ends_at);
        Row {
            label: plan::title(&limit.resource),
            key: limit.resource,
            of_plan: number(limit.of_plan).unwrap_or_else(|| "No limit".to_owned()),
            own: number(limit.own).unwrap_or_default(),
            until: ends_at.map_or_else(String::new, |end| shell.format.date_time(end)),
            by: terms
                .as_ref()
                .map_or_else(String::new, |terms| terms.set_by.clone()),
            reason: terms.map_or_else(String::new, |terms| terms.reason),
        }
    };
    let base = format!("/tenants/{}", found.record.id);
    let here = format!("{base}/limits");
    let waits = asked.iter().find(|one| one.state == ScalingState::Asked);
    let decides = |one: &Scaling| format!("{base}/scalings/{}", one.id);
    let page = Page {
        decides: waits.map(decides).unwrap_or_default(),
        asked: Card::of(&asked, &shell.format, here),
        may_choose: false,
        rows: limits.into_iter().map(row).collect(),
        manages: shell.may(StaffPermission::ManageTenants),
        base,
        shell: shell.titled(format!("Limits of {}", found.record.name)),
    };
    answer::page(&page)
}

/// The tenant with all of its limits.
pub(super) async fn read<P: StaffAccess>(
    platform: &Platform<P>,
    name: &str,
) -> Result<((Found, Vec<OwnLimit>), StaffShell), Problem> {
    let name = name.to_owned();
    let work = move |tx: &mut StaffTx<'_, P>| {
        let tenant = tx.named_tenant(&name)?;
        Ok((tenants::find(tx, tenant)?, own_limits::of(tx, tenant)?))
    };
    platform.page(StaffPlace::Tenants, work).await
}
