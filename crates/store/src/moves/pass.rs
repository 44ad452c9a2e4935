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

/// Lets the copy follow what was written since; answers how many rows that were, a table. Must be in a transaction.
///
/// Rows come one table after the other. Where that meets a rule of the tables, what is gone goes first; where it meets
/// one that holds only for all rows together (two people who exchanged their addresses), the copy is made anew: slower,
/// and always right.
pub(super) fn follow(
    connection: &mut PgConnection,
    tables: &[Table],
    way: &Way,
    since: i64,
    until: Until,
) -> QueryResult<Vec<i64>> {
    let followed =
        connection.transaction(|connection| changes(connection, tables, way, since, until));
    if !meets_a_rule(&followed) {
        return followed;
    }
    let followed = connection.transaction(|connection| {
        for table in tables.iter().rev() {
            hurry(connection, until)?;
            table.drop_gone(connection, way)?;
        }
        let rows = changes(connection, tables, way, since, until)?;
        Ok(rows.into_iter().map(|rows| rows + 1).collect())
    });
    if !meets_a_rule(&followed) {
        return followed;
    }
    whole(connection, tables, way, until, |_, _| {
        Ok::<_, DieselError>(())
    })?;
    Ok(vec![1; tables.len()])
}

fn meets_a_rule(followed: &QueryResult<Vec<i64>>) -> bool {
    matches!(
        followed,
        Err(DieselError::DatabaseError(
            DatabaseErrorKind::UniqueViolation
                | DatabaseErrorKind::ForeignKeyViolation
                | DatabaseErrorKind::RestrictViolation
                | DatabaseErrorKind::ExclusionViolation,
            _,
        ))
    )
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
) -> QueryResult<Vec<i64>> {
    let mut rows = Vec::with_capacity(tables.len());
    for table in tables {
        hurry(connection, until)?;
        let mut written = table.copy(connection, way, Some(since))?;
        if until.is_none() {
            // Of a kept copy something may have been taken; behind the first pass nothing is missing any more.
            written += table.copy_missing(connection, way)?;
        }
        rows.push(written);
    }
    for (table, rows) in tables.iter().zip(&mut rows).rev() {
        hurry(connection, until)?;
        // Everything that is here is there: as many rows are the same rows.
        let (here, there) = table.counts(connection, way)?;
        if here != there {
            hurry(connection, until)?;
            *rows += 1 + table.drop_gone(connection, way)?;
        }
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
        table.analyze(connection, &way.to)?;
        told(done, rows)?;
    }
    Ok(rows)
}
