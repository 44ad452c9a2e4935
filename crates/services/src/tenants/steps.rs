//! The steps of a tenant's making. Each is a short transaction that may be done again: after a process died,
//! after a trouble that passed, or when staff asks for it. The tenant opens when all of them are done.

use chrono::{DateTime, TimeDelta, Utc};
use domain::permission::System;
use domain::staff::ManageTenants;
use domain::{TenantId, TenantState};
use serde_json::json;
use store::catalogue::{Furnishing, StepState, Turn};
use store::{Request, StaffCredential, StaffTx, Store, StoreError, TenantTx};

use super::create::{self, Kind, NewTenant};
use super::furnish;
use crate::jobs::{self, JobKind, NewJob};
use crate::letters::{Links, Scheme};
use crate::platform_audit::{self, Action, Entry, Target};
use crate::worker::work::{Outcome, Work};
use crate::{TenantEntry, VerbError};

/// A step of a tenant's making.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// The catalogue's row.
    Record,
    /// Where its rows will be.
    Placement,
    /// Its limits.
    Defaults,
    /// Its first owner.
    AdminUser,
    /// Its colours.
    Branding,
    /// The owner's letter.
    WelcomeMail,
}

impl Step {
    /// In their order.
    pub const ALL: &'static [Self] = &[
        Self::Record,
        Self::Placement,
        Self::Defaults,
        Self::AdminUser,
        Self::Branding,
        Self::WelcomeMail,
    ];

    /// As it is stored and sent.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Record => "record",
            Self::Placement => "placement",
            Self::Defaults => "defaults",
            Self::AdminUser => "admin_user",
            Self::Branding => "branding",
            Self::WelcomeMail => "welcome_mail",
        }
    }

    /// As it is shown.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Record => "Write the record",
            Self::Placement => "Find a place",
            Self::Defaults => "Set the limits",
            Self::AdminUser => "Let the owner in",
            Self::Branding => "Set the look",
            Self::WelcomeMail => "Write the welcome letter",
        }
    }

    /// The step with this key.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|step| step.key() == key)
    }
}

/// What the steps are done with.
pub(crate) struct Maker<'a> {
    pub(crate) store: &'a Store,
    pub(crate) request: Request,
    pub(crate) now: &'a dyn Fn() -> DateTime<Utc>,
    pub(crate) scheme: Scheme,
    pub(crate) port: Option<u16>,
}

