//! The proof of a tenant's context: without it the database lets nobody into a tenant, whatever a statement sets.

use std::time::{SystemTime, UNIX_EPOCH};

use data_encoding::HEXLOWER;
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Bytea, Text, Uuid as SqlUuid};
use domain::TenantId;
use sha2::{Digest, Sha256};

use crate::address::patient;
use crate::boot::ledger::databases;
use crate::boot::password::keyed;
use crate::boot::{BootError, Owner};
use crate::databases::hand_keys;
use crate::raw;

/// How long a proof opens the tenant. It is checked against the database's clock, so this is also how far the two
/// clocks may differ.
const LASTS_SECONDS: u64 = 300;

/// How long giving a database its key waits for a server that does not answer.
const CONNECT: std::time::Duration = std::time::Duration::from_secs(5);

/// The key by which proofs are made, of 32 bytes. Its pads are kept by the database, its bytes by nobody.
#[derive(Clone)]
pub struct ContextKey([u8; 32]);

impl std::fmt::Debug for ContextKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ContextKey")
    }
}

impl ContextKey {
    /// The key that is made of the operator's secret.
    #[must_use]
    pub fn of(secret: &[u8]) -> Self {
        Self(keyed(secret, b"tenantry: context of a tenant, 1"))
    }

    /// The proof that whoever holds it may enter this tenant, also one that rests where it says so.
    #[must_use]
    pub fn proof(&self, tenant: TenantId, even_closed: bool) -> String {
        let until = now() + LASTS_SECONDS;
        self.proof_until(tenant, until, even_closed)
    }

    /// The same, until this second of the time since 1970.
    #[must_use]
    pub fn proof_until(&self, tenant: TenantId, until: u64, even_closed: bool) -> String {
        let tenant = tenant.uuid();
        let said = format!("v1|{tenant}|{until}|{even_closed}");
        let mac = HEXLOWER.encode(&keyed(&self.0, said.as_bytes()));
        format!("v1.{until}.{even_closed}.{mac}")
    }

    /// The key xored with one byte, filled up to a block of SHA-256: RFC 2104.
    fn pad(&self, byte: u8) -> Vec<u8> {
        let filled = self.0.iter().copied().chain([0; 32]);
        filled.map(|of_key| of_key ^ byte).collect()
    }

    /// Tells keys apart in the database and nothing of them.
    fn mark(&self) -> String {
        let digest = Sha256::digest(keyed(&self.0, b"mark"));
        HEXLOWER.encode(&digest).chars().take(16).collect()
    }
}

/// The key of the vendor's own application: it makes proofs by itself, and they open tenants to its own login alone. Unlike
/// the portal's it is shown to the operator, who hands it on.
#[derive(Debug, Clone)]
pub struct ApplicationKey(ContextKey);

impl ApplicationKey {
    /// The key that is made of the operator's secret; nobody finds the portal's from it.
    #[must_use]
    pub fn of(secret: &[u8]) -> Self {
        let key = keyed(
            secret,
            b"tenantry: context of a tenant, the application's, 1",
        );
        Self(ContextKey(key))
    }

    /// A proof as the application makes it.
    #[must_use]
    pub fn proof(&self, tenant: TenantId) -> String {
        self.0.proof(tenant, false)
    }

    /// The key itself, for the application's configuration.
    #[must_use]
    pub fn hex(&self) -> String {
        HEXLOWER.encode(&self.0.0)
    }
}

#[allow(
    clippy::disallowed_methods,
    reason = "compared with the database's clock, and with no moment of a request"
)]
fn now() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_secs())
}

/// Lets the database know the key, and the databases of tenants' own that answer. The one before it holds on, for processes that were not started anew yet; with `alone`
/// it ends at once.
///
/// # Errors
/// No connection, or a database without its migrations.
pub fn give_key<'a>(
    owner: impl Into<Owner<'a>>,
    key: &ContextKey,
    alone: bool,
) -> Result<(), BootError> {
    give(owner.into(), key, "portal", alone)
}

/// The same for the key of the vendor's application.
///
/// # Errors
/// As [`give_key`].
pub fn give_application_key<'a>(
    owner: impl Into<Owner<'a>>,
    key: &ApplicationKey,
    alone: bool,
) -> Result<(), BootError> {
    give(owner.into(), &key.0, "application", alone)
}

fn give(
    owner: Owner<'_>,
    key: &ContextKey,
    audience: &'static str,
    alone: bool,
) -> Result<(), BootError> {
    let mut connection = PgConnection::establish(&patient(owner.url, CONNECT))?;
    connection.batch_execute("set role tnt_owner")?;
    connection.transaction(|connection| {
        raw::query(
            "insert into node.context_keys (mark, audience, inner_pad, outer_pad) values ($1, $4, $2, $3)
             on conflict (mark) do update set installed_at = clock_timestamp()",
        )
        .bind::<Text, _>(key.mark())
        .bind::<Bytea, _>(key.pad(0x36))
        .bind::<Bytea, _>(key.pad(0x5c))
        .bind::<Text, _>(audience)
        .execute(connection)?;
        raw::query(
            "delete from node.context_keys where audience = $2 and mark not in
             (select k.mark from node.context_keys k where k.audience = $2 order by k.installed_at desc limit case when $1 then 1 else 2 end)",
        )
        .bind::<Bool, _>(alone)
        .bind::<Text, _>(audience)
        .execute(connection)
    })?;
    for name in databases(&mut connection)? {
        let url = owner.url_of(&mut connection, &name)?;
        // One that is away does not know the key when it comes: it is closed until it was migrated.
        let Ok(mut there) = PgConnection::establish(&patient(&url, CONNECT)) else {
            continue;
        };
        there.batch_execute("set role tnt_owner")?;
        hand_keys(&mut connection, &mut there)?;
    }
    Ok(())
}

#[derive(QueryableByName)]
struct Known {
    #[diesel(sql_type = Bool)]
    holds: bool,
}

/// Whether the database lets in whoever holds this key.
pub(crate) fn is_known(connection: &mut PgConnection, key: &ContextKey) -> QueryResult<bool> {
    let nobody = TenantId::from_uuid(uuid::Uuid::nil());
    let asked: Known = raw::query("select app.opens($1, $2, 'portal') as holds")
        .bind::<SqlUuid, _>(nobody.uuid())
        .bind::<Text, _>(key.proof(nobody, false))
        .get_result(connection)?;
    Ok(asked.holds)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proof_is_what_anybody_with_the_key_computes() {
        // By Python: hmac.new(bytes([7] * 32), b"v1|…0001|4102444800|false", "sha256").hexdigest()
        let key = ContextKey([7; 32]);
        let tenant = TenantId::from_uuid(uuid::Uuid::from_u128(1));
        assert_eq!(
            key.proof_until(tenant, 4_102_444_800, false),
            "v1.4102444800.false.0d43050b56d6841228462518142df9adba181e014c741d75e6de934ad06a2ff0"
        );
    }
}
