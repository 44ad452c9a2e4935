//! The extractor of every route of the platform: whose key it is, and the one way that takes a verb through
//! the guard of staff. A key of a tenant opens none of them, and none answers on a tenant's host.

use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;

use actix_web::web::Data;
use actix_web::{FromRequest, HttpRequest, dev::Payload};
use domain::staff::{AnyStaff, StaffAccess};
use domain::{KeyOf, TenantId, TokenHash};
use serde::Serialize;
use serde::de::DeserializeOwned;
use services::answers;
use services::{
    Request, StaffCredential, StaffTx, StoreError, VerbError, platform_audit, platform_keys,
};

use super::body::{Body, Query};
use super::door::Caller;
use super::signals::{self, HostSays};
use super::{Answer, Fault};
use crate::app::App;

/// The platform's door for a program, which proves the access `P` in its transaction.
#[derive(Debug)]
pub struct PlatformApi<P> {
    caller: Caller,
    hash: TokenHash,
    access: PhantomData<fn() -> P>,
}

impl<P: StaffAccess> FromRequest for PlatformApi<P> {
    type Error = actix_web::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Self::Error>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move { open(&request).await.map_err(Into::into) })
    }
}

async fn open<P: StaffAccess>(http: &HttpRequest) -> Result<PlatformApi<P>, Fault> {
    let caller = Caller::of(http).await?;
    if caller.key.names() != KeyOf::Platform {
        return Err(caller.astray(Fault::admin_only()).await);
    }
    match signals::of_host(&caller.app, &caller.peer).await? {
        HostSays::Nothing => {}
        HostSays::Platform if caller.app.config.platform.admits(caller.peer.address) => {}
        HostSays::Tenant(_) => return Err(caller.astray(Fault::cross_tenant()).await),
        HostSays::Platform | HostSays::Nobody => return Err(Fault::not_found()),
    }
    signals::refuse_other_than_path(http, &caller.app).await?;
    Ok(PlatformApi {
        hash: caller.key.hash(),
        caller,
        access: PhantomData,
    })
}

impl<P: StaffAccess> PlatformApi<P> {
    /// Does a read and answers with what it found.
    ///
    /// # Errors
    /// Whatever keeps it from being done.
    pub async fn read<Q, T>(
        &self,
        query: Query<Q>,
        work: impl Fn(&mut StaffTx<'_, P>, &Q) -> Result<T, VerbError> + Send + 'static,
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
        work: impl Fn(&mut StaffTx<'_, P>, &B) -> Result<T, VerbError> + Send + 'static,
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
        match body.read(self.caller.http.headers(), limits).await {
            Ok(read) => Ok(read),
            Err(fault) => Err(self.after_proof(fault).await),
        }
    }

    /// The write of a body that was read already.
    ///
    /// # Errors
    /// Whatever keeps it from being done.
    pub async fn once<T, const STATUS: u16>(
        &self,
        bytes: &[u8],
        work: impl Fn(&mut StaffTx<'_, P>) -> Result<T, VerbError> + Send + 'static,
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

    /// Reads the query; a wrong one is told only to whoever may ask.
    ///
    /// # Errors
    /// What is wrong with it, or with the key.
    pub async fn query<Q: DeserializeOwned>(&self, query: Query<Q>) -> Result<Q, Fault> {
        match query.read() {
            Ok(query) => Ok(query),
            Err(fault) => Err(self.after_proof(fault).await),
        }
    }

    /// The tenant that a host names, as the doors know it.
    ///
    /// # Errors
    /// No connection or no database.
    pub async fn of_host(&self, host: &str) -> Result<Option<TenantId>, Fault> {
        let (app, host) = (self.caller.app.clone(), host.to_owned());
        let ask = move || app.directory.ask(&host);
        let found = self.caller.app.gate.through(ask).await?;
        Ok(found.map(|entry| entry.scope.tenant()))
    }

    /// Does a read whose query was read already.
    ///
    /// # Errors
    /// Whatever keeps it from being done.
    pub async fn found<T: Serialize + Send + 'static>(
        &self,
        work: impl Fn(&mut StaffTx<'_, P>) -> Result<T, VerbError> + Send + 'static,
    ) -> Result<Answer<T>, Fault> {
        let found = self.run(move |tx| work(tx)).await?;
        Ok(Answer::of(&found))
    }

    /// Proves the access and does nothing else: before work that costs something outside the database.
    ///
    /// # Errors
    /// No or a bad key, or a right that is missing.
    pub async fn prove(&self) -> Result<(), Fault> {
        self.run(|_| Ok(())).await
    }

    async fn after_proof(&self, fault: Fault) -> Fault {
        self.prove().await.err().unwrap_or(fault)
    }

    async fn run<T: Send + 'static>(
        &self,
        mut work: impl FnMut(&mut StaffTx<'_, P>) -> Result<T, VerbError> + Send + 'static,
    ) -> Result<T, Fault> {
        let (app, hash) = (self.caller.app.clone(), self.hash);
        let (request, asked) = (self.caller.request.clone(), self.caller.route());
        let work = move || {
            let (store, credential) = (&app.store, StaffCredential::Key(&hash));
            let outcome = store.staff(credential, &request, &mut work);
            if let Err(error) = &outcome
                && let Err(lost) =
                    platform_audit::refusal(store, credential, &request, &asked, error)
            {
                tracing::error!(error = %lost, asked, "a refusal is missing from the platform's log");
            }
            outcome
        };
        Ok(self.caller.app.platform_gate.through(work).await?)
    }

    /// The part of the path with this name, read as `T`; what cannot be read is nowhere.
    pub fn part<T: std::str::FromStr>(&self, name: &str) -> Option<T> {
        self.caller.http.match_info().get(name)?.parse().ok()
    }

    /// What every request may use.
    #[must_use]
    pub fn app(&self) -> &App {
        &self.caller.app
    }
}

/// Notes that a key of the platform stood in an address.
pub(super) fn expose(
    app: &Data<App>,
    request: &Request,
    hash: &TokenHash,
) -> Result<bool, StoreError> {
    app.store
        .staff::<AnyStaff, _, StoreError>(StaffCredential::Anonymous, request, |tx| {
            platform_keys::expose(tx, hash)
        })
}

/// Notes that a key of the platform was used at a tenant's door; answers whether it is one.
pub(super) fn note_stray(
    app: &Data<App>,
    request: &Request,
    hash: &TokenHash,
    asked: &str,
) -> Result<bool, StoreError> {
    app.store
        .staff::<AnyStaff, _, StoreError>(StaffCredential::Key(hash), request, |tx| {
            platform_keys::note_stray(tx, asked)
        })
}
