//! Limits as programs see them.

use chrono::{DateTime, Utc};
use domain::{FieldErrors, TenantId};
use serde::{Deserialize, Serialize};
use services::limits::{Channel, Check, Checked, Stand};
use utoipa::ToSchema;

/// Everything that is limited, and where the tenant stands in it.
#[derive(Debug, Serialize, ToSchema)]
pub struct Limits {
    /// Whose they are.
    pub tenant_id: String,
    /// One for each resource.
    pub limits: Vec<LimitFields>,
}

impl Limits {
    pub(super) fn of(tenant: TenantId, stands: &[Stand]) -> Self {
        Self {
            tenant_id: tenant.to_string(),
            limits: stands.iter().map(LimitFields::of).collect(),
        }
    }
}

/// Where a tenant stands in one resource.
#[derive(Debug, Serialize, ToSchema)]
pub struct LimitFields {
    /// The resource's key.
    pub resource: String,
    /// As it is shown.
    pub name: String,
    /// What is counted.
    pub unit: String,
    /// counter (used up, and begins anew), level (how many there are) or gauge (as it was measured last).
    pub kind: String,
    /// After what span of the tenant's own clock a counter begins anew: hour, day or month.
    pub window: Option<String>,
    /// In use; null for a gauge that nobody measured yet.
    pub current: Option<i64>,
    /// Set aside and not used yet.
    pub reserved: i64,
    /// The most there can be; null where nothing is limited.
    pub limit: Option<i64>,
    /// In use, of a hundred, rounded down.
    pub usage_percent: Option<i64>,
    /// healthy, warning (from 80 hundredths on), grace (beyond the limit, for a while) or exceeded (nothing more is let through).
    pub status: String,
    /// Until when more is let through than the limit.
    pub grace_until: Option<DateTime<Utc>>,
    /// When the counter begins anew.
    pub resets_at: Option<DateTime<Utc>>,
    /// When a gauge was measured.
    pub measured_at: Option<DateTime<Utc>>,
}

/// What is to be looked at.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CheckFields {
    /// Whether what is beyond its limit and the grace said here is refused from now on.
    #[serde(default)]
    pub auto_enforce: bool,
    /// How those are told whom it concerns: email is a letter, once for each threshold; in_app the overview, which shows the
    /// worst for as long as it is past a threshold. Nobody where it is empty.
    #[serde(default)]
    pub notifications: Vec<String>,
    /// What is looked at: storage_quota, api_rate_limits, user_count, database_connections, or keys of resources. Everything
    /// where it is empty.
    #[serde(default)]
    pub check_types: Vec<String>,
    /// What counts as grace, in hundredths of the limit; as each resource has it where nothing is said.
    #[schema(minimum = 0, maximum = 100)]
    pub grace_period_percent: Option<i64>,
}

impl CheckFields {
    pub(super) fn read(&self) -> Result<Check, FieldErrors> {
        let mut errors = FieldErrors::new();
        let channel = |word: &String| match word.as_str() {
            "email" => Some(Channel::Email),
            "in_app" => Some(Channel::InApp),
            _ => None,
        };
        let channels: Vec<Channel> = self.notifications.iter().filter_map(channel).collect();
        if channels.len() != self.notifications.len() {
            errors.add("notifications", "Choose email, in_app or both.");
        }
        if self.check_types.len() > 100 {
            errors.add("check_types", "Ask for at most 100 at once.");
        }
        let grace = self.grace_period_percent;
        if grace.is_some_and(|percent| !(0..=100).contains(&percent)) {
            errors.add("grace_period_percent", "Choose 0 to 100.");
        }
        errors.into_result()?;
        Ok(Check {
            types: self.check_types.clone(),
            enforce: self.auto_enforce,
            channels,
            grace_percent: grace,
        })
    }
}

/// What a look found.
#[derive(Debug, Serialize, ToSchema)]
pub struct CheckedLimits {
    /// By which the look is named.
    pub check_id: String,
    /// When it was.
    pub timestamp: DateTime<Utc>,
    /// Where each resource was found.
    pub limits_status: Vec<FoundLimit>,
    /// The worst of them.
    pub overall_status: String,
    /// Of how many resources somebody was told.
    pub notifications_sent: usize,
    /// When the portal looks next by itself.
    pub next_check_at: DateTime<Utc>,
}

/// Where a resource was found.
#[derive(Debug, Serialize, ToSchema)]
pub struct FoundLimit {
    /// In the word by which it was asked for.
    pub resource: String,
    /// In use; null for a gauge that nobody measured yet.
    pub current: Option<i64>,
    /// The most there can be; null where nothing is limited.
    pub limit: Option<i64>,
    /// In use, of a hundred, rounded down.
    pub usage_percent: Option<i64>,
    /// healthy, warning, grace or exceeded.
    pub status: String,
    /// What was done: notified, further_use_refused.
    pub actions_taken: Vec<String>,
}

impl From<Checked> for CheckedLimits {
    fn from(checked: Checked) -> Self {
        let found = checked.findings.into_iter().map(|finding| FoundLimit {
            resource: finding.name,
            current: finding.stand.used,
            limit: finding.stand.limit,
            usage_percent: finding.stand.percent,
            status: finding.stand.standing.to_string(),
            actions_taken: finding.actions.into_iter().map(str::to_owned).collect(),
        });
        Self {
            check_id: checked.id,
            timestamp: checked.at,
            limits_status: found.collect(),
            overall_status: checked.overall.to_string(),
            notifications_sent: checked.told,
            next_check_at: checked.next_at,
        }
    }
}
