//! The departments that people write themselves into, for the menu of the filter.

use diesel::prelude::*;
use diesel::sql_types::Text;

use crate::raw;
use crate::{StoreError, TenantTx};

/// The first departments of the alphabet: folded, and as somebody wrote them. One look at the index
/// for each, however many people there are.
///
/// # Errors
/// The database's.
pub fn departments<P>(
    tx: &mut TenantTx<'_, P>,
    limit: i32,
) -> Result<Vec<(String, String)>, StoreError> {
    let query = raw::kept::<(Text, Text)>(
        "with recursive found as (
            (select department_folded as folded, department as name, 1 as place
               from users where tenant_id = $1 and status <> 'removed' and department_folded is not null
              order by department_folded, name_folded, id limit 1)
            union all
            select next.folded, next.name, found.place + 1
              from found cross join lateral (
                select department_folded as folded, department as name
                  from users where tenant_id = $1 and status <> 'removed' and department_folded > found.folded
                 order by department_folded, name_folded, id limit 1) next
             where found.place < $2)
         select folded, name from found",
        tx.tenant().uuid(),
        limit,
    );
    Ok(query.load(tx.connection())?)
}
