//! The queue read to its end, from one place of its order to the next.

use chrono::{DateTime, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;
use domain::JobId;

use super::{Filter, Listed, Row, State, row};
use crate::StoreError;
use crate::platform::PlatformTx;
use crate::schema::catalogue::tenants;
use crate::schema::node::jobs;

/// The jobs that match behind this place of the same order, or the first ones.
///
/// # Errors
/// The database's.
pub fn after(
    tx: &mut PlatformTx<'_>,
    filter: &Filter,
    last: Option<(DateTime<Utc>, JobId)>,
    at_most: i64,
) -> Result<Vec<Row>, StoreError> {
    let mut query = narrowed!(listed!(), filter);
    query = match (filter.state, last) {
        (State::Dead, Some((at, id))) => query.filter(
            (jobs::finished_at.lt(at))
                .or(jobs::finished_at.eq(at).and(jobs::id.lt(id.uuid())))
                .assume_not_null(),
        ),
        (State::Running | State::Queued, Some((at, id))) => {
            query.filter((jobs::run_at.gt(at)).or(jobs::run_at.eq(at).and(jobs::id.gt(id.uuid()))))
        }
        (_, None) => query,
    };
    let query = match filter.state {
        State::Dead => query.order((jobs::finished_at.desc(), jobs::id.desc())),
        State::Running | State::Queued => query.order((jobs::run_at.asc(), jobs::id.asc())),
    };
    let rows: Vec<Listed> = query.limit(at_most).load(tx.connection())?;
    Ok(rows.into_iter().map(row).collect())
}
