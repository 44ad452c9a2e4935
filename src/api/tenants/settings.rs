//! How a tenant writes and counts, as the API takes and gives it.

use std::collections::BTreeMap;

use domain::tenant_settings::{Currency, DatePattern, TimePattern};
use domain::{Features, FieldErrors, Locale, TenantSettings, TimeZone};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How a tenant writes and counts.
#[derive(Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// As `America/New_York`.
    pub timezone: Option<String>,
    /// As `USD`.
    pub currency: Option<String>,
    /// As `en-US`.
    pub locale: Option<String>,
    /// As `%m/%d/%Y`.
    pub date_format: Option<String>,
    /// As `%I:%M %p`.
    pub time_format: Option<String>,
    /// What is switched on and off, by name.
    pub features: Option<BTreeMap<String, bool>>,
}

impl Settings {
    /// As the record has them.
    pub(super) fn of(set: &TenantSettings) -> Self {
        Self {
            timezone: Some(set.timezone.as_str().to_owned()),
            currency: Some(set.currency.as_str().to_owned()),
            locale: Some(set.locale.as_str().to_owned()),
            date_format: Some(set.date_format.as_str().to_owned()),
            time_format: Some(set.time_format.as_str().to_owned()),
            features: Some(set.features.clone().into()),
        }
    }

    /// Puts what is said over what there is; what is wrong goes beside its field, whose name begins so.
    pub(super) fn over(&self, all: &mut TenantSettings, begins: &str, errors: &mut FieldErrors) {
        macro_rules! read {
            ($($field:ident $kind:ident),*) => {$(
                match self.$field.as_deref().map($kind::parse) {
                    Some(Ok(value)) => all.$field = value,
                    Some(Err(error)) => errors.add(format!("{begins}{}", stringify!($field)), error.to_string()),
                    None => {}
                }
            )*};
        }
        read!(
            timezone TimeZone,
            currency Currency,
            locale Locale,
            date_format DatePattern,
            time_format TimePattern
        );
        match self.features.clone().map(Features::try_from) {
            Some(Ok(features)) => all.features = features.over(&all.features),
            Some(Err(error)) => errors.add(format!("{begins}features"), error.to_string()),
            None => {}
        }
    }
}
