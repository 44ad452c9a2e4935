//! Asking for more: the sheet with what there is and what it would cost, asking, and taking it back. What was asked for is
//! shown by `card`.

mod card;
mod sheet;
mod typed;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Path;
use domain::permission::ManageSettings;
use domain::{FieldErrors, Resource, ScalingId, TimeZone};
use services::scalings::Insider;
use services::{Request, Store, StoreError, TenantTx, VerbError, resources};

use crate::flash;
use crate::problem::Problem;
use crate::tenant::Tenant;
use crate::web::answer;
use crate::web::forms::Form;
use crate::web::shell::{Place, Shell, Toast};
use crate::web::users::deeds::Nothing;
pub(in crate::web) use card::Card;
use sheet::show;
pub use typed::Typed;
use typed::seen;

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
    let id: ScalingId = id.parse().map_err(|_| StoreError::NotFound)?;
    let done = by_itself(&tenant, move |insider, store, request| {
        insider.withdraw(store, request, id)
    });
    done.await.map_err(|error| tenant.problem(error))?;
    flash::leave(tenant.http(), Toast::done("You asked for nothing more"));
    Ok(answer::see_other("/usage"))
}

/// Whoever asks, with the frame of the page.
async fn insider(tenant: &Tenant<ManageSettings>) -> Result<(Insider, Shell), Problem> {
    // Whoever may not ask costs nobody the reading.
    tenant.run(|_| Ok(())).await?;
    let (known, zone) = (known(tenant).await?, zone(tenant));
    let work = move |tx: &mut TenantTx<'_, ManageSettings>| Ok(Insider::of(tx, &known, zone)?);
    tenant.page(Place::Usage, work).await
}

/// The right was proven in the tenant; what is asked for lies in the catalogue.
async fn by_itself<T: Send + 'static>(
    tenant: &Tenant<ManageSettings>,
    work: impl Fn(&Insider, &Store, &Request) -> Result<T, VerbError> + Send + 'static,
) -> Result<T, VerbError> {
    tenant.attempt(|_| Ok(())).await?;
    let (known, zone) = (known(tenant).await?, zone(tenant));
    let insider = tenant.attempt(move |tx| Ok(Insider::of(tx, &known, zone)?));
    let insider = insider.await?;
    beyond(tenant, move |store, request| work(&insider, store, request)).await
}

async fn beyond<T: Send + 'static>(
    tenant: &Tenant<ManageSettings>,
    work: impl Fn(&Store, &Request) -> Result<T, VerbError> + Send + 'static,
) -> Result<T, VerbError> {
    let (app, request) = (tenant.app().clone(), tenant.request().clone());
    let work = move || work(&app.store, &request);
    tenant.app().beside(tenant.entry(), work).await
}

/// What is limited.
async fn known(tenant: &Tenant<ManageSettings>) -> Result<Vec<Resource>, StoreError> {
    let (app, now) = (tenant.app().clone(), tenant.request().now);
    let read = move || app.store.platform::<_, StoreError>(now, resources::all);
    tenant.app().beside(tenant.entry(), read).await
}

fn zone(tenant: &Tenant<ManageSettings>) -> TimeZone {
    tenant.entry().timezone.parse().unwrap_or_default()
}
