//! Rollouts of the vendor's migrations, as they are written down: which schemas, in which waves, how far. What runs in a
//! schema is in `runner`; what is known beforehand in `lint` and `forecast`.

mod alone;
mod counts;
mod drift;
pub(crate) mod fence;
mod forecast;
mod lead;
mod line;
mod lint;
mod print;
mod runner;
mod targets;
mod tell;
mod transact;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use domain::{Direction, Pace, RolloutId, RolloutState, TenantId};
use uuid::Uuid;

use crate::StoreError;
use crate::platform::PlatformTx;
use crate::raw;
use crate::schema::catalogue::{rollout_targets, rollouts, vendor_migrations};

pub use counts::{Counts, Measured};
pub use drift::{Drift, DriftFinding};
pub use forecast::{Lock, Tried};
pub use line::Rollout;
pub use lint::Breach;
pub use print::Print;
pub use runner::{NoRun, Ran, Runner};
pub use targets::{Claimed, Target};
pub use tell::Telling;

/// A rollout to be asked for.
#[derive(Debug, Clone)]
pub struct NewRollout<'a> {
    /// Forward or back.
    pub direction: Direction,
    /// The last version that stands afterwards; empty for none.
    pub version: &'a str,
    /// How it goes about it.
    pub pace: Pace,
    /// Whose schemas go first.
    pub canaries: &'a [TenantId],
    /// Who asked, in the words of the log.
    pub asked_by: &'a str,
}

/// A schema that a rollout has work in.
#[derive(Debug, QueryableByName)]
struct Behind {
    #[diesel(sql_type = Text)]
    schema_name: String,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    tenant_id: Option<Uuid>,
}

