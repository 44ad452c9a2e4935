//! Features: what a plan switches on and off, and what a tenant has apart from that. Those that open a part of the
//! product have a name here; a plan may speak of others, for the vendor's own application.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::tenant_settings::SettingError;

/// The most features of a tenant.
pub const MAX_FEATURES: usize = 50;

/// What is switched on and off for a tenant, beside what its plan says.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "BTreeMap<String, bool>", into = "BTreeMap<String, bool>")]
pub struct Features(BTreeMap<String, bool>);

impl Features {
    /// Each by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, bool)> {
        self.0.iter().map(|(name, on)| (name.as_str(), *on))
    }

    /// Whether this one is switched on; what nobody speaks of is off.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.0.get(name).copied().unwrap_or(false)
    }

    /// These, and where they are silent those of `base`.
    #[must_use]
    pub fn over(&self, base: &Self) -> Self {
        let mut all = base.0.clone();
        all.extend(self.0.iter().map(|(name, on)| (name.clone(), *on)));
        Self(all)
    }
}

impl TryFrom<BTreeMap<String, bool>> for Features {
    type Error = SettingError;

    fn try_from(features: BTreeMap<String, bool>) -> Result<Self, SettingError> {
        let named = |name: &String| {
            (1..=60).contains(&name.len())
                && name
                    .chars()
                    .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
        };
        if features.len() > MAX_FEATURES || !features.keys().all(named) {
            return Err(SettingError::Feature);
        }
        Ok(Self(features))
    }
}

impl From<Features> for BTreeMap<String, bool> {
    fn from(features: Features) -> Self {
        features.0
    }
}
