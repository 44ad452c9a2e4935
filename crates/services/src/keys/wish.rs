//! A key to be made, read from what a form or the API says.

use chrono::TimeDelta;
use domain::{FieldErrors, Permission, Permissions, text};

/// The longest that a key lives which expires at all.
pub const MAX_DAYS: i64 = 3_650;
pub(crate) const MAX_NAME: usize = 80;

/// A key to be made, as a form or the API says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wish {
    /// What it is called.
    pub name: String,
    /// What it may do.
    pub permissions: Permissions,
    /// For how long it opens; `None` for as long as it is not revoked.
    pub lives: Option<TimeDelta>,
}

impl Wish {
    /// Reads what is asked for: name, keys of permissions, days to live.
    ///
    /// # Errors
    /// What is wrong, by field: `name`, `permissions`, `expires_in_days`.
    pub fn read(name: &str, keys: &[String], days: Option<i64>) -> Result<Self, FieldErrors> {
        let mut errors = FieldErrors::new();
        let name = errors.check("name", text::line(name, MAX_NAME));
        let mut permissions = Vec::new();
        for key in keys {
            match Permission::from_key(key) {
                Some(permission) => permissions.push(permission),
                None => errors.add("permissions", "One of the permissions does not exist."),
            }
        }
        if permissions.is_empty() {
            errors.add(
                "permissions",
                "Choose at least one thing that the key may do.",
            );
        }
        if let Err(words) = days_in(days) {
            errors.add("expires_in_days", words);
        }
        match (name, errors.is_empty()) {
            (Some(name), true) => Ok(Self {
                name,
                permissions: Permissions::of(&permissions),
                lives: days.map(TimeDelta::days),
            }),
            _ => Err(errors),
        }
    }
}

/// Whether a key may live this long.
pub(crate) fn days_in(days: Option<i64>) -> Result<(), String> {
    match days {
        Some(days) if !(1..=MAX_DAYS).contains(&days) => Err(format!(
            "Choose from 1 to {MAX_DAYS} days, or leave it empty for a key that does not expire."
        )),
        _ => Ok(()),
    }
}
