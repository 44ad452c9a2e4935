//! `GET /plans`: what tenants can be on, side by side. They are read here; `tenantry plan change` changes them.

use std::collections::BTreeSet;

use actix_web::HttpResponse;
use askama::Template;
use domain::staff::ReadTenants;
use services::tenants::{Plan, RESOURCES};

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
    let (plans, shell) = platform
        .page(StaffPlace::Plans, |tx| Ok(tx.plans()?))
        .await?;
    let rows = rows(&plans, &shell.format);
    answer::page(&Page { plans, rows, shell })
}

fn rows(plans: &[Plan], format: &Format) -> Vec<Row> {
    let row = |label: &str, cell: &dyn Fn(&Plan) -> String| Row {
        label: label.to_owned(),
        cells: plans.iter().map(cell).collect(),
    };
    let mut rows = vec![
        row("A month", &|plan| match plan.terms.price_cents {
            Some(0) => "Free".to_owned(),
            Some(cents) => price(cents, &plan.terms.currency, format),
            None => "By agreement".to_owned(),
        }),
        row("Trial", &|plan| match plan.terms.trial_days {
            0 => "no".to_owned(),
            days => format!("{days} days"),
        }),
        row("Tenants may choose it", &|plan| yes_no(plan.offered)),
    ];
    for resource in RESOURCES {
        let label = sentence(resource);
        rows.push(row(&label, &|plan| {
            let limit = plan.terms.limits.get(resource);
            limit.map_or_else(|| "No limit".to_owned(), |limit| format.count(*limit))
        }));
    }
    let features: BTreeSet<&str> = plans
        .iter()
        .flat_map(|plan| plan.terms.features.iter().map(|(name, _)| name))
        .collect();
    for feature in features {
        rows.push(row(&sentence(feature), &|plan| {
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

/// Hundredths as an amount; a whole amount without its zeros.
fn price(cents: i64, currency: &str, format: &Format) -> String {
    match cents % 100 {
        0 => format!("{} {currency}", format.count(cents / 100)),
        part => format!("{}.{part:02} {currency}", format.count(cents / 100)),
    }
}

fn yes_no(on: bool) -> String {
    if on { "yes" } else { "no" }.to_owned()
}

/// `storage_gb` as people say it.
fn sentence(key: &str) -> String {
    let words = key.replace("_gb", " (GB)").replace('_', " ");
    let words = words.replace("api", "API").replace("gdpr", "GDPR");
    let mut letters = words.chars();
    let first = letters.next().map(|letter| letter.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}
