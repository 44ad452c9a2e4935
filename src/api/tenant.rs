//! The extractor of every route of a tenant: whose key it is, which tenant all signals name, and the one way
//! that takes a verb through the guard.

use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::Relaxed;

use actix_web::{FromRequest, HttpRequest, dev::Payload};
use domain::{Access, KeyOf, TenantId, TokenHash};
use services::directory::TenantEntry;
use services::features::Feature;
use services::{Actor, Credential, Request, Store, StoreError, TenantTx, VerbError, audit};

use super::caller::Caller;
use super::calls::{Turn, is_free, tells_why, was_proven};
use super::door::Door;
use super::{Fault, dress, signals};
use crate::measure::Party;

/// A tenant's door for a program, which proves the access `P` in its transaction.
#[derive(Debug)]
pub struct Api<P> {
    caller: Caller,
    entry: Arc<TenantEntry>,
    hash: TokenHash,
    /// Whether the tenant's plan has this route: if not, whoever is proven is told so, and nothing is done.
    in_plan: bool,
    party: Party,
    /// Whether it counted as a call, which it does once however often it goes to the database.
    counted: Arc<AtomicBool>,
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

pub(super) async fn open<P: Access>(http: &HttpRequest) -> Result<Api<P>, Fault> {
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
    let in_plan = entry.features.has(Feature::ApiAccess.key()) || tells_why(&caller);
    let free = is_free(&caller);
    let api = Api {
        in_plan,
        party: Party::begin(http, entry.scope.tenant()),
        counted: Arc::new(AtomicBool::new(free)),
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

impl<P: Access> Door for Api<P> {
    type Tx<'a> = TenantTx<'a, P>;

    fn caller(&self) -> &Caller {
        &self.caller
    }

    async fn run<T: Send + 'static>(
        &self,
        mut work: impl FnMut(&mut TenantTx<'_, P>) -> Result<T, VerbError> + Send + 'static,
    ) -> Result<T, Fault> {
        let (app, entry) = (self.caller.app.clone(), Arc::clone(&self.entry));
        let (request, hash) = (self.caller.request.clone(), self.hash);
        let asked = self.caller.route();
        let name = entry.scope.tenant().to_string();
        let (in_plan, counted) = (self.in_plan, Arc::clone(&self.counted));
        let (calls, count) = (app.calls.clone(), Arc::clone(&self.counted));
        let (party, measured) = (self.party.clone(), self.party.clone());
        let mut work = move |tx: &mut TenantTx<'_, P>| {
            party.note(tx.actor());
            if !count.load(Relaxed) && !calls.count(tx.tenant(), tx.now()) {
                return Ok(Turn::Uncounted);
            }
            count.store(true, Relaxed);
            match in_plan {
                true => work(tx).map(Turn::Done),
                false => Ok(Turn::NotInPlan),
            }
        };
        let work = move || {
            let (store, credential) = (&app.store, Credential::Key(&hash));
            let mut place = Arc::clone(&entry);
            let mut outcome = store.tenant(&place.scope, credential, &request, &mut work);
            if matches!(outcome, Err(VerbError::Store(StoreError::Moved))) {
                // Nothing was done at the old place; the catalogue knows the new one.
                app.directory.forget();
                if let Some(fresh) = app.directory.ask_named(&name)? {
                    place = fresh;
                    outcome = store.tenant(&place.scope, credential, &request, &mut work);
                }
            }
            if matches!(outcome, Ok(Turn::Uncounted)) {
                app.rates.note_opened(&hash, place.scope.tenant());
                // Not written down as a refusal: of these there may be as many as somebody likes.
                app.calls.take(store, &place, &request)?;
                counted.store(true, Relaxed);
                outcome = store.tenant(&place.scope, credential, &request, &mut work);
            }
            let scope = &place.scope;
            match &outcome {
                Ok(_) => app.rates.note_opened(&hash, scope.tenant()),
                Err(error) => {
                    let noted = audit::refusal(store, scope, credential, &request, &asked, error);
                    if let Err(lost) = noted {
                        tracing::error!(error = %lost, asked, "a refusal is missing from the audit log");
                    }
                    let proven = was_proven(error);
                    if proven {
                        // Whose key it was is not known any more: a call of the tenant, and nobody's part.
                        measured.note(&Actor::Anonymous);
                    }
                    let counts = proven && !counted.swap(true, Relaxed);
                    if counts && !app.calls.count(scope.tenant(), request.now) {
                        // It is refused either way, for the reason that it has.
                        let _ = app.calls.take(store, &place, &request);
                    }
                }
            }
            outcome
        };
        let done = self.caller.app.within(&self.entry, work).await?;
        match done {
            Turn::Done(done) => Ok(done),
            Turn::NotInPlan => Err(Fault::feature_not_available(
                Feature::ApiAccess,
                &self.entry.plan,
            )),
            Turn::Uncounted => Err(Fault::internal("a call was counted and is not")),
        }
    }
}

impl<P: Access> Api<P> {
    /// Lets on only a tenant that has the feature; whoever may not ask anyway is told that first.
    ///
    /// # Errors
    /// The tenant's plan has no such part, or whoever asks may not.
    pub(super) async fn requires(&self, feature: Feature) -> Result<(), Fault> {
        if self.entry.features.has(feature.key()) {
            self.party.uses(feature);
            return Ok(());
        }
        let fault = Fault::feature_not_available(feature, &self.entry.plan);
        Err(self.after_proof(fault).await)
    }

    /// The tenant as the catalogue knows it.
    #[must_use]
    pub fn entry(&self) -> &Arc<TenantEntry> {
        &self.entry
    }

    /// Does what lies in the catalogue, for whoever was proven inside the tenant.
    ///
    /// # Errors
    /// The work's, no connection or no database.
    pub(super) async fn beyond<T: Send + 'static>(
        &self,
        mut work: impl FnMut(&Store, &Request) -> Result<T, VerbError> + Send + 'static,
    ) -> Result<T, Fault> {
        let (app, request) = (self.caller.app.clone(), self.caller.request.clone());
        let work = move || work(&app.store, &request);
        Ok(self.caller.app.within(&self.entry, work).await?)
    }

    /// Its id.
    #[must_use]
    pub fn id(&self) -> TenantId {
        self.entry.scope.tenant()
    }
}
