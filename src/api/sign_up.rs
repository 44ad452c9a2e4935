//! Signing up for a tenant by a program: the same as on the page, with the same letter and the same throttle.

mod confirm;

use domain::{EmailAddress, FieldErrors, Locale, PersonName, Slug, TimeZone, tenant_settings};
use serde::{Deserialize, Serialize};
use services::letters::Links;
use services::sign_up::{self, ANSWER, Asked, Wish};
use utoipa::ToSchema;

use super::tenants::of_config;
use super::{Answer, Body, Fault, Outcome, Stranger};
use crate::portal;
use crate::worker::scheme;
pub use confirm::{Confirmation, Confirmed, confirm};

/// What a stranger wants.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignUp {
    /// What the tenant is to be called.
    pub organization_name: String,
    /// The label of its host, below the platform's domain.
    pub subdomain: String,
    /// Who will own it.
    pub admin_name: String,
    /// Where the letter goes, with the link by which they choose a password.
    #[schema(format = "email")]
    pub admin_email: String,
    /// As `America/New_York`.
    pub timezone: Option<String>,
    /// As `en-US`.
    pub locale: Option<String>,
}

/// A sign-up that was taken. It becomes a tenant when the link in the letter is opened.
#[derive(Debug, Serialize, ToSchema)]
pub struct SignedUp {
    /// Always confirmation_sent, whoever has that address.
    pub status: String,
    /// The same in words.
    pub message: String,
}

impl SignUp {
    fn wish(&self) -> Result<Wish, FieldErrors> {
        let mut errors = FieldErrors::new();
        let organisation = tenant_settings::name(&self.organization_name);
        let organisation = errors.check("organization_name", organisation);
        let slug = errors.check("subdomain", Slug::parse(&self.subdomain));
        let name = errors.check("admin_name", PersonName::parse(&self.admin_name));
        let email = errors.check("admin_email", EmailAddress::parse(&self.admin_email));
        let timezone = self.timezone.as_deref().map(TimeZone::parse).transpose();
        let timezone = errors.check("timezone", timezone).flatten();
        let locale = self.locale.as_deref().map(Locale::parse).transpose();
        let locale = errors.check("locale", locale).flatten();
        match (organisation, slug, name, email, errors.is_empty()) {
            (Some(organisation), Some(slug), Some(name), Some(email), true) => Ok(Wish {
                organisation,
                slug,
                name,
                email,
                locale: locale.unwrap_or_default(),
                timezone: timezone.unwrap_or_default(),
            }),
            _ => Err(errors),
        }
    }
}

/// `POST /tenants/signup`
///
/// # Errors
/// Not switched on, fields that are wrong, an address that is taken, too often, or no database.
pub async fn ask(stranger: Stranger, body: Body<SignUp>) -> Outcome<SignedUp, 202> {
    let config = &stranger.app().config;
    if !config.sign_up.is_enabled() {
        return Err(Fault::not_found());
    }
    let base = &config.server.base_domain;
    let links = Links::of_platform(base, scheme(config), config.server.public_port);
    let limits = portal::limits(config);
    let wish = stranger.body(body).await?.wish();
    let wish = wish.map_err(|errors| of_config(Fault::invalid(&errors)))?;
    let asked = stranger.run(move |tx| sign_up::ask(tx, &links, &wish, &limits));
    match asked.await? {
        Asked::Taken => Ok(Answer::of(&SignedUp {
            status: "confirmation_sent".to_owned(),
            message: ANSWER.to_owned(),
        })),
        Asked::Wrong(errors) => Err(of_config(Fault::invalid(&named(&errors)))),
        Asked::TooOften { retry_after } => Err(Fault::too_often(retry_after)),
    }
}

/// Errors beside the fields as the body calls them.
fn named(errors: &FieldErrors) -> FieldErrors {
    let all = errors.iter();
    all.fold(FieldErrors::new(), |all, (field, words)| {
        let field = match field {
            "slug" | "domain" => "subdomain",
            "organisation" => "organization_name",
            other => other,
        };
        all.with(field.to_owned(), words)
    })
}
