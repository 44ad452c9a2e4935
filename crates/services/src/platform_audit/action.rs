//! What can be done on the platform, and to what: each with its key in the log and its words for people.
//! The one place to name a new action of the platform.

use crate::audit::action::keyed;

keyed! {
    /// Something that is done, or refused. Its words follow the actor's name and go before the target's.
    Action {
        SessionCreated "session.created" "signed in",
        SessionRefused "session.refused" "tried to sign in",
        SessionEnded "session.ended" "signed out",
        SessionRevoked "session.revoked" "ended a session of",
        PasswordResetRequested "password.reset_requested" "asked for a new password",
        PasswordReset "password.reset" "set a new password by mail",
        PasswordChanged "password.changed" "changed the password",
        PasswordRefused "password.refused" "tried to change the password",
        ProfileChanged "profile.changed" "changed their own profile",
        StaffInvited "staff.invited" "invited",
        StaffInvitationResent "staff.invitation_resent" "made a new link for",
        StaffJoined "staff.joined" "accepted the invitation",
        StaffRoleChanged "staff.role_changed" "changed the role of",
        StaffSuspended "staff.suspended" "suspended",
        StaffRestored "staff.restored" "restored",
        StaffRemoved "staff.removed" "removed",
        TenantCreated "tenant.created" "created",
        TenantChanged "tenant.changed" "changed",
        TenantRenamed "tenant.renamed" "renamed",
        TenantPlanChanged "tenant.plan_changed" "changed the plan of",
        LimitGiven "tenant.limit_given" "gave a limit of its own to",
        ScalingAsked "scaling.asked" "asked for other limits for",
        ScalingApproved "scaling.approved" "approved the limits that were asked for by",
        ScalingDeclined "scaling.declined" "declined the limits that were asked for by",
        ScalingWithdrawn "scaling.withdrawn" "took back the limits that were asked for by",
        ScalingDone "scaling.completed" "brought the limits that were asked for to",
        LimitTaken "tenant.limit_taken" "took a limit of its own from",
        PoolGiven "tenant.pool_given" "gave connections of its own to",
        PoolTaken "tenant.pool_taken" "took the connections of its own from",
        TenantSuspended "tenant.suspended" "suspended",
        TenantReactivated "tenant.reactivated" "reactivated",
        MaintenanceBegan "tenant.maintenance_began" "began maintenance of",
        MaintenanceEnded "tenant.maintenance_ended" "ended maintenance of",
        DeletionScheduled "tenant.deletion_scheduled" "scheduled the deletion of",
        DeletionUndone "tenant.deletion_undone" "undid the deletion of",
        ModeChanged "mode.changed" "changed the mode of the installation of",
        PlanAdded "plan.added" "added the plan",
        PlanChanged "plan.changed" "changed the plan",
        PlanRetired "plan.retired" "retired the plan",
        PlanRestored "plan.restored" "brought back the plan",
        PlanMoveAsked "plan.move_asked" "asked to move tenants to the current version of the plan",
        ProvisionDone "tenant.provisioned" "finished making",
        ProvisionFailed "tenant.provision_failed" "could not finish making",
        ProvisionRetried "tenant.provision_retried" "retried making",
        MoveAsked "tenant.move_asked" "asked to move",
        MoveStopped "tenant.move_stopped" "stopped the move of",
        MoveFailed "tenant.move_failed" "could not move",
        TenantMoved "tenant.moved" "moved",
        CopyDiscarded "tenant.copy_discarded" "deleted the old copy of",
        NodeAdded "node.added" "added the server",
        NodeReady "node.ready" "made ready the server",
        NodeNotReady "node.not_ready" "could not make ready the server",
        NodeChanged "node.changed" "changed the server",
        NodeOpened "node.opened" "opened the server",
        NodeCordoned "node.cordoned" "closed to newcomers the server",
        NodeDrained "node.drain_asked" "began to empty the server",
        NodeEmptied "node.emptied" "emptied the server",
        NodeRemoved "node.removed" "removed the server",
        NodePasswordSet "node.application_password_set" "gave your application a new password on the server",
        MigrationsTaken "migrations.taken" "took over",
        RolloutAsked "rollout.asked" "asked for the rollout of",
        RolloutPaused "rollout.paused" "paused the rollout of",
        RolloutResumed "rollout.resumed" "let go on the rollout of",
        RolloutRetried "rollout.retried" "retried the rollout of",
        RolloutCancelled "rollout.cancelled" "ended early the rollout of",
        RolloutEnded "rollout.ended" "ended the rollout of",
        SchemaMigrated "schema.migrated" "migrated one tenant to",
        DriftAsked "drift.asked" "asked to compare",
        ResourceRegistered "resource.registered" "began to count",
        ResourceChanged "resource.changed" "changed what is said of",
        ResourceRetired "resource.retired" "counts no more",
        LimitsChecked "limits.checked" "looked at the limits of",
        HealthChanged "tenant.health_changed" "saw the health change of",
        HealthAsked "health.asked" "asked for a look at the health of",
        SignUpAsked "sign_up.asked" "signed up for",
        SignUpConfirmed "sign_up.confirmed" "confirmed the sign-up for",
        OwnershipOffered "tenant.ownership_offered" "offered the ownership of",
        OwnershipTransferred "tenant.ownership_transferred" "transferred the ownership of",
        TenantsExported "tenants.exported" "exported the list of tenants",
        VisitAsked "visit.asked" "asked to visit",
        VisitApproved "visit.approved" "was let into",
        VisitDenied "visit.denied" "was not let into",
        VisitBegan "visit.began" "entered",
        VisitEnded "visit.ended" "left",
        KeyCreated "key.created" "made the key",
        KeyRotated "key.rotated" "rotated the key",
        KeyRevoked "key.revoked" "revoked the key",
        KeyExposed "key.exposed" "wrote into an address the key",
        JobRetried "job.retried" "retried",
        JobsRetried "jobs.retried" "retried all of",
        JobDropped "job.dropped" "dropped",
        JobGivenUp "job.given_up" "gave up on",
        LetterFailed "letter.failed" "could not send",
        AuditExported "audit.exported" "exported the audit log",
        AccessRefused "access.refused" "was refused",
    }
}

keyed! {
    /// What kind of thing an entry is about.
    TargetKind {
        Staff "staff" "staff",
        Session "session" "session",
        Tenant "tenant" "tenant",
        SignUp "sign_up" "sign-up",
        Visit "visit" "visit",
        Plan "plan" "plan",
        Resource "resource" "resource",
        Key "key" "key",
        Job "job" "job",
        Migrations "migrations" "migrations",
        Rollout "rollout" "rollout",
        Node "node" "server",
        Letter "letter" "letter",
        Page "page" "page",
        File "file" "file",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_key_leads_back_and_is_there_once() {
        for action in Action::ALL {
            assert_eq!(Action::from_key(action.key()), Some(*action));
        }
        for kind in TargetKind::ALL {
            assert_eq!(TargetKind::from_key(kind.key()), Some(*kind));
        }
    }
}
