//! A tenant's scope: the right to open its transactions. Only the catalogue makes one.

use domain::TenantId;

/// Which tenant, and at which epoch of its placement. It cannot be made from a request: the fields are
/// private, it implements no `Deserialize`, and only `catalogue` constructs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TenantScope {
    tenant: TenantId,
    epoch: i32,
}

impl TenantScope {
    pub(crate) fn new(tenant: TenantId, epoch: i32) -> Self {
        Self { tenant, epoch }
    }

    /// Whose scope it is.
    #[must_use]
    pub fn tenant(&self) -> TenantId {
        self.tenant
    }

    pub(crate) fn epoch(&self) -> i32 {
        self.epoch
    }
}
