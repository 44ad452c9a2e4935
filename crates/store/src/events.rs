//! Events: what happened in a tenant, in the order in which it happened. Their delivery is not here.

use diesel::prelude::*;
use serde_json::Value as Json;
use uuid::Uuid;

use crate::StoreError;
use crate::guard::TenantTx;
use crate::schema::tenant::events;

/// Writes an event down, in the transaction of what happened.
///
/// # Errors
/// The database's.
pub fn add<P>(
    tx: &mut TenantTx<'_, P>,
    kind: &str,
    subject: Option<Uuid>,
    data: &Json,
) -> Result<(), StoreError> {
    let (tenant, id, now) = (tx.tenant(), tx.fresh_uuid(), tx.now());
    diesel::insert_into(events::table)
        .values((
            events::tenant_id.eq(tenant.uuid()),
            events::id.eq(id),
            events::kind.eq(kind),
            events::subject_id.eq(subject),
            events::data.eq(data),
            events::created_at.eq(now),
        ))
        .execute(tx.connection())?;
    Ok(())
}

/// Writes one kind of event down for many subjects, many rows to a statement.
///
/// # Errors
/// The database's.
pub fn add_many<P>(
    tx: &mut TenantTx<'_, P>,
    kind: &str,
    subjects: &[(Uuid, Json)],
) -> Result<(), StoreError> {
    let (tenant, now) = (tx.tenant(), tx.now());
    for batch in subjects.chunks(2_000) {
        let rows: Vec<_> = batch
            .iter()
            .map(|(subject, data)| {
                (
                    events::tenant_id.eq(tenant.uuid()),
                    events::id.eq(tx.fresh_uuid()),
                    events::kind.eq(kind),
                    events::subject_id.eq(subject),
                    events::data.eq(data),
                    events::created_at.eq(now),
                )
            })
            .collect();
        diesel::insert_into(events::table)
            .values(rows)
            .execute(tx.connection())?;
    }
    Ok(())
}
