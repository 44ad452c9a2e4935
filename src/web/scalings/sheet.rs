//! The sheet that asks for more: what is limited, what is typed, and what that would cost.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;
use domain::permission::ManageSettings;
use domain::{FieldErrors, ScalingStrategy};
use services::limits::Stand;
use services::scalings::{self, Insider, Priced, Wish};
use services::{Request, Store, VerbError};

use super::typed::{Row, Typed, seen};
use super::{beyond, insider};
use crate::problem::Problem;
use crate::tenant::Tenant;
use crate::web::answer;
use crate::web::choice::Choice;
use crate::web::shell::Shell;

#[derive(Template)]
#[template(path = "scalings/form.html")]
struct Sheet {
    rows: Vec<Row>,
    strategies: Vec<Choice>,
    typed: Typed,
    /// What it would cost, in a sentence; empty where nothing is typed yet.
    price: String,
    /// Each limit with what it is and would be.
    lines: Vec<String>,
    errors: FieldErrors,
    shell: Shell,
}

/// The sheet, with the price where enough is typed.
pub(super) async fn show(
    tenant: &Tenant<ManageSettings>,
    mut typed: Typed,
    mut errors: FieldErrors,
    status: StatusCode,
) -> Result<HttpResponse, Problem> {
    let mut wrong = FieldErrors::new();
    let wish = typed.wish(&mut wrong);
    if errors.is_empty() {
        errors = wrong;
    }
    let wish = wish.filter(|wish| !wish.target.is_empty());
    let (insider, shell) = insider(tenant).await?;
    let (of, asked) = (insider.clone(), wish.clone());
    let priced = beyond(tenant, move |store, request| match &asked {
        Some(wish) => price_of(&of, store, request, wish),
        None => Ok(Ok(None)),
    });
    let priced = match priced.await.map_err(|error| tenant.problem(error))? {
        Ok(priced) => priced,
        Err(beside) => {
            if errors.is_empty() {
                errors = beside;
            }
            None
        }
    };
    let locale = shell.format.locale();
    let billing = priced.as_ref().map(|priced| &priced.billing);
    let price = billing.map_or_else(String::new, |billing| scalings::bill(billing, locale));
    typed.seen = billing.map(seen).unwrap_or_default();
    let line = |(resource, to): (&String, &i64)| {
        let from = priced.as_ref().and_then(|priced| priced.from.get(resource));
        scalings::line(resource, from.copied(), *to, locale)
    };
    let target = priced.as_ref().map(|priced| priced.target.iter());
    let page = Sheet {
        rows: rows(insider.stands(), &typed, &errors, &shell),
        strategies: vec![
            Choice::new(ScalingStrategy::Immediate.as_str(), "At once"),
            Choice::new(
                ScalingStrategy::NextBillingDate.as_str(),
                "From the first of the next month on",
            ),
        ],
        lines: target.into_iter().flatten().map(line).collect(),
        price,
        typed,
        errors,
        shell: shell.titled("Ask for more"),
    };
    answer::with_status(status, &page)
}

/// The price, or what is wrong with what is asked for.
fn price_of(
    insider: &Insider,
    store: &Store,
    request: &Request,
    wish: &Wish,
) -> Result<Result<Option<Priced>, FieldErrors>, VerbError> {
    match insider.price(store, request, wish) {
        Ok(priced) => Ok(Ok(Some(priced))),
        Err(VerbError::Invalid(errors)) => Ok(Err(errors)),
        Err(error) => Err(error),
    }
}

/// What is limited, with what is typed of it.
fn rows(stands: &[Stand], typed: &Typed, errors: &FieldErrors, shell: &Shell) -> Vec<Row> {
    let limited = stands.iter().filter(|stand| stand.limit.is_some());
    limited
        .map(|stand| Row::of(stand, typed, errors, &shell.format))
        .collect()
}
