//! The states of a tenant and the one machine that says which follows which. What happens on the
//! way (mails, jobs, rows) is told in services.

use crate::column::text_enum;

text_enum! {
    /// Where a tenant stands in its life.
    pub enum TenantState {
        /// Its placement is being made.
        Provisioning = "provisioning",
        /// Open, on a plan's trial period.
        Trial = "trial",
        /// Open.
        Active = "active",
        /// Closed to its people by the platform; nothing is lost.
        Suspended = "suspended",
        /// Closed for a while by an operator's work.
        Maintenance = "maintenance",
        /// On its way to another placement: it reads, it does not write.
        Moving = "moving",
        /// Closed, to be deleted when the grace days are over.
        DeletionScheduled = "deletion_scheduled",
        /// Gone; only its name is quarantined and its certificate kept.
        Deleted = "deleted",
        /// Its provisioning did not come to an end.
        Failed = "failed",
    }
}

/// A step that the machine does not have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("A tenant that is {from} cannot become {to}.")]
pub struct TenantStep {
    /// The state it has.
    pub from: TenantState,
    /// The state that was asked for.
    pub to: TenantState,
}

impl TenantState {
    /// The machine: each state and those that may follow it.
    ///
    /// Maintenance, a move and a cancelled deletion lead back to where the tenant came from, so
    /// each open or suspended state is among their followers. A plan that was chosen and taken back leads
    /// back to its trial.
    #[must_use]
    pub const fn followers(self) -> &'static [Self] {
        use TenantState::{
            Active, Deleted, DeletionScheduled, Failed, Maintenance, Moving, Provisioning,
            Suspended, Trial,
        };
        match self {
            Provisioning => &[Trial, Active, Failed],
            Trial => &[Active, Suspended, Maintenance, Moving, DeletionScheduled],
            Active => &[Trial, Suspended, Maintenance, Moving, DeletionScheduled],
            Suspended => &[Active, Trial, Maintenance, Moving, DeletionScheduled],
            Maintenance | Moving => &[Active, Trial, Suspended],
            DeletionScheduled => &[Active, Trial, Suspended, Failed, Deleted],
            Deleted => &[],
            Failed => &[Provisioning, DeletionScheduled],
        }
    }

    /// The next state, or why not.
    pub fn step(self, to: Self) -> Result<Self, TenantStep> {
        if self.followers().contains(&to) {
            Ok(to)
        } else {
            Err(TenantStep { from: self, to })
        }
    }

    /// Whether its people may sign in and work.
    #[must_use]
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Trial | Self::Active)
    }

    /// Whether its people may sign in and read; a tenant on the move reads without writing.
    #[must_use]
    pub const fn is_readable(self) -> bool {
        matches!(self, Self::Trial | Self::Active | Self::Moving)
    }

    /// Whether the database lets its people, keys and jobs in.
    #[must_use]
    pub const fn is_closed(self) -> bool {
        !self.is_readable()
    }

    /// Whether its placement holds its rows.
    #[must_use]
    pub const fn has_rows(self) -> bool {
        !matches!(self, Self::Provisioning | Self::Failed | Self::Deleted)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::TenantState::{self, *};

    #[test]
    fn the_machine_is_this_table() {
        // Rows: from; columns: to, in the order of `ALL`.
        let table = [
            (Provisioning, ".xx.....x"),
            (Trial, "..xxxxx.."),
            (Active, ".x.xxxx.."),
            (Suspended, ".xx.xxx.."),
            (Maintenance, ".xxx....."),
            (Moving, ".xxx....."),
            (DeletionScheduled, ".xxx...xx"),
            (Deleted, "........."),
            (Failed, "x.....x.."),
        ];
        for (from, row) in table {
            for (to, mark) in TenantState::ALL.iter().zip(row.chars()) {
                assert_eq!(from.step(*to).is_ok(), mark == 'x', "{from} to {to}");
            }
        }
        assert_eq!(TenantState::ALL.len(), table.len());
    }

    #[test]
    fn every_state_is_reached_and_only_deleted_is_an_end() {
        for state in TenantState::ALL {
            let reached = TenantState::ALL
                .iter()
                .any(|from| from.followers().contains(state));
            assert!(reached, "{state} is never reached");
            assert_eq!(state.followers().is_empty(), *state == Deleted);
        }
    }

    #[test]
    fn a_refused_step_says_so() {
        let refused = Deleted.step(Active).unwrap_err();
        assert_eq!(
            refused.to_string(),
            "A tenant that is deleted cannot become active."
        );
    }
}
