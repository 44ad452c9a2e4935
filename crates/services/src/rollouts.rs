//! Rollouts: the vendor's migrations brought to every schema of tenants, wave by wave. Asked for, paused, let go on and
//! ended here; done by a job, in `work`. One tenant's schema alone is migrated in `alone`.

pub mod alone;
mod at_once;
mod drift;
mod forecast;
mod told;
mod work;

use domain::staff::ManageTenants;
use domain::{Direction, FieldErrors, Pace, RolloutId, RolloutState, TargetState, TenantId};
use serde_json::json;
use store::rollouts::NewRollout;
pub use store::rollouts::{
    Counts, Drift, DriftFinding, Measured, NoRun, Ran, Rollout, Target as Space,
};
use store::{PlatformTx, StaffTx, Store, StoreError};

use crate::VerbError;
use crate::jobs::{self, JobKind, NewJob};
use crate::platform_audit::{self, Action, Entry, Target, TargetKind, Who};

pub use at_once::at_once;
pub(crate) use drift::work as drift_work;
pub use drift::{ask as ask_for_drift, look as look_for_drift};
pub use forecast::{Forecast, forecast};
pub(crate) use work::{give_up, work};

/// Said where this process reaches no tables as their owner.
pub const NO_OWNER: &str = "Migrations are rolled out here once the address of the database's owner is configured: database.owner_url.";
/// How many rollouts are listed.
const LISTED: i64 = 30;

/// A rollout to be asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// Forward or back.
    pub direction: Direction,
    /// To which version; forward to the newest where nothing is said, and back to none.
    pub version: Option<String>,
    /// How it goes about it.
    pub pace: Pace,
    /// Whose schemas go first, by slug or id.
    pub canaries: Vec<String>,
}

/// Asks for a rollout over all schemas.
///
/// # Errors
/// [`VerbError::Invalid`] beside what is wrong, [`VerbError::Conflict`] while another one is open.
pub fn ask(
    tx: &mut StaffTx<'_, ManageTenants>,
    store: &Store,
    asked: &Asked,
) -> Result<RolloutId, VerbError> {
    if !store.makes_schemas() {
        return Err(VerbError::Conflict(NO_OWNER.to_owned()));
    }
    let pace = asked.pace.checked()?;
    let version = version_of(tx, asked.direction, asked.version.as_deref())?;
    let canaries = canaries(tx, &asked.canaries)?;
    let by = Who::acts(tx).name;
    let planned = tx.plan_rollout(&NewRollout {
        direction: asked.direction,
        version: &version,
        pace,
        canaries: &canaries,
        asked_by: &by,
    })?;
    let id = planned.ok_or_else(|| {
        VerbError::Conflict(
            "Another rollout is not over yet: let it end, or end it early.".to_owned(),
        )
    })?;
    enqueue(tx, id)?;
    let after = json!({
        "direction": asked.direction, "version": version, "canaries": canaries.len(), "parallel": pace.parallel,
        "wave_percent": pace.wave_percent, "stop_percent": pace.stop_percent,
    });
    platform_audit::record(
        tx,
        Entry::done(Action::RolloutAsked, target(id, &version)).after(after),
    )?;
    Ok(id)
}

/// The version that is meant.
pub(crate) fn version_of(
    tx: &mut PlatformTx<'_>,
    direction: Direction,
    version: Option<&str>,
) -> Result<String, VerbError> {
    let given = tx.given_migrations()?;
    let version = version.map(str::trim).filter(|version| !version.is_empty());
    match (version, direction) {
        (Some(version), _) if given.iter().any(|one| one.version == version) => {
            Ok(version.to_owned())
        }
        (Some(_), _) => {
            Err(FieldErrors::one("version", "There is no migration of this version.").into())
        }
        (None, Direction::Down) => Ok(String::new()),
        (None, Direction::Up) => {
            let newest = given.last().map(|one| one.version.clone());
            newest.ok_or_else(|| {
                VerbError::Conflict("There are no migrations to roll out.".to_owned())
            })
        }
    }
}

fn canaries(tx: &mut PlatformTx<'_>, names: &[String]) -> Result<Vec<TenantId>, VerbError> {
    let mut all = Vec::new();
    let mut errors = FieldErrors::new();
    for name in names
        .iter()
        .map(|name| name.trim())
        .filter(|name| !name.is_empty())
    {
        match tx.named_tenant(name) {
            Ok(tenant) => match tx.placement_of(tenant)? {
                Some(lives) if lives.kind != domain::PlacementKind::Shared => all.push(tenant),
                _ => errors.add("canaries", format!("{name} lives in the shared tables, which are migrated with all who live there.")),
            },
            Err(StoreError::NotFound) => errors.add("canaries", format!("There is no tenant {name}.")),
            Err(error) => return Err(error.into()),
        }
    }
    errors.into_result()?;
    Ok(all)
}