impl PlatformTx<'_> {
    /// Writes a rollout down, with the schemas that are not at its version. From here on new schemas get what it brings.
    /// `None` while another one is open.
    ///
    /// # Errors
    /// The database's.
    pub fn plan_rollout(&mut self, new: &NewRollout<'_>) -> Result<Option<RolloutId>, StoreError> {
        self.lock_release()?;
        let open = rollouts::table
            .filter(rollouts::state.eq_any(RolloutState::OPEN))
            .filter(rollouts::tenant_id.is_null());
        if diesel::select(diesel::dsl::exists(open)).get_result(self.connection())? {
            return Ok(None);
        }
        let id = self.insert_rollout(new, RolloutState::Waiting, None)?;
        self.release(new.direction, new.version)?;
        let waves = waves(self.behind(new.direction, new.version)?, new);
        for (wave, behind) in waves {
            self.add_targets(id, wave, &behind)?;
        }
        Ok(Some(RolloutId::from_uuid(id)))
    }

    /// Adds the schemas that came while it went over the others and are not at its version; how many those are.
    ///
    /// # Errors
    /// The database's.
    pub fn add_stragglers(&mut self, line: &Rollout) -> Result<usize, StoreError> {
        let id = line.id.uuid();
        let known: Vec<String> = rollout_targets::table
            .filter(rollout_targets::rollout_id.eq(id))
            .select(rollout_targets::schema_name)
            .load(self.connection())?;
        let known: std::collections::HashSet<String> = known.into_iter().collect();
        let mut late = self.behind(line.direction, &line.version)?;
        late.retain(|behind| !known.contains(&behind.schema_name));
        let last: Option<i32> = rollout_targets::table
            .filter(rollout_targets::rollout_id.eq(id))
            .select(diesel::dsl::max(rollout_targets::wave))
            .first(self.connection())?;
        self.add_targets(id, last.unwrap_or(0), &late)?;
        Ok(late.len())
    }

    pub(super) fn insert_rollout(
        &mut self,
        new: &NewRollout<'_>,
        state: RolloutState,
        tenant: Option<TenantId>,
    ) -> Result<Uuid, StoreError> {
        let (id, now) = (self.fresh_uuid(), self.now());
        diesel::insert_into(rollouts::table)
            .values((
                rollouts::id.eq(id),
                rollouts::direction.eq(new.direction),
                rollouts::version.eq(new.version),
                rollouts::tenant_id.eq(tenant.map(TenantId::uuid)),
                rollouts::state.eq(state),
                rollouts::parallel.eq(new.pace.parallel),
                rollouts::wave_percent.eq(new.pace.wave_percent),
                rollouts::stop_percent.eq(new.pace.stop_percent),
                rollouts::asked_at.eq(now),
                rollouts::asked_by.eq(new.asked_by),
            ))
            .execute(self.connection())?;
        Ok(id)
    }

    /// Whoever makes a schema holds this shared: it is made before, and seen here, or it asks afterwards what is released.
    fn lock_release(&mut self) -> Result<(), StoreError> {
        raw::query("select pg_advisory_xact_lock(hashtextextended('tenantry release', 0))")
            .execute(self.connection())?;
        Ok(())
    }

    /// What new schemas get from now on: everything up to the version.
    fn release(&mut self, direction: Direction, version: &str) -> Result<(), StoreError> {
        use vendor_migrations::dsl as v;
        let now = self.now();
        match direction {
            Direction::Up => diesel::update(v::vendor_migrations)
                .filter(v::version.le(version))
                .filter(v::released_at.is_null())
                .set(v::released_at.eq(now))
                .execute(self.connection())?,
            Direction::Down => diesel::update(v::vendor_migrations)
                .filter(v::version.gt(version))
                .set(v::released_at.eq(None::<DateTime<Utc>>))
                .execute(self.connection())?,
        };
        Ok(())
    }

    /// How many schemas are not at the version.
    ///
    /// # Errors
    /// The database's.
    pub fn schemas_behind(
        &mut self,
        direction: Direction,
        version: &str,
    ) -> Result<usize, StoreError> {
        Ok(self.behind(direction, version)?.len())
    }

    /// The schemas that are not at the version: the ledger says so, and no schema is looked into.
    fn behind(&mut self, direction: Direction, version: &str) -> Result<Vec<Behind>, StoreError> {
        let wanted: Vec<String> = vendor_migrations::table
            .filter(vendor_migrations::version.le(version))
            .select(vendor_migrations::version)
            .load(self.connection())?;
        let query = match direction {
            Direction::Up => raw::query(
                "select l.schema_name, (array_agg(p.tenant_id))[1] as tenant_id from node.ledger l \
                 left join catalogue.own_places p on p.schema_name = l.schema_name \
                 group by l.schema_name \
                 having count(*) filter (where l.family = 'vendor' and l.version = any ($1)) < cardinality($1) order by 1",
            ),
            Direction::Down => raw::query(
                "select l.schema_name, (array_agg(p.tenant_id))[1] as tenant_id from node.ledger l \
                 left join catalogue.own_places p on p.schema_name = l.schema_name \
                 group by l.schema_name \
                 having count(*) filter (where l.family = 'vendor' and l.version <> all ($1)) > 0 order by 1",
            ),
        };
        Ok(query
            .bind::<Array<Text>, _>(wanted)
            .load(self.connection())?)
    }

    fn add_targets(&mut self, id: Uuid, wave: i32, all: &[Behind]) -> Result<(), StoreError> {
        let (schemas, tenants): (Vec<_>, Vec<_>) = all
            .iter()
            .map(|behind| (behind.schema_name.as_str(), behind.tenant_id))
            .unzip();
        raw::query(
            "insert into catalogue.rollout_targets (rollout_id, schema_name, tenant_id, wave, state) \
             select $1, t.schema_name, t.tenant_id, $2, 'waiting' from unnest($3, $4) t (schema_name, tenant_id)",
        )
        .bind::<SqlUuid, _>(id)
        .bind::<Integer, _>(wave)
        .bind::<Array<Text>, _>(schemas)
        .bind::<Array<Nullable<SqlUuid>>, _>(tenants)
        .execute(self.connection())?;
        Ok(())
    }

    /// Turns a rollout from one of these states to another, and says why; false when it was in none of them.
    ///
    /// # Errors
    /// The database's.
    pub fn turn_rollout(
        &mut self,
        id: RolloutId,
        from: &[RolloutState],
        to: RolloutState,
        why: Option<&str>,
    ) -> Result<bool, StoreError> {
        let now = self.now();
        let finished = (!to.is_open()).then_some(now);
        let begun = (to == RolloutState::Running).then_some(now);
        let turned = diesel::update(rollouts::table.find(id.uuid()))
            .filter(rollouts::state.eq_any(from))
            .set((
                rollouts::state.eq(to),
                rollouts::finished_at.eq(finished),
                rollouts::why.eq(why),
                rollouts::begun_at.eq(diesel::dsl::sql::<Nullable<Timestamptz>>(
                    "coalesce(begun_at, ",
                )
                .bind::<Nullable<Timestamptz>, _>(begun)
                .sql(")")),
            ))
            .execute(self.connection())?;
        Ok(turned > 0)
    }
}

/// The canaries, then the schemas of tenants' own in waves, and at the end the tables that many share.
fn waves(all: Vec<Behind>, new: &NewRollout<'_>) -> Vec<(i32, Vec<Behind>)> {
    let canaries: Vec<Uuid> = new.canaries.iter().map(|tenant| tenant.uuid()).collect();
    let size = new.pace.wave_of(all.len());
    let (first, rest): (Vec<_>, Vec<_>) = all.into_iter().partition(|behind| {
        behind
            .tenant_id
            .is_some_and(|tenant| canaries.contains(&tenant))
    });
    let (shared, own): (Vec<_>, Vec<_>) = rest
        .into_iter()
        .partition(|behind| behind.schema_name == crate::boot::SHARED);
    let mut waves = vec![first];
    let mut own = own.into_iter().peekable();
    while own.peek().is_some() {
        waves.push(own.by_ref().take(size).collect());
    }
    waves.push(shared);
    waves.retain(|wave| !wave.is_empty());
    (0..).zip(waves).collect()
}
