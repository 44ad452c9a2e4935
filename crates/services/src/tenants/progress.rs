//! How far a tenant's making has come, and when it will probably be done.

use chrono::{DateTime, TimeDelta, Utc};
use domain::{TenantId, UserId};
use store::catalogue::{StepRow, StepState};
use store::{PlatformTx, StoreError};

use super::steps::Step;

/// The making of a tenant.
#[derive(Debug, Clone)]
pub struct Provisioning {
    /// Who its first owner is or will be; not known of tenants that were asked for long ago.
    pub owner: Option<UserId>,
    /// When it was asked for.
    pub asked_at: DateTime<Utc>,
    /// When it was whole.
    pub finished_at: Option<DateTime<Utc>>,
    /// The steps, in their order.
    pub steps: Vec<StepProgress>,
    /// When it will probably be whole; or why that cannot be said.
    pub estimate: Result<DateTime<Utc>, &'static str>,
}

/// A step of it.
#[derive(Debug, Clone)]
pub struct StepProgress {
    /// Which.
    pub step: Step,
    /// Where it stands.
    pub state: StepState,
    /// How often it was begun.
    pub attempts: i32,
    /// When it was begun last.
    pub started_at: Option<DateTime<Utc>>,
    /// When it was done, or failed last.
    pub finished_at: Option<DateTime<Utc>>,
    /// Why it failed last.
    pub error: Option<String>,
}

impl Provisioning {
    /// How many steps are done.
    #[must_use]
    pub fn done(&self) -> usize {
        let done = |step: &&StepProgress| step.state == StepState::Done;
        self.steps.iter().filter(done).count()
    }

    /// The step that failed.
    #[must_use]
    pub fn failed(&self) -> Option<&StepProgress> {
        self.steps
            .iter()
            .find(|step| step.state == StepState::Failed)
    }

    /// Whether all of it is done.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.finished_at.is_some()
    }
}

/// The making of this tenant; `None` for one that was never made in steps.
///
/// # Errors
/// The database's.
pub fn provisioning(
    tx: &mut PlatformTx<'_>,
    tenant: TenantId,
) -> Result<Option<Provisioning>, StoreError> {
    let Some(furnishing) = tx.furnishing(tenant)? else {
        return Ok(None);
    };
    let steps: Vec<StepProgress> = tx
        .steps_of(tenant)?
        .into_iter()
        .filter_map(progress)
        .collect();
    let typical = tx.typical_steps()?;
    let estimate = match furnishing.finished_at {
        Some(finished) => Ok(finished),
        None => estimate(&steps, &typical, tx.now()),
    };
    Ok(Some(Provisioning {
        owner: furnishing.admin_id.map(UserId::from_uuid),
        asked_at: furnishing.created_at,
        finished_at: furnishing.finished_at,
        steps,
        estimate,
    }))
}

fn progress(row: StepRow) -> Option<StepProgress> {
    Some(StepProgress {
        step: Step::from_key(&row.step)?,
        state: row.state,
        attempts: row.attempts,
        started_at: row.started_at,
        finished_at: row.finished_at,
        error: row.error,
    })
}

/// Now, and what the steps that are left took in the middle of earlier tenants.
fn estimate(
    steps: &[StepProgress],
    typical: &[(String, i64)],
    now: DateTime<Utc>,
) -> Result<DateTime<Utc>, &'static str> {
    if steps.iter().any(|step| step.state == StepState::Failed) {
        return Err("A step failed; it is not known when it will be tried again.");
    }
    let left = steps.iter().filter(|step| step.state != StepState::Done);
    let time = left.map(|left| {
        let known = typical.iter().find(|(step, _)| step == left.step.key());
        known.map(|(_, microseconds)| *microseconds)
    });
    let time: Option<i64> = time.sum();
    time.map(|time| now + TimeDelta::microseconds(time))
        .ok_or("No tenant was made here before, so nothing is known about how long it takes.")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    fn step(step: Step, state: StepState) -> StepProgress {
        StepProgress {
            step,
            state,
            attempts: 1,
            started_at: None,
            finished_at: None,
            error: None,
        }
    }

    #[test]
    fn an_estimate_is_measured_or_absent() {
        let now = DateTime::from_timestamp(1_795_000_000, 0).unwrap();
        let steps = [
            step(Step::Record, StepState::Done),
            step(Step::Placement, StepState::Running),
            step(Step::Defaults, StepState::Waiting),
        ];
        let known = [
            ("placement".to_owned(), 2_000_000),
            ("defaults".to_owned(), 500_000),
        ];
        let expected = now + TimeDelta::milliseconds(2_500);
        assert_eq!(estimate(&steps, &known, now), Ok(expected));
        assert!(estimate(&steps, &known[..1], now).is_err());
        let failed = [step(Step::Placement, StepState::Failed)];
        assert!(estimate(&failed, &known, now).is_err());
    }
}
