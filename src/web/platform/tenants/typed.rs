//! A tenant's record as a form holds it: texts, read into the domain's types, and written back from them.

use std::collections::BTreeMap;

use domain::tenant_settings::{Currency, DatePattern, SettingError, TimePattern};
use domain::{Features, FieldErrors, Locale, ProductConfig, TenantSettings, TimeZone};
use serde::Serialize;
use serde_json::{Value as Json, json};
use services::tenants::{Change, Contact};

/// What stands in the form.
#[derive(Debug, Clone, Default)]
#[allow(missing_docs, reason = "the names of the form's fields")]
pub struct Typed {
    pub name: String,
    pub alias: String,
    pub locale: String,
    pub timezone: String,
    pub currency: String,
    pub date_format: String,
    pub time_format: String,
    pub contact_name: String,
    pub contact_email: String,
    pub contact_phone: String,
    pub billing_email: String,
    pub features: String,
    pub limits: String,
    pub product_config: String,
}

impl Typed {
    /// The form that leaves everything as it is.
    #[must_use]
    pub fn of(change: &Change) -> Self {
        let settings = &change.settings;
        let text = |value: &Option<String>| value.clone().unwrap_or_default();
        Self {
            name: change.name.clone(),
            alias: change.alias.clone(),
            locale: settings.locale.to_string(),
            timezone: settings.timezone.to_string(),
            currency: settings.currency.to_string(),
            date_format: settings.date_format.to_string(),
            time_format: settings.time_format.to_string(),
            contact_name: text(&change.contact.name),
            contact_email: text(&change.contact.email),
            contact_phone: text(&change.contact.phone),
            billing_email: text(&change.contact.billing_email),
            features: written(&settings.features),
            limits: written(&change.limits),
            product_config: written(change.product_config.json()),
        }
    }

    /// What is asked for, or everything that is wrong with it.
    pub fn read(&self, errors: &mut FieldErrors) -> Option<Change> {
        let locale = errors.check("locale", Locale::parse(&self.locale));
        let timezone = errors.check("timezone", TimeZone::parse(&self.timezone));
        let currency = errors.check("currency", Currency::parse(&self.currency));
        let date_format = errors.check("date_format", DatePattern::parse(&self.date_format));
        let time_format = errors.check("time_format", TimePattern::parse(&self.time_format));
        let features = errors.check("features", features(&self.features));
        let limits = errors.check("limits", limits(&self.limits));
        let product_config = errors.check("product_config", product(&self.product_config));
        let some = |text: &String| Some(text.clone());
        Some(Change {
            name: self.name.clone(),
            alias: self.alias.clone(),
            settings: TenantSettings {
                locale: locale?,
                timezone: timezone?,
                currency: currency?,
                date_format: date_format?,
                time_format: time_format?,
                features: features?,
            },
            limits: limits?,
            product_config: product_config?,
            contact: Contact {
                billing_email: some(&self.billing_email),
                name: some(&self.contact_name),
                email: some(&self.contact_email),
                phone: some(&self.contact_phone),
            },
        })
    }

    /// Field by field, for a look at two versions.
    #[must_use]
    pub fn as_fields(&self) -> Json {
        let parsed = |text: &str| serde_json::from_str(text).unwrap_or_else(|_| json!(text));
        json!({
            "name": self.name,
            "schema name": self.alias,
            "dates and numbers": self.locale,
            "time zone": self.timezone,
            "currency": self.currency,
            "date format": self.date_format,
            "time format": self.time_format,
            "contact": self.contact_name,
            "contact's email": self.contact_email,
            "contact's phone": self.contact_phone,
            "billing email": self.billing_email,
            "features": parsed(&self.features),
            "limits": parsed(&self.limits),
            "product configuration": parsed(&self.product_config),
        })
    }
}

/// JSON as people read it.
fn written(value: &impl Serialize) -> String {
    serde_json::to_string_pretty(value).unwrap_or_default()
}

fn features(typed: &str) -> Result<Features, SettingError> {
    if typed.trim().is_empty() {
        return Ok(Features::default());
    }
    serde_json::from_str(typed).map_err(|_| SettingError::Feature)
}

fn limits(typed: &str) -> Result<BTreeMap<String, i64>, &'static str> {
    if typed.trim().is_empty() {
        return Ok(BTreeMap::new());
    }
    serde_json::from_str(typed)
        .map_err(|_| "Write a JSON object of whole numbers, such as {\"users\": 50}.")
}

/// The configuration, or where its JSON breaks off.
fn product(typed: &str) -> Result<ProductConfig, String> {
    if !typed.trim().is_empty()
        && let Err(error) = serde_json::from_str::<Json>(typed)
    {
        let (line, column) = (error.line(), error.column());
        return Err(format!(
            "This is no JSON: look at line {line}, character {column}."
        ));
    }
    ProductConfig::parse(typed).map_err(|error| error.to_string())
}