/// Lets a rollout stand still. What is in hand is ended.
///
/// # Errors
/// [`VerbError::Conflict`] for one that does not run.
pub fn pause(tx: &mut StaffTx<'_, ManageTenants>, id: RolloutId) -> Result<(), VerbError> {
    let from = [RolloutState::Waiting, RolloutState::Running];
    let by = Who::acts(tx).name;
    let why = format!("{by} paused it.");
    turn(
        tx,
        id,
        &from,
        RolloutState::Paused,
        Some(&why),
        Action::RolloutPaused,
        "This rollout does not run.",
    )
}

/// Lets a paused rollout go on; one that stopped at failures stops again at as many more.
///
/// # Errors
/// [`VerbError::Conflict`] for one that is not paused.
pub fn resume(tx: &mut StaffTx<'_, ManageTenants>, id: RolloutId) -> Result<(), VerbError> {
    turn(
        tx,
        id,
        &[RolloutState::Paused],
        RolloutState::Waiting,
        None,
        Action::RolloutResumed,
        "This rollout is not paused.",
    )
}

/// Ends a rollout early. What was brought to the version stays there.
///
/// # Errors
/// [`VerbError::Conflict`] for one that is over.
pub fn cancel(tx: &mut StaffTx<'_, ManageTenants>, id: RolloutId) -> Result<(), VerbError> {
    let by = Who::acts(tx).name;
    let why = format!("{by} ended it.");
    turn(
        tx,
        id,
        &RolloutState::OPEN,
        RolloutState::Cancelled,
        Some(&why),
        Action::RolloutCancelled,
        "This rollout is over.",
    )
}

/// Tries the schemas again that failed, and no other.
///
/// # Errors
/// [`VerbError::Conflict`] where nothing failed, or while another rollout is open.
pub fn retry(tx: &mut StaffTx<'_, ManageTenants>, id: RolloutId) -> Result<(), VerbError> {
    if tx.open_rollout()?.is_some_and(|open| open.id != id) {
        return Err(VerbError::Conflict(
            "Another rollout is not over yet.".to_owned(),
        ));
    }
    if tx.try_targets_again(id, TargetState::Failed)? == 0 {
        return Err(VerbError::Conflict(
            "Nothing of this rollout failed.".to_owned(),
        ));
    }
    let from = [
        RolloutState::Failed,
        RolloutState::Paused,
        RolloutState::Cancelled,
    ];
    turn(
        tx,
        id,
        &from,
        RolloutState::Waiting,
        None,
        Action::RolloutRetried,
        "This rollout still runs.",
    )
}

fn turn(
    tx: &mut StaffTx<'_, ManageTenants>,
    id: RolloutId,
    from: &[RolloutState],
    to: RolloutState,
    why: Option<&str>,
    action: Action,
    otherwise: &str,
) -> Result<(), VerbError> {
    let line = of_all(tx, id)?;
    if !tx.turn_rollout(id, from, to, why)? {
        return Err(VerbError::Conflict(otherwise.to_owned()));
    }
    if to == RolloutState::Waiting {
        enqueue(tx, id)?;
    }
    let entry = Entry::done(action, target(id, &line.version));
    let entry = entry
        .before(json!({ "state": line.state }))
        .after(json!({ "state": to }));
    Ok(platform_audit::record(tx, entry)?)
}

fn enqueue(tx: &mut PlatformTx<'_>, id: RolloutId) -> Result<(), VerbError> {
    jobs::enqueue_for_platform(
        tx,
        &NewJob::now(JobKind::RolloutRun, json!({ "rollout": id })),
    )?;
    Ok(())
}

pub(crate) fn target(id: RolloutId, version: &str) -> Target {
    let name = if version.is_empty() { "none" } else { version };
    Target::of(TargetKind::Rollout, id.uuid(), name)
}

/// What a lock on a table keeps people from, in words that follow "meanwhile".
#[must_use]
pub fn words_of_lock(mode: &str) -> &'static str {
    match mode {
        "AccessExclusiveLock" => "nobody reads or writes",
        "ExclusiveLock" | "ShareRowExclusiveLock" | "ShareLock" => "people read, and nobody writes",
        _ => "people go on",
    }
}

/// A rollout over all schemas.
///
/// # Errors
/// [`StoreError::NotFound`], or the database's.
pub fn of_all(tx: &mut PlatformTx<'_>, id: RolloutId) -> Result<Rollout, StoreError> {
    let line = tx.read_rollout(id)?;
    if line.tenant.is_none() {
        Ok(line)
    } else {
        Err(StoreError::NotFound)
    }
}

/// The latest rollouts, the newest first.
///
/// # Errors
/// The database's.
pub fn list(tx: &mut PlatformTx<'_>) -> Result<Vec<Rollout>, StoreError> {
    tx.rollouts(LISTED)
}
