//! What pages of a tenant are made with beside their verb: the frame of a page for whoever is not signed
//! in, the tenant's links for letters, how long sessions live, how often something may be tried.

use chrono::TimeDelta;
use domain::permission::{Anyone, EvenClosed};
use services::directory::TenantEntry;
use services::letters::Links;
use services::sessions::Lifetimes;
use services::throttle::Limits;
use services::{TenantTx, VerbError, brands};

use crate::config::Config;
use crate::flash;
use crate::problem::Problem;
use crate::tenant::Tenant;
use crate::web::shell::Bare;
use crate::worker::scheme;

/// How long sessions live.
#[must_use]
pub fn lifetimes(config: &Config) -> Lifetimes {
    let set = &config.sessions;
    // A year at most, by the configuration's own rule.
    let span = |time| TimeDelta::from_std(time).unwrap_or(TimeDelta::days(365));
    Lifetimes {
        idle: span(set.idle),
        absolute: span(set.absolute),
        keep: span(set.keep),
    }
}

/// How often something may be tried.
#[must_use]
pub fn limits(config: &Config) -> Limits {
    let set = &config.sign_in;
    Limits {
        per_account: set.tries_per_account,
        per_network: set.tries_per_network,
        window: TimeDelta::from_std(set.window).unwrap_or(TimeDelta::days(1)),
        ..Limits::default()
    }
}

/// What leads to a tenant: from the catalogue and the configuration only.
#[must_use]
pub fn links(config: &Config, entry: &TenantEntry) -> Links {
    Links::of(entry, scheme(config), config.server.public_port)
}

impl<P: domain::Access> Tenant<P> {
    /// What this tenant's letters are made with.
    #[must_use]
    pub fn links(&self) -> Links {
        links(&self.app().config, self.entry())
    }

    /// How long sessions live here.
    #[must_use]
    pub fn lifetimes(&self) -> Lifetimes {
        lifetimes(&self.app().config)
    }

    /// How often something may be tried here.
    #[must_use]
    pub fn limits(&self) -> Limits {
        limits(&self.app().config)
    }
}

impl Tenant<EvenClosed> {
    /// The frame of a page that is there even while the tenant rests: then without its colours, which are its own.
    ///
    /// # Errors
    /// See [`Tenant::run`].
    pub async fn bare_even_closed(&self, title: impl Into<String>) -> Result<Bare, Problem> {
        let brand = match self.refuse_resting() {
            Ok(()) => self.run(|tx| Ok(brands::read(tx)?)).await?,
            Err(_) => None,
        };
        let secondary = brand.as_ref().and_then(|brand| brand.secondary.as_deref());
        let primary = brand.as_ref().map(|brand| brand.primary.as_str());
        let mut bare = Bare::new(self.look(primary, secondary), title);
        bare.toasts = flash::take(self.http());
        Ok(bare)
    }
}

impl Tenant<Anyone> {
    /// Runs the work and frames its result as a page for whoever is not signed in.
    ///
    /// # Errors
    /// See [`Tenant::run`].
    pub async fn bare<T: Send + 'static>(
        &self,
        title: impl Into<String>,
        mut work: impl FnMut(&mut TenantTx<'_, Anyone>) -> Result<T, VerbError> + Send + 'static,
    ) -> Result<(T, Bare), Problem> {
        let (value, brand) = self
            .run(move |tx| {
                let value = work(tx)?;
                Ok((value, brands::read(tx)?))
            })
            .await?;
        let (primary, secondary) =
            brand.map_or((None, None), |brand| (Some(brand.primary), brand.secondary));
        let look = self.look(primary.as_deref(), secondary.as_deref());
        let mut bare = Bare::new(look, title);
        bare.toasts = flash::take(self.http());
        Ok((value, bare))
    }
}
