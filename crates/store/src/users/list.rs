//! The list of people: filters, search, order, pages. Every order has its index, so that the first page
//! never sorts all rows.

use chrono::{DateTime, Utc};
use diesel::expression::BoxableExpression;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Text};
use domain::{
    EmailAddress, Order, PageRequest, PersonName, Role, SearchIn, UserFilter, UserId, UserSort,
    UserStatus,
};
use uuid::Uuid;

use super::role_of;
use crate::raw;
use crate::schema::tenant::{user_words, users};
use crate::{StoreError, TenantTx};

diesel::infix_operator!(StartsWith, " ^@ ", backend: Pg);
diesel::define_sql_function! {
    /// Where `piece` begins in `text`; 0 where it is not in it.
    fn strpos(text: Text, piece: Text) -> Integer;
}

/// A condition on people.
type Condition<'a> = Box<dyn BoxableExpression<users::table, Pg, SqlType = Bool> + 'a>;

/// A person as a row of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(
    missing_docs,
    reason = "the columns of the table, which are commented there"
)]
pub struct ListedUser {
    pub id: UserId,
    pub email: EmailAddress,
    pub name: PersonName,
    pub status: UserStatus,
    pub role: Role,
    pub department: Option<String>,
    pub location: Option<String>,
    pub phone: Option<String>,
    pub fields: domain::FreeFields,
    pub last_sign_in_at: Option<DateTime<Utc>>,
    pub created_at: DateTime<Utc>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = users)]
struct Row {
    id: Uuid,
    email: EmailAddress,
    name: PersonName,
    status: UserStatus,
    role: String,
    role_id: Option<Uuid>,
    department: Option<String>,
    location: Option<String>,
    phone: Option<String>,
    fields: serde_json::Value,
    last_sign_in_at: Option<DateTime<Utc>>,
    created_at: DateTime<Utc>,
}

impl From<Row> for ListedUser {
    fn from(row: Row) -> Self {
        Self {
            id: UserId::from_uuid(row.id),
            email: row.email,
            name: row.name,
            status: row.status,
            role: role_of(&row.role, row.role_id),
            department: row.department,
            location: row.location,
            phone: row.phone,
            fields: serde_json::from_value(row.fields).unwrap_or_default(),
            last_sign_in_at: row.last_sign_in_at,
            created_at: row.created_at,
        }
    }
}

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

/// One page of the list.
///
/// # Errors
/// The database's.
pub fn list<P>(
    tx: &mut TenantTx<'_, P>,
    filter: &UserFilter,
    sort: UserSort,
    order: Order,
    page: PageRequest,
) -> Result<Vec<ListedUser>, StoreError> {
    let mut query = users::table
        .filter(narrowed(tx.tenant().uuid(), filter))
        .filter(of_status(filter))
        .select(Row::as_select())
        .limit(page.limit())
        .offset(page.offset())
        .into_boxed();
    use Order::{Ascending, Descending};
    use UserSort as By;
    query = match (sort, order) {
        (By::Name, Ascending) => query.order((users::name_folded.asc(), users::id.asc())),
        (By::Name, Descending) => query.order((users::name_folded.desc(), users::id.desc())),
        (By::Email, Ascending) => query.order(users::email_folded.asc()),
        (By::Email, Descending) => query.order(users::email_folded.desc()),
        (By::Created, Ascending) => query.order((users::created_at.asc(), users::id.asc())),
        (By::Created, Descending) => query.order((users::created_at.desc(), users::id.desc())),
        // One index serves both: who never signed in is last of the latest and first of the earliest.
        (By::LastSignIn, Descending) => {
            query.order((users::last_sign_in_at.desc().nulls_last(), users::id.asc()))
        }
        (By::LastSignIn, Ascending) => {
            query.order((users::last_sign_in_at.asc().nulls_first(), users::id.desc()))
        }
        (By::Role, Ascending) => {
            query.order((users::role.asc(), users::name_folded.asc(), users::id.asc()))
        }
        (By::Role, Descending) => query.order((
            users::role.desc(),
            users::name_folded.desc(),
            users::id.desc(),
        )),
        (By::Status, Ascending) => query.order((
            users::status.asc(),
            users::name_folded.asc(),
            users::id.asc(),
        )),
        (By::Status, Descending) => query.order((
            users::status.desc(),
            users::name_folded.desc(),
            users::id.desc(),
        )),
        (By::Department, Ascending) => query.order((
            users::department_folded.asc(),
            users::name_folded.asc(),
            users::id.asc(),
        )),
        (By::Department, Descending) => query.order((
            users::department_folded.desc(),
            users::name_folded.desc(),
            users::id.desc(),
        )),
    };
    let rows: Vec<Row> = query.load(tx.connection())?;
    Ok(rows.into_iter().map(ListedUser::from).collect())
}

/// The next people of a filter by name, after the last one seen: for an export, page by page without
/// counting.
///
/// # Errors
/// The database's.
pub fn after<P>(
    tx: &mut TenantTx<'_, P>,
    filter: &UserFilter,
    last: Option<(&PersonName, UserId)>,
    limit: i64,
) -> Result<Vec<ListedUser>, StoreError> {
    let mut query = users::table
        .filter(narrowed(tx.tenant().uuid(), filter))
        .filter(of_status(filter))
        .select(Row::as_select())
        .order((users::name_folded.asc(), users::id.asc()))
        .limit(limit)
        .into_boxed();
    if let Some((name, id)) = last {
        let name = name.folded();
        query = query.filter(
            users::name_folded.gt(name.clone()).or(users::name_folded
                .eq(name.clone())
                .and(users::id.gt(id.uuid()))),
        );
        // The same once more, so that the index starts there.
        query = query.filter(users::name_folded.ge(name));
    }
    let rows: Vec<Row> = query.load(tx.connection())?;
    Ok(rows.into_iter().map(ListedUser::from).collect())
}

/// The people of a filter, at most so many, in the order of their identifiers.
///
/// # Errors
/// The database's.
pub fn matching_ids<P>(
    tx: &mut TenantTx<'_, P>,
    filter: &UserFilter,
    limit: i64,
) -> Result<Vec<UserId>, StoreError> {
    let ids: Vec<Uuid> = users::table
        .filter(narrowed(tx.tenant().uuid(), filter))
        .filter(of_status(filter))
        .select(users::id)
        .order(users::id)
        .limit(limit)
        .load(tx.connection())?;
    Ok(ids.into_iter().map(UserId::from_uuid).collect())
}

/// The filter without its statuses: what the tabs count.
pub(super) fn narrowed(tenant: Uuid, filter: &UserFilter) -> Condition<'_> {
    let mut condition: Condition<'_> =
        Box::new(users::tenant_id.eq(tenant).and(raw::still_there()));
    condition = match Search::of(filter) {
        Search::Nothing => condition,
        Search::Beginnings(terms) => terms.into_iter().fold(condition, |all, term| {
            Box::new(all.and(users::id.eq_any(people_with(tenant, term))))
        }),
        Search::Anywhere(piece) => Box::new(
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

fn of_status(filter: &UserFilter) -> Condition<'_> {
    match filter.statuses.as_slice() {
        [] => Box::new(diesel::dsl::sql::<Bool>("true")),
        [one] => Box::new(users::status.eq(one)),
        many => Box::new(users::status.eq_any(many)),
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
