//! How far the making of a tenant has come, step by step.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use domain::column::UnknownWord;
use domain::{NodeId, TenantId};

use super::NewFurnishing;
use crate::StoreError;
use crate::platform::PlatformTx;
use crate::schema::catalogue::{provisioning_steps, provisionings};

/// Where a step stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StepState {
    /// Not begun.
    Waiting,
    /// Begun, and perhaps interrupted.
    Running,
    /// Done.
    Done,
    /// It cannot be done as things are.
    Failed,
}

impl StepState {
    /// As it is stored and sent.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Running => "running",
            Self::Done => "done",
            Self::Failed => "failed",
        }
    }

    pub(crate) fn parse(word: &str) -> Result<Self, UnknownWord> {
        [Self::Waiting, Self::Running, Self::Done, Self::Failed]
            .into_iter()
            .find(|state| state.as_str() == word)
            .ok_or_else(|| UnknownWord(word.to_owned()))
    }
}

/// A step as it was written down.
#[derive(Debug, Clone)]
pub struct StepRow {
    /// Its name.
    pub step: String,
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

type Row = (
    String,
    String,
    i32,
    Option<DateTime<Utc>>,
    Option<DateTime<Utc>>,
    Option<String>,
);

#[derive(QueryableByName)]
struct Typical {
    #[diesel(sql_type = Text)]
    step: String,
    #[diesel(sql_type = BigInt)]
    microseconds: i64,
}

/// Of how many earlier tenants the durations are taken.
const MEASURED: i64 = 50;

impl PlatformTx<'_> {
    /// Writes down what the tenant is to be furnished with, and the steps; the first is done by that.
    ///
    /// # Errors
    /// The database's.
    pub fn plan_steps(
        &mut self,
        tenant: TenantId,
        furnishing: &NewFurnishing<'_>,
        steps: &[&str],
    ) -> Result<(), StoreError> {
        let (now, id) = (self.now(), tenant.uuid());
        diesel::insert_into(provisionings::table)
            .values((
                provisionings::tenant_id.eq(id),
                provisionings::admin_name.eq(furnishing.admin_name),
                provisionings::admin_email.eq(furnishing.admin_email),
                provisionings::admin_password_hash.eq(furnishing.admin_password_hash),
                provisionings::primary_color.eq(&furnishing.primary_color),
                provisionings::secondary_color.eq(&furnishing.secondary_color),
                provisionings::trial_days.eq(furnishing.trial_days),
                provisionings::created_at.eq(now),
                provisionings::admin_id.eq(furnishing.admin.uuid()),
                provisionings::placement.eq(furnishing.placement.as_str()),
                provisionings::node_id.eq(furnishing.node.map(NodeId::uuid)),
            ))
            .execute(self.connection())?;
        let rows: Vec<_> = (0_i32..)
            .zip(steps)
            .map(|(place, step)| {
                (
                    provisioning_steps::tenant_id.eq(id),
                    provisioning_steps::step.eq(*step),
                    provisioning_steps::place.eq(place),
                    provisioning_steps::state.eq(StepState::Waiting.as_str()),
                )
            })
            .collect();
        diesel::insert_into(provisioning_steps::table)
            .values(rows)
            .execute(self.connection())?;
        Ok(())
    }

    /// The steps, in their order.
    ///
    /// # Errors
    /// The database's, or a state that this version does not know.
    pub fn steps_of(&mut self, tenant: TenantId) -> Result<Vec<StepRow>, StoreError> {
        use provisioning_steps::dsl as s;
        let rows: Vec<Row> = s::provisioning_steps
            .filter(s::tenant_id.eq(tenant.uuid()))
            .order(s::place)
            .select((
                s::step,
                s::state,
                s::attempts,
                s::started_at,
                s::finished_at,
                s::error,
            ))
            .load(self.connection())?;
        let row = |(step, state, attempts, started_at, finished_at, error): Row| StepRow {
            step,
            state: StepState::parse(&state).unwrap_or(StepState::Waiting),
            attempts,
            started_at,
            finished_at,
            error,
        };
        Ok(rows.into_iter().map(row).collect())
    }

    /// Notes that a step begins, or begins again.
    ///
    /// # Errors
    /// The database's.
    pub fn begin_step(&mut self, tenant: TenantId, step: &str) -> Result<(), StoreError> {
        use provisioning_steps::dsl as s;
        let now = self.now();
        diesel::update(s::provisioning_steps)
            .filter(s::tenant_id.eq(tenant.uuid()))
            .filter(s::step.eq(step))
            .set((
                s::state.eq(StepState::Running.as_str()),
                s::attempts.eq(s::attempts + 1),
                s::started_at.eq(now),
                s::finished_at.eq(None::<DateTime<Utc>>),
            ))
            .execute(self.connection())?;
        Ok(())
    }

    /// Notes how a step ended; an error names why.
    ///
    /// # Errors
    /// The database's.
    pub fn end_step(
        &mut self,
        tenant: TenantId,
        step: &str,
        state: StepState,
        error: Option<&str>,
    ) -> Result<(), StoreError> {
        use provisioning_steps::dsl as s;
        let now = self.now();
        diesel::update(s::provisioning_steps)
            .filter(s::tenant_id.eq(tenant.uuid()))
            .filter(s::step.eq(step))
            .set((
                s::state.eq(state.as_str()),
                s::finished_at.eq(now),
                s::error.eq(error),
            ))
            .execute(self.connection())?;
        Ok(())
    }

    /// How long each step took in the middle of the latest tenants, in microseconds.
    ///
    /// # Errors
    /// The database's.
    pub fn typical_steps(&mut self) -> Result<Vec<(String, i64)>, StoreError> {
        let rows: Vec<Typical> = crate::raw::query(
            "select s.step, (percentile_cont(0.5) within group (order by extract(epoch from s.finished_at - s.started_at)) * 1000000)::bigint as microseconds
            from (select p.tenant_id from catalogue.provisionings p join catalogue.tenants t on t.id = p.tenant_id and not t.demo
                where p.finished_at is not null order by p.finished_at desc limit $1) latest
            join catalogue.provisioning_steps s using (tenant_id)
            where s.state = 'done' and s.started_at is not null and s.attempts = 1
            group by s.step",
        )
        .bind::<BigInt, _>(MEASURED)
        .load(self.connection())?;
        Ok(rows
            .into_iter()
            .map(|row| (row.step, row.microseconds))
            .collect())
    }
}
