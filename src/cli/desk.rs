//! What a command works at: the database of the running server or of its own, as the system, under the name
//! "command line" in every log.

use chrono::{DateTime, Utc};
use domain::staff::StaffAccess;
use domain::{Access, TenantId};
use services::mode::Disagreement;
use services::{
    Credential, Request, StaffCredential, StaffTx, Store, StoreError, TenantEntry, TenantTx,
    VerbError,
};

use super::Exit;
use super::trouble::Trouble;
use crate::clock::Clock;
use crate::config::Config;
use crate::database::{self, Ready};
use crate::watch::{self, Checked, Unfit};

/// Who a command is in the logs.
const NAME: &str = "command line";

/// The database at hand, and the moment.
pub(super) struct Desk<'c> {
    pub(super) config: &'c Config,
    pub(super) store: Store,
    pub(super) now: DateTime<Utc>,
}

/// Does a command's work, and says what came of it. In another mode than holds none is done.
pub(super) fn at(config: &Config, work: impl FnOnce(&Desk<'_>) -> Result<Exit, Trouble>) -> Exit {
    in_any_mode(config, |desk| {
        match watch::compare(&desk.store, &config.addresses, desk.now)? {
            // The command that makes the one tenant comes before it.
            Ok(()) | Err(Disagreement::Empty(_)) => work(desk),
            Err(disagreement) => Err(Trouble::new(Exit::Config, disagreement.to_string())),
        }
    })
}

/// The same in whatever mode.
pub(super) fn in_any_mode(
    config: &Config,
    work: impl FnOnce(&Desk<'_>) -> Result<Exit, Trouble>,
) -> Exit {
    let Ready { pools, cluster, .. } = match database::at_hand(config) {
        Ok(ready) => ready,
        Err(error) => {
            eprintln!("tenantry: {error}");
            return Exit::Database;
        }
    };
    let exit = match watch::check(&pools) {
        Ok(Checked::Safe) => {
            let desk = Desk {
                config,
                store: Store::open(&pools),
                now: Clock::default().now(),
            };
            work(&desk).unwrap_or_else(|trouble| trouble.tell())
        }
        Ok(Checked::NotYet) => Trouble::new(Exit::Database, "the database does not answer").tell(),
        Err(Unfit::Refused(refusal)) => super::process::refused(&refusal),
        Err(Unfit::Unasked(error)) => Trouble::new(Exit::Database, error.to_string()).tell(),
    };
    if let Some(cluster) = cluster
        && let Err(error) = cluster.stop()
    {
        eprintln!("tenantry: {error}");
    }
    exit
}

impl Desk<'_> {
    /// A tenant by its slug or id.
    pub(super) fn tenant(&self, name: &str) -> Result<TenantEntry, Trouble> {
        let id = self.named_tenant(name)?;
        let entry = self.store.resolve_tenant(id)?;
        entry.ok_or_else(|| Trouble::missing(format!("the tenant \"{name}\" is not made yet")))
    }

    /// The same, also while it is being made.
    pub(super) fn named_tenant(&self, name: &str) -> Result<TenantId, Trouble> {
        match self.store.platform(self.now, |tx| tx.named_tenant(name)) {
            Err(StoreError::NotFound) => {
                Err(Trouble::missing(format!("there is no tenant \"{name}\"")))
            }
            other => Ok(other?),
        }
    }

    /// The tenant that `--tenant` names.
    pub(super) fn asked_tenant(&self, name: Option<&str>) -> Result<TenantEntry, Trouble> {
        let name = name.ok_or_else(|| Trouble::usage("say which tenant: --tenant SLUG"))?;
        self.tenant(name)
    }

    /// One transaction in a tenant.
    pub(super) fn within<P: Access, T>(
        &self,
        tenant: &TenantEntry,
        work: impl FnMut(&mut TenantTx<'_, P>) -> Result<T, VerbError>,
    ) -> Result<T, Trouble> {
        let credential = Credential::System(NAME);
        Ok(self.store.tenant::<P, T, VerbError>(
            &tenant.scope,
            credential,
            &self.request(),
            work,
        )?)
    }

    /// One transaction of the platform.
    pub(super) fn platform<P: StaffAccess, T>(
        &self,
        work: impl FnMut(&mut StaffTx<'_, P>) -> Result<T, VerbError>,
    ) -> Result<T, Trouble> {
        let credential = StaffCredential::System(NAME);
        Ok(self
            .store
            .staff::<P, T, VerbError>(credential, &self.request(), work)?)
    }

    pub(super) fn request(&self) -> Request {
        Request {
            now: self.now,
            request_id: uuid::Uuid::nil(),
            address: None,
            device: NAME.to_owned(),
        }
    }
}
