//! The rules that the vendor's migrations break, before they run: each is tried in a schema that is made for it and goes
//! again, where no tenant is.

use std::collections::BTreeSet;

use diesel::prelude::*;
use diesel::sql_types::{Nullable, Text};

use super::print::{Print, print};
use super::runner::{NoRun, Runner, run_text};
use super::transact::{Kept, transact};
use crate::placements::empty_schema;
use crate::raw;
use crate::vendor::VendorMigration;

/// A rule that a migration breaks.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Breach {
    /// Whose.
    pub version: String,
    /// Which rule.
    pub rule: String,
    /// On what.
    pub object: String,
    /// What is wrong with it.
    pub detail: String,
    /// Whether it keeps the migration from running; otherwise it is only told.
    pub grave: bool,
}

#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = Text)]
    rule: String,
    #[diesel(sql_type = Text)]
    object: String,
    #[diesel(sql_type = Nullable<Text>)]
    detail: Option<String>,
}

#[derive(QueryableByName)]
struct Outside {
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = Text)]
    object: String,
}

impl Runner {
    /// The rules that these migrations break, all of them in their order on tables of ours that are empty. Nothing of it
    /// is kept.
    ///
    /// # Errors
    /// The database's; a script that fails is a breach and no error.
    pub fn lint(&mut self, all: &[VendorMigration]) -> Result<Vec<Breach>, NoRun> {
        transact(&mut self.connection, Kept::No, |connection| {
            let schema = empty_schema(connection)?;
            let mut lint = Lint {
                ours: print(connection, &schema)?,
                schema,
                told: BTreeSet::new(),
                breaches: Vec::new(),
            };
            for one in all {
                if !lint.one(connection, one)? {
                    break;
                }
            }
            Ok(lint.breaches)
        })
    }
}

struct Lint {
    schema: String,
    ours: Print,
    told: BTreeSet<(String, String, String)>,
    breaches: Vec<Breach>,
}

impl Lint {
    /// Looks at one migration; false when nothing can be looked at behind it.
    fn one(&mut self, connection: &mut PgConnection, one: &VendorMigration) -> Result<bool, NoRun> {
        let before = print(connection, &self.schema)?;
        if !self.runs(connection, one, &one.up, "script")? {
            return Ok(false);
        }
        let after = print(connection, &self.schema)?;
        self.rules(connection, one)?;
        self.outside(connection, one)?;
        for (object, detail) in self.ours.unlike_in(&after) {
            self.tell(one, "not-yours", &object, &detail, true);
        }
        for (object, detail) in before.types_changed(&after) {
            self.tell(one, "type-in-place", &object, &detail, true);
        }
        let Some(down) = &one.down else {
            self.tell(
                one,
                "no-way-back",
                &one.name,
                "has no down.sql: a rollout of it cannot be taken back",
                false,
            );
            return Ok(true);
        };
        if !self.runs(connection, one, down, "script-back")? {
            return Ok(false);
        }
        let back = print(connection, &self.schema)?;
        for (object, detail) in before.differences(&back) {
            self.tell(one, "way-back", &object, &detail, true);
        }
        self.runs(connection, one, &one.up, "script-again")
    }

    fn runs(
        &mut self,
        connection: &mut PgConnection,
        one: &VendorMigration,
        script: &str,
        rule: &str,
    ) -> Result<bool, NoRun> {
        match run_text(connection, &self.schema, &one.version, script) {
            Ok(()) => Ok(true),
            Err(NoRun::Script { words, .. }) => {
                self.tell(one, rule, &one.name, &words, true);
                Ok(false)
            }
            Err(other) => Err(other),
        }
    }

    fn rules(&mut self, connection: &mut PgConnection, one: &VendorMigration) -> Result<(), NoRun> {
        raw::query("select set_config('search_path', 'pg_catalog', true), set_config('app.linted', $1, true)")
            .bind::<Text, _>(&self.schema)
            .execute(connection)?;
        let found: Vec<Found> = raw::query(include_str!("../../sql/lint.sql")).load(connection)?;
        let own = format!("{}.", self.schema);
        for breach in found {
            if let Some(object) = breach.object.strip_prefix(&own) {
                let detail = breach.detail.unwrap_or_default().replace(&own, "");
                self.tell(one, &breach.rule, object, &detail, true);
            }
        }
        Ok(())
    }

    fn outside(
        &mut self,
        connection: &mut PgConnection,
        one: &VendorMigration,
    ) -> Result<(), NoRun> {
        let made: Vec<Outside> = raw::query("select kind, object from app.made_outside($1)")
            .bind::<Text, _>(&self.schema)
            .load(connection)?;
        for outside in made {
            let detail = format!("a {} outside the tenants' schema", outside.kind);
            self.tell(one, "outside", &outside.object, &detail, true);
        }
        Ok(())
    }

    /// Each thing once, of the migration that began it.
    fn tell(&mut self, one: &VendorMigration, rule: &str, object: &str, detail: &str, grave: bool) {
        let what = (rule.to_owned(), object.to_owned(), detail.to_owned());
        if self.told.insert(what) {
            self.breaches.push(Breach {
                version: one.version.clone(),
                rule: rule.to_owned(),
                object: object.to_owned(),
                detail: detail.to_owned(),
                grave,
            });
        }
    }
}
