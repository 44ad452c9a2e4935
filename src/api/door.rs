//! The extractor of every route of a tenant: whose key it is, which tenant all signals name, and the one way
//! that takes a verb through the guard.

use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::Arc;

use actix_web::http::header::{HeaderName, USER_AGENT};
use actix_web::web::Data;
use actix_web::{FromRequest, HttpMessage, HttpRequest, dev::Payload};
use domain::permission::Anyone;
use domain::{Access, ApiKey, KeyOf, TenantId, TokenHash};
use serde::Serialize;
use serde::de::DeserializeOwned;
use services::answers::{self, Repeatable};
use services::directory::TenantEntry;
use services::{Credential, Request, StoreError, TenantTx, VerbError, audit, keys};
use sha2::{Digest, Sha256};

use super::body::{Body, Query};
use super::rates::Class;
use super::{Answer, Fault, dress, rates, signals};
use crate::app::App;
use crate::web::headers::RequestId;
use crate::web::peer::Peer;

const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// What is known of a request before anything is read for it.
#[derive(Debug, Clone)]
pub(super) struct Caller {
    pub(super) app: Data<App>,
    pub(super) http: HttpRequest,
    pub(super) peer: Peer,
    pub(super) request: Request,
    pub(super) key: ApiKey,
}

impl Caller {
    /// Looks at the key, counts the request, and flags a key in the address.
    pub(super) async fn of(http: &HttpRequest) -> Result<Self, Fault> {
        let app = http.app_data::<Data<App>>().cloned();
        let app = app.ok_or_else(|| Fault::internal("the app is not wired"))?;
        let peer = http.extensions().get::<Peer>().cloned();
        let peer = peer.ok_or_else(|| Fault::internal("the peer was not examined"))?;
        let shown = signals::key(http);
        let class = class_of(http);
        let key = shown.as_ref().ok().and_then(Option::as_ref);
        let opened = match key.map(ApiKey::names) {
            Some(KeyOf::Tenant(name)) => match (app.directory.remembered_named(&name), key) {
                (Some(Some(entry)), Some(key)) => {
                    app.rates.opened(&key.hash(), entry.scope.tenant())
                }
                _ => false,
            },
            _ => false,
        };
        let buckets = rates::buckets(&app, class, peer.address, key, opened);
        rates::take(&app, http, buckets).await?;
        let request = asked(&app, http, &peer);
        if let Some(exposed) = signals::exposed(http) {
            flag(&app, request, exposed).await?;
            return Err(signals::in_address());
        }
        let key = shown?.ok_or_else(Fault::unauthenticated)?;
        Ok(Self {
            app,
            http: http.clone(),
            peer,
            request,
            key,
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
                let note = move || {
                    let (scope, credential) = (&entry.scope, Credential::Key(&hash));
                    let note = |tx: &mut TenantTx<'_, Anyone>| keys::note_stray(tx, &asked);
                    app.store
                        .tenant::<_, _, VerbError>(scope, credential, &request, note)
                };
                Ok(self.app.gate.through(note).await?)
            }
            KeyOf::Platform => {
                let note = move || super::platform::note_stray(&app, &request, &hash, &asked);
                Ok(self.app.platform_gate.through(note).await?)
            }
        }
    }

    /// What the client calls this write, with the hash of all that it asks for.
    pub(super) fn repeatable(&self, bytes: &[u8]) -> Result<Option<Repeatable>, Fault> {
        let mut values = self.http.headers().get_all(IDEMPOTENCY_KEY);
        let (value, more) = (values.next(), values.next());
        let Some(value) = value else {
            return Ok(None);
        };
        let key = value.to_str().unwrap_or_default().trim();
        if more.is_some() || key.is_empty() || key.len() > 255 {
            return Err(Fault::malformed(
                "Idempotency-Key is there once, with 1 to 255 plain characters.",
            ));
        }
        let mut hasher = Sha256::new();
        hasher.update(self.http.uri().to_string().as_bytes());
        hasher.update([0]);
        hasher.update(bytes);
        Ok(Some(Repeatable {
            route: self.route(),
            key: key.to_owned(),
            hash: hasher.finalize().into(),
        }))
    }
}

