//! Tenantry.

pub mod session;
