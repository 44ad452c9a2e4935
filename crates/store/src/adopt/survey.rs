//! What the tables are like, read from the catalog in one look.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Jsonb, Nullable, Text};
use domain::adoption::{Facts, TableName};
use serde_json::Value as Json;

use super::fault::NoAdoption;
use super::quote;
use super::session::Adopter;
use crate::raw;

const SURVEY: &str = include_str!("../../sql/adopt_survey.sql");

#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = Nullable<BigInt>)]
    oid: Option<i64>,
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Jsonb)]
    facts: Json,
}

impl Adopter {
    /// Looks at these tables. Nothing is changed.
    ///
    /// # Errors
    /// The database's.
    pub fn survey(&mut self, names: &[TableName]) -> Result<Facts, NoAdoption> {
        let mut look = self.connection.build_transaction().read_only();
        look.run(|connection| {
            let (mut oids, mut missing) = (Vec::new(), Vec::new());
            for name in names {
                let quoted = match &name.schema {
                    Some(schema) => quote::within(schema, &name.name),
                    None => quote::name(&name.name),
                };
                let found: Found = raw::query("select to_regclass($1)::oid::bigint as oid")
                    .bind::<Text, _>(quoted)
                    .get_result(connection)?;
                match found.oid {
                    Some(oid) => oids.push(oid),
                    None => missing.push(name.to_string()),
                }
            }
            // From here on the server writes every name whole.
            connection.batch_execute("set local search_path = pg_catalog")?;
            let row: Row = raw::query(SURVEY)
                .bind::<Array<BigInt>, _>(oids)
                .get_result(connection)?;
            let mut facts: Facts = serde_json::from_value(row.facts)?;
            facts.missing = missing;
            Ok(facts)
        })
    }
}
