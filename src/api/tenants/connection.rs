//! How the vendor's own application reaches a tenant's rows. It never has to ask: the entry finds the tenant wherever it is.

use domain::staff::ReadTenants;
use serde::Serialize;
use services::{address, boot, tenants};
use utoipa::ToSchema;

use super::named;
use crate::api::door::Door;
use crate::api::fields::Nothing;
use crate::api::{Outcome, PlatformApi, Query};

/// What each transaction in a tenant begins with.
const ENTRY: &str = "select app.enter($1, $2)";

/// How an application reaches a tenant.
#[derive(Debug, Serialize, ToSchema)]
pub struct Connection {
    /// The tenant.
    pub tenant_id: String,
    /// The same as a UUID: what the entry is given.
    pub tenant_uuid: String,
    /// active, or why it is closed to the application too.
    pub status: String,
    /// shared, schema or database; absent until it has a place. One in a database of its own has an address of its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub placement: Option<String>,
    /// The address of the database, without the password, which the application has from its own configuration.
    pub url: String,
    /// The login of the application.
    pub user: String,
    /// The first statement of each transaction: its values are the UUID, and a proof that the application makes with its own key.
    pub entry: String,
}

/// `GET /tenants/{tenant_id}/connection`
///
/// # Errors
/// No right, no such tenant, or no database.
pub async fn connection(
    api: PlatformApi<ReadTenants>,
    query: Query<Nothing>,
) -> Outcome<Connection> {
    let (name, url) = (
        api.part::<String>("tenant_id"),
        api.app().application_url.clone(),
    );
    let store = api.app().store.clone();
    api.read(query, move |tx, Nothing {}| {
        let tenant = named(tx, name.as_ref())?;
        let found = tenants::find(tx, tenant)?;
        let place = tx.place_of(tenant)?;
        let own = place.name().map(|name| address::with_database(&url, name));
        let elsewhere = store.shown_reach(&place, boot::VENDOR_LOGIN)?;
        Ok(Connection {
            tenant_id: tenant.to_string(),
            tenant_uuid: tenant.uuid().to_string(),
            status: found.record.status.to_string(),
            placement: found.placement.map(|place| place.kind.to_string()),
            url: elsewhere.or(own).unwrap_or_else(|| url.clone()),
            user: boot::VENDOR_LOGIN.to_owned(),
            entry: ENTRY.to_owned(),
        })
    })
    .await
}
