//! The one module that may make a statement from text. The text is always a literal of this crate, and
//! whatever varies is bound; but for statements about an operator's own tables, which `adopt` builds.

use std::marker::PhantomData;

use diesel::expression::ValidGrouping;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId, SqlQuery};
use diesel::sql_types::Bool;
use uuid::Uuid;

use crate::schema::tenant::users;

/// A statement that Diesel's query language has no words for.
#[allow(clippy::disallowed_methods, reason = "this is the one place")]
pub(crate) fn query(literal: &'static str) -> SqlQuery {
    diesel::sql_query(literal)
}

/// A statement about tables whose names nobody knows beforehand, every one of them through `adopt::quote`.
#[allow(clippy::disallowed_methods, reason = "this is the one place")]
pub(crate) fn built(statement: String) -> SqlQuery {
    diesel::sql_query(statement)
}

/// A statement of one tenant that Diesel's query language has no words for, prepared once a connection
/// as Diesel's own are: `$1` is the tenant, `$2` the most rows.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Kept<S> {
    literal: &'static str,
    tenant: Uuid,
    limit: i32,
    row: PhantomData<S>,
}

/// A statement whose rows are of the SQL type `S`.
pub(crate) fn kept<S>(literal: &'static str, tenant: Uuid, limit: i32) -> Kept<S> {
    Kept {
        literal,
        tenant,
        limit,
        row: PhantomData,
    }
}

impl<S> Query for Kept<S> {
    type SqlType = S;
}

impl<S> RunQueryDsl<PgConnection> for Kept<S> {}

impl<S> QueryId for Kept<S> {
    type QueryId = ();
    // Told apart by its text.
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<S> QueryFragment<Pg> for Kept<S> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        for (number, piece) in self.literal.split('$').enumerate() {
            match (number, piece.strip_prefix('1'), piece.strip_prefix('2')) {
                (1.., Some(rest), _) => {
                    out.push_bind_param::<diesel::sql_types::Uuid, _>(&self.tenant)?;
                    out.push_sql(rest);
                }
                (1.., None, Some(rest)) => {
                    out.push_bind_param::<diesel::sql_types::Integer, _>(&self.limit)?;
                    out.push_sql(rest);
                }
                _ => out.push_sql(piece),
            }
        }
        Ok(())
    }
}

/// A statement of Diesel's whose text is always the same, prepared once a connection. Diesel takes no UPDATE and no upsert
/// for one, because their columns may vary; here they are written down. It has to be asked for rows: `execute` does not
/// come by here.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Always<Q>(pub(crate) Q);

impl<Q: Query> Query for Always<Q> {
    type SqlType = Q::SqlType;
}

impl<Q> RunQueryDsl<PgConnection> for Always<Q> {}

impl<Q> QueryId for Always<Q> {
    type QueryId = ();
    // Told apart by its text.
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<Q: QueryFragment<Pg>> QueryFragment<Pg> for Always<Q> {
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        self.0.walk_ast(out)
    }

    fn is_safe_to_cache_prepared(&self, _backend: &Pg) -> QueryResult<bool> {
        Ok(true)
    }
}

/// People who are not removed, as the partial indexes say it: with a bound value a plan that serves
/// any value could not use them. Unlike a piece of text of Diesel's, it lets the statement be kept.
#[derive(Debug, Clone, Copy, QueryId, ValidGrouping)]
pub(crate) struct StillThere;

impl Expression for StillThere {
    type SqlType = Bool;
}

impl<From> AppearsOnTable<From> for StillThere where users::status: AppearsOnTable<From> {}

impl<From> SelectableExpression<From> for StillThere where users::status: SelectableExpression<From> {}

impl QueryFragment<Pg> for StillThere {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("users.status <> 'removed'");
        Ok(())
    }
}

/// Tenants that are there, as the partial indexes say it.
pub(crate) fn not_deleted() -> diesel::expression::SqlLiteral<diesel::sql_types::Bool> {
    diesel::dsl::sql("tenants.status <> 'deleted'")
}

/// How many people a tenant of the list has; -1 where the platform sees no counter.
pub(crate) fn people() -> diesel::expression::SqlLiteral<diesel::sql_types::BigInt> {
    diesel::dsl::sql("coalesce(limits.used, own_seats.used, -1)")
}
