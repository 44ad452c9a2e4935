//! The rows of one page. How many is written into the statement and not bound: for a bound number the
//! server keeps a plan that expects a tenth of all rows, and sorts them where the index has them in order.

use diesel::QueryResult;
use diesel::pg::{Pg, PgConnection};
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::BigInt;

/// At most `limit` rows of the query, `offset` rows after its first. Pages come in few lengths, so the
/// statements stay few; the offset is bound.
#[derive(Debug)]
pub(crate) struct Window<Q> {
    query: Q,
    limit: i64,
    offset: i64,
}

impl<Q> Window<Q> {
    pub(crate) fn of(query: Q, limit: i64, offset: i64) -> Self {
        Self {
            query,
            limit,
            offset,
        }
    }
}

impl<Q: Query> Query for Window<Q> {
    type SqlType = Q::SqlType;
}

impl<Q> RunQueryDsl<PgConnection> for Window<Q> {}

impl<Q> QueryId for Window<Q> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<Q: QueryFragment<Pg>> QueryFragment<Pg> for Window<Q> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        self.query.walk_ast(out.reborrow())?;
        out.push_sql(" LIMIT ");
        out.push_sql(&self.limit.to_string());
        if self.offset > 0 {
            out.push_sql(" OFFSET ");
            out.push_bind_param::<BigInt, _>(&self.offset)?;
        }
        Ok(())
    }
}
