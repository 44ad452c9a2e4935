//! Events: what happened, for whoever will subscribe. Written in the transaction of what happened; their
//! delivery comes later and is not here.

use serde_json::Value as Json;
use store::{StoreError, TenantTx};
use uuid::Uuid;

macro_rules! events {
    ($($name:ident $key:literal),* $(,)?) => {
        /// What can happen; the names are the product's public ones.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum EventKind {
            $(#[doc = $key] $name),*
        }

        impl EventKind {
            /// As it is stored and delivered.
            #[must_use]
            pub const fn key(self) -> &'static str {
                match self { $(Self::$name => $key),* }
            }

            /// The one with this key.
            #[must_use]
            pub fn from_key(key: &str) -> Option<Self> {
                match key { $($key => Some(Self::$name),)* _ => None }
            }
        }
    };
}

events! {
    UserInvited "user.invited",
    InvitationRevoked "user.invitation_revoked",
    InvitationResent "user.invitation_resent",
    UserCreated "user.created",
    UserJoined "user.joined",
    UserUpdated "user.updated",
    UserRoleChanged "user.role_changed",
    UserSuspended "user.suspended",
    UserRestored "user.restored",
    UserDeactivated "user.deactivated",
    UserRemoved "user.removed",
    UserRemovalUndone "user.removal_undone",
    UsersImported "users.imported",
    PasswordChanged "user.password_changed",
    SessionCreated "session.created",
    SessionEnded "session.ended",
    RoleCreated "role.created",
    RoleUpdated "role.updated",
    RoleRemoved "role.removed",
    TenantCreated "tenant.created",
    TenantUpdated "tenant.updated",
    TenantSuspended "tenant.suspended",
    TenantReactivated "tenant.reactivated",
    TenantDeleted "tenant.deleted",
    SchemaMigrationStarted "schema.migration.started",
    SchemaMigrated "schema.migration.completed",
    SchemaMigrationFailed "schema.migration.failed",
    TenantTrialEnding "tenant.trial_ending",
    TenantTrialEnded "tenant.trial_ended",
    TenantHealthChanged "tenant.health_changed",
    OwnershipOffered "tenant.ownership_offered",
    OwnershipTransferred "tenant.ownership_transferred",
    QuotaWarning "resources.quota.warning",
    QuotaExceeded "resources.quota.exceeded",
    LimitsExceeded "tenant.limits.exceeded",
    ScalingAsked "resources.scaling.asked",
    ScalingApproved "resources.scaling.approved",
    ScalingDeclined "resources.scaling.declined",
    ScalingWithdrawn "resources.scaling.withdrawn",
    ResourcesScaled "resources.scaled",
    KeyCreated "key.created",
    KeyRotated "key.rotated",
    KeyRevoked "key.revoked",
    VisitAsked "visit.asked",
    VisitApproved "visit.approved",
    VisitDeclined "visit.declined",
    VisitEntered "visit.entered",
    VisitEnded "visit.ended",
}

/// Writes the event; `data` holds what a subscriber may know, and no secret.
///
/// # Errors
/// The database's.
pub fn emit<P>(
    tx: &mut TenantTx<'_, P>,
    kind: EventKind,
    subject: Option<Uuid>,
    data: &Json,
) -> Result<(), StoreError> {
    store::events::add(tx, kind.key(), subject, data)
}

/// The same for many subjects of one deed.
///
/// # Errors
/// The database's.
pub fn emit_many<P>(
    tx: &mut TenantTx<'_, P>,
    kind: EventKind,
    subjects: &[(Uuid, Json)],
) -> Result<(), StoreError> {
    store::events::add_many(tx, kind.key(), subjects)
}
