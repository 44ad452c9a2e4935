//! Leading one schema of a database to a version: which migrations that takes, and running them.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Nullable, Text};
use domain::Direction;

use super::runner::{NoRun, Ran, refused};
use super::tell::{Telling, data, tell};
use super::transact::{Kept, transact};
use crate::raw;
use crate::vendor::{self, VendorMigration};

#[derive(QueryableByName)]
struct Took {
    #[diesel(sql_type = Nullable<BigInt>)]
    took: Option<i64>,
}

/// Leads one schema of a database to a version.
pub(super) fn lead(
    connection: &mut PgConnection,
    given: &[VendorMigration],
    schema: &str,
    (direction, version): (Direction, &str),
    kept: Kept,
    telling: Option<Telling<'_>>,
) -> Result<Vec<Ran>, NoRun> {
    transact(connection, kept, |connection| {
        let there = vendor::versions_in(connection, schema)?;
        let steps = steps(given, &there, direction, version)?;
        // Before the scripts: nobody waits behind their locks while many are told.
        if let Some(telling) = telling.filter(|_| !steps.is_empty()) {
            let versions: Vec<&str> = steps.iter().map(|one| one.version.as_str()).collect();
            let data = data(direction, version, &versions);
            tell(connection, schema, telling, &data)?;
        }
        let mut ran = Vec::new();
        for one in steps {
            let took = run(connection, schema, one, direction)?;
            ran.extend(took.map(|microseconds| Ran {
                version: one.version.clone(),
                name: one.name.clone(),
                microseconds,
            }));
        }
        Ok(ran)
    })
}

/// The migrations that lead from what is there to the version, in their order.
fn steps<'g>(
    given: &'g [VendorMigration],
    there: &[String],
    direction: Direction,
    version: &str,
) -> Result<Vec<&'g VendorMigration>, NoRun> {
    let by_version = |wanted: &String| {
        let found = given.iter().find(|one| one.version == *wanted);
        found.ok_or_else(|| NoRun::NoWayBack(wanted.clone()))
    };
    match direction {
        Direction::Up => Ok(given
            .iter()
            .filter(|one| one.version.as_str() <= version && !there.contains(&one.version))
            .collect()),
        Direction::Down => {
            let newer = there.iter().rev().filter(|one| one.as_str() > version);
            newer.map(by_version).collect()
        }
    }
}

fn run(
    connection: &mut PgConnection,
    schema: &str,
    one: &VendorMigration,
    direction: Direction,
) -> Result<Option<i64>, NoRun> {
    let script = match direction {
        Direction::Up => &one.up,
        Direction::Down => one
            .down
            .as_ref()
            .ok_or_else(|| NoRun::NoWayBack(one.version.clone()))?,
    };
    let took: QueryResult<Took> = raw::query("select app.run_script($1, $2, $3, $4) as took")
        .bind::<Text, _>(schema)
        .bind::<Text, _>(&one.version)
        .bind::<Text, _>(script)
        .bind::<Bool, _>(direction == Direction::Up)
        .get_result(connection);
    match took {
        Ok(took) => Ok(took.took),
        Err(error) => Err(refused(&one.version, error)),
    }
}
