//! Asking for work to be done later: in the transaction of the change that wants it. Doing it is in
//! `worker`.

use chrono::{DateTime, Utc};
use domain::JobId;
use serde_json::Value as Json;
use store::{PlatformTx, StoreError, TenantTx};

/// How often a job is tried before it is given up.
const TRIES: i32 = 8;

macro_rules! jobs {
    ($($name:ident $key:literal $words:literal),* $(,)?) => {
        /// The kinds of work there are.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum JobKind {
            $(#[doc = $words] $name),*
        }

        impl JobKind {
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
    PasswordResetIssue "password_reset.issue" "Write the letter that was asked for, if the address has an account.",
    SignInSweep "sign_in.sweep" "Clear a tenant's expired sessions, links and throttles.",
    SignInSweepAll "sign_in.sweep_all" "Ask each tenant for its sweep.",
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
    store::jobs::add(tx, &job.row(now))
}

/// Asks for work of the platform's own.
///
/// # Errors
/// The database's.
pub fn enqueue_for_platform(tx: &mut PlatformTx<'_>, job: &NewJob) -> Result<JobId, StoreError> {
    let now = tx.now();
    store::jobs::add_for_platform(tx, &job.row(now))
}
