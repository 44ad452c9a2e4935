//! Signed-in devices: reading one in the guard, beginning, listing and ending them. Tokens come here hashed.

mod ending;

use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use domain::token::TokenHash;
use domain::{BuiltInRole, Permissions, Role, RoleId, SessionId, TenantId, UserId};
use ipnetwork::IpNetwork;
use uuid::Uuid;

use crate::StoreError;
use crate::guard::{SignedInUser, TenantTx};
use crate::schema::tenant::{brands, roles, sessions, users};
use crate::visits;

pub use ending::{Ended, end, end_all, end_expired, end_others};

/// A session is written "seen" at most once in this time, so that reading a page does not write.
const SEEN_EVERY: TimeDelta = TimeDelta::seconds(60);

type LiveRow = (
    (Uuid, DateTime<Utc>, DateTime<Utc>, DateTime<Utc>),
    (
        Uuid,
        String,
        String,
        String,
        Option<Uuid>,
        Option<String>,
        Option<String>,
    ),
    Option<(String, Vec<Option<String>>)>,
    Option<(String, Option<String>)>,
    bool,
);

/// The person of a live session of an active person, with the rights they hold now. One query. Where `seen_now`, it is a sign of
/// life.
pub(crate) fn live(
    connection: &mut PgConnection,
    tenant: TenantId,
    token_hash: &TokenHash,
    now: DateTime<Utc>,
    seen_now: bool,
) -> Result<Option<SignedInUser>, StoreError> {
    let row: Option<LiveRow> = sessions::table
        .inner_join(
            users::table.on(users::tenant_id
                .eq(sessions::tenant_id)
                .and(users::id.eq(sessions::user_id))),
        )
        .left_join(
            roles::table.on(roles::tenant_id
                .eq(users::tenant_id)
                .and(roles::id.nullable().eq(users::role_id))),
        )
        .left_join(brands::table.on(brands::tenant_id.eq(sessions::tenant_id)))
        .filter(sessions::tenant_id.eq(tenant.uuid()))
        .filter(sessions::token_hash.eq(token_hash))
        .filter(users::tenant_id.eq(tenant.uuid()))
        .filter(users::status.eq("active"))
        .select((
            (
                sessions::id,
                sessions::last_seen_at,
                sessions::idle_expires_at,
                sessions::expires_at,
            ),
            (
                users::id,
                users::name,
                users::email,
                users::role,
                users::role_id,
                users::locale,
                users::timezone,
            ),
            (roles::name, roles::permissions).nullable(),
            (brands::primary_color, brands::secondary_color).nullable(),
            visits::is_open(tenant, now),
        ))
        .first(connection)
        .optional()?;
    let Some((
        (session, seen, idle_until, expires),
        (id, name, email, role, role_id, locale, timezone),
        custom,
        brand,
        visited,
    )) = row
    else {
        return Ok(None);
    };
    // Asked for here and not in the statement, whose plan would look for the young and not for the token.
    if now >= idle_until.min(expires) {
        return Ok(None);
    }
    if seen_now && now - seen >= SEEN_EVERY {
        seen_again(connection, tenant, session, now, now + (idle_until - seen))?;
    }
    let (role, role_name, permissions) = rights(&role, role_id, custom);
    let (primary_color, secondary_color) =
        brand.map_or((None, None), |(primary, second)| (Some(primary), second));
    Ok(Some(SignedInUser {
        id: UserId::from_uuid(id),
        session: SessionId::from_uuid(session),
        name,
        email,
        role,
        role_name,
        permissions,
        locale,
        timezone,
        primary_color,
        secondary_color,
        visited,
    }))
}

/// What a role column, or the custom role beside it, amounts to.
pub(crate) fn rights(
    role: &str,
    role_id: Option<Uuid>,
    custom: Option<(String, Vec<Option<String>>)>,
) -> (Role, String, Permissions) {
    match (role.parse::<BuiltInRole>(), role_id, custom) {
        (Ok(role), _, _) => (
            Role::BuiltIn(role),
            role.name().to_owned(),
            role.permissions(),
        ),
        (Err(()), Some(id), Some((name, keys))) => {
            let permissions = Permissions::from_keys(keys.iter().flatten().map(String::as_str));
            (Role::Custom(RoleId::from_uuid(id)), name, permissions)
        }
        // The table's check makes this impossible; if it happens all the same, it opens nothing.
        _ => (
            Role::BuiltIn(BuiltInRole::Viewer),
            String::new(),
            Permissions::default(),
        ),
    }
}

