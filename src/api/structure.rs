//! The tables of a tenant: its own key is told of its own rows' share, the platform's what the server says of the tables.

mod fields;
mod told;

use domain::permission::ReadSettings;
use domain::staff::ReadTenants;
use serde::Deserialize;
use services::settings::{self, Insider};
use services::structure::{self, Structure};
use utoipa::IntoParams;

use super::door::Door;
use super::{Answer, Api, Either, Outcome, PlatformApi, Query};
pub use fields::{AdviceFields, ColumnFields, ConstraintFields, IndexFields, Schema, TableFields};

/// What of the schema is told.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub struct SchemaQuery {
    /// Only this table, by its name.
    pub table: Option<String>,
    /// Whether indexes are told; true where nothing is said.
    pub include_indexes: Option<bool>,
    /// Whether constraints are told; true where nothing is said.
    pub include_constraints: Option<bool>,
}

/// `GET /tenants/{tenant_id}/schema`
///
/// # Errors
/// No right, a query that is wrong, no such tenant or table, or no database.
pub async fn read(
    api: Either<ReadSettings, ReadTenants>,
    query: Query<SchemaQuery>,
) -> Outcome<Schema> {
    match api {
        Either::Tenant(api) => own(api, query).await,
        Either::Platform(api) => any(api, query).await,
    }
}

async fn own(api: Api<ReadSettings>, query: Query<SchemaQuery>) -> Outcome<Schema> {
    let query = api.query(query).await?;
    let asked = query.clone();
    let found = api.run(move |tx| {
        let found = structure::own(tx)?;
        there(&found, &asked)?;
        Ok((Insider::of(tx), found))
    });
    let (insider, found) = found.await?;
    // What the API calls the schema is the catalogue's to say.
    let tenant = api.beyond(move |store, request| settings::read(store, request, &insider));
    let alias = tenant.await?.record.alias;
    Ok(Answer::of(&Schema::of(alias, &found, &query)))
}

async fn any(api: PlatformApi<ReadTenants>, query: Query<SchemaQuery>) -> Outcome<Schema> {
    let name = api.part::<String>("tenant_id");
    api.read(query, move |tx, query| {
        let tenant = super::tenants::named(tx, name.as_ref())?;
        let surveyed = structure::of_tenant(tx, tenant)?;
        there(&surveyed.structure, query)?;
        let alias = surveyed.found.record.alias.clone();
        let told = Schema::of(alias, &surveyed.structure, query);
        Ok(told.of_platform(&surveyed, query))
    })
    .await
}

/// The table that is asked for is there.
fn there(found: &Structure, query: &SchemaQuery) -> Result<(), services::StoreError> {
    query
        .table
        .as_deref()
        .map_or(Ok(()), |name| found.table(name).map(drop))
}