fn class_of(http: &HttpRequest) -> Class {
    let pattern = http.match_pattern().unwrap_or_default();
    let path = pattern.strip_prefix(crate::routes::api::ROOT);
    Class::of(http.method().as_str(), path.unwrap_or_default())
}

fn asked(app: &Data<App>, http: &HttpRequest, peer: &Peer) -> Request {
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
            let note = move || {
                asking.store.tenant::<Anyone, _, StoreError>(
                    &entry.scope,
                    Credential::Anonymous,
                    &request,
                    |tx| keys::expose(tx, &hash),
                )
            };
            app.gate.through(note).await?;
        }
        KeyOf::Platform => {
            let note = move || super::platform::expose(&asking, &request, &hash);
            app.platform_gate.through(note).await?;
        }
    }
    Ok(())
}

/// A tenant's door for a program, which proves the access `P` in its transaction.
#[derive(Debug)]
pub struct Api<P> {
    caller: Caller,
    entry: Arc<TenantEntry>,
    hash: TokenHash,
    access: PhantomData<fn() -> P>,
}

impl<P: Access> FromRequest for Api<P> {
    type Error = actix_web::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Self::Error>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move { open(&request).await.map_err(Into::into) })
    }
}

async fn open<P: Access>(http: &HttpRequest) -> Result<Api<P>, Fault> {
    let caller = Caller::of(http).await?;
    let host = signals::of_host(&caller.app, &caller.peer).await?;
    if matches!(host, signals::HostSays::Nobody) {
        return Err(Fault::not_found());
    }
    let entry = match caller.key.names() {
        KeyOf::Tenant(name) => signals::named(&caller.app, &name).await?,
        KeyOf::Platform => return Err(caller.astray(Fault::of_tenant_only()).await),
    };
    let entry = entry.ok_or_else(Fault::unauthenticated)?;
    let api = Api {
        hash: caller.key.hash(),
        caller,
        entry,
        access: PhantomData,
    };
    if let Err(fault) = signals::agree(http, &api.caller.app, &host, &api.entry).await {
        return Err(api.caller.astray(fault).await);
    }
    signals::refuse_resting(&api.entry)?;
    dress::note_tenant(http, api.entry.scope.tenant());
    Ok(api)
}

