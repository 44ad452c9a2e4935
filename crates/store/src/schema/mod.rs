//! The tables as Diesel knows them, one file a schema of the database. Private to the store.

pub(crate) mod catalogue;
pub(crate) mod node;
pub(crate) mod tenant;
