//! Bringing a copy up to date. A row is known to be new by the transaction that wrote it, so nothing has to listen
//! to the tables: no trigger, no slot, and the way is open between any two schemas of a node.

use std::time::Instant;

use diesel::prelude::*;
use diesel::result::{DatabaseErrorKind, Error as DieselError};
use diesel::sql_types::Text;

use super::tables::{Table, Way};
use crate::raw;

/// When requests that wait have waited long enough; none where nobody waits.
pub(super) type Until = Option<Instant>;

/// Lets the copy follow what was written since; answers how many rows that were. Must be in a transaction.
///
/// Rows come one table after the other. Where that meets a rule of the tables which holds only for all of them
/// together (two people who exchanged their addresses), the copy is made anew: slower, and always right.
pub(super) fn follow(
    connection: &mut PgConnection,
    tables: &[Table],
    way: &Way,
    since: i64,
    until: Until,
) -> QueryResult<i64> {
    let followed =
        connection.transaction(|connection| changes(connection, tables, way, since, until));
    match followed {
        Err(DieselError::DatabaseError(
            DatabaseErrorKind::UniqueViolation
            | DatabaseErrorKind::ForeignKeyViolation
            | DatabaseErrorKind::RestrictViolation
            | DatabaseErrorKind::ExclusionViolation,
            _,
        )) => whole(connection, tables, way, until, |_, _| Ok(())),
        other => other,
    }
}

/// Lets the next statement run no longer than there is time.
pub(super) fn hurry(connection: &mut PgConnection, until: Until) -> QueryResult<()> {
    if let Some(until) = until {
        let left = until.saturating_duration_since(Instant::now()).as_millis();
        raw::query("select set_config('statement_timeout', $1, true)")
            .bind::<Text, _>(left.max(1).to_string())
            .execute(connection)?;
    }
    Ok(())
}

fn changes(
    connection: &mut PgConnection,
    tables: &[Table],
    way: &Way,
    since: i64,
    until: Until,
) -> QueryResult<i64> {
    let mut rows = 0;
    for table in tables.iter().rev() {
        hurry(connection, until)?;
        rows += table.drop_gone(connection, way)?;
    }
    for table in tables {
        hurry(connection, until)?;
        rows += table.copy(connection, way, Some(since))?;
    }
    Ok(rows)
}

/// Makes the copy anew; says after each table how many rows there are.
pub(super) fn whole<E: From<DieselError>>(
    connection: &mut PgConnection,
    tables: &[Table],
    way: &Way,
    until: Until,
    mut told: impl FnMut(usize, i64) -> Result<(), E>,
) -> Result<i64, E> {
    for table in tables.iter().rev() {
        hurry(connection, until)?;
        table.empty(connection, way.tenant, &way.to)?;
    }
    let mut rows = 0;
    for (done, table) in (1..).zip(tables) {
        hurry(connection, until)?;
        rows += table.copy(connection, way, None)?;
        told(done, rows)?;
    }
    Ok(rows)
}
