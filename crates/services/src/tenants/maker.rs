//! Doing the steps of a tenant's making one after the other: each a short transaction that may be done again.

use chrono::{DateTime, TimeDelta, Utc};
use domain::permission::System;
use domain::staff::ManageTenants;
use domain::{NodeId, PlacementKind, TenantId, TenantState};
use serde_json::json;
use store::catalogue::{Furnishing, StepState, Turn};
use store::{Request, StaffCredential, StaffTx, Store, StoreError, TenantTx};

use super::furnish;
use super::steps::Step;
use crate::letters::{Links, Scheme};
use crate::limits;
use crate::platform_audit::{self, Action, Entry, Target};
use crate::{TenantEntry, VerbError};

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
    pub(super) step: Step,
    pub(super) error: VerbError,
}

impl Stopped {
    /// Whether doing it again may help without anybody's help.
    pub(super) fn passes(&self) -> bool {
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
            Step::Placement => self.place(tenant, furnishing, now),
            Step::Defaults => {
                let terms = self.store.platform(now, |tx| limits::terms(tx, tenant))?;
                self.inside(tenant, |tx, _| Ok(limits::furnish(tx, &terms)?))
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

    fn place(
        &self,
        tenant: TenantId,
        furnishing: &Furnishing,
        now: DateTime<Utc>,
    ) -> Result<(), VerbError> {
        match furnishing.placement {
            PlacementKind::Shared => Ok(self.store.platform(now, |tx| tx.place_tenant(tenant))?),
            PlacementKind::Schema => Ok(self.store.place_in_schema(tenant, now)?),
            PlacementKind::Database => {
                let node = furnishing.node.map(NodeId::from_uuid);
                Ok(self.store.place_in_database(tenant, node, now)?)
            }
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
    pub(super) fn note(&self, tenant: TenantId, stopped: &Stopped) -> Result<(), StoreError> {
        let why = in_words(&stopped.error);
        self.store.platform(self.request().now, |tx| {
            let step = stopped.step.key();
            tx.end_step(tenant, step, StepState::Waiting, Some(&why))
        })
    }

    pub(super) fn as_staff(
        &self,
        work: impl FnMut(&mut StaffTx<'_, ManageTenants>) -> Result<(), VerbError>,
    ) -> Result<(), VerbError> {
        let credential = StaffCredential::System("provisioning");
        self.store.staff(credential, &self.request(), work)
    }
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
