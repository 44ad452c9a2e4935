//! Bringing a copy up to date. A row is known to be new by the transaction that wrote it, so nothing has to listen
//! to the tables: no trigger, no slot, and the way is open between any two places.

use diesel::prelude::*;
use diesel::result::{DatabaseErrorKind, Error as DieselError};

use super::passage::{Passage, Until};
use super::tables::{Table, Way};

/// Lets the copy follow what was written since; answers how many rows that were, a table. Must be in a transaction.
///
/// Rows come one table after the other. Where that meets a rule of the tables, what is gone goes first; where it meets
/// one that holds only for all rows together (two people who exchanged their addresses), the copy is made anew: slower,
/// and always right.
pub(super) fn follow(
    passage: &mut Passage<'_>,
    tables: &[Table],
    way: &Way,
    since: i64,
    until: Until,
) -> QueryResult<Vec<i64>> {
    let followed = passage.tried(|passage| changes(passage, tables, way, since, until));
    if !meets_a_rule(&followed) {
        return followed;
    }
    let followed = passage.tried(|passage| {
        for table in tables.iter().rev() {
            passage.hurry(until)?;
            passage.drop_gone(table, way)?;
        }
        let rows = changes(passage, tables, way, since, until)?;
        Ok(rows.into_iter().map(|rows| rows + 1).collect())
    });
    if !meets_a_rule(&followed) {
        return followed;
    }
    whole(passage, tables, way, until, |_, _| Ok::<_, DieselError>(()))?;
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

fn changes(
    passage: &mut Passage<'_>,
    tables: &[Table],
    way: &Way,
    since: i64,
    until: Until,
) -> QueryResult<Vec<i64>> {
    let mut rows = Vec::with_capacity(tables.len());
    for table in tables {
        passage.hurry(until)?;
        let mut written = passage.copy(table, way, Some(since))?;
        if until.is_none() {
            // Of a kept copy something may have been taken; behind the first pass nothing is missing any more.
            written += passage.copy_missing(table, way)?;
        }
        rows.push(written);
    }
    for (table, rows) in tables.iter().zip(&mut rows).rev() {
        passage.hurry(until)?;
        // Everything that is here is there: as many rows are the same rows.
        let (here, there) = passage.counts(table, way)?;
        if here != there {
            passage.hurry(until)?;
            *rows += 1 + passage.drop_gone(table, way)?;
        }
    }
    Ok(rows)
}

/// Makes the copy anew; says after each table how many rows there are.
pub(super) fn whole<E: From<DieselError>>(
    passage: &mut Passage<'_>,
    tables: &[Table],
    way: &Way,
    until: Until,
    mut told: impl FnMut(usize, i64) -> Result<(), E>,
) -> Result<i64, E> {
    for table in tables.iter().rev() {
        passage.hurry(until)?;
        table.empty(passage.to(), way.tenant, &way.to)?;
    }
    let mut rows = 0;
    for (done, table) in (1..).zip(tables) {
        passage.hurry(until)?;
        rows += passage.copy(table, way, None)?;
        table.analyze(passage.to(), &way.to)?;
        told(done, rows)?;
    }
    Ok(rows)
}