/// What fills the tenant instead of the one first owner: the demo's people.
pub(crate) type Movers<'a> = &'a mut dyn FnMut(&mut TenantTx<'_, System>) -> Result<(), VerbError>;

/// Why the making stopped.
#[derive(Debug)]
pub(crate) struct Stopped {
    step: Step,
    error: VerbError,
}

impl Stopped {
    /// Whether doing it again may help without anybody's help.
    fn passes(&self) -> bool {
        match &self.error {
            VerbError::Store(StoreError::Statement(_) | StoreError::NotFound) => false,
            VerbError::Store(_) | VerbError::Busy { .. } | VerbError::TooMany { .. } => true,
            _ => false,
        }
    }
}

impl Maker<'_> {
    /// This moment's request: each step is measured.
    fn request(&self) -> Request {
        Request {
            now: (self.now)(),
            ..self.request.clone()
        }
    }

    /// Does what is left to do, and opens the tenant.
    pub(crate) fn run(
        &self,
        tenant: TenantId,
        mut movers: Option<Movers<'_>>,
    ) -> Result<(), Stopped> {
        for step in Step::ALL {
            let movers: Option<Movers<'_>> = match &mut movers {
                Some(movers) => Some(&mut **movers),
                None => None,
            };
            let done = self.do_step(tenant, *step, movers);
            done.map_err(|error| Stopped { step: *step, error })?;
        }
        let last = Step::WelcomeMail;
        self.open(tenant)
            .map_err(|error| Stopped { step: last, error })
    }

    fn do_step(
        &self,
        tenant: TenantId,
        step: Step,
        movers: Option<Movers<'_>>,
    ) -> Result<(), VerbError> {
        let begun = self.store.platform(self.request().now, |tx| {
            let furnishing = tx.furnishing(tenant)?.ok_or(StoreError::NotFound)?;
            let steps = tx.steps_of(tenant)?;
            let row = steps.iter().find(|row| row.step == step.key());
            if row.is_some_and(|row| row.state == StepState::Done) {
                return Ok(None);
            }
            tx.begin_step(tenant, step.key())?;
            Ok::<_, StoreError>(Some(furnishing))
        })?;
        let Some(furnishing) = begun else {
            return Ok(());
        };
        self.work(tenant, step, &furnishing, movers)?;
        self.store.platform(self.request().now, |tx| {
            if step == Step::AdminUser {
                tx.empty_furnishing(tenant)?;
            }
            tx.end_step(tenant, step.key(), StepState::Done, None)
        })?;
        Ok(())
    }

    fn work(
        &self,
        tenant: TenantId,
        step: Step,
        furnishing: &Furnishing,
        movers: Option<Movers<'_>>,
    ) -> Result<(), VerbError> {
        let now = self.request().now;
        match step {
            Step::Record => Ok(()),
            Step::Placement => Ok(self.store.platform(now, |tx| tx.place_tenant(tenant))?),
            Step::Defaults => {
                let seats = self.store.platform(now, |tx| seats(tx, tenant))?;
                self.inside(tenant, |tx, _| Ok(furnish::limit(tx, seats)?))
            }
            Step::AdminUser => match movers {
                Some(movers) => self.inside(tenant, |tx, _| furnish::move_in(tx, movers)),
                None => self.inside(tenant, |tx, entry| furnish::owner(tx, entry, furnishing)),
            },
            Step::Branding => self.inside(tenant, |tx, _| Ok(furnish::brand(tx, furnishing)?)),
            // Those who are made up get no letters.
            Step::WelcomeMail if movers.is_some() => Ok(()),
            Step::WelcomeMail => self.inside(tenant, |tx, entry| {
                let links = Links::of(entry, self.scheme, self.port);
                Ok(furnish::welcome(tx, &links, furnishing)?)
            }),
        }
    }

    fn inside(
        &self,
        tenant: TenantId,
        mut work: impl FnMut(&mut TenantTx<'_, System>, &TenantEntry) -> Result<(), VerbError>,
    ) -> Result<(), VerbError> {
        let entry = self.store.resolve_tenant(tenant)?;
        let entry = entry.ok_or(StoreError::NotFound)?;
        let credential = store::Credential::System("provisioning");
        self.store
            .tenant(&entry.scope, credential, &self.request(), |tx| {
                work(tx, &entry)
            })
    }

    /// Opens the tenant, on trial where its plan is tried first.
    fn open(&self, tenant: TenantId) -> Result<(), VerbError> {
        self.as_staff(|tx| {
            let furnishing = tx.furnishing(tenant)?.ok_or(StoreError::NotFound)?;
            let record = tx.lock_tenant(tenant)?;
            if record.status != TenantState::Provisioning {
                return Ok(());
            }
            let trial = furnishing.trial_days;
            let ends = (trial > 0).then(|| tx.now() + TimeDelta::days(i64::from(trial)));
            let to = if ends.is_some() {
                TenantState::Trial
            } else {
                TenantState::Active
            };
            tx.finish_provisioning(tenant, ends)?;
            tx.step_tenant(tenant, &Turn::plain(TenantState::Provisioning, to))?;
            let target = Target::tenant(tenant, record.name);
            let entry = Entry::done(Action::ProvisionDone, target).after(json!({ "status": to }));
            Ok(platform_audit::record(tx, entry)?)
        })
    }

    /// Writes down that the tenant could not be made, and at which step.
    pub(crate) fn fail(&self, tenant: TenantId, stopped: &Stopped) -> Result<(), VerbError> {
        let (step, why) = (stopped.step, in_words(&stopped.error));
        self.as_staff(|tx| {
            let record = tx.lock_tenant(tenant)?;
            tx.end_step(tenant, step.key(), StepState::Failed, Some(&why))?;
            let turn = Turn::plain(TenantState::Provisioning, TenantState::Failed);
            tx.step_tenant(tenant, &turn)?;
            let target = Target::tenant(tenant, record.name);
            let told = json!({ "step": step.key(), "reason": why });
            let entry = Entry::refused(Action::ProvisionFailed, target).after(told);
            Ok(platform_audit::record(tx, entry)?)
        })
    }

    /// Notes a trouble that may pass; the step is done again.
    fn note(&self, tenant: TenantId, stopped: &Stopped) -> Result<(), StoreError> {
        let why = in_words(&stopped.error);
        self.store.platform(self.request().now, |tx| {
            let step = stopped.step.key();
            tx.end_step(tenant, step, StepState::Waiting, Some(&why))
        })
    }

    fn as_staff(
        &self,
        work: impl FnMut(&mut StaffTx<'_, ManageTenants>) -> Result<(), VerbError>,
    ) -> Result<(), VerbError> {
        let credential = StaffCredential::System("provisioning");
        self.store.staff(credential, &self.request(), work)
    }
}

/// How many people the tenant may have: its own number, or the plan's.
pub(super) fn seats(
    tx: &mut store::PlatformTx<'_>,
    tenant: TenantId,
) -> Result<Option<i64>, StoreError> {
    let record = tx.tenant_record(tenant)?;
    let plan = tx.plan(&record.plan)?;
    let own = record.limits.get(store::limits::USERS).copied();
    Ok(own.or_else(|| plan?.limits.get(store::limits::USERS).copied()))
}

/// What the page of a tenant may say of an error: no statement, no address of the database.
fn in_words(error: &VerbError) -> String {
    match error {
        VerbError::Store(StoreError::Statement(_)) => {
            "The database refused a statement.".to_owned()
        }
        VerbError::Store(
            StoreError::Away(_) | StoreError::Transient(_) | StoreError::Unknown(_),
        ) => "The database did not answer.".to_owned(),
        other => other.to_string(),
    }
}

/// The job that makes a tenant.
pub(crate) fn work(work: &Work<'_>) -> Outcome {
    let Some(tenant) = work.tenant().map(|entry| entry.scope.tenant()) else {
        return Outcome::GiveUp("the job is no tenant's".to_owned());
    };
    let maker = maker(work);
    let Err(stopped) = maker.run(tenant, None) else {
        return Outcome::Done;
    };
    tracing::warn!(step = stopped.step.key(), error = %stopped.error, "a tenant's making stopped");
    if stopped.passes() && work.may_be_tried_again() {
        let noted = maker.note(tenant, &stopped);
        let why = noted.map_or_else(|error| error.to_string(), |()| stopped.error.to_string());
        return Outcome::Retry(why);
    }
    maker.fail(tenant, &stopped).map_or_else(
        |error| Outcome::Retry(error.to_string()),
        |()| Outcome::Done,
    )
}

/// What is left to do when the job is given up because its worker was lost each time.
pub(crate) fn give_up(work: &Work<'_>, why: &str) -> Result<(), VerbError> {
    let Some(tenant) = work.tenant().map(|entry| entry.scope.tenant()) else {
        return Ok(());
    };
    let maker = maker(work);
    let steps = maker.store.platform(work.now(), |tx| tx.steps_of(tenant))?;
    let open = steps.iter().find(|row| row.state != StepState::Done);
    let step = open.and_then(|row| Step::from_key(&row.step));
    let stopped = Stopped {
        step: step.unwrap_or(Step::WelcomeMail),
        error: VerbError::Refused(why.to_owned()),
    };
    maker.fail(tenant, &stopped)
}

fn maker<'a>(work: &'a Work<'_>) -> Maker<'a> {
    Maker {
        store: &work.bench.store,
        request: work.request(),
        now: &*work.bench.now,
        scheme: work.bench.scheme,
        port: work.bench.port,
    }
}

/// Goes on with a tenant whose making failed, at the step that did.
///
/// # Errors
/// [`VerbError::Conflict`] when it did not fail, or the database's.
pub fn retry(tx: &mut StaffTx<'_, ManageTenants>, tenant: TenantId) -> Result<(), VerbError> {
    let record = tx.lock_tenant(tenant)?;
    let turn = Turn::plain(TenantState::Failed, TenantState::Provisioning);
    if !tx.step_tenant(tenant, &turn)? {
        return Err(VerbError::Conflict(format!(
            "The making of {} did not fail.",
            record.name
        )));
    }
    let failed = tx.steps_of(tenant)?;
    let failed = failed.iter().find(|row| row.state == StepState::Failed);
    let step = failed.map(|row| row.step.clone());
    if let Some(step) = &step {
        tx.end_step(tenant, step, StepState::Waiting, None)?;
    }
    let job = NewJob::now(JobKind::TenantProvision, json!({}));
    jobs::enqueue_for_tenant(tx, tenant, &job)?;
    let entry = Entry::done(
        Action::ProvisionRetried,
        Target::tenant(tenant, record.name),
    );
    Ok(platform_audit::record(
        tx,
        entry.after(json!({ "step": step })),
    )?)
}

/// Makes the tenant and waits for it: for the command line. One of this slug that is there already stays as
/// it is; one whose making was interrupted is finished.
///
/// # Errors
/// See [`create::create`]; what stopped a step.
pub fn provision(
    store: &Store,
    request: &Request,
    now: &dyn Fn() -> DateTime<Utc>,
    (scheme, port): (Scheme, Option<u16>),
    tenant: &NewTenant,
) -> Result<TenantEntry, VerbError> {
    let maker = Maker {
        store,
        request: request.clone(),
        now,
        scheme,
        port,
    };
    establish(&maker, tenant, Kind::Real, None)
}

/// The same for whoever brings the people along.
pub(crate) fn establish(
    maker: &Maker<'_>,
    new: &NewTenant,
    kind: Kind,
    movers: Option<Movers<'_>>,
) -> Result<TenantEntry, VerbError> {
    let mut made = None;
    maker.as_staff(|tx| {
        let found = tx.tenant_of_slug(new.slug.as_str())?;
        made = Some(match found {
            Some((tenant, state)) => (tenant, state),
            None => {
                let tenant = create::write_down(tx, new, kind)?;
                create::record(tx, tenant, new)?;
                (tenant, TenantState::Provisioning)
            }
        });
        Ok(())
    })?;
    let (tenant, state) = made.ok_or(StoreError::NotFound)?;
    if state == TenantState::Provisioning {
        maker.run(tenant, movers).map_err(|stopped| stopped.error)?;
    }
    let entry = maker.store.resolve_tenant(tenant)?;
    Ok(entry.ok_or(StoreError::NotFound)?)
}