impl<P: Access> Api<P> {
    /// Does a read and answers with what it found.
    ///
    /// # Errors
    /// Whatever keeps it from being done.
    pub async fn read<Q, T>(
        &self,
        query: Query<Q>,
        work: impl Fn(&mut TenantTx<'_, P>, &Q) -> Result<T, VerbError> + Send + 'static,
    ) -> Result<Answer<T>, Fault>
    where
        Q: DeserializeOwned + Send + 'static,
        T: Serialize + Send + 'static,
    {
        let query = match query.read() {
            Ok(query) => query,
            Err(fault) => return Err(self.after_proof(fault).await),
        };
        let found = self.run(move |tx| work(tx, &query)).await?;
        Ok(Answer::of(&found))
    }

    /// Does a write once, with the body that came, and keeps its answer for whoever asks again.
    ///
    /// # Errors
    /// Whatever keeps it from being done.
    pub async fn write<B, T, const STATUS: u16>(
        &self,
        body: Body<B>,
        work: impl Fn(&mut TenantTx<'_, P>, &B) -> Result<T, VerbError> + Send + 'static,
    ) -> Result<Answer<T, STATUS>, Fault>
    where
        B: DeserializeOwned + Send + 'static,
        T: Serialize + Send + 'static,
    {
        let (body, bytes) = self.body(body).await?;
        self.once(&bytes, move |tx| work(tx, &body)).await
    }

    /// Reads the body; a wrong one is told only to whoever may do the write.
    ///
    /// # Errors
    /// What is wrong with it, or with the key.
    pub async fn body<B: DeserializeOwned>(&self, body: Body<B>) -> Result<(B, Vec<u8>), Fault> {
        let limits = &self.caller.app.config.limits;
        let read = body.read(self.caller.http.headers(), limits).await;
        if self.caller.http.query_string().is_empty() {
            match read {
                Ok(read) => Ok(read),
                Err(fault) => Err(self.after_proof(fault).await),
            }
        } else {
            let fault = Fault::malformed("This route takes no query.");
            Err(self.after_proof(fault).await)
        }
    }

    /// The write of a body that was read already.
    ///
    /// # Errors
    /// Whatever keeps it from being done.
    pub async fn once<T, const STATUS: u16>(
        &self,
        bytes: &[u8],
        work: impl Fn(&mut TenantTx<'_, P>) -> Result<T, VerbError> + Send + 'static,
    ) -> Result<Answer<T, STATUS>, Fault>
    where
        T: Serialize + Send + 'static,
    {
        let wish = match self.caller.repeatable(bytes) {
            Ok(wish) => wish,
            Err(fault) => return Err(self.after_proof(fault).await),
        };
        let given = self
            .run(move |tx| {
                answers::once(tx, wish.as_ref(), STATUS, |tx| {
                    Ok(serde_json::to_value(work(tx)?).unwrap_or_default())
                })
            })
            .await?;
        Ok(Answer::given(given?))
    }

    /// Proves the access and does nothing else: before work that costs something outside the database.
    ///
    /// # Errors
    /// No or a bad key, or a right that is missing.
    pub async fn prove(&self) -> Result<(), Fault> {
        self.run(|_| Ok(())).await
    }

    /// The error of a request that was not done, once its key proved that it might have been.
    async fn after_proof(&self, fault: Fault) -> Fault {
        self.prove().await.err().unwrap_or(fault)
    }

    async fn run<T: Send + 'static>(
        &self,
        mut work: impl FnMut(&mut TenantTx<'_, P>) -> Result<T, VerbError> + Send + 'static,
    ) -> Result<T, Fault> {
        let (app, entry) = (self.caller.app.clone(), Arc::clone(&self.entry));
        let (request, hash) = (self.caller.request.clone(), self.hash);
        let asked = self.caller.route();
        let name = entry.scope.tenant().to_string();
        let work = move || {
            let (store, credential) = (&app.store, Credential::Key(&hash));
            let mut scope = entry.scope.clone();
            let mut outcome = store.tenant(&scope, credential, &request, &mut work);
            if matches!(outcome, Err(VerbError::Store(StoreError::Moved))) {
                // Nothing was done at the old place; the catalogue knows the new one.
                app.directory.forget();
                if let Some(fresh) = app.directory.ask_named(&name)? {
                    scope = fresh.scope.clone();
                    outcome = store.tenant(&scope, credential, &request, &mut work);
                }
            }
            match &outcome {
                Ok(_) => app.rates.note_opened(&hash, scope.tenant()),
                Err(error) => {
                    let noted = audit::refusal(store, &scope, credential, &request, &asked, error);
                    if let Err(lost) = noted {
                        tracing::error!(error = %lost, asked, "a refusal is missing from the audit log");
                    }
                }
            }
            outcome
        };
        Ok(self.caller.app.gate.through(work).await?)
    }

    /// The part of the path with this name, read as `T`; what cannot be read is nowhere.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], for the work to answer once the key proved itself.
    pub fn part<T: std::str::FromStr>(&self, name: &str) -> Option<T> {
        self.caller.http.match_info().get(name)?.parse().ok()
    }

    /// The tenant as the catalogue knows it.
    #[must_use]
    pub fn entry(&self) -> &Arc<TenantEntry> {
        &self.entry
    }

    /// Its id.
    #[must_use]
    pub fn id(&self) -> TenantId {
        self.entry.scope.tenant()
    }

    /// What every request may use.
    #[must_use]
    pub fn app(&self) -> &App {
        &self.caller.app
    }
}
