//! The key of a request, read in the guard with what it may do at that moment.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use domain::{KeyId, Permissions, TenantId, TokenHash, UserId};
use uuid::Uuid;

use crate::StoreError;
use crate::guard::KeyHolder;
use crate::schema::tenant::{api_keys, roles, users};
use crate::sessions::rights;

/// A key is written "used" at most once in this time, so that reading does not write.
pub(crate) const USED_EVERY: TimeDelta = TimeDelta::seconds(60);

type Maker = (Option<String>, Option<String>, Option<Uuid>);
type LiveRow = (
    (
        Uuid,
        String,
        Vec<Option<String>>,
        Option<Uuid>,
        Option<DateTime<Utc>>,
    ),
    Maker,
    Option<(String, Vec<Option<String>>)>,
);

/// The key of this hash that opens now, with what it may do now: never more than whoever made it. The key of
/// a person who is not active opens nothing. One query.
pub(crate) fn live(
    connection: &mut PgConnection,
    tenant: TenantId,
    token_hash: &TokenHash,
    now: DateTime<Utc>,
) -> Result<Option<KeyHolder>, StoreError> {
    let row: Option<LiveRow> = api_keys::table
        .left_join(
            users::table.on(users::tenant_id
                .eq(api_keys::tenant_id)
                .and(users::id.nullable().eq(api_keys::created_by))),
        )
        .left_join(
            roles::table.on(roles::tenant_id
                .eq(api_keys::tenant_id)
                .and(roles::id.nullable().eq(users::role_id.nullable()))),
        )
        .filter(api_keys::tenant_id.eq(tenant.uuid()))
        .filter(api_keys::token_hash.eq(token_hash))
        .filter(api_keys::revoked_at.is_null())
        .filter(
            api_keys::expires_at
                .is_null()
                .or(api_keys::expires_at.gt(now)),
        )
        .select((
            (
                api_keys::id,
                api_keys::name,
                api_keys::permissions,
                api_keys::created_by,
                api_keys::last_used_at,
            ),
            (
                users::status.nullable(),
                users::role.nullable(),
                users::role_id.nullable(),
            ),
            (roles::name, roles::permissions).nullable(),
        ))
        .first(connection)
        .optional()?;
    let Some(((id, name, keys, made_by, used), (status, role, role_id), custom)) = row else {
        return Ok(None);
    };
    let own = Permissions::from_keys(keys.iter().flatten().map(String::as_str));
    let permissions = match (made_by, status.as_deref(), role) {
        (None, _, _) => own,
        (Some(_), Some("active"), Some(role)) => own.within(&rights(&role, role_id, custom).2),
        _ => return Ok(None),
    };
    if used.is_none_or(|used| now - used >= USED_EVERY) {
        used_again(connection, tenant, id, now)?;
    }
    Ok(Some(KeyHolder {
        id: KeyId::from_uuid(id),
        name,
        permissions,
        made_by: made_by.map(UserId::from_uuid),
    }))
}

/// Whoever comes second while the first is writing goes on without: one of them is enough.
fn used_again(
    connection: &mut PgConnection,
    tenant: TenantId,
    id: Uuid,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let free: Option<Uuid> = api_keys::table
        .filter(api_keys::tenant_id.eq(tenant.uuid()))
        .filter(api_keys::id.eq(id))
        .select(api_keys::id)
        .for_update()
        .skip_locked()
        .first(connection)
        .optional()?;
    if free.is_some() {
        diesel::update(api_keys::table)
            .filter(api_keys::tenant_id.eq(tenant.uuid()))
            .filter(api_keys::id.eq(id))
            .set(api_keys::last_used_at.eq(now))
            .execute(connection)?;
    }
    Ok(())
}
