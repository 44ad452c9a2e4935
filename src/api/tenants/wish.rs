//! A tenant to be made, as the API takes it: the reference's fields.

use std::collections::BTreeMap;

use domain::colour::Colour;
use domain::{
    Alias, EmailAddress, FieldErrors, PersonName, PhcString, ProductConfig, Slug, TenantSettings,
};
use serde::Deserialize;
use serde_json::json;
use services::tenants::{self, FirstOwner, placement};
use utoipa::ToSchema;

use super::settings::Settings;
use crate::app::App;

/// A tenant to be made.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateTenant {
    /// Which.
    pub tenant: NewTenant,
}

/// A tenant to be made.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewTenant {
    /// The name as shown.
    pub name: String,
    /// A name of its own, in small letters, digits and underscores; the DNS label is made of it.
    pub schema_name: String,
    /// The host of its pages, below the platform's domain; the label below it where nothing is said.
    pub domain: Option<String>,
    /// How it writes and counts.
    pub settings: Option<Settings>,
    /// Its first person.
    pub admin_user: Admin,
    /// Where it differs from its plan, by resource.
    pub limits: Option<BTreeMap<String, i64>>,
    /// How it looks.
    pub branding: Option<Branding>,
    /// The plan's key; starter where nothing is said.
    pub plan: Option<String>,
    /// Where its rows will be: `shared`, beside those of others, `schema`, in tables of its own, or `database`; `shared`
    /// where nothing is said.
    pub placement: Option<String>,
    /// The name of the server of its own database; the one with the fewest tenants where nothing is said.
    pub node: Option<String>,
}

/// The first person of a tenant, its owner.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Admin {
    /// The address.
    pub email: String,
    /// The name.
    pub name: String,
    /// With a password they may sign in at once; without one they are invited by mail.
    pub password: Option<String>,
}

/// How a tenant looks.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Branding {
    /// As `#007bff`.
    pub primary_color: Option<String>,
    /// As `#6c757d`.
    pub secondary_color: Option<String>,
    /// Kept in the product's configuration of the tenant; the portal's pages show no picture.
    pub logo_url: Option<String>,
    /// Kept in the product's configuration of the tenant; the portal's pages show its name.
    pub company_name: Option<String>,
}

impl NewTenant {
    /// Reads all of it, or says everything that is wrong.
    pub(super) fn read(
        &self,
        app: &App,
        password: Option<PhcString>,
    ) -> Result<tenants::NewTenant, FieldErrors> {
        let base = app.config.server.base_domain.as_str();
        let mut errors = FieldErrors::new();
        let label = match &self.domain {
            Some(domain) => {
                let label = domain
                    .strip_suffix(base)
                    .and_then(|rest| rest.strip_suffix('.'));
                if label.is_none() {
                    let sentence = format!("Choose a name below {base}.");
                    errors.add("tenant.domain", sentence);
                }
                label.unwrap_or_default().to_owned()
            }
            None => self.schema_name.replace('_', "-"),
        };
        let place = if self.domain.is_some() {
            "tenant.domain"
        } else {
            "tenant.schema_name"
        };
        let slug = errors.check(place, Slug::parse(&label));
        let alias = errors.check("tenant.schema_name", Alias::parse(&self.schema_name));
        let name = errors.check(
            "tenant.admin_user.name",
            PersonName::parse(&self.admin_user.name),
        );
        let email = errors.check(
            "tenant.admin_user.email",
            EmailAddress::parse(&self.admin_user.email),
        );
        let mut settings = TenantSettings::default();
        if let Some(set) = &self.settings {
            set.over(&mut settings, "tenant.settings.", &mut errors);
        }
        let (primary, secondary) = self.colours(&mut errors);
        let config = self.config(&mut errors);
        let asked = self.placement.as_deref();
        let placement = placement::chosen(&app.store, "tenant.placement", asked, &mut errors);
        match (slug, name, email, errors.is_empty()) {
            (Some(slug), Some(name), Some(email), true) => {
                let owner = FirstOwner {
                    name,
                    email,
                    password,
                };
                let plain = tenants::NewTenant::plain(
                    slug,
                    self.name.clone(),
                    &app.config.addresses,
                    owner,
                );
                Ok(tenants::NewTenant {
                    alias,
                    plan: self.plan.clone().unwrap_or_else(|| plain.plan.clone()),
                    settings,
                    limits: self.limits.clone().unwrap_or_default(),
                    product_config: config,
                    placement,
                    node: self.node.clone(),
                    primary,
                    secondary,
                    ..plain
                })
            }
            _ => Err(errors),
        }
    }

    fn colours(&self, errors: &mut FieldErrors) -> (Option<Colour>, Option<Colour>) {
        let Some(branding) = &self.branding else {
            return (None, None);
        };
        if branding.primary_color.is_none() && branding.secondary_color.is_some() {
            let sentence = "The second colour goes with a first one.";
            errors.add("tenant.branding.secondary_color", sentence);
        }
        let mut colour = |place: &'static str, text: Option<&String>| {
            text.and_then(|text| errors.check(place, text.parse::<Colour>()))
        };
        (
            colour(
                "tenant.branding.primary_color",
                branding.primary_color.as_ref(),
            ),
            colour(
                "tenant.branding.secondary_color",
                branding.secondary_color.as_ref(),
            ),
        )
    }

    fn config(&self, errors: &mut FieldErrors) -> ProductConfig {
        let Some(branding) = &self.branding else {
            return ProductConfig::default();
        };
        let mut kept = serde_json::Map::new();
        for (name, text) in [
            ("logo_url", &branding.logo_url),
            ("company_name", &branding.company_name),
        ] {
            if let Some(text) = text {
                kept.insert(name.to_owned(), json!(text));
            }
        }
        if kept.is_empty() {
            return ProductConfig::default();
        }
        let config = ProductConfig::try_from(json!({ "branding": kept }));
        errors.check("tenant.branding", config).unwrap_or_default()
    }
}
