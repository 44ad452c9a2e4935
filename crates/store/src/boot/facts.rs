//! What the catalog says of a login and of the tables, for the check to judge.

use diesel::prelude::*;
use diesel::sql_types::{Bool, Integer, Nullable, Text};

const FACTS: &str = include_str!("../../sql/check.sql");

/// What the login and the database are like.
#[derive(Debug, Clone, QueryableByName)]
pub(super) struct Facts {
    #[diesel(sql_type = Text)]
    pub(super) login: String,
    #[diesel(sql_type = Integer)]
    pub(super) server_version: i32,
    #[diesel(sql_type = Text)]
    pub(super) language: String,
    #[diesel(sql_type = Bool)]
    pub(super) superuser: bool,
    #[diesel(sql_type = Bool)]
    pub(super) bypasses: bool,
    #[diesel(sql_type = Bool)]
    pub(super) powerful: bool,
    #[diesel(sql_type = Bool)]
    pub(super) owner: bool,
    #[diesel(sql_type = Nullable<Text>)]
    pub(super) stranger: Option<String>,
    #[diesel(sql_type = Nullable<Bool>)]
    pub(super) reaches_tenants: Option<bool>,
    #[diesel(sql_type = Nullable<Bool>)]
    pub(super) reaches_platform: Option<bool>,
    #[diesel(sql_type = Nullable<Text>)]
    pub(super) unprotected: Option<String>,
    #[diesel(sql_type = Bool)]
    pub(super) prepared: bool,
    #[diesel(sql_type = Bool)]
    pub(super) citus: bool,
    #[diesel(sql_type = Bool)]
    pub(super) several_owners: bool,
    #[diesel(sql_type = Nullable<Text>)]
    pub(super) citus_set_commands: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    pub(super) output_plugins: Option<String>,
}

/// Asks for them as the login of this connection.
pub(super) fn facts(connection: &mut PgConnection) -> QueryResult<Facts> {
    crate::raw::query(FACTS).get_result(connection)
}
