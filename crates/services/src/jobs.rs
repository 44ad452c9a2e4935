//! Asking for work to be done later: in the transaction of the change that wants it. Doing it is in
//! `worker`.

use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};
use domain::{JobId, TenantId};
use serde_json::Value as Json;
pub use store::jobs::QueueFigure;
use store::{PlatformTx, StoreError, TenantTx};

/// How often a job is tried before it is given up.
pub(crate) const TRIES: i32 = 8;

macro_rules! jobs {
    ($($name:ident $key:literal $words:literal),* $(,)?) => {
        /// The kinds of work there are.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum JobKind {
            $(#[doc = $words] $name),*
        }

        impl JobKind {
            /// Every kind, in the order in which they are listed.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// What it does, in a sentence.
            #[must_use]
            pub const fn words(self) -> &'static str {
                match self { $(Self::$name => $words),* }
            }

            /// As it is stored.
            #[must_use]
            pub const fn key(self) -> &'static str {
                match self { $(Self::$name => $key),* }
            }

            /// The kind with this key.
            #[must_use]
            pub fn from_key(key: &str) -> Option<Self> {
                match key { $($key => Some(Self::$name),)* _ => None }
            }
        }
    };
}

jobs! {
    LetterSend "letter.send" "Send a letter of the outbox.",
    NoticeSend "letter.notice" "Send a letter about the tenant itself, even while it rests.",
    PasswordResetIssue "password_reset.issue" "Write the letter that was asked for, if the address has an account.",
    InvitationsWrite "invitations.write" "Write the letters of people who were invited.",
    SignInSweep "sign_in.sweep" "Clear a tenant's expired sessions, links and throttles.",
    SignInSweepAll "sign_in.sweep_all" "Ask each tenant for its sweep.",
    PlatformLetterSend "platform_letter.send" "Send a letter of the platform's own outbox.",
    StaffResetIssue "staff_reset.issue" "Write the letter that was asked for, if the address is somebody's of the staff.",
    StaffSweep "staff.sweep" "Clear expired sessions, links and throttles of the platform's door.",
    TenantProvision "tenant.provision" "Make a tenant, step by step.",
    TenantNote "tenant.note" "Tell a tenant what the platform did to it.",
    TenantMove "tenant.move" "Move a tenant to another place, step by step.",
    CopiesDiscard "copies.discard" "Delete the old copies of moves whose time is over.",
    NodeReady "node.ready" "Make a server ready for databases of tenants.",
    NodesLook "nodes.look" "Look how the servers of tenants are.",
    NodesDrain "nodes.drain" "Ask for the moves that empty a server.",
    RolloutRun "rollout.run" "Bring the vendor's migrations to every schema of tenants.",
    DriftLook "drift.look" "Look whether the schemas of tenants are what their migrations make.",
    VisitsEnd "visits.end" "End the visits of somebody who left the staff.",
    LimitTell "limit.tell" "Write to a tenant's owners that a limit is near or reached.",
    LimitsCheck "limits.check" "Look where a tenant stands in everything that is limited.",
    LimitsCheckAll "limits.check_all" "Ask each tenant for its look at its limits.",
    PlanMove "plan.move" "Move tenants to the current version of their plan.",
    TrialsEnd "tenant.trials_end" "Tell tenants whose trial ends soon or is over.",
    ScalingTell "scaling.tell" "Write to the staff that a tenant asks for more.",
    ScalingFinish "scaling.finish" "Bring a tenant the limits that it asked for.",
    ScalingsDue "scalings.due" "Carry out what tenants asked for and whose date has come.",
    OwnLimitsEnd "tenant.own_limits_end" "End limits of tenants' own, and tell of those that end soon.",
    StockKeep "databases.stock" "Make databases in advance, for tenants to come.",
    PlacesSettle "places.settle" "Make the databases of tenants' own say what the platform says of them.",
    UsageKeep "usage.keep" "Make the months to come for what is measured, and drop those whose time is over.",
    UsageGather "usage.gather" "Add up what all tenants used in the last 7 and 30 days.",
    CheckupsRun "checkups.run" "Look how tenants are, those that wait longest first.",
    JobsPrune "jobs.prune" "Clear jobs that ended a while ago.",
}

