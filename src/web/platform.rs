//! The pages of the platform's own host: for those who run the tenants. One noun a file.

pub mod home;
pub mod shell;
pub mod sign_in;
pub mod sign_out;
