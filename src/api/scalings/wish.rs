//! What programs say of other limits: asking, yes and no.

use std::collections::BTreeMap;

use domain::{FieldErrors, ScalingStrategy};
use serde::Deserialize;
use services::scalings::{Decision, Wish};
use utoipa::ToSchema;

/// Other limits that are asked for.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ScaleTenant {
    /// By resource, how much of it there may be; what is not here stays.
    pub target_limits: BTreeMap<String, i64>,
    /// immediate, or next_billing_date: from the first of the next month on, by the tenant's clock. immediate where nothing is said.
    #[schema(pattern = "^(immediate|next_billing_date)$")]
    pub scale_strategy: Option<String>,
    /// For keys of the platform: that the bill is agreed on, so that nobody has to decide any more. A tenant's key asks in
    /// any case.
    #[serde(default)]
    pub billing_approval: bool,
    /// Only what it would cost: nothing is asked for, and the status is preview.
    #[serde(default)]
    pub dry_run: bool,
    /// Why, for whoever decides.
    #[schema(max_length = 500)]
    pub note: Option<String>,
    /// Who is told.
    pub notification_settings: Option<ScaleNotifications>,
}

/// Who is told of an asking.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ScaleNotifications {
    /// The owners and whoever asked. They are told in any case: false is refused.
    pub notify_admin: Option<bool>,
    /// Everybody else. Nobody else is told: true is refused.
    pub notify_users: Option<bool>,
}

impl ScaleTenant {
    pub(super) fn wish(&self) -> Result<Wish, FieldErrors> {
        let mut errors = FieldErrors::new();
        let strategy = errors.check("scale_strategy", strategy(self.scale_strategy.as_deref()));
        if let Some(told) = &self.notification_settings {
            if told.notify_admin == Some(false) {
                let words = "The owners are told in any case.";
                errors.add("notification_settings.notify_admin", words);
            }
            if told.notify_users == Some(true) {
                let words = "Nobody is told but the owners and whoever asked.";
                errors.add("notification_settings.notify_users", words);
            }
        }
        errors.into_result()?;
        Ok(Wish {
            target: self.target_limits.clone(),
            strategy: strategy.flatten().unwrap_or(ScalingStrategy::Immediate),
            note: self.note.clone(),
        })
    }
}

fn strategy(word: Option<&str>) -> Result<Option<ScalingStrategy>, &'static str> {
    word.map(ScalingStrategy::parse)
        .transpose()
        .map_err(|_| "Choose immediate or next_billing_date.")
}

/// A yes to an asking.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ScaleApproval {
    /// Other numbers than those that were asked for, in their place.
    pub target_limits: Option<BTreeMap<String, i64>>,
    /// Another time: immediate or next_billing_date.
    #[schema(pattern = "^(immediate|next_billing_date)$")]
    pub scale_strategy: Option<String>,
    /// What is said with it.
    #[schema(max_length = 500)]
    pub note: Option<String>,
}

impl ScaleApproval {
    pub(super) fn decision(&self) -> Result<Decision, FieldErrors> {
        let mut errors = FieldErrors::new();
        let strategy = errors.check("scale_strategy", strategy(self.scale_strategy.as_deref()));
        errors.into_result()?;
        Ok(Decision {
            target: self.target_limits.clone(),
            strategy: strategy.flatten(),
            note: self.note.clone(),
        })
    }
}

/// A no to an asking.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ScaleRefusal {
    /// Why; the tenant reads it.
    #[schema(min_length = 1, max_length = 500)]
    pub reason: String,
}
