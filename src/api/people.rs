//! Users of a tenant, with the fields of the reference: listing, creating, reading and changing them.

mod fields;
mod query;
mod wish;
mod words;

use domain::permission::{ManageUsers, ReadUsers};
use domain::{FieldErrors, Order, Password, PhcString, UserFilter, UserId, UserSort, UserStatus};
use services::letters::Links;
use services::users::{change, create, list};
use services::{StoreError, TenantTx, VerbError};

use super::cursor;
use super::door::Door;
use super::fields::{Nothing, ORDERS, page, search, word};
use super::{Api, Body, Fault, Outcome, Query};
use crate::worker::scheme;
pub use fields::{CreatedUser, OneUser, User, Users};
pub use query::UserQuery;
pub use wish::{ChangeUser, CreateUser, NewUser};
pub(super) use words::role_in;

/// `GET /tenants/{tenant_id}/users`
///
/// # Errors
/// No right, a query that is wrong, or no database.
pub async fn list(api: Api<ReadUsers>, query: Query<UserQuery>) -> Outcome<Users> {
    api.read(query, |tx, query| match &query.cursor {
        Some(cursor) => walk(tx, query, cursor),
        None => one_page(tx, query),
    })
    .await
}

fn one_page(tx: &mut TenantTx<'_, ReadUsers>, query: &UserQuery) -> Result<Users, VerbError> {
    let sorts = [
        ("created_at", UserSort::Created),
        ("name", UserSort::Name),
        ("email", UserSort::Email),
    ];
    let sort = word("sort", query.sort.as_deref(), &sorts)?.unwrap_or(UserSort::Created);
    let order = word("order", query.order.as_deref(), &ORDERS)?.unwrap_or(Order::Ascending);
    let filter = UserFilter {
        search: search(query.search.as_deref(), UserFilter::MAX_SEARCH)?,
        statuses: status(query)?.into_iter().collect(),
        ..UserFilter::default()
    };
    let page = page(query.page, query.page_size)?;
    let found = list::list(tx, &filter, sort, order, page)?;
    Ok(Users {
        users: found
            .people
            .iter()
            .map(|(person, _)| User::listed(person))
            .collect(),
        pagination: Some(found.pagination.into()),
        next_cursor: None,
    })
}

/// In the order of their coming, from one answer to the next.
fn walk(
    tx: &mut TenantTx<'_, ReadUsers>,
    query: &UserQuery,
    cursor: &str,
) -> Result<Users, VerbError> {
    let other = [
        ("page", query.page.is_some()),
        ("sort", query.sort.is_some()),
        ("order", query.order.is_some()),
        ("search", query.search.is_some()),
    ];
    if let Some((field, _)) = other.iter().find(|(_, there)| *there) {
        let sentence = "A cursor goes with page_size and status only.";
        return Err(FieldErrors::one(*field, sentence).into());
    }
    let step = cursor::place(cursor, query::step)?;
    let size = page(None, query.page_size)?.limit();
    let statuses: Vec<UserStatus> = status(query)?.into_iter().collect();
    let people = list::walk(tx, &statuses, step, cursor::ask(size))?;
    let (people, next_cursor) = cursor::cut(people, size, query::cursor);
    Ok(Users {
        next_cursor,
        users: people.iter().map(User::listed).collect(),
        pagination: None,
    })
}

fn status(query: &UserQuery) -> Result<Option<UserStatus>, VerbError> {
    let known = [
        ("invited", UserStatus::Invited),
        ("active", UserStatus::Active),
        ("suspended", UserStatus::Suspended),
        ("inactive", UserStatus::Inactive),
    ];
    word("status", query.status.as_deref(), &known)
}

/// `POST /tenants/{tenant_id}/users`
///
/// # Errors
/// No right, what a rule or a field is against, or no database.
pub async fn create(api: Api<ManageUsers>, body: Body<CreateUser>) -> Outcome<CreatedUser, 201> {
    let (body, bytes) = api.body(body).await?;
    let new = body.user;
    let password = match &new.password {
        Some(password) => Some(hashed(&api, password, &new).await?),
        None => None,
    };
    let typed = new.typed();
    api.once(&bytes, move |tx| {
        let id = create::create(tx, &typed, password.as_ref()).map_err(words::named)?;
        let person = list::detail(tx, id)?.person;
        Ok(CreatedUser {
            user: User::read(tx.tenant(), &person),
            welcome_email_sent: password.is_none(),
            temporary_password: false,
        })
    })
    .await
}

/// The hash of a password that somebody else chose; it costs time, so the key is looked at before.
async fn hashed(api: &Api<ManageUsers>, password: &str, new: &NewUser) -> Result<PhcString, Fault> {
    api.prove().await?;
    let entry = api.entry();
    let about = [
        new.name.as_str(),
        new.email.as_str(),
        &entry.name,
        &entry.slug,
    ];
    let password = Password::choose(password.to_owned(), &about)
        .map_err(|error| Fault::invalid(&FieldErrors::one("user.password", error.to_string())))?;
    let hash = api.app().passwords.hash(password).await;
    hash.map_err(|error| VerbError::from(error).into())
}

/// `GET /tenants/{tenant_id}/users/{user_id}`
///
/// # Errors
/// No right, a query that is wrong, or no database.
pub async fn read(api: Api<ReadUsers>, query: Query<Nothing>) -> Outcome<OneUser> {
    let id = api.part::<UserId>("user_id");
    api.read(query, move |tx, _| {
        let person = list::person(tx, id.ok_or(StoreError::NotFound)?)?;
        if person.status == UserStatus::Removed {
            return Err(StoreError::NotFound.into());
        }
        Ok(OneUser {
            user: User::read(tx.tenant(), &person),
        })
    })
    .await
}

/// `PUT /tenants/{tenant_id}/users/{user_id}`
///
/// # Errors
/// No right, what a rule or a field is against, or no database.
pub async fn change(api: Api<ManageUsers>, body: Body<ChangeUser>) -> Outcome<OneUser> {
    let id = api.part::<UserId>("user_id");
    let config = &api.app().config;
    let links = Links::of(api.entry(), scheme(config), config.server.public_port);
    api.write(body, move |tx, body| {
        let id = id.ok_or(StoreError::NotFound)?;
        let person = list::detail(tx, id)?.person;
        let version = body.version.unwrap_or(person.version);
        let typed = body.user.over(&person);
        change::change(tx, &links, id, version, &typed).map_err(words::named)?;
        let person = list::detail(tx, id)?.person;
        Ok(OneUser {
            user: User::read(tx.tenant(), &person),
        })
    })
    .await
}
