//! Asking for more: the sheet with what there is and what it would cost, asking, and taking it back. What was asked for is
//! shown by `card`.

mod card;
mod typed;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Path;
use askama::Template;
use domain::permission::ManageSettings;
use domain::{FieldErrors, ScalingStrategy, TimeZone};
use services::limits::Stand;
use services::scalings::{self, Insider, Priced, Scaling, Wish};
use services::{Request, Store, StoreError, VerbError};

use crate::flash;
use crate::problem::Problem;
use crate::tenant::Tenant;
use crate::web::answer;
use crate::web::choice::Choice;
use crate::web::forms::Form;
use crate::web::shell::{Place, Shell, Toast};
use crate::web::users::deeds::Nothing;
pub(in crate::web) use card::Card;
pub use typed::Typed;
use typed::{Row, seen};

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

/// `GET /scalings/new`
///
/// # Errors
/// Not allowed, or no database.
pub async fn form(tenant: Tenant<ManageSettings>) -> Result<HttpResponse, Problem> {
    show(
        &tenant,
        Typed::default(),
        FieldErrors::new(),
        StatusCode::OK,
    )
    .await
}

/// `POST /scalings/price`: the same sheet with what it would cost.
///
/// # Errors
/// Not allowed, or no database.
pub async fn price(
    tenant: Tenant<ManageSettings>,
    form: Form<Typed>,
) -> Result<HttpResponse, Problem> {
    show(&tenant, form.typed, form.errors, StatusCode::OK).await
}

/// `POST /scalings`: asks, once the price was shown that holds now.
///
/// # Errors
/// Not allowed, what is wrong with the answers, or no database.
pub async fn ask(
    tenant: Tenant<ManageSettings>,
    form: Form<Typed>,
) -> Result<HttpResponse, Problem> {
    let Form { typed, mut errors } = form;
    let wish = typed.wish(&mut errors);
    let Some(wish) = wish.filter(|_| errors.is_empty()) else {
        return show(&tenant, typed, errors, StatusCode::UNPROCESSABLE_ENTITY).await;
    };
    let shown = typed.seen.clone();
    let asked = by_itself(&tenant, move |insider, store, request| {
        let priced = insider.price(store, request, &wish)?;
        if seen(&priced.billing) != shown {
            return Ok(None);
        }
        insider.ask(store, request, &wish).map(Some)
    });
    let (errors, status) = match asked.await {
        Ok(Some(_)) => {
            let said = Toast::done("You have asked for more");
            let said = said.text("Whoever runs this portal decides, and you get a letter.");
            flash::leave(tenant.http(), said);
            return Ok(answer::see_other("/usage"));
        }
        Ok(None) => {
            let words = "This is what it costs. Look at it, then ask.";
            (FieldErrors::one("", words), StatusCode::CONFLICT)
        }
        Err(VerbError::Invalid(errors)) => (errors, StatusCode::UNPROCESSABLE_ENTITY),
        Err(VerbError::Conflict(words)) => (FieldErrors::one("", words), StatusCode::CONFLICT),
        Err(error) => return Err(tenant.problem(error)),
    };
    show(&tenant, typed, errors, status).await
}

/// `POST /scalings/{id}/withdrawal`
///
/// # Errors
/// Not allowed, 404, 409 where it is too late, or no database.
pub async fn withdraw(
    tenant: Tenant<ManageSettings>,
    id: Path<String>,
    _: Form<Nothing>,
) -> Result<HttpResponse, Problem> {
    let id = id.parse().map_err(|_| StoreError::NotFound)?;
    let done = by_itself(&tenant, move |insider, store, request| {
        insider.withdraw(store, request, id)
    });
    let Scaling { .. } = done.await.map_err(|error| tenant.problem(error))?;
    flash::leave(tenant.http(), Toast::done("You asked for nothing more"));
    Ok(answer::see_other("/usage"))
}

/// The sheet, with the price where enough is typed.
async fn show(
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

/// Whoever asks, with the frame of the page.
async fn insider(tenant: &Tenant<ManageSettings>) -> Result<(Insider, Shell), Problem> {
    let (store, zone) = (tenant.app().store.clone(), zone(tenant));
    tenant
        .page(Place::Usage, move |tx| Ok(Insider::of(tx, &store, zone)?))
        .await
}

/// The right was proven in the tenant; what is asked for lies in the catalogue.
async fn by_itself<T: Send + 'static>(
    tenant: &Tenant<ManageSettings>,
    work: impl Fn(&Insider, &Store, &Request) -> Result<T, VerbError> + Send + 'static,
) -> Result<T, VerbError> {
    let (store, zone) = (tenant.app().store.clone(), zone(tenant));
    let insider = tenant.attempt(move |tx| Ok(Insider::of(tx, &store, zone)?));
    let insider = insider.await?;
    beyond(tenant, move |store, request| work(&insider, store, request)).await
}

async fn beyond<T: Send + 'static>(
    tenant: &Tenant<ManageSettings>,
    work: impl Fn(&Store, &Request) -> Result<T, VerbError> + Send + 'static,
) -> Result<T, VerbError> {
    let (app, request) = (tenant.app().clone(), tenant.request().clone());
    let work = move || work(&app.store, &request);
    tenant.app().platform_gate.through(work).await
}

fn zone(tenant: &Tenant<ManageSettings>) -> TimeZone {
    tenant.entry().timezone.parse().unwrap_or_default()
}
