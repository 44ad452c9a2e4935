//! Floor 0: the names and the rules. No I/O, no clock, no environment; whoever needs the time or a
//! random number brings it.

pub mod ids;
pub mod permission;
pub mod role;

pub use ids::{
    AuditEntryId, EventId, JobId, LetterId, LinkId, RoleId, SessionId, TenantId, UserId,
};
pub use permission::{Access, Needs, Permission, Permissions};
pub use role::{BuiltInRole, Role};
