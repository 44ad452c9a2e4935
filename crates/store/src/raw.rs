//! The one module that may make a statement from text. The text is always a literal of this crate;
//! whatever varies is bound.

use diesel::query_builder::SqlQuery;

/// A statement that Diesel's query language has no words for.
#[allow(clippy::disallowed_methods, reason = "this is the one place")]
pub(crate) fn query(literal: &'static str) -> SqlQuery {
    diesel::sql_query(literal)
}

/// People who are not removed, as the partial indexes say it: with a bound value a plan that serves
/// any value could not use them.
pub(crate) fn still_there() -> diesel::expression::SqlLiteral<diesel::sql_types::Bool> {
    diesel::dsl::sql("users.status <> 'removed'")
}
