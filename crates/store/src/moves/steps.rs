//! How far a move has come, step by step, and how long its steps take.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable};
use domain::{MoveId, MoveStep};

use crate::StoreError;
use crate::catalogue::{StepRow, StepState};
use crate::platform::PlatformTx;
use crate::raw;
use crate::schema::catalogue::move_steps;

/// Of how many earlier moves the durations are taken.
const MEASURED: i64 = 50;

type Row = (
    MoveStep,
    String,
    i32,
    Option<DateTime<Utc>>,
    Option<DateTime<Utc>>,
    Option<String>,
);

#[derive(QueryableByName)]
struct Typical {
    #[diesel(sql_type = Nullable<BigInt>)]
    rows_a_second: Option<i64>,
    #[diesel(sql_type = Nullable<BigInt>)]
    pause: Option<i64>,
}

impl PlatformTx<'_> {
    pub(super) fn steps_of_move(&mut self, id: MoveId) -> Result<Vec<StepRow>, StoreError> {
        use move_steps::dsl as s;
        let rows: Vec<Row> = s::move_steps
            .filter(s::move_id.eq(id.uuid()))
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
            step: step.as_str().to_owned(),
            state: StepState::parse(&state).unwrap_or(StepState::Waiting),
            attempts,
            started_at,
            finished_at,
            error,
        };
        Ok(rows.into_iter().map(row).collect())
    }

    /// Notes that a step of a move begins, or begins again.
    ///
    /// # Errors
    /// The database's.
    pub fn begin_move_step(&mut self, id: MoveId, step: MoveStep) -> Result<(), StoreError> {
        use move_steps::dsl as s;
        let now = self.now();
        diesel::update(s::move_steps.find((id.uuid(), step)))
            .set((
                s::state.eq(StepState::Running.as_str()),
                s::attempts.eq(s::attempts + 1),
                s::started_at.eq(now),
                s::finished_at.eq(None::<DateTime<Utc>>),
            ))
            .execute(self.connection())?;
        Ok(())
    }

    /// Notes how a step of a move ended; an error names why.
    ///
    /// # Errors
    /// The database's.
    pub fn end_move_step(
        &mut self,
        id: MoveId,
        step: MoveStep,
        state: StepState,
        error: Option<&str>,
    ) -> Result<(), StoreError> {
        use move_steps::dsl as s;
        let now = self.now();
        diesel::update(s::move_steps.find((id.uuid(), step)))
            .set((
                s::state.eq(state.as_str()),
                s::finished_at.eq(now),
                s::error.eq(error),
            ))
            .execute(self.connection())?;
        Ok(())
    }

    /// What the latest moves took in the middle: rows copied in a second, and the pause in microseconds.
    ///
    /// # Errors
    /// The database's.
    pub fn typical_move(&mut self) -> Result<(Option<i64>, Option<i64>), StoreError> {
        let typical: Typical = raw::query(
            "select (percentile_cont(0.5) within group (order by l.rows_copied / nullif(extract(epoch from s.finished_at - s.started_at), 0))
                    filter (where l.rows_copied > 1000))::bigint as rows_a_second,
                (percentile_cont(0.5) within group (order by l.pause_microseconds))::bigint as pause
            from (select m.* from catalogue.moves m where m.state = 'done' order by m.finished_at desc limit $1) l
            join catalogue.move_steps s on s.move_id = l.id and s.step = 'copy'",
        )
        .bind::<BigInt, _>(MEASURED)
        .get_result(self.connection())?;
        Ok((typical.rows_a_second, typical.pause))
    }
}
