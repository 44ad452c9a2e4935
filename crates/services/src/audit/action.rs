//! What can be done, and to what: each with its key in the log and its words for people. The one place
//! to name a new action.

macro_rules! keyed {
    ($(#[$about:meta])* $type:ident { $($name:ident $key:literal $words:literal),* $(,)? }) => {
        $(#[$about])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum $type {
            $(#[doc = $words] $name),*
        }

        impl $type {
            /// Each, in the order of the list to choose from.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// As it is stored and sent.
            #[must_use]
            pub const fn key(self) -> &'static str {
                match self { $(Self::$name => $key),* }
            }

            /// As it is shown to people.
            #[must_use]
            pub const fn words(self) -> &'static str {
                match self { $(Self::$name => $words),* }
            }

            /// The one with this key.
            #[must_use]
            pub fn from_key(key: &str) -> Option<Self> {
                match key { $($key => Some(Self::$name),)* _ => None }
            }
        }
    };
}
pub(crate) use keyed;

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
        UserInvited "user.invited" "invited",
        InvitationResent "user.invitation_resent" "sent the invitation again to",
        InvitationRevoked "user.invitation_revoked" "revoked the invitation of",
        UserJoined "user.joined" "accepted the invitation",
        UserCreated "user.created" "added",
        UserChanged "user.changed" "changed",
        UserRoleChanged "user.role_changed" "changed the role of",
        UserSuspended "user.suspended" "suspended",
        UserRestored "user.restored" "restored",
        UserDeactivated "user.deactivated" "deactivated",
        UserRemoved "user.removed" "removed",
        UserLeft "user.left" "left",
        UserRemovalUndone "user.removal_undone" "brought back",
        UserEmailChanged "user.email_changed" "changed the address of",
        ProfileChanged "profile.changed" "changed their own profile",
        PreferencesChanged "preferences.changed" "changed their own preferences",
        UsersImported "user.imported" "imported people from",
        UsersExported "users.exported" "exported people",
        RoleCreated "role.created" "made the role",
        RoleChanged "role.changed" "changed the role",
        RoleRemoved "role.removed" "removed the role",
        KeyCreated "key.created" "made the key",
        KeyRotated "key.rotated" "rotated the key",
        KeyRevoked "key.revoked" "revoked the key",
        KeyExposed "key.exposed" "wrote into an address the key",
        TenantCreated "tenant.created" "opened",
        TenantChanged "tenant.changed" "changed",
        TenantRenamed "tenant.renamed" "renamed",
        TenantPlanChanged "tenant.plan_changed" "changed the plan of",
        TenantLimitChanged "tenant.limit_changed" "changed a limit of",
        TenantLimitEnding "tenant.limit_ending" "saw the end near of a limit of",
        TenantPoolChanged "tenant.pool_changed" "changed the database connections of",
        ScalingAsked "scaling.asked" "asked for other limits of",
        ScalingApproved "scaling.approved" "approved the limits that were asked for by",
        ScalingDeclined "scaling.declined" "declined the limits that were asked for by",
        ScalingWithdrawn "scaling.withdrawn" "took back the limits that were asked for by",
        ScalingDone "scaling.completed" "brought the limits that were asked for to",
        LimitsChecked "limits.checked" "checked",
        TenantSuspended "tenant.suspended" "suspended",
        TenantReactivated "tenant.reactivated" "reactivated",
        TenantMoved "tenant.moved" "moved",
        TablesMigrated "tenant.tables_migrated" "migrated the tables of",
        TablesNotMigrated "tenant.tables_not_migrated" "could not migrate the tables of",
        MaintenanceBegan "tenant.maintenance_began" "began maintenance of",
        MaintenanceEnded "tenant.maintenance_ended" "ended maintenance of",
        DeletionScheduled "tenant.deletion_scheduled" "scheduled the deletion of",
        DeletionUndone "tenant.deletion_undone" "undid the deletion of",
        TenantHealthChanged "tenant.health_changed" "saw the health change of",
        TenantTrialEnding "tenant.trial_ending" "saw the end near of the trial of",
        TenantTrialEnded "tenant.trial_ended" "saw the end of the trial of",
        OwnershipOffered "tenant.ownership_offered" "offered the ownership to",
        OwnershipWithdrawn "tenant.ownership_withdrawn" "withdrew the offer of ownership to",
        OwnershipDeclined "tenant.ownership_declined" "declined the ownership offered by",
        OwnershipTransferred "tenant.ownership_transferred" "took over the ownership from",
        BrandChanged "brand.changed" "changed the look",
        TenantClosingAsked "tenant.closing_asked" "asked to close",
        VisitAsked "visit.asked" "asked to enter",
        VisitApproved "visit.approved" "let in",
        VisitDeclined "visit.declined" "declined to let in",
        VisitEntered "visit.entered" "entered",
        VisitEnded "visit.ended" "ended the visit of",
        VisitExpired "visit.expired" "closed the visit of",
        VisitPolicyChanged "visit.policy_changed" "changed the rule for",
        ConsoleAsked "console.asked" "asked at the console",
        ConsoleAnswered "console.answered" "had an answer at the console to",
        ConsoleStopped "console.stopped" "stopped at the console",
        ConsoleKept "console.query_kept" "kept the question",
        ConsoleForgot "console.query_forgotten" "no longer keeps the question",
        AuditExported "audit.exported" "exported the audit log",
        AccessRefused "access.refused" "was refused",
        LetterFailed "letter.failed" "could not send",
        JobGivenUp "job.given_up" "gave up on",
    }
}

keyed! {
    /// What kind of thing an entry is about.
    TargetKind {
        User "user" "person",
        Role "role" "role",
        Session "session" "session",
        Tenant "tenant" "organisation",
        Visit "visit" "visit",
        Page "page" "page",
        File "file" "file",
        Letter "letter" "letter",
        Job "job" "job",
        Key "key" "key",
        Query "query" "question",
        Limit "limit" "limit",
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn each_key_leads_back_and_is_there_once() {
        for action in Action::ALL {
            assert_eq!(Action::from_key(action.key()), Some(*action));
        }
        for kind in TargetKind::ALL {
            assert_eq!(TargetKind::from_key(kind.key()), Some(*kind));
        }
        assert_eq!(Action::from_key("user.unheard_of"), None);
    }
}
