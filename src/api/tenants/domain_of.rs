//! Which tenant a host names.

use domain::staff::ReadTenants;
use serde::{Deserialize, Serialize};
use services::StoreError;
use services::letters::Scheme;
use services::tenants;
use utoipa::{IntoParams, ToSchema};

use super::fields::{ShownBranding, TenantFacts};
use crate::api::door::Door;
use crate::api::{Answer, Outcome, PlatformApi, Query};
use crate::worker::scheme;

/// A host to be looked up.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub struct DomainQuery {
    /// The whole name.
    pub domain: String,
}

/// The tenant that a host names.
#[derive(Debug, Serialize, ToSchema)]
pub struct Resolved {
    /// The host.
    pub domain: String,
    /// Which.
    pub tenant: TenantFacts,
    /// How the host leads there.
    pub routing: Routing,
    /// How it looks.
    pub branding: ShownBranding,
}

/// How a host leads to its tenant.
#[derive(Debug, Serialize, ToSchema)]
pub struct Routing {
    /// Whether links are built with this host.
    pub primary_domain: bool,
    /// Whether the portal is reached by https.
    pub ssl_enabled: bool,
    /// Always false: no paths or headers of a host's own.
    pub custom_routing: bool,
}

/// `GET /tenants/by-domain`
///
/// # Errors
/// No right, a host that names nobody, or no database.
pub async fn by_domain(
    api: PlatformApi<ReadTenants>,
    query: Query<DomainQuery>,
) -> Outcome<Resolved> {
    let query = api.query(query).await?;
    let host = query.domain.trim_end_matches('.').to_ascii_lowercase();
    let tenant = api.of_host(&host).await?;
    let found = api.run(move |tx| Ok(tenants::find(tx, tenant.ok_or(StoreError::NotFound)?)?));
    let found = found.await.map_err(|fault| match fault.code {
        "not_found" => fault.tenant_not_found(),
        _ => fault,
    })?;
    let brand = api.look_of(&found.record).await?;
    Ok(Answer::of(&Resolved {
        routing: Routing {
            primary_domain: found.hosts.first() == Some(&host),
            ssl_enabled: scheme(&api.app().config) == Scheme::Https,
            custom_routing: false,
        },
        domain: host,
        tenant: TenantFacts::of(&found),
        branding: ShownBranding::of(&found, brand),
    }))
}
