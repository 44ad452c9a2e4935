//! Whoever asks, before anything is read for them: whose key it is, and how often it was used. What the client calls
//! its write is in `repeatable`.

mod repeatable;

use std::sync::Arc;

use actix_web::http::header::USER_AGENT;
use actix_web::web::Data;
use actix_web::{HttpMessage, HttpRequest};
use domain::permission::Anyone;
use domain::{ApiKey, KeyOf};
use services::{Actor, Credential, Request, TenantEntry, TenantTx, VerbError, keys};

use super::rates::Class;
use super::{Fault, rates, signals};
use crate::app::App;
use crate::measure::Party;
use crate::web::headers::RequestId;
use crate::web::peer::Peer;

/// A request that was counted, before it is known whose it is.
#[derive(Debug, Clone)]
pub(super) struct Asked {
    pub(super) app: Data<App>,
    pub(super) http: HttpRequest,
    pub(super) peer: Peer,
    pub(super) request: Request,
}

impl Asked {
    /// Looks at the key, counts the request, and flags a key in the address. The key, or what is wrong with it,
    /// is for whoever needs one.
    pub(super) async fn of(
        http: &HttpRequest,
    ) -> Result<(Self, Result<Option<ApiKey>, Fault>), Fault> {
        let app = http.app_data::<Data<App>>().cloned();
        let app = app.ok_or_else(|| Fault::internal("the app is not wired"))?;
        let peer = http.extensions().get::<Peer>().cloned();
        let peer = peer.ok_or_else(|| Fault::internal("the peer was not examined"))?;
        let shown = signals::key(http);
        let key = shown.as_ref().ok().and_then(Option::as_ref);
        let opened = key.and_then(|key| opened_lately(&app, key));
        let buckets = rates::buckets(&app, class_of(http), peer.address, key, opened.as_deref());
        if let Err(fault) = rates::take(&app, http, buckets).await {
            if let Some(tenant) = opened.map(|entry| entry.scope.tenant()) {
                // Nothing is read to prove it once more: it is the tenant's call that is refused, and nobody's part.
                Party::begin(http, tenant).note(&Actor::Anonymous);
            }
            return Err(fault);
        }
        let request = request(&app, http, &peer);
        if let Some(exposed) = signals::exposed(http) {
            flag(&app, request, exposed).await?;
            return Err(signals::in_address());
        }
        let http = http.clone();
        let asked = Self {
            app,
            http,
            peer,
            request,
        };
        Ok((asked, shown))
    }
}

/// The tenant that this key names, if it opened it: only then it counts against the tenant.
fn opened_lately(app: &Data<App>, key: &ApiKey) -> Option<Arc<TenantEntry>> {
    let KeyOf::Tenant(name) = key.names() else {
        return None;
    };
    let known = app.directory.remembered_named(&name).flatten();
    known.filter(|entry| app.rates.opened(&key.hash(), entry.scope.tenant()))
}

/// What is known of a request with a key before anything is read for it.
#[derive(Debug, Clone)]
pub(super) struct Caller {
    pub(super) app: Data<App>,
    pub(super) http: HttpRequest,
    pub(super) peer: Peer,
    pub(super) request: Request,
    pub(super) key: ApiKey,
}

impl Caller {
    /// See [`Asked::of`]; no key is a refusal here.
    pub(super) async fn of(http: &HttpRequest) -> Result<Self, Fault> {
        let (asked, shown) = Asked::of(http).await?;
        Ok(Self {
            key: shown?.ok_or_else(Fault::unauthenticated)?,
            app: asked.app,
            http: asked.http,
            peer: asked.peer,
            request: asked.request,
        })
    }

    /// Method and pattern of the route: never the path, which may hold what logs must not.
    pub(super) fn route(&self) -> String {
        let pattern = self.http.match_pattern().unwrap_or_default();
        format!("{} {pattern}", self.http.method())
    }

    /// The error of a key that is not where it belongs: its own world's log tells of it. One that is no key is
    /// told just that.
    pub(super) async fn astray(&self, fault: Fault) -> Fault {
        match self.note_stray().await {
            Ok(true) => fault,
            Ok(false) => Fault::unauthenticated(),
            Err(error) => error,
        }
    }

    async fn note_stray(&self) -> Result<bool, Fault> {
        let (app, request) = (self.app.clone(), self.request.clone());
        let (hash, asked) = (self.key.hash(), self.route());
        match self.key.names() {
            KeyOf::Tenant(name) => {
                let Some(entry) = signals::named(&self.app, &name).await? else {
                    return Ok(false);
                };
                let tenant = entry.clone();
                let note = move || {
                    let (scope, credential) = (&entry.scope, Credential::Key(&hash));
                    let note = |tx: &mut TenantTx<'_, Anyone>| keys::note_stray(tx, &asked);
                    app.store
                        .tenant::<_, _, VerbError>(scope, credential, &request, note)
                };
                Ok(self.app.within(&tenant, note).await?)
            }
            KeyOf::Platform => {
                let note = move || super::platform::note_stray(&app, &request, &hash, &asked);
                Ok(self.app.platform_gate.through(note).await?)
            }
        }
    }
}

fn class_of(http: &HttpRequest) -> Class {
    let pattern = http.match_pattern().unwrap_or_default();
    let path = pattern.strip_prefix(crate::routes::api::ROOT);
    Class::of(http.method().as_str(), path.unwrap_or_default())
}

fn request(app: &Data<App>, http: &HttpRequest, peer: &Peer) -> Request {
    let device = http.headers().get(USER_AGENT);
    let device = device.and_then(|value| value.to_str().ok());
    let id = http.extensions().get::<RequestId>().map(|id| id.0);
    Request {
        now: app.clock.now(),
        request_id: id.unwrap_or_default(),
        address: peer.address,
        device: domain::user_agent::label(device.unwrap_or_default()),
    }
}

/// Notes, in its tenant's log, that a key stood in an address.
async fn flag(app: &Data<App>, request: Request, key: ApiKey) -> Result<(), Fault> {
    let hash = key.hash();
    let asking = app.clone();
    match key.names() {
        KeyOf::Tenant(name) => {
            let Some(entry) = signals::named(app, &name).await? else {
                return Ok(());
            };
            let tenant = entry.clone();
            let note = move || {
                let (scope, credential) = (&entry.scope, Credential::Anonymous);
                let expose = |tx: &mut TenantTx<'_, Anyone>| keys::expose(tx, &hash);
                asking.store.tenant(scope, credential, &request, expose)
            };
            app.within(&tenant, note).await?;
        }
        KeyOf::Platform => {
            let note = move || super::platform::expose(&asking, &request, &hash);
            app.platform_gate.through(note).await?;
        }
    }
    Ok(())
}
