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
}

impl TenantScope {
    pub(crate) fn new(tenant: TenantId, epoch: i32, place: Place) -> Self {
        Self {
            tenant,
            epoch,
            place,
        }
    }

    /// Whose scope it is.
    #[must_use]
    pub fn tenant(&self) -> TenantId {
        self.tenant
    }

    pub(crate) fn epoch(&self) -> i32 {
        self.epoch
    }

    /// The database that its rows are in.
    #[must_use]
    pub fn place(&self) -> &Place {
        &self.place
    }
}
