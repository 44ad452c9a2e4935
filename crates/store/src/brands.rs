//! How the portal looks for a tenant, as it is stored. What the colours become is decided above.

use diesel::prelude::*;

use crate::StoreError;
use crate::guard::TenantTx;
use crate::schema::tenant::brands;

/// The colours that a tenant chose, as `#rrggbb`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Brand {
    /// The brand colour.
    pub primary: String,
    /// The second chart series.
    pub secondary: Option<String>,
}

/// The tenant's colours, if it chose any.
///
/// # Errors
/// The database's.
pub fn read<P>(tx: &mut TenantTx<'_, P>) -> Result<Option<Brand>, StoreError> {
    let tenant = tx.tenant().uuid();
    let row = brands::table
        .filter(brands::tenant_id.eq(tenant))
        .select((brands::primary_color, brands::secondary_color))
        .first(tx.connection())
        .optional()?;
    Ok(row.map(|(primary, secondary)| Brand { primary, secondary }))
}

/// Sets the tenant's colours.
///
/// # Errors
/// The database's.
pub fn set<P>(tx: &mut TenantTx<'_, P>, brand: &Brand) -> Result<(), StoreError> {
    let (tenant, now) = (tx.tenant().uuid(), tx.now());
    diesel::insert_into(brands::table)
        .values((
            brands::tenant_id.eq(tenant),
            brands::primary_color.eq(&brand.primary),
            brands::secondary_color.eq(&brand.secondary),
            brands::updated_at.eq(now),
        ))
        .on_conflict(brands::tenant_id)
        .do_update()
        .set((
            brands::primary_color.eq(&brand.primary),
            brands::secondary_color.eq(&brand.secondary),
            brands::updated_at.eq(now),
        ))
        .execute(tx.connection())?;
    Ok(())
}
