//! A tenant's scope: the right to open its transactions. Only the catalogue makes one.

use domain::TenantId;

use crate::places::Place;

/// Which tenant, in which database, and at which epoch of its placement. It cannot be made from a request: the fields are
/// private, it implements no `Deserialize`, and only `catalogue` constructs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TenantScope {
    tenant: TenantId,
    epoch: i32,
    place: Place,
    pool: Option<u32>,
}

impl TenantScope {
    pub(crate) fn new(tenant: TenantId, epoch: i32, place: Place) -> Self {
        Self {
            tenant,
            epoch,
            place,
            pool: None,
        }
    }

    /// With so many connections to itself.
    pub(crate) fn with_pool(mut self, connections: Option<u32>) -> Self {
        self.pool = connections;
        self
    }

    /// Whose scope it is.
    #[must_use]
    pub fn tenant(&self) -> TenantId {
        self.tenant
    }

    pub(crate) fn epoch(&self) -> i32 {
        self.epoch
    }

    /// How many connections the tenant has to itself in a process; none where it shares them.
    #[must_use]
    pub fn pool(&self) -> Option<u32> {
        self.pool
    }

    /// The database that its rows are in.
    #[must_use]
    pub fn place(&self) -> &Place {
        &self.place
    }
}