/// A job to be asked for.
#[derive(Debug, Clone)]
pub struct NewJob {
    /// What to do.
    pub kind: JobKind,
    /// What the kind needs to know. Whose it is comes from the transaction, never from here.
    pub payload: Json,
    /// Not before; at once when `None`.
    pub run_at: Option<DateTime<Utc>>,
}

impl NewJob {
    /// A job to run at once.
    #[must_use]
    pub fn now(kind: JobKind, payload: Json) -> Self {
        Self {
            kind,
            payload,
            run_at: None,
        }
    }

    fn row(&self, now: DateTime<Utc>) -> store::jobs::NewJob<'_> {
        store::jobs::NewJob {
            kind: self.kind.key(),
            payload: &self.payload,
            run_at: self.run_at.unwrap_or(now),
            max_attempts: TRIES,
        }
    }
}

/// Asks for work for the transaction's tenant.
///
/// # Errors
/// The database's.
pub fn enqueue<P>(tx: &mut TenantTx<'_, P>, job: &NewJob) -> Result<JobId, StoreError> {
    let now = tx.now();
    let id = store::jobs::add(tx, &job.row(now))?;
    WAKE.ring();
    Ok(id)
}

/// The kinds that are done even while their tenant rests: what the platform itself does to it.
pub(crate) const EVEN_CLOSED: [&str; 6] = [
    JobKind::TenantProvision.key(),
    JobKind::TenantMove.key(),
    JobKind::TenantNote.key(),
    JobKind::ScalingFinish.key(),
    JobKind::NoticeSend.key(),
    JobKind::VisitsEnd.key(),
];

/// The kinds that work on the catalogue: they stay in its database's queue wherever their tenant goes.
pub(crate) const AT_HOME: [&str; 2] = [JobKind::TenantProvision.key(), JobKind::TenantMove.key()];

/// Asks for work for a tenant, on the platform's side: what it does to the tenant itself.
///
/// # Errors
/// The database's.
pub fn enqueue_for_tenant(
    tx: &mut PlatformTx<'_>,
    tenant: TenantId,
    job: &NewJob,
) -> Result<JobId, StoreError> {
    let now = tx.now();
    let id = store::jobs::add_for_tenant(tx, tenant, &job.row(now))?;
    WAKE.ring();
    Ok(id)
}

/// Asks for work of the platform's own.
///
/// # Errors
/// The database's.
pub fn enqueue_for_platform(tx: &mut PlatformTx<'_>, job: &NewJob) -> Result<JobId, StoreError> {
    let now = tx.now();
    let id = store::jobs::add_for_platform(tx, &job.row(now))?;
    WAKE.ring();
    Ok(id)
}

/// The queues in figures, by kind and state and never by tenant: the catalogue's, and those of tenants' own databases as they
/// were counted last. The same kind and state may come from both.
///
/// # Errors
/// The database's.
pub fn figures(tx: &mut PlatformTx<'_>) -> Result<Vec<QueueFigure>, StoreError> {
    let mut figures = store::jobs::figures(tx)?;
    figures.extend(store::queue::own::figures(tx)?);
    Ok(figures)
}

/// Tells this process's workers that something was asked for. NOTIFY would take a lock over the whole
/// server at commit; workers of other processes find the job at their next look.
pub(crate) static WAKE: Wake = Wake {
    rings: Mutex::new(0),
    heard: Condvar::new(),
};

/// A bell that counts.
pub(crate) struct Wake {
    rings: Mutex<u64>,
    heard: Condvar,
}

impl Wake {
    /// Wakes whoever waits. The transaction that rings has not committed yet: whoever wakes looks more
    /// than once.
    pub(crate) fn ring(&self) {
        let mut rings = self.rings.lock().unwrap_or_else(PoisonError::into_inner);
        *rings = rings.wrapping_add(1);
        self.heard.notify_all();
    }

    /// How often it rang so far.
    pub(crate) fn rings(&self) -> u64 {
        *self.rings.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for a ring behind `heard`, or as long as `at_most`. Answers how often it rang by then.
    pub(crate) fn wait(&self, heard: u64, at_most: Duration) -> u64 {
        let rings = self.rings.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = self
            .heard
            .wait_timeout_while(rings, at_most, |rings| *rings == heard);
        *waited.unwrap_or_else(PoisonError::into_inner).0
    }
}
