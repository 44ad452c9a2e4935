//! The extractor of every tenant page: which tenant the host names, who asks, and the one `run` that
//! takes a verb through the guard.

mod foreign;
mod frame;
mod host;
mod resting;
mod shown;
mod watching;

use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::Arc;

use actix_web::web::Data;
use actix_web::{FromRequest, HttpMessage, HttpRequest, dev::Payload};
use chrono::{DateTime, Utc};
use domain::{Access, Needs, Permission, TenantId};
use services::audit;
use services::directory::TenantEntry;
use services::features::Feature;
use services::{Asked, Request, StoreError, TenantTx, VerbError};

use crate::app::App;
use crate::measure::Party;
use crate::problem::Problem;
use crate::web::forms::Posted;
use crate::web::headers::RequestId;
use crate::web::peer::Peer;
use crate::{logging, route, session};
use shown::Shown;

/// A tenant's door, for whoever proves the access `P` in its transaction.
#[derive(Debug)]
pub struct Tenant<P> {
    app: Data<App>,
    entry: Arc<TenantEntry>,
    peer: Peer,
    request: Request,
    http: HttpRequest,
    shown: Shown,
    path: String,
    access: PhantomData<fn() -> P>,
    party: Party,
}

impl<P: Access> Tenant<P> {
    /// Takes the work through the guard: one hop to a blocking thread, one connection, one transaction.
    ///
    /// # Errors
    /// Whatever keeps the work from being done, as the page that says so.
    pub async fn run<T: Send + 'static>(
        &self,
        work: impl FnMut(&mut TenantTx<'_, P>) -> Result<T, VerbError> + Send + 'static,
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
        mut work: impl FnMut(&mut TenantTx<'_, P>) -> Result<T, VerbError> + Send + 'static,
    ) -> Result<T, VerbError> {
        let app = self.app.clone();
        let entry = Arc::clone(&self.entry);
        let request = self.request.clone();
        let shown = self.shown;
        let path = self.path.clone();
        let host = self.peer.host.to_string();
        // The route's pattern and not the path, which may hold a single-use token.
        let pattern = route::pattern(&self.http).unwrap_or_default();
        let (method, route) = (self.http.method().to_string(), pattern);
        let asked = format!("{method} {route}");
        let party = self.party.clone();
        let mut work = move |tx: &mut TenantTx<'_, P>| {
            party.note(tx.actor());
            work(tx)
        };
        let work = move || {
            let credential = shown.credential(Asked {
                method: &method,
                route: &route,
                path: &path,
            });
            let store = &app.store;
            let mut scope = entry.scope.clone();
            let mut outcome = store.tenant(&scope, credential, &request, &mut work);
            if matches!(outcome, Err(VerbError::Store(StoreError::Moved))) {
                // Nothing was done at the old place; the catalogue knows the new one.
                app.directory.forget();
                if let Some(fresh) = app.directory.ask(&host)? {
                    scope = fresh.scope.clone();
                    outcome = store.tenant(&scope, credential, &request, &mut work);
                }
            }
            if matches!(outcome, Err(VerbError::Store(StoreError::Closed))) {
                app.directory.forget();
            }
            if let Err(error) = &outcome
                && let Err(lost) =
                    audit::refusal(store, &scope, credential, &request, &asked, error)
            {
                tracing::error!(error = %lost, asked, "a refusal is missing from the audit log");
            }
            outcome
        };
        self.app.within(&self.entry, work).await
    }

    /// The page for an error; a missing session leads back to where the person was.
    pub fn problem(&self, error: VerbError) -> Problem {
        match error {
            VerbError::Store(StoreError::Unauthenticated) if self.shown.is_visit() => {
                Problem::visit_over()
            }
            VerbError::Store(StoreError::Unauthenticated) => Problem::sign_in(&self.path),
            VerbError::Store(StoreError::Forbidden(permission)) if self.shown.is_visit() => {
                Problem::not_on_a_visit(permission)
            }
            other => other.into(),
        }
    }

    /// The tenant as the catalogue knows it.
    #[must_use]
    pub fn entry(&self) -> &TenantEntry {
        &self.entry
    }

    /// Its id.
    #[must_use]
    pub fn id(&self) -> TenantId {
        self.entry.scope.tenant()
    }

    /// Notes that the request passed the gate of this feature.
    pub fn uses(&self, feature: Feature) {
        self.party.uses(feature);
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

impl<P: Access> FromRequest for Tenant<P> {
    type Error = actix_web::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Self::Error>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let request = request.clone();
        // Nobody will read this form: it is kept for the sign-in page that answers it.
        let refused = P::NEEDS != Needs::Nothing && !session::is_carried(&request);
        let unread = refused.then(|| {
            Posted::mark(&request);
            payload.take()
        });
        Box::pin(async move {
            if let Some(payload) = unread {
                Posted::keep(&request, payload).await;
            }
            open(&request).await.map_err(Into::into)
        })
    }
}

async fn open<P: Access>(request: &HttpRequest) -> Result<Tenant<P>, Problem> {
    let app = request
        .app_data::<Data<App>>()
        .cloned()
        .ok_or_else(|| Problem::internal("the app is not wired"))?;
    let peer = request
        .extensions()
        .get::<Peer>()
        .cloned()
        .ok_or_else(|| Problem::internal("the peer was not examined"))?;
    let entry = host::resolve(request, &app, &peer).await?;
    logging::note_tenant(request, entry.scope.tenant());
    let party = Party::begin(request, entry.scope.tenant());
    if !P::EVEN_CLOSED {
        resting::refuse(&entry, &frame::format(&entry, app.clock.now()))?;
    }
    if entry.has_lapsed(app.clock.now()) && !stays_open::<P>() {
        return Err(Problem::lapsed());
    }
    let shown = Shown::of(request, entry.scope.tenant());
    let path = request
        .uri()
        .path_and_query()
        .map_or("/", |path| path.as_str())
        .to_owned();
    let asked = asked(request, app.clock.now(), &peer);
    let tenant = Tenant {
        app,
        entry,
        peer,
        request: asked,
        http: request.clone(),
        shown,
        path,
        party,
        access: PhantomData,
    };
    if P::NEEDS != Needs::Nothing && shown == Shown::Nobody {
        tenant.note_foreign().await;
        return Err(Problem::sign_in(&tenant.path));
    }
    Ok(tenant)
}

/// When, from where and under which id something is asked.
pub(crate) fn asked(request: &HttpRequest, now: DateTime<Utc>, peer: &Peer) -> Request {
    let device = request
        .headers()
        .get(actix_web::http::header::USER_AGENT)
        .and_then(|value| value.to_str().ok());
    Request {
        now,
        request_id: request
            .extensions()
            .get::<RequestId>()
            .map(|id| id.0)
            .unwrap_or_default(),
        address: peer.address,
        device: domain::user_agent::label(device.unwrap_or_default()),
    }
}

/// Whether a door is open when the trial is over: signing in, one's own account, and choosing a plan.
fn stays_open<P: Access>() -> bool {
    match P::NEEDS {
        Needs::Permission(permission) => permission == Permission::ManageSettings,
        _ => true,
    }
}
