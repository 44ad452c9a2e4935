//! What was typed into the form of a new tenant, read into a tenant to be made.

use domain::colour::Colour;
use domain::tenant_settings::Currency;
use domain::{
    EmailAddress, FieldErrors, Locale, PersonName, ProductConfig, Slug, TenantSettings, TimeZone,
    tenant_settings,
};
use serde::Deserialize;
use services::tenants::{FirstOwner, NewTenant, placement};

use super::fields;
use crate::app::App;

/// The form as it is typed.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Typed {
    pub(super) name: String,
    pub(super) slug: String,
    pub(super) suggested: String,
    pub(super) plan: String,
    pub(super) trial: String,
    pub(super) admin_name: String,
    pub(super) admin_email: String,
    pub(super) locale: String,
    pub(super) timezone: String,
    pub(super) currency: String,
    pub(super) primary_color: String,
    pub(super) seats: String,
    pub(super) placement: String,
    pub(super) node: String,
}

impl Typed {
    pub(super) fn read(&self, app: &App, errors: &mut FieldErrors) -> Option<NewTenant> {
        let addresses = &app.config.addresses;
        let name = errors.check("name", tenant_settings::name(&self.name));
        let slug = errors.check("slug", Slug::parse(&self.slug));
        let owner_name = errors.check("admin_name", PersonName::parse(&self.admin_name));
        let email = errors.check("admin_email", EmailAddress::parse(&self.admin_email));
        let locale = errors.check("locale", Locale::parse(&self.locale));
        let timezone = errors.check("timezone", TimeZone::parse(&self.timezone));
        let currency = errors.check("currency", Currency::parse(&self.currency));
        let colour = self.primary_color.trim();
        let primary = (!colour.is_empty())
            .then(|| errors.check("primary_color", colour.parse::<Colour>()))
            .flatten();
        let limits = fields::seats(&self.seats, errors);
        let kind = (!self.placement.is_empty()).then_some(self.placement.as_str());
        let placement = placement::chosen(&app.store, "placement", kind, errors);
        let slug = slug?;
        Some(NewTenant {
            hosts: addresses.of(&slug),
            addresses: addresses.clone(),
            slug,
            name: name?,
            alias: None,
            plan: self.plan.clone(),
            trial: fields::trial(&self.trial),
            settings: TenantSettings {
                locale: locale?,
                timezone: timezone?,
                currency: currency?,
                ..TenantSettings::default()
            },
            limits: limits?,
            product_config: ProductConfig::default(),
            contact: None,
            placement,
            node: (!self.node.is_empty()).then(|| self.node.clone()),
            primary,
            secondary: None,
            owner: FirstOwner {
                name: owner_name?,
                email: email?,
                password: None,
            },
        })
    }
}
