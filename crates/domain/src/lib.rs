//! Floor 0: the names and the rules. No I/O, no clock, no environment; whoever needs the time or a
//! random number brings it.

pub mod address_list;
pub mod addresses;
pub mod adoption;
pub mod checkup;
pub mod churn;
pub mod colour;
pub mod column;
pub mod csv_cell;
pub mod email_address;
pub mod features;
pub mod field_errors;
pub mod free_fields;
pub mod ids;
pub mod key;
pub mod locale;
pub mod meter;
pub mod moving;
pub mod node;
pub mod page;
pub mod password;
pub mod period;
pub mod permission;
pub mod person_name;
pub mod phc;
pub mod plan;
pub mod projection;
pub mod rate;
pub mod resource;
pub mod retry;
pub mod rights;
pub mod role;
pub mod rollout;
pub mod scaling;
pub mod score;
pub mod slug;
pub mod staff;
pub mod standing;
pub mod tenant;
pub mod tenant_list;
pub mod tenant_settings;
pub mod text;
pub mod token;
pub mod trend;
pub mod user_agent;
pub mod user_list;
pub mod user_status;
pub mod visit;
pub mod window;
pub mod writing;

pub use addresses::{Addresses, Mode};
pub use checkup::{Health, PartState};
pub use churn::{Risk, Sign, Vital};
pub use email_address::EmailAddress;
pub use features::Features;
pub use field_errors::FieldErrors;
pub use free_fields::FreeFields;
pub use ids::{
    AuditEntryId, EventId, JobId, KeyId, LetterId, LinkId, MoveId, NodeId, QueryId, ReservationId,
    RoleId, RolloutId, SavedQueryId, ScalingId, SessionId, SignUpId, StaffId, TenantId, UserId,
    VisitId,
};
pub use key::{ApiKey, KeyOf};
pub use locale::{Locale, TimeZone};
pub use meter::{Meter, Sharer};
pub use moving::{MoveState, MoveStep};
pub use node::{NodeName, NodeState};
pub use page::{Order, PageRequest, Pagination, Span};
pub use password::Password;
pub use period::{Period, Steps};
pub use permission::{Access, Needs, Permission, Permissions};
pub use person_name::PersonName;
pub use phc::PhcString;
pub use plan::{Extra, Extras};
pub use projection::Projection;
pub use rate::{Rate, Rates};
pub use resource::{Resource, ResourceKey, ResourceKind, Term};
pub use role::{BuiltInRole, Role};
pub use rollout::{Direction, Pace, RolloutState, TargetState};
pub use scaling::{ScalingBilling, ScalingState, ScalingStep, ScalingStrategy};
pub use slug::Slug;
pub use staff::{
    StaffAccess, StaffNeeds, StaffPermission, StaffPermissions, StaffRole, StaffStatus,
};
pub use standing::Standing;
pub use tenant::TenantState;
pub use tenant_list::{
    CursorKey, PlacementKind, TenantCounts, TenantCursor, TenantFilter, TenantKind, TenantSort,
};
pub use tenant_settings::{Alias, ProductConfig, TenantSettings};
pub use token::{
    AddressChangeToken, ArrivalToken, InvitationToken, KeepToken, KnownDeviceToken, OwnershipToken,
    PasswordResetToken, SessionToken, SignUpToken, StaffInvitationToken, StaffResetToken,
    StaffSessionToken, TokenHash, VisitTicket, VisitToken,
};
pub use trend::Trend;
pub use user_list::{SearchIn, StatusCounts, UserFilter, UserSort};
pub use user_status::UserStatus;
pub use visit::{VisitHours, VisitPolicy, VisitReach, VisitState};
pub use window::{Bounds, Window};
pub use writing::{Patterns, Writing};
