//! Rollouts of the application's migrations: asked for, watched, paused, ended; and one tenant's schema by itself.

pub mod drift;
pub mod fields;
pub mod forecast_fields;
pub mod migrate;

use domain::staff::{ManageTenants, ReadTenants};
use domain::{Direction, FieldErrors, Pace, RolloutId};
use serde::Deserialize;
use services::rollouts::{self, Asked};
use services::{StaffTx, StoreError, VerbError, vendor};
use utoipa::{IntoParams, ToSchema};

use self::fields::{Migrations, OneRollout, Rollouts};
use self::forecast_fields::RolloutForecast;
use super::door::Door;
use super::fields::Nothing;
use super::{Answer, Body, Outcome, PlatformApi, Query};

/// A rollout to be asked for.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewRollout {
    /// up, or down; up where nothing is said.
    #[schema(pattern = "^(up|down)$")]
    pub direction: Option<String>,
    /// The last version that stands afterwards: forward the newest where nothing is said, and back none.
    #[schema(max_length = 40)]
    pub version: Option<String>,
    /// Tenants whose schemas go first, by id or slug.
    #[schema(max_items = 100)]
    pub canaries: Option<Vec<String>>,
    /// Schemas at once; 2 where nothing is said.
    #[schema(minimum = 1, maximum = 16)]
    pub parallel: Option<i32>,
    /// How many of all schemas one wave has, in percent; 25 where nothing is said.
    #[schema(minimum = 1, maximum = 100)]
    pub wave_percent: Option<i32>,
    /// At how many failures, in percent, it stands still; 5 where nothing is said.
    #[schema(minimum = 0, maximum = 100)]
    pub stop_percent: Option<i32>,
}

/// What is to be looked at.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub struct ForecastQuery {
    /// To which version; the newest where nothing is said.
    #[param(max_length = 40)]
    pub version: Option<String>,
}

/// `GET /migrations`
///
/// # Errors
/// No right, or no database.
pub async fn migrations(
    api: PlatformApi<ReadTenants>,
    query: Query<Nothing>,
) -> Outcome<Migrations> {
    api.read(query, |tx, _| Ok(Migrations::of(&vendor::list(tx)?)))
        .await
}

/// `GET /rollouts`
///
/// # Errors
/// No right, or no database.
pub async fn list(api: PlatformApi<ReadTenants>, query: Query<Nothing>) -> Outcome<Rollouts> {
    api.read(query, |tx, _| Ok(Rollouts::of(&rollouts::list(tx)?)))
        .await
}

/// `GET /rollouts/forecast`
///
/// # Errors
/// No right, no such version, a script that fails, or no database.
pub async fn forecast(
    api: PlatformApi<ManageTenants>,
    query: Query<ForecastQuery>,
) -> Outcome<RolloutForecast> {
    let asked = api.query(query).await?;
    api.run(|_| Ok(())).await?;
    let found = api.beyond(move |store, request| {
        rollouts::forecast(store, request.now, asked.version.as_deref())
    });
    Ok(Answer::of(&RolloutForecast::of(&found.await?)))
}

/// `POST /rollouts`
///
/// # Errors
/// No right, a field that is wrong, another rollout that is open, or no database.
pub async fn ask(
    api: PlatformApi<ManageTenants>,
    body: Body<NewRollout>,
) -> Outcome<OneRollout, 201> {
    let store = api.app().store.clone();
    api.write(body, move |tx, body: &NewRollout| {
        let usual = Pace::default();
        let asked = Asked {
            direction: direction(body.direction.as_deref())?,
            version: body.version.clone(),
            pace: Pace {
                parallel: body.parallel.unwrap_or(usual.parallel),
                wave_percent: body.wave_percent.unwrap_or(usual.wave_percent),
                stop_percent: body.stop_percent.unwrap_or(usual.stop_percent),
            },
            canaries: body.canaries.clone().unwrap_or_default(),
        };
        let id = rollouts::ask(tx, &store, &asked)?;
        read_one(tx, id)
    })
    .await
}

/// The direction that was written.
///
/// # Errors
/// An error at `direction`.
pub(super) fn direction(word: Option<&str>) -> Result<Direction, VerbError> {
    let parsed = word.map_or(Ok(Direction::Up), Direction::parse);
    parsed.map_err(|_| FieldErrors::one("direction", "Choose up or down.").into())
}

/// `GET /rollouts/{rollout_id}`
///
/// # Errors
/// No right, no such rollout, or no database.
pub async fn read(api: PlatformApi<ReadTenants>, query: Query<Nothing>) -> Outcome<OneRollout> {
    let id = api.part::<RolloutId>("rollout_id");
    api.read(query, move |tx, _| {
        read_one(tx, id.ok_or(StoreError::NotFound)?)
    })
    .await
}

/// `POST /rollouts/{rollout_id}/pause`
///
/// # Errors
/// No right, one that does not run, or no database.
pub async fn pause(api: PlatformApi<ManageTenants>, body: Body<Nothing>) -> Outcome<OneRollout> {
    deed(&api, body, rollouts::pause).await
}

/// `POST /rollouts/{rollout_id}/resume`
///
/// # Errors
/// No right, one that is not paused, or no database.
pub async fn resume(api: PlatformApi<ManageTenants>, body: Body<Nothing>) -> Outcome<OneRollout> {
    deed(&api, body, rollouts::resume).await
}

/// `POST /rollouts/{rollout_id}/retry`
///
/// # Errors
/// No right, nothing that failed, or no database.
pub async fn retry(api: PlatformApi<ManageTenants>, body: Body<Nothing>) -> Outcome<OneRollout> {
    deed(&api, body, rollouts::retry).await
}

/// `DELETE /rollouts/{rollout_id}`
///
/// # Errors
/// No right, one that is over, or no database.
pub async fn cancel(api: PlatformApi<ManageTenants>, body: Body<Nothing>) -> Outcome<OneRollout> {
    deed(&api, body, rollouts::cancel).await
}

async fn deed(
    api: &PlatformApi<ManageTenants>,
    body: Body<Nothing>,
    deed: fn(&mut StaffTx<'_, ManageTenants>, RolloutId) -> Result<(), VerbError>,
) -> Outcome<OneRollout> {
    let id = api.part::<RolloutId>("rollout_id");
    api.write(body, move |tx, _| {
        let id = id.ok_or(StoreError::NotFound)?;
        // What is not there is not found, whatever could be done to it.
        rollouts::of_all(tx, id)?;
        deed(tx, id)?;
        read_one(tx, id)
    })
    .await
}

fn read_one<P>(tx: &mut StaffTx<'_, P>, id: RolloutId) -> Result<OneRollout, VerbError> {
    let line = rollouts::of_all(tx, id)?;
    let counts = tx.count_targets(id)?;
    let failed = tx.targets(id, domain::TargetState::Failed, "", fields::SHOWN)?;
    Ok(OneRollout::of(&line, &counts, &failed))
}
