//! The new place of a move: a schema, or a database with the tables that stand where the tenant lives.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use domain::PlacementKind;

use super::ends::end;
use super::line::Move;
use super::mover::{Mover, still_wanted};
use super::no_move::NoMove;
use crate::boot::SHARED;
use crate::boot::ledger::{lines, mirror};
use crate::databases::{bring, name_for, note_name};
use crate::nodes::node_of;
use crate::placements::schema_like;
use crate::places::Place;
use crate::rollouts::fence;
use crate::schema::catalogue::{copies, moves};
use crate::vendor;

impl Mover {
    /// Makes the new place, unless it is there.
    ///
    /// # Errors
    /// See [`NoMove`].
    pub fn prepare(&mut self, now: DateTime<Utc>) -> Result<(), NoMove> {
        let line = &self.line;
        let space = self.ends.home.transaction(|home| {
            still_wanted(home, line)?;
            let space = match (&line.to_schema, line.to) {
                (Some(space), PlacementKind::Database) => {
                    note_name(home, line.tenant, (space, line.to_node), now)?;
                    space.clone()
                }
                (Some(space), _) => space.clone(),
                (None, PlacementKind::Schema) => schema_like(home, &line.from_schema)?,
                (None, PlacementKind::Database) => name_for(home, line.tenant, line.to_node, now)?,
                (None, PlacementKind::Shared) => return Err(NoMove::Elsewhere),
            };
            diesel::update(moves::table.find(line.id.uuid()))
                .set((
                    moves::to_schema.eq(&space),
                    moves::to_node.eq(node_of(home, &Place::of_space(&space), now)?),
                ))
                .execute(home)?;
            diesel::insert_into(copies::table)
                .values((
                    copies::tenant_id.eq(line.tenant.uuid()),
                    copies::schema_name.eq(&space),
                    copies::kind.eq(line.to.as_str()),
                    copies::keep_until.eq(now + TimeDelta::days(i64::from(line.keep_days))),
                ))
                .on_conflict_do_nothing()
                .execute(home)?;
            if Place::of_space(&space).is_home() {
                alike(home, line, &space)?;
            }
            Ok::<_, NoMove>(space)
        })?;
        if Place::of_space(&space).is_home() {
            self.line.to_schema = Some(space);
            return Ok(());
        }
        self.furnish(&space)?;
        alike(&mut self.ends.home, &self.line, &space)?;
        self.line.to_schema = Some(space);
        self.settle_ends(now)
    }

    /// Makes the database of this name, as far as that was not done, with those of the vendor's migrations that stand
    /// where the tenant lives.
    fn furnish(&mut self, name: &str) -> Result<(), NoMove> {
        // Who migrates there waits for everybody else.
        self.ends.to = None;
        let home = &mut self.ends.home;
        self.store.make_database(home, name)?;
        let versions = vendor::versions_in(home, &self.line.from_schema)?;
        let mut given = vendor::all(home)?;
        given.retain(|one| versions.contains(&one.version));
        let mut there = end(&self.store, name)?.ok_or(NoMove::Elsewhere)?;
        bring(&mut there, &given)?;
        mirror(home, name, &lines(&mut there, SHARED)?)?;
        self.ends.to = Some(there);
        Ok(())
    }
}

/// No rollout touches the new place from here on, and the same of the vendor's stands in both.
fn alike(home: &mut PgConnection, line: &Move, space: &str) -> Result<(), NoMove> {
    let alike = fence::hold_alike(home, &line.from_schema, space)?;
    alike.then_some(()).ok_or(NoMove::OtherVersion)
}
