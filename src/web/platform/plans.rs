//! `GET /plans`: what tenants can be on, side by side.

pub mod form;
pub mod moving;
pub mod one;
pub mod retirement;
mod typed;
mod wish;

use std::collections::BTreeSet;

use actix_web::HttpResponse;
use askama::Template;
use domain::Resource;
use domain::plan::title;
use domain::staff::{ReadTenants, StaffPermission};
use services::StaffTx;
use services::tenants::plan_differences;
use services::tenants::{OnVersion, Plan};

use crate::platform::Platform;
use crate::problem::Problem;
use crate::web::answer;
use crate::web::format::Format;
use crate::web::platform::shell::{StaffPlace, StaffShell};

#[derive(Template)]
#[template(path = "platform/plans.html")]
struct Page {
    plans: Vec<Plan>,
    rows: Vec<Row>,
    manages: bool,
    shell: StaffShell,
}

struct Row {
    label: String,
    cells: Vec<String>,
}

/// `GET /plans`
///
/// # Errors
/// Not signed in, or no database.
pub async fn page(platform: Platform<ReadTenants>) -> Result<HttpResponse, Problem> {
    let work = |tx: &mut StaffTx<'_, ReadTenants>| {
        Ok((tx.plans()?, tx.tenants_by_version()?, tx.resources()?))
    };
    let ((plans, on, known), shell) = platform.page(StaffPlace::Plans, work).await?;
    answer::page(&Page {
        rows: rows(&plans, &on, &known, &shell.format),
        manages: shell.may(StaffPermission::ManageTenants),
        plans,
        shell,
    })
}

/// How many tenants are on a plan, and how many of them on an older version.
fn tenants(plan: &Plan, on: &[OnVersion], format: &Format) -> String {
    let on = || on.iter().filter(|row| row.plan == plan.key);
    let all: i64 = on().map(|row| row.tenants).sum();
    let behind = on().filter(|row| row.version < plan.version);
    match behind.map(|row| row.tenants).sum::<i64>() {
        0 => format.count(all),
        older => format!(
            "{}, {} on an older version",
            format.count(all),
            format.count(older)
        ),
    }
}

/// The page of a plan.
fn page_of(key: &str) -> String {
    format!("/plans/{key}")
}

/// What a resource is called here: what a vendor registered by its name, with its unit.
fn label(resource: &Resource) -> String {
    match resource.built_in {
        true => title(resource.key.as_str()),
        false => format!("{} ({})", resource.name, resource.unit),
    }
}

/// How much of it a plan gives: where it says nothing, what the resource says.
fn most(plan: &Plan, resource: &Resource) -> Option<i64> {
    let own = plan.terms.limits.get(resource.key.as_str()).copied();
    own.or(resource.default_limit)
}

fn rows(plans: &[Plan], on: &[OnVersion], known: &[Resource], format: &Format) -> Vec<Row> {
    let row = |label: &str, cell: &dyn Fn(&Plan) -> String| Row {
        label: label.to_owned(),
        cells: plans.iter().map(cell).collect(),
    };
    let mut rows = vec![
        row("A month", &|plan| match plan.terms.price_cents {
            Some(0) => "Free".to_owned(),
            Some(_) => plan_differences::a_month(&plan.terms, format.locale()),
            None => "By agreement".to_owned(),
        }),
        row("Trial", &|plan| match plan.terms.trial_days {
            0 => "no".to_owned(),
            days => format!("{days} days"),
        }),
        row("Tenants may choose it", &|plan| yes_no(plan.offered)),
        row("Tenants", &|plan| tenants(plan, on, format)),
        row("Version", &|plan| {
            let since = format.date(plan.made_at);
            format!("{}, of {since}", plan.version)
        }),
    ];
    for resource in known {
        rows.push(row(&label(resource), &|plan| {
            let limit = most(plan, resource);
            limit.map_or_else(|| "No limit".to_owned(), |limit| format.count(limit))
        }));
    }
    let features: BTreeSet<&str> = plans
        .iter()
        .flat_map(|plan| plan.terms.features.iter().map(|(name, _)| name))
        .collect();
    for feature in features {
        rows.push(row(&title(feature), &|plan| {
            let on = plan
                .terms
                .features
                .iter()
                .find(|(name, _)| *name == feature);
            yes_no(on.is_some_and(|(_, on)| on))
        }));
    }
    rows
}

fn yes_no(on: bool) -> String {
    if on { "yes" } else { "no" }.to_owned()
}
