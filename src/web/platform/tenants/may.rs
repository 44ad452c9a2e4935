//! Which of its deeds a tenant's page offers to whoever reads it.

use domain::TenantState;
use domain::staff::StaffPermission;

use crate::web::platform::shell::StaffShell;

/// What the reader may do to the tenant as it is now.
pub(super) struct May {
    pub(super) change: bool,
    pub(super) rename: bool,
    pub(super) relocate: bool,
    pub(super) pool: bool,
    pub(super) end_pool: bool,
    pub(super) maintain: bool,
    pub(super) end_maintenance: bool,
    pub(super) suspend: bool,
    pub(super) reactivate: bool,
    pub(super) delete: bool,
    pub(super) undo_deletion: bool,
}

impl May {
    pub(super) fn of(shell: &StaffShell, state: TenantState, pools: u32, own: Option<u32>) -> Self {
        let manages = shell.may(StaffPermission::ManageTenants);
        let deletes = shell.may(StaffPermission::DeleteTenants);
        let rests = matches!(
            state,
            TenantState::Maintenance | TenantState::Moving | TenantState::DeletionScheduled
        );
        let leads = |to: TenantState| state.followers().contains(&to) && !rests;
        Self {
            change: manages && state.has_rows(),
            rename: manages && state.has_rows() && shell.has_room(),
            relocate: manages && state.has_rows() && state != TenantState::DeletionScheduled,
            pool: manages
                && state.has_rows()
                && state != TenantState::DeletionScheduled
                && pools > 0,
            end_pool: manages && own.is_some(),
            maintain: manages && leads(TenantState::Maintenance),
            end_maintenance: manages && state == TenantState::Maintenance,
            suspend: manages && leads(TenantState::Suspended),
            reactivate: manages && state == TenantState::Suspended,
            delete: deletes && leads(TenantState::DeletionScheduled),
            undo_deletion: deletes && state == TenantState::DeletionScheduled,
        }
    }

    pub(super) fn any(&self) -> bool {
        self.change || self.end_pool || self.delete || self.undo_deletion
    }
}
