//! The steps of a tenant's making. Each is a short transaction that may be done again: after a process died,
//! after a trouble that passed, or when staff asks for it. The tenant opens when all of them are done.

use chrono::{DateTime, Utc};
use domain::staff::ManageTenants;
use domain::{TenantId, TenantState};
use serde_json::json;
use store::catalogue::{StepState, Turn};
use store::{Request, StaffTx, Store, StoreError};

use super::create::{self, Kind, NewTenant};
use super::maker::{Maker, Movers, Stopped};
use crate::jobs::{self, JobKind, NewJob};
use crate::letters::Scheme;
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
