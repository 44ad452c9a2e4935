//! The pages of the platform's own host: for those who run the tenants. One noun a file.

pub mod analytics;
pub mod audit;
pub mod checkups;
pub mod home;
pub mod invitation;
pub mod jobs;
pub mod mailbox;
pub mod me;
pub mod nodes;
pub mod password;
pub mod plans;
pub mod rollouts;
pub mod scalings;
pub mod shell;
pub mod sign_in;
pub mod sign_out;
pub mod staff;
pub mod tenants;
