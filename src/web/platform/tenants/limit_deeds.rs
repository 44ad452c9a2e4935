//! The sheet that gives a tenant a limit of its own, and taking one away.

use actix_web::HttpResponse;
use actix_web::web::Path;
use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use domain::staff::ManageTenants;
use domain::{FieldErrors, plan};
use serde::Deserialize;
use services::tenants::own_limits::{self, OwnLimit, Wish};
use services::tenants::{Found, TenantRecord};
use services::{StaffTx, StoreError, VerbError};

use super::ask::{Ask, Input, InputKind};
use super::deeds::carry_out;
use super::limits::read;
use super::steps::Nothing;
use crate::platform::Platform;
use crate::problem::Problem;
use crate::web::forms::Form;
use crate::web::platform::shell::StaffShell;
use crate::web::shell::Toast;

/// The form of a limit.
#[derive(Debug, Deserialize)]
pub struct Typed {
    #[serde(default)]
    limit: String,
    #[serde(default)]
    reason: String,
    #[serde(default)]
    ends_on: String,
}

/// `GET /tenants/{id}/limits/{resource}`
///
/// # Errors
/// 404, not allowed, or no database.
pub async fn ask(
    platform: Platform<ManageTenants>,
    path: Path<(String, String)>,
) -> Result<HttpResponse, Problem> {
    let (name, resource) = path.into_inner();
    let ((found, limits), shell) = read(&platform, &name).await?;
    let limit = of(limits, &resource)?;
    let terms = limit.terms.as_ref();
    let ends_at = terms.and_then(|terms| terms.ends_at);
    let typed = Typed {
        limit: limit.own.map_or_else(String::new, |own| own.to_string()),
        reason: terms.map_or_else(String::new, |terms| terms.reason.clone()),
        ends_on: ends_at.map_or_else(String::new, |end| end.format("%Y-%m-%d").to_string()),
    };
    sheet(shell, &found, &limit, typed).answer()
}

/// `POST /tenants/{id}/limits/{resource}`
///
/// # Errors
/// 404, not allowed, what is wrong with the answers, or no database.
pub async fn give(
    platform: Platform<ManageTenants>,
    path: Path<(String, String)>,
    form: Form<Typed>,
) -> Result<HttpResponse, Problem> {
    let (name, resource) = path.into_inner();
    let Form { typed, mut errors } = form;
    let limit = typed.limit.trim().parse::<i64>();
    let limit = errors.check("limit", limit.map_err(|_| "Type a whole number."));
    let ends_at = errors.check("ends_on", day(&typed.ends_on));
    if let (Some(limit), Some(ends_at), true) = (limit, ends_at, errors.is_empty()) {
        let (what, reason) = (resource.clone(), typed.reason.clone());
        let deed = move |tx: &mut StaffTx<'_, ManageTenants>, tenant| {
            let wish = Wish {
                limit,
                reason: reason.clone(),
                ends_at,
            };
            own_limits::give(tx, tenant, &what, &wish)
        };
        let said = |record: &TenantRecord| {
            Toast::done(format!("{} has a limit of its own", record.name))
                .text("It holds within a moment.")
        };
        match carry_out(&platform, &name, deed, said).await? {
            Ok(done) => return Ok(done),
            Err(wrong) => errors = on_the_sheet(&wrong),
        }
    }
    let ((found, limits), shell) = read(&platform, &name).await?;
    let limit = of(limits, &resource)?;
    let sheet = Ask {
        errors,
        ..sheet(shell, &found, &limit, typed)
    };
    sheet.answer()
}

/// `POST /tenants/{id}/limits/{resource}/end`
///
/// # Errors
/// 404, 409 where it has none, not allowed, or no database.
pub async fn take(
    platform: Platform<ManageTenants>,
    path: Path<(String, String)>,
    _: Form<Nothing>,
) -> Result<HttpResponse, Problem> {
    let (name, resource) = path.into_inner();
    let deed =
        move |tx: &mut StaffTx<'_, ManageTenants>, tenant| own_limits::take(tx, tenant, &resource);
    let said = |record: &TenantRecord| {
        Toast::done(format!("The plan's limit holds again for {}", record.name))
    };
    carry_out(&platform, &name, deed, said)
        .await?
        .map_err(|errors| platform.problem(VerbError::Invalid(errors)))
}

/// The one that the path names; a resource that is none is nowhere.
fn of(limits: Vec<OwnLimit>, resource: &str) -> Result<OwnLimit, Problem> {
    let mut limits = limits.into_iter();
    let found = limits.find(|limit| limit.resource == resource);
    Ok(found.ok_or(StoreError::NotFound)?)
}

/// The beginning of a day, in universal time; nothing typed is no end.
fn day(typed: &str) -> Result<Option<DateTime<Utc>>, &'static str> {
    if typed.trim().is_empty() {
        return Ok(None);
    }
    let day: Result<NaiveDate, _> = typed.trim().parse();
    let day = day.map_err(|_| "Write a day like 2027-03-01.")?;
    Ok(Some(day.and_time(NaiveTime::MIN).and_utc()))
}

/// The verb's errors by the names of the sheet's fields.
fn on_the_sheet(wrong: &FieldErrors) -> FieldErrors {
    let mut errors = FieldErrors::new();
    for (field, sentence) in wrong.iter() {
        let field = match field {
            "ends_at" => "ends_on",
            other => other,
        };
        errors.add(field.to_owned(), sentence);
    }
    errors
}

fn sheet(shell: StaffShell, found: &Found, limit: &OwnLimit, typed: Typed) -> Ask {
    let base = format!("/tenants/{}", found.record.id);
    let label = plan::title(&limit.resource);
    let of_plan = limit.of_plan.map_or_else(
        || "The plan has no limit.".to_owned(),
        |most| format!("The plan's limit is {}.", shell.format.count(most)),
    );
    let ask = Ask::new(
        shell,
        format!("{label}: a limit of {}'s own", found.record.name),
        format!("{base}/limits/{}", limit.resource),
        "Give this limit",
    );
    Ask {
        hint: of_plan,
        icon: "gauge",
        back: format!("{base}/limits"),
        inputs: vec![
            Input::new("limit", "Limit", typed.limit, InputKind::Number).longest(13),
            Input::new("reason", "Reason", typed.reason, InputKind::Line)
                .hint("For whoever wonders later.")
                .longest(200),
            Input::new("ends_on", "Ends on", typed.ends_on, InputKind::Line)
                .hint("Like 2027-03-01: from then on the plan's limit holds again, and the tenant is told a week before. Empty means it stays.")
                .optional()
                .longest(10),
        ],
        ..ask
    }
}
