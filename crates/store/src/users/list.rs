//! The list of people: filters, search, order, pages. Every order has its index, so that the first page
//! never sorts all rows.

use chrono::{DateTime, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;
use domain::{
    EmailAddress, Order, PersonName, Role, Span, UserFilter, UserId, UserSort, UserStatus,
};
use uuid::Uuid;

use super::few::Few;
use super::narrow::shown;
use super::role_of;
use crate::schema::tenant::users;
use crate::window::Window;
use crate::{StoreError, TenantTx};

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
pub(super) struct Row {
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

/// Rows so far from the end at which reading starts are stepped over in the index alone.
const FAR: i64 = 500;

/// The rows of one page of the list.
///
/// # Errors
/// The database's.
pub fn list<P>(
    tx: &mut TenantTx<'_, P>,
    filter: &UserFilter,
    few: Option<&Few>,
    (sort, order): (UserSort, Order),
    span: Span,
) -> Result<Vec<ListedUser>, StoreError> {
    let tenant = tx.tenant().uuid();
    let order = if span.from_the_end {
        order.reverse()
    } else {
        order
    };
    let matching = || {
        ordered(
            users::table.filter(shown(tenant, filter, few)).into_boxed(),
            sort,
            order,
        )
    };
    let mut rows: Vec<Row> = if span.offset < FAR {
        let people = matching().select(Row::as_select());
        Window::of(people, span.limit, span.offset).load(tx.connection())?
    } else {
        let people = matching().select(users::id);
        let ids: Vec<Uuid> = Window::of(people, span.limit, span.offset).load(tx.connection())?;
        let those = users::table
            .filter(users::tenant_id.eq(tenant))
            .filter(users::id.eq_any(ids))
            .into_boxed();
        ordered(those, sort, order)
            .select(Row::as_select())
            .load(tx.connection())?
    };
    if span.from_the_end {
        rows.reverse();
    }
    Ok(rows.into_iter().map(ListedUser::from).collect())
}

fn ordered(
    query: users::BoxedQuery<'_, Pg>,
    sort: UserSort,
    order: Order,
) -> users::BoxedQuery<'_, Pg> {
    use Order::{Ascending, Descending};
    use UserSort as By;
    match (sort, order) {
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
    }
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
        .filter(shown(tx.tenant().uuid(), filter, None))
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
        .filter(shown(tx.tenant().uuid(), filter, None))
        .select(users::id)
        .order(users::id)
        .limit(limit)
        .load(tx.connection())?;
    Ok(ids.into_iter().map(UserId::from_uuid).collect())
}
