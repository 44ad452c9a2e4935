//! What the node that tenants lie on can do beside PostgreSQL's own.

use diesel::prelude::*;
use diesel::sql_types::Text;

use crate::StoreError;
use crate::platform::PlatformTx;
use crate::raw;

#[derive(QueryableByName)]
struct Extension {
    #[diesel(sql_type = Text)]
    name: String,
}

impl PlatformTx<'_> {
    /// The extensions that the node really has, by name.
    ///
    /// # Errors
    /// The database's.
    pub fn extensions(&mut self) -> Result<Vec<String>, StoreError> {
        let found: Vec<Extension> =
            raw::query("select extname::text as name from pg_extension order by extname")
                .load(self.connection())?;
        Ok(found.into_iter().map(|extension| extension.name).collect())
    }
}
