//! How pages call the states of a tenant.

use domain::TenantState;

/// The word of a state.
#[must_use]
pub const fn title(state: TenantState) -> &'static str {
    match state {
        TenantState::Provisioning => "Being made",
        TenantState::Trial => "Trial",
        TenantState::Active => "Active",
        TenantState::Suspended => "Suspended",
        TenantState::Maintenance => "Maintenance",
        TenantState::Moving => "Moving",
        TenantState::DeletionScheduled => "To be deleted",
        TenantState::Deleted => "Deleted",
        TenantState::Failed => "Failed",
    }
}

/// The tone of its dot.
#[must_use]
pub const fn tone(state: TenantState) -> &'static str {
    match state {
        TenantState::Active => "ok",
        TenantState::Trial | TenantState::Provisioning | TenantState::Moving => "info",
        TenantState::Maintenance => "warn",
        TenantState::Suspended | TenantState::DeletionScheduled | TenantState::Failed => "bad",
        TenantState::Deleted => "",
    }
}
