//! Askings as programs see them.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use domain::{ScalingState, ScalingStep, ScalingStrategy};
use serde::Serialize;
use services::scalings::{Priced, Scaling};
use utoipa::ToSchema;

use super::billing::BillingImpact;

/// What was asked for, the newest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct Scalings {
    /// At most the last 100.
    pub scalings: Vec<ScalingFields>,
}

/// Other limits that were asked for, and what became of it.
#[derive(Debug, Serialize, ToSchema)]
pub struct ScalingFields {
    /// By which it is named; null for a preview.
    pub scaling_id: Option<String>,
    /// preview, pending_approval, approved (and waits for its date), in_progress, completed, declined, withdrawn or superseded.
    pub status: String,
    /// When it is likely to be done: the median of the last ones after it begins. Null where it is done, nobody decided yet, or
    /// there was none before.
    pub estimated_completion: Option<DateTime<Utc>>,
    /// By resource, what the tenant might have when this was asked or decided.
    pub current_limits: BTreeMap<String, i64>,
    /// By resource, what it is to have.
    pub target_limits: BTreeMap<String, i64>,
    /// One for each resource, once it is carried out.
    pub steps: Vec<ScalingStepFields>,
    /// What it does to the bill.
    pub billing_impact: BillingImpact,
    /// immediate or next_billing_date.
    pub scale_strategy: String,
    /// Who asked, by name as it was then.
    pub asked_by: Option<String>,
    /// When.
    pub asked_at: Option<DateTime<Utc>>,
    /// What they said.
    pub note: Option<String>,
    /// Who decided, by name as it was then; for platform keys.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decided_by: Option<String>,
    /// When it was decided.
    pub decided_at: Option<DateTime<Utc>>,
    /// What was said with the decision.
    pub reason: Option<String>,
    /// When it is carried out, once it is approved.
    pub due_at: Option<DateTime<Utc>>,
}

/// One resource that is brought.
#[derive(Debug, Serialize, ToSchema)]
pub struct ScalingStepFields {
    /// What is done.
    pub name: String,
    /// pending, or completed: the tenant has the new number.
    pub status: String,
    /// Since when.
    pub completed_at: Option<DateTime<Utc>>,
}

impl From<&ScalingStep> for ScalingStepFields {
    fn from(of: &ScalingStep) -> Self {
        let status = match of.completed_at {
            Some(_) => "completed",
            None => "pending",
        };
        Self {
            name: of.name(),
            status: status.to_owned(),
            completed_at: of.completed_at,
        }
    }
}

impl ScalingFields {
    /// What would be asked for.
    pub(super) fn preview(of: Priced, strategy: ScalingStrategy) -> Self {
        Self {
            scaling_id: None,
            status: "preview".to_owned(),
            estimated_completion: None,
            billing_impact: (&of.billing).into(),
            current_limits: of.from,
            target_limits: of.target,
            steps: Vec::new(),
            scale_strategy: strategy.to_string(),
            asked_by: None,
            asked_at: None,
            note: None,
            decided_by: None,
            decided_at: None,
            reason: None,
            due_at: None,
        }
    }

    /// As its tenant sees it: who of the platform decided is not the tenant's to know.
    pub(super) fn own(of: Scaling, typical: Option<TimeDelta>) -> Self {
        Self {
            decided_by: None,
            ..Self::any(of, typical)
        }
    }

    /// As the platform sees it.
    pub(super) fn any(of: Scaling, typical: Option<TimeDelta>) -> Self {
        let begins = match of.state {
            ScalingState::Approved => of.due_at,
            ScalingState::InProgress => of.begun_at,
            _ => None,
        };
        Self {
            scaling_id: Some(of.id.to_string()),
            status: match of.state {
                ScalingState::Asked => "pending_approval".to_owned(),
                other => other.to_string(),
            },
            estimated_completion: begins.zip(typical).map(|(begins, took)| begins + took),
            steps: of.steps.iter().map(Into::into).collect(),
            billing_impact: (&of.billing).into(),
            current_limits: of.from,
            target_limits: of.target,
            scale_strategy: of.strategy.to_string(),
            asked_by: Some(of.asked_by.name),
            asked_at: Some(of.asked_at),
            note: of.note,
            decided_by: of.decided_by,
            decided_at: of.decided_at,
            reason: of.reason,
            due_at: of.due_at,
        }
    }
}
