//! One job while it is done: its tenant's scope, its lease, and the ways in which it ends.

use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use domain::permission::System;
use domain::{JobId, Meter};
use serde_json::Value as Json;
use store::claims::{self, Claim, End};
use store::{Credential, PlatformTx, Request, StoreError, TenantTx};
use uuid::Uuid;

use super::Bench;
use crate::jobs::JobKind;
use crate::letters::Links;
use crate::{TenantEntry, VerbError};

/// How the work on a job ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It is done.
    Done,
    /// Not now; what was in the way may pass.
    Retry(String),
    /// Never.
    GiveUp(String),
    /// Somebody else has the job now, and nothing was changed.
    Lost,
}

/// A job in hand.
#[derive(Debug)]
pub struct Work<'a> {
    /// What it is done with.
    pub bench: &'a Bench,
    pub(super) claim: &'a Claim,
    pub(super) lease: TimeDelta,
    pub(super) tenant: Option<TenantEntry>,
}

/// Why a step of a job did not happen.
#[derive(Debug, thiserror::Error)]
pub enum WorkError {
    /// A verb's own reason, or the store's.
    #[error(transparent)]
    Verb(#[from] VerbError),
    /// The lease was lost to somebody else.
    #[error("the lease was lost")]
    Lost,
    /// Its effect is there already; only its row, in another database, was not ended.
    #[error("it was done before")]
    Over,
}

impl From<StoreError> for WorkError {
    fn from(error: StoreError) -> Self {
        Self::Verb(error.into())
    }
}

impl store::Failure for WorkError {
    fn store(&self) -> Option<&StoreError> {
        match self {
            Self::Verb(error) => error.store(),
            Self::Lost | Self::Over => None,
        }
    }
}

impl From<WorkError> for Outcome {
    /// The database's troubles pass; a rule of a verb does not.
    fn from(error: WorkError) -> Self {
        match error {
            WorkError::Lost => Self::Lost,
            WorkError::Over => Self::Done,
            WorkError::Verb(VerbError::Store(error)) => Self::Retry(error.to_string()),
            WorkError::Verb(error @ (VerbError::Busy { .. } | VerbError::TooMany { .. })) => {
                Self::Retry(error.to_string())
            }
            WorkError::Verb(error) => Self::GiveUp(error.to_string()),
        }
    }
}

impl Work<'_> {
    /// The moment.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        (self.bench.now)()
    }

    /// Whether another try is left when this one fails.
    #[must_use]
    pub fn may_be_tried_again(&self) -> bool {
        self.claim.attempts < self.claim.max_attempts
    }

    /// As whose request the job's transactions count.
    pub(crate) fn request(&self) -> Request {
        asked_by(self.claim.id, self.now())
    }

    /// Which job it is.
    #[must_use]
    pub fn id(&self) -> JobId {
        self.claim.id
    }

    /// What kind of job it is; `None` when this version does not know it.
    #[must_use]
    pub fn kind(&self) -> Option<JobKind> {
        JobKind::from_key(&self.claim.kind)
    }

    /// What the kind needs to know.
    #[must_use]
    pub fn payload(&self) -> &Json {
        &self.claim.payload
    }

    /// The tenant, by the job's row.
    #[must_use]
    pub fn tenant(&self) -> Option<&TenantEntry> {
        self.tenant.as_ref()
    }

    /// What the tenant's letters are made with.
    #[must_use]
    pub fn links(&self) -> Option<Links> {
        let tenant = self.tenant.as_ref()?;
        Some(Links::of(tenant, self.bench.scheme, self.bench.port))
    }

    /// What the platform's own letters are made with.
    #[must_use]
    pub fn platform_links(&self) -> Links {
        let bench = self.bench;
        Links::of_platform(&bench.platform_host, bench.scheme, bench.port)
    }

    /// Notes one more of this for the job's tenant.
    pub(crate) fn measure(&self, meter: &Meter) {
        if let Some(tenant) = self.claim.tenant {
            let usage = &self.bench.usage;
            usage.note(tenant, self.now(), |notes| notes.add(meter, 1));
        }
    }

    /// One step in the tenant, in a transaction of its own. A job may make several before the last.
    ///
    /// # Errors
    /// What the step answers.
    pub fn step<T>(
        &self,
        mut work: impl FnMut(&mut TenantTx<'_, System>) -> Result<T, VerbError>,
    ) -> Result<T, WorkError> {
        self.inside(|tx| work(tx).map_err(WorkError::from))
    }

    /// The last step, which ends the job in its own transaction: it happens once, or not at all when the
    /// lease was lost meanwhile.
    ///
    /// # Errors
    /// What the step answers; [`WorkError::Lost`].
    pub fn conclude<T>(
        &self,
        work: impl FnMut(&mut TenantTx<'_, System>) -> Result<T, VerbError>,
    ) -> Result<T, WorkError> {
        self.end(End::Done, work)
    }

    pub(super) fn end<T>(
        &self,
        end: End<'_>,
        mut work: impl FnMut(&mut TenantTx<'_, System>) -> Result<T, VerbError>,
    ) -> Result<T, WorkError> {
        if !self.is_elsewhere() {
            return self.inside(|tx| {
                // First, so that the row is taken: of two who hold on to the job, one waits and then sees.
                if !claims::end_with(tx, self.claim, end)? {
                    return Err(WorkError::Lost);
                }
                Ok(work(tx)?)
            });
        }
        // No transaction reaches both databases: the effect leaves the end beside it, and whoever comes again finds that.
        let done = self.inside(|tx| {
            if matches!(end, End::Done) && !claims::leave_end(tx, self.claim)? {
                return Err(WorkError::Over);
            }
            Ok(work(tx)?)
        })?;
        self.bench
            .store
            .platform_at(&self.claim.place, self.now(), |tx| {
                claims::end(tx, self.claim, end)
            })?;
        Ok(done)
    }

    /// Whether the tenant's rows are in another database than the job's.
    fn is_elsewhere(&self) -> bool {
        let lives = self.tenant.as_ref().map(|entry| entry.scope.place());
        lives.is_some_and(|place| *place != self.claim.place)
    }

    /// The last step of one of the platform's own jobs; ends it in the same transaction.
    ///
    /// # Errors
    /// What the step answers; [`WorkError::Lost`].
    pub fn conclude_for_platform<T>(
        &self,
        work: impl FnOnce(&mut PlatformTx<'_>) -> Result<T, StoreError>,
    ) -> Result<T, WorkError> {
        self.bench
            .store
            .platform_at(&self.claim.place, self.now(), |tx| {
                if !claims::end(tx, self.claim, End::Done)? {
                    return Err(WorkError::Lost);
                }
                Ok(work(tx)?)
            })
    }

    /// Holds on to the job for another lease; long work calls it between its steps.
    ///
    /// # Errors
    /// [`WorkError::Lost`], or the database's.
    pub fn renew(&self) -> Result<(), WorkError> {
        let now = self.now();
        let kept = self.bench.store.platform_at(&self.claim.place, now, |tx| {
            claims::renew(tx, self.claim, now + self.lease)
        })?;
        if kept { Ok(()) } else { Err(WorkError::Lost) }
    }

    /// Does one long piece of work and holds on to the job meanwhile.
    pub(crate) fn while_held<T>(&self, long: impl FnOnce() -> T) -> T {
        let (done, ended) = mpsc::channel::<()>();
        let pause = self.lease.to_std().unwrap_or(Duration::MAX) / 3;
        std::thread::scope(|threads| {
            threads.spawn(move || {
                while ended.recv_timeout(pause) == Err(RecvTimeoutError::Timeout) {
                    if let Err(error) = self.renew() {
                        tracing::warn!(job = %self.claim.id, %error, "a lease was not renewed");
                    }
                }
            });
            let outcome = long();
            drop(done);
            outcome
        })
    }

    fn inside<T>(
        &self,
        work: impl FnMut(&mut TenantTx<'_, System>) -> Result<T, WorkError>,
    ) -> Result<T, WorkError> {
        let tenant = self.tenant.as_ref().ok_or(StoreError::NotFound)?;
        let name = super::kinds::name(&self.claim.kind);
        let request = asked_by(self.claim.id, self.now());
        self.bench
            .store
            .tenant(&tenant.scope, Credential::System(name), &request, work)
    }
}

/// What the log says about a job's deeds: its own id stands for the request's.
fn asked_by(job: JobId, now: DateTime<Utc>) -> Request {
    let request_id: Uuid = job.uuid();
    Request {
        now,
        request_id,
        address: None,
        device: "worker".to_owned(),
    }
}
