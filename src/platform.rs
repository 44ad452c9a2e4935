//! The extractor of every page of the platform: who of the staff asks, and the one `run` that takes a verb
//! through the platform's guard. It exists on the platform's host alone, which the routes see to.

mod door;

use std::marker::PhantomData;

use actix_web::HttpRequest;
use actix_web::web::Data;
use domain::staff::{AnyStaff, StaffAccess};
use domain::{TimeZone, TokenHash, Writing};
use services::letters::{Links, Scheme};
use services::platform_letters::{COLOUR, NAME};
use services::sessions::Lifetimes;
use services::throttle::Limits;
use services::{
    Request, SignedInStaff, StaffCredential, StaffTx, StoreError, VerbError, platform_audit,
};

use crate::app::App;
use crate::problem::Problem;
use crate::web::peer::Peer;
use crate::web::platform::shell::{StaffPlace, StaffShell};
use crate::web::shell::{Bare, Look, Person};
use crate::worker::scheme;
use crate::{flash, portal, route};

/// The platform's door, for whoever proves the access `P` in its transaction.
#[derive(Debug)]
pub struct Platform<P> {
    app: Data<App>,
    peer: Peer,
    request: Request,
    http: HttpRequest,
    token: Option<TokenHash>,
    path: String,
    access: PhantomData<fn() -> P>,
}

impl<P: StaffAccess> Platform<P> {
    /// Takes the work through the guard: one hop to a blocking thread, one connection, one transaction.
    ///
    /// # Errors
    /// Whatever keeps the work from being done, as the page that says so.
    pub async fn run<T: Send + 'static>(
        &self,
        work: impl FnMut(&mut StaffTx<'_, P>) -> Result<T, VerbError> + Send + 'static,
    ) -> Result<T, Problem> {
        self.attempt(work)
            .await
            .map_err(|error| self.problem(error))
    }

    /// The same, for a form that answers some errors itself: the verb's own errors come back, and
    /// only what no form can show is a problem already.
    ///
    /// # Errors
    /// Whatever kept the work from being done.
    pub async fn attempt<T: Send + 'static>(
        &self,
        mut work: impl FnMut(&mut StaffTx<'_, P>) -> Result<T, VerbError> + Send + 'static,
    ) -> Result<T, VerbError> {
        let app = self.app.clone();
        let request = self.request.clone();
        let token = self.token;
        // The route's pattern and not the path, which may hold a single-use token.
        let pattern = route::pattern(&self.http).unwrap_or_default();
        let asked = format!("{} {pattern}", self.http.method());
        let work = move || {
            let credential = token
                .as_ref()
                .map_or(StaffCredential::Anonymous, StaffCredential::Session);
            let store = &app.store;
            let outcome = store.staff(credential, &request, &mut work);
            if let Err(error) = &outcome
                && let Err(lost) =
                    platform_audit::refusal(store, credential, &request, &asked, error)
            {
                tracing::error!(error = %lost, asked, "a refusal is missing from the platform's log");
            }
            outcome
        };
        self.app.platform_gate.through(work).await
    }

    /// Runs the work and frames its result as a page at this place of the sidebar.
    ///
    /// # Errors
    /// See [`Self::run`].
    pub async fn page<T: Send + 'static>(
        &self,
        place: StaffPlace,
        mut work: impl FnMut(&mut StaffTx<'_, P>) -> Result<T, VerbError> + Send + 'static,
    ) -> Result<(T, StaffShell), Problem> {
        let (value, staff) = self
            .run(move |tx| Ok((work(tx)?, tx.staff()?.clone())))
            .await?;
        Ok((value, self.shell(place, &staff)))
    }

    /// The frame of a page for this person.
    #[must_use]
    pub fn shell(&self, place: StaffPlace, staff: &SignedInStaff) -> StaffShell {
        let person = Person {
            id: staff.id.to_string(),
            name: staff.name.clone(),
            email: staff.email.clone(),
            writing: Writing::default().chosen(
                staff.locale.as_deref().and_then(|own| own.parse().ok()),
                Some(zone(staff)),
            ),
        };
        StaffShell::new(self.look(), person, staff.role, place, self.request.now)
            .with_room(!self.app.config.addresses.mode.is_single())
            .toasts(flash::take(&self.http))
    }

    /// The platform's own name and its neutral colour.
    #[must_use]
    pub fn look(&self) -> Look {
        Look {
            name: NAME.to_owned(),
            host: self.peer.host.to_string(),
            primary: COLOUR.parse().unwrap_or(domain::colour::Colour::DEFAULT),
            secondary: None,
        }
    }

    /// The page for an error; a missing session leads back to where the person was.
    pub fn problem(&self, error: VerbError) -> Problem {
        match error {
            VerbError::Store(StoreError::Unauthenticated) => Problem::sign_in(&self.path),
            other => other.into(),
        }
    }

    /// What the platform's letters are made with.
    #[must_use]
    pub fn links(&self) -> Links {
        let config = &self.app.config;
        Links::of_platform(
            &config.platform.host,
            scheme(config),
            config.server.public_port,
        )
    }

    /// The address of a tenant's portal at this host.
    #[must_use]
    pub fn portal_of(&self, host: &str) -> String {
        let config = &self.app.config;
        let scheme = match scheme(config) {
            Scheme::Http => "http",
            Scheme::Https => "https",
        };
        match config.server.public_port {
            Some(port) => format!("{scheme}://{host}:{port}"),
            None => format!("{scheme}://{host}"),
        }
    }

    /// How long sessions live here.
    #[must_use]
    pub fn lifetimes(&self) -> Lifetimes {
        portal::lifetimes(&self.app.config)
    }

    /// How often something may be tried here.
    #[must_use]
    pub fn limits(&self) -> Limits {
        portal::limits(&self.app.config)
    }

    /// The request as it came, for the cookie and the messages in it.
    #[must_use]
    pub fn http(&self) -> &HttpRequest {
        &self.http
    }

    /// When, from where and under which id.
    #[must_use]
    pub fn request(&self) -> &Request {
        &self.request
    }

    /// What every request may use.
    #[must_use]
    pub fn app(&self) -> &Data<App> {
        &self.app
    }
}

impl Platform<AnyStaff> {
    /// The frame of a page for whoever is not signed in.
    #[must_use]
    pub fn bare(&self, title: impl Into<String>) -> Bare {
        let mut bare = Bare::new(self.look(), title);
        bare.toasts = flash::take(&self.http);
        bare
    }
}

/// The zone in which this person's days begin.
#[must_use]
pub fn zone(staff: &SignedInStaff) -> TimeZone {
    let own = staff.timezone.as_deref();
    own.and_then(|text| text.parse().ok()).unwrap_or_default()
}
