//! What a filter of people amounts to as a condition on their rows.

use diesel::expression::BoxableExpression;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Text};
use domain::{Role, SearchIn, UserFilter};
use uuid::Uuid;

use super::few::Few;
use crate::raw::StillThere;
use crate::schema::tenant::{user_words, users};

diesel::infix_operator!(StartsWith, " ^@ ", backend: Pg);
diesel::define_sql_function! {
    /// Where `piece` begins in `text`; 0 where it is not in it.
    fn strpos(text: Text, piece: Text) -> Integer;
}

/// A condition on people.
pub(super) type Condition<'a> = Box<dyn BoxableExpression<users::table, Pg, SqlType = Bool> + 'a>;

/// What a filter's search amounts to.
pub(super) enum Search {
    /// No search.
    Nothing,
    /// Each of these begins a word.
    Beginnings(Vec<String>),
    /// This is somewhere in a name or an address.
    Anywhere(String),
}

impl Search {
    pub(super) fn of(filter: &UserFilter) -> Self {
        if !filter.searches() {
            return Self::Nothing;
        }
        let terms = filter.terms();
        match filter.search_in {
            // A search of punctuation alone has no words; it can only be looked for as it stands.
            SearchIn::Beginnings if !terms.is_empty() => Self::Beginnings(terms),
            _ => Self::Anywhere(filter.piece()),
        }
    }
}

/// The filter without its statuses: what the tabs count.
pub(super) fn narrowed<'a>(
    tenant: Uuid,
    filter: &'a UserFilter,
    few: Option<&'a Few>,
) -> Condition<'a> {
    let mut condition: Condition<'_> = Box::new(users::tenant_id.eq(tenant).and(StillThere));
    condition = match (Search::of(filter), few) {
        (Search::Nothing, _) => condition,
        (Search::Beginnings(_), Some(few)) => Box::new(condition.and(users::id.eq_any(few.ids()))),
        (Search::Beginnings(terms), None) => terms.into_iter().fold(condition, |all, term| {
            Box::new(all.and(users::id.eq_any(people_with(tenant, term))))
        }),
        (Search::Anywhere(piece), _) => Box::new(
            condition.and(
                strpos(users::name_folded, piece.clone()).gt(0).or(strpos(
                    users::email_folded,
                    piece,
                )
                .gt(0)),
            ),
        ),
    };
    if !filter.roles.is_empty() {
        condition = Box::new(condition.and(of_roles(&filter.roles)));
    }
    match filter.departments.as_slice() {
        [] => condition,
        [one] => Box::new(condition.and(users::department_folded.eq(one).assume_not_null())),
        many => Box::new(condition.and(users::department_folded.eq_any(many).assume_not_null())),
    }
}

fn of_roles(roles: &[Role]) -> Condition<'_> {
    let (mut words, mut ids) = (Vec::new(), Vec::new());
    for role in roles {
        match role {
            Role::BuiltIn(role) => words.push(role.key()),
            Role::Custom(id) => ids.push(id.uuid()),
        }
    }
    match (words.as_slice(), ids.is_empty()) {
        // By equality, so that the index also gives the order by name.
        ([one], true) => Box::new(users::role.eq(*one)),
        (_, true) => Box::new(users::role.eq_any(words)),
        ([], false) => Box::new(users::role_id.eq_any(ids).assume_not_null()),
        (_, false) => Box::new(
            users::role
                .eq_any(words)
                .or(users::role_id.eq_any(ids).assume_not_null()),
        ),
    }
}

/// The filter with its statuses: what the list shows.
pub(super) fn shown<'a>(
    tenant: Uuid,
    filter: &'a UserFilter,
    few: Option<&'a Few>,
) -> Condition<'a> {
    let condition = narrowed(tenant, filter, few);
    match filter.statuses.as_slice() {
        [] => condition,
        [one] => Box::new(condition.and(users::status.eq(one))),
        many => Box::new(condition.and(users::status.eq_any(many))),
    }
}

/// A statement within a statement that names people.
pub(super) type PeopleWith = diesel::dsl::IntoBoxed<
    'static,
    diesel::dsl::Select<user_words::table, user_words::user_id>,
    Pg,
>;

/// The people who have a word with this beginning.
fn people_with(tenant: Uuid, term: String) -> PeopleWith {
    user_words::table
        .select(user_words::user_id)
        .filter(user_words::tenant_id.eq(tenant))
        .filter(starts_with(user_words::word, term))
        .into_boxed()
}

/// Whether the text begins with the piece: `^@`, which is leakproof and so reaches the index.
pub(super) fn starts_with<T>(
    text: T,
    piece: String,
) -> StartsWith<T, diesel::dsl::AsExprOf<String, Text>>
where
    T: Expression<SqlType = Text>,
{
    StartsWith::new(text, piece.into_sql::<Text>())
}
