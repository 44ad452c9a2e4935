//! Making a tenant: the form, and the asking that the worker then carries out step by step.

mod typed;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;
use domain::staff::ManageTenants;
use domain::{Addresses, FieldErrors, PlacementKind, TenantSettings};
use services::mode;
use services::nodes::{self, Node};
use services::tenants::{Plan, create};
use services::{StaffTx, VerbError};

use typed::Typed;

use super::fields;
use super::slug::{self, SlugField};
use crate::platform::Platform;
use crate::problem::Problem;
use crate::web::answer;
use crate::web::choice::Choice;
use crate::web::forms::Form;
use crate::web::platform::shell::{StaffPlace, StaffShell};

#[derive(Template)]
#[template(path = "platform/tenants/new.html")]
struct Page {
    shell: StaffShell,
    errors: FieldErrors,
    typed: Typed,
    slug: SlugField,
    plans: Vec<Choice>,
    trials: Vec<Choice>,
    locales: Vec<Choice>,
    zones: Vec<Choice>,
    currencies: Vec<Choice>,
    makes_schemas: bool,
    servers: Vec<Choice>,
}

/// `GET /tenants/new`
///
/// # Errors
/// Not signed in, not allowed, or no database.
pub async fn form(platform: Platform<ManageTenants>) -> Result<HttpResponse, Problem> {
    let usual = TenantSettings::default();
    let typed = Typed {
        plan: "starter".to_owned(),
        locale: usual.locale.to_string(),
        timezone: usual.timezone.to_string(),
        currency: usual.currency.to_string(),
        placement: PlacementKind::Shared.to_string(),
        ..Typed::default()
    };
    again(&platform, typed, FieldErrors::new(), StatusCode::OK).await
}

/// `POST /tenants`
///
/// # Errors
/// Not signed in, not allowed, or no database.
pub async fn submit(
    platform: Platform<ManageTenants>,
    form: Form<Typed>,
) -> Result<HttpResponse, Problem> {
    let Form {
        mut typed,
        mut errors,
    } = form;
    let base = platform.app().config.server.base_domain.clone();
    if typed.slug.trim().is_empty() {
        let (name, host) = (typed.name.clone(), base.clone());
        let field = platform
            .run(move |tx| Ok(slug::suggested(tx, &name, &host)?))
            .await?;
        typed.slug.clone_from(&field.typed);
        typed.suggested = field.suggested;
    }
    let wanted = typed.read(platform.app(), &mut errors);
    let (Some(wanted), true) = (wanted, errors.is_empty()) else {
        return again(&platform, typed, errors, StatusCode::UNPROCESSABLE_ENTITY).await;
    };
    match platform
        .attempt(move |tx| create::create(tx, &wanted))
        .await
    {
        Ok(tenant) => Ok(answer::see_other(&format!(
            "/tenants/{tenant}/provisioning"
        ))),
        Err(VerbError::Invalid(errors)) => {
            again(&platform, typed, errors, StatusCode::UNPROCESSABLE_ENTITY).await
        }
        Err(error) => Err(platform.problem(error)),
    }
}

/// What a form is filled with beside what was typed.
struct Around {
    plans: Vec<Plan>,
    slug: SlugField,
    nodes: Vec<Node>,
}

/// The plans, the servers and what the slug amounts to, where there is room for another tenant.
fn around(
    tx: &mut StaffTx<'_, ManageTenants>,
    typed: &Typed,
    addresses: &Addresses,
) -> Result<Around, VerbError> {
    mode::room(tx, addresses)?;
    let field = if typed.slug.is_empty() {
        SlugField::default()
    } else {
        slug::judged(tx, &typed.slug, &typed.suggested, &addresses.base_domain)?
    };
    Ok(Around {
        plans: tx.plans()?,
        slug: field,
        nodes: nodes::taking(tx)?,
    })
}

async fn again(
    platform: &Platform<ManageTenants>,
    typed: Typed,
    errors: FieldErrors,
    status: StatusCode,
) -> Result<HttpResponse, Problem> {
    let (asked, addresses) = (typed.clone(), platform.app().config.addresses.clone());
    let (around, shell) = platform
        .page(StaffPlace::Tenants, move |tx| {
            around(tx, &asked, &addresses)
        })
        .await?;
    let Around {
        plans,
        mut slug,
        nodes,
    } = around;
    if let Some(error) = errors.of("slug").or_else(|| errors.of("domain")) {
        error.clone_into(&mut slug.error);
    }
    let page = Page {
        shell: shell.titled("New tenant"),
        errors,
        typed,
        slug,
        plans: fields::plans(&plans),
        trials: fields::trials(),
        locales: fields::locales(),
        zones: fields::zones(),
        currencies: fields::currencies(),
        makes_schemas: platform.app().store.makes_schemas(),
        // Where there is one there is nothing to choose.
        servers: match nodes.as_slice() {
            [] | [_] => Vec::new(),
            several => fields::servers(several.iter()),
        },
    };
    answer::with_status(status, &page)
}
