//! Who makes databases and owns all tables: of the catalogue's server, and through the catalogue of the others.

use diesel::prelude::*;

use super::BootError;
use crate::address::with_database;
use crate::nodes::owner_of;
use crate::seal::SealKey;

/// The owner's address where the catalogue is, and what opens the addresses of other servers.
#[derive(Debug, Clone, Copy)]
pub struct Owner<'a> {
    /// The address of the database with the catalogue.
    pub(crate) url: &'a str,
    key: Option<&'a SealKey>,
}

impl<'a> Owner<'a> {
    /// Of all servers.
    #[must_use]
    pub fn of_all(url: &'a str, key: &'a SealKey) -> Self {
        Self {
            url,
            key: Some(key),
        }
    }

    /// The address of a database of a tenant's own, by what the catalogue says of it.
    pub(crate) fn url_of(
        &self,
        home: &mut PgConnection,
        database: &str,
    ) -> Result<String, BootError> {
        Ok(with_database(
            &self.maintenance_of(home, database)?,
            database,
        ))
    }

    /// The address of whoever made it, where databases are made and dropped.
    pub(crate) fn maintenance_of(
        &self,
        home: &mut PgConnection,
        database: &str,
    ) -> Result<String, BootError> {
        owner_of(home, database, self.key, self.url)
    }
}

/// Of an installation on one server: databases on others cannot be reached by it.
impl<'a> From<&'a str> for Owner<'a> {
    fn from(url: &'a str) -> Self {
        Self { url, key: None }
    }
}

impl<'a> From<&'a String> for Owner<'a> {
    fn from(url: &'a String) -> Self {
        Self::from(url.as_str())
    }
}