fn seen_again(
    connection: &mut PgConnection,
    tenant: TenantId,
    session: Uuid,
    now: DateTime<Utc>,
    idle_until: DateTime<Utc>,
) -> Result<(), StoreError> {
    diesel::update(sessions::table)
        .filter(sessions::tenant_id.eq(tenant.uuid()))
        .filter(sessions::id.eq(session))
        .set((
            sessions::last_seen_at.eq(now),
            sessions::idle_expires_at.eq(idle_until),
        ))
        .execute(connection)?;
    Ok(())
}

/// A session to begin; device and address come from the request.
#[derive(Debug, Clone, Copy)]
pub struct NewSession {
    /// Whose.
    pub user: UserId,
    /// What the cookie's token hashes to.
    pub token_hash: TokenHash,
    /// Whether the person asked to be kept signed in.
    pub keep: bool,
    /// The end where nothing is asked in the meantime.
    pub idle_expires_at: DateTime<Utc>,
    /// The end in any case.
    pub expires_at: DateTime<Utc>,
}

/// Begins a session.
///
/// # Errors
/// The database's.
pub fn begin<P>(tx: &mut TenantTx<'_, P>, session: &NewSession) -> Result<SessionId, StoreError> {
    let (tenant, id, now) = (tx.tenant().uuid(), tx.fresh_uuid(), tx.now());
    let (device, address) = (tx.request().device.clone(), tx.request().address);
    diesel::insert_into(sessions::table)
        .values((
            sessions::tenant_id.eq(tenant),
            sessions::id.eq(id),
            sessions::user_id.eq(session.user.uuid()),
            sessions::token_hash.eq(session.token_hash),
            sessions::device.eq(device),
            sessions::address.eq(address.map(IpNetwork::from)),
            sessions::keep.eq(session.keep),
            sessions::created_at.eq(now),
            sessions::last_seen_at.eq(now),
            sessions::idle_expires_at.eq(session.idle_expires_at),
            sessions::expires_at.eq(session.expires_at),
        ))
        .execute(tx.connection())?;
    Ok(SessionId::from_uuid(id))
}

/// Gives a session another token; the old one opens nothing from now on. Answers until when it lives
/// and whether it is kept beyond the browser; `None` when it has ended in the meantime.
///
/// # Errors
/// The database's.
pub fn rotate<P>(
    tx: &mut TenantTx<'_, P>,
    session: SessionId,
    token_hash: &TokenHash,
) -> Result<Option<(DateTime<Utc>, bool)>, StoreError> {
    let tenant = tx.tenant().uuid();
    Ok(diesel::update(sessions::table)
        .filter(sessions::tenant_id.eq(tenant))
        .filter(sessions::id.eq(session.uuid()))
        .set(sessions::token_hash.eq(*token_hash))
        .returning((sessions::expires_at, sessions::keep))
        .get_result(tx.connection())
        .optional()?)
}

/// A session as its owner sees it in the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionRow {
    /// Which.
    pub id: SessionId,
    /// The browser and system in words.
    pub device: String,
    /// Where it was begun.
    pub address: Option<std::net::IpAddr>,
    /// Whether it is kept beyond the browser.
    pub keep: bool,
    /// Since when.
    pub created_at: DateTime<Utc>,
    /// When something was last asked with it, to the minute.
    pub last_seen_at: DateTime<Utc>,
}

/// The live sessions of a person, the one used last on top.
///
/// # Errors
/// The database's.
pub fn of_user<P>(tx: &mut TenantTx<'_, P>, user: UserId) -> Result<Vec<SessionRow>, StoreError> {
    type Row = (
        Uuid,
        String,
        Option<IpNetwork>,
        bool,
        DateTime<Utc>,
        DateTime<Utc>,
    );
    let (tenant, now) = (tx.tenant().uuid(), tx.now());
    let rows: Vec<Row> = sessions::table
        .filter(sessions::tenant_id.eq(tenant))
        .filter(sessions::user_id.eq(user.uuid()))
        .filter(sessions::expires_at.gt(now))
        .filter(sessions::idle_expires_at.gt(now))
        .order((sessions::last_seen_at.desc(), sessions::id.desc()))
        .select((
            sessions::id,
            sessions::device,
            sessions::address,
            sessions::keep,
            sessions::created_at,
            sessions::last_seen_at,
        ))
        .load(tx.connection())?;
    let row = |(id, device, address, keep, created_at, last_seen_at): Row| SessionRow {
        id: SessionId::from_uuid(id),
        device,
        address: address.map(|network| network.ip()),
        keep,
        created_at,
        last_seen_at,
    };
    Ok(rows.into_iter().map(row).collect())
}
