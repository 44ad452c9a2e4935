//! Roles, rights and schemas: asks the catalog what is missing and makes it, one statement at a time.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::{Nullable, Text};

use super::BootError;

const MISSING: &str = include_str!("../../sql/roles.sql");

#[derive(QueryableByName, PartialEq, Eq)]
struct Missing {
    #[diesel(sql_type = Text)]
    who: String,
    #[diesel(sql_type = Nullable<Text>)]
    role: Option<String>,
    #[diesel(sql_type = Text)]
    statement: String,
}

/// Makes what is missing. Answers the statements that it ran.
pub(super) fn make(connection: &mut PgConnection) -> Result<Vec<String>, BootError> {
    let mut ran = Vec::new();
    let mut last: Option<(Missing, String)> = None;
    while let Some(next) = first_missing(connection)? {
        // Still missing after it ran: refused, aloud or (as REVOKE does) by a mere warning.
        if let Some((before, reason)) = last.take()
            && before == next
        {
            return Err(BootError::Refused {
                statement: next.statement,
                who: next.who,
                reason,
            });
        }
        let reason = match run(connection, &next) {
            Ok(()) => {
                ran.push(next.statement.clone());
                "it had no effect".to_owned()
            }
            // Not an error yet: somebody else may just have made the same, roles belong to the whole server.
            Err(error) => error.to_string(),
        };
        last = Some((next, reason));
    }
    Ok(ran)
}

fn first_missing(connection: &mut PgConnection) -> QueryResult<Option<Missing>> {
    crate::raw::query(MISSING).get_result(connection).optional()
}

fn run(connection: &mut PgConnection, missing: &Missing) -> QueryResult<()> {
    match &missing.role {
        Some(role) => {
            connection.batch_execute(&format!("set role {role}"))?;
            let outcome = connection.batch_execute(&missing.statement);
            connection.batch_execute("reset role")?;
            outcome
        }
        None => connection.batch_execute(&missing.statement),
    }
}
