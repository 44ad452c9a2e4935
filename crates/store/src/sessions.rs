//! Signed-in devices: reading one in the guard, beginning and ending them. Tokens come here hashed.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use domain::token::TokenHash;
use domain::{BuiltInRole, Permissions, Role, RoleId, SessionId, TenantId, UserId};
use uuid::Uuid;

use crate::StoreError;
use crate::guard::SignedInUser;
use crate::schema::tenant::{brands, roles, sessions, users};

/// A session is written "seen" at most once in this time, so that reading a page does not write.
const SEEN_EVERY: TimeDelta = TimeDelta::seconds(60);

type LiveRow = (
    (Uuid, DateTime<Utc>, DateTime<Utc>),
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
);

/// The person of a live session of an active person, with the rights they hold now. One query.
pub(crate) fn live(
    connection: &mut PgConnection,
    tenant: TenantId,
    token_hash: &TokenHash,
    now: DateTime<Utc>,
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
        .filter(sessions::expires_at.gt(now))
        .filter(sessions::idle_expires_at.gt(now))
        .filter(users::tenant_id.eq(tenant.uuid()))
        .filter(users::status.eq("active"))
        .select((
            (
                sessions::id,
                sessions::last_seen_at,
                sessions::idle_expires_at,
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
        ))
        .first(connection)
        .optional()?;
    let Some((
        (session, seen, idle_until),
        (id, name, email, role, role_id, locale, timezone),
        custom,
        brand,
    )) = row
    else {
        return Ok(None);
    };
    if now - seen >= SEEN_EVERY {
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
    }))
}

/// What a role column, or the custom role beside it, amounts to.
fn rights(
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
