//! What an application says of what it counts, by a key of either kind: setting aside, using, giving back, measuring. Such a
//! deed is told by `Deed`, so that one of a tenant's key and one of the platform's are the same.

use domain::TimeZone;
use domain::permission::{CountUsage, System};
use domain::staff;
use serde::Serialize;
use serde::de::DeserializeOwned;
use services::limits;
use services::{
    Actor, Credential, Request, StaffActor, Store, StoreError, TenantEntry, TenantTx, VerbError,
};

use super::at::At;
use super::zone;
use crate::api::door::Door;
use crate::api::{Answer, Api, Body, Either, Fault, Outcome, PlatformApi};

/// The keys that may count.
pub(super) type Counting = Either<CountUsage, staff::CountUsage>;

/// Something that is done to what is counted.
pub(super) trait Deed: Clone + Send + Sync + 'static {
    /// What comes of it.
    type Out: Serialize + Send + 'static;
    /// Whether something is written in the catalogue too.
    const NOTED: bool = false;

    /// Does it.
    fn done<P>(&self, tx: &mut TenantTx<'_, P>, at: &At) -> Result<Self::Out, VerbError>;

    /// What is written in the catalogue once it is done, also when it had been done before: whoever had no answer asks again.
    fn noted(&self, _: &Store, _: &TenantEntry, _: &Request) -> Result<(), VerbError> {
        Ok(())
    }
}

/// Does it once, in the tenant of the key or of the path. A resource that no job brought to the tenant yet is brought now.
pub(super) async fn done<B, D: Deed, const STATUS: u16>(
    api: Counting,
    body: Body<B>,
    deed: impl Fn(B) -> Result<D, VerbError>,
) -> Outcome<D::Out, STATUS>
where
    B: DeserializeOwned + Send + 'static,
{
    match api {
        Either::Tenant(api) => in_its_own(api, body, deed).await,
        Either::Platform(api) => in_any(api, body, deed).await,
    }
}

async fn in_its_own<B, D: Deed, const STATUS: u16>(
    api: Api<CountUsage>,
    body: Body<B>,
    deed: impl Fn(B) -> Result<D, VerbError>,
) -> Outcome<D::Out, STATUS>
where
    B: DeserializeOwned + Send + 'static,
{
    let (fields, bytes) = api.body(body).await?;
    let deed = match deed(fields) {
        Ok(deed) => deed,
        Err(error) => return Err(api.after_proof(error.into()).await),
    };
    let (at, then) = (At::of(&api, zone(api.entry())), deed.clone());
    let used = at.used.clone();
    let work = move |tx: &mut TenantTx<'_, CountUsage>, complete: bool| {
        let by = match tx.actor() {
            Actor::Key(key) => key.name.clone(),
            _ => String::new(),
        };
        let at = At {
            by,
            complete,
            ..at.clone()
        };
        deed.done(tx, &at)
    };
    let try_once = work.clone();
    let mut done = api.once(&bytes, move |tx| try_once(tx, false)).await;
    if matches!(&done, Err(fault) if fault.is_not_found()) {
        let entry = api.entry().clone();
        api.beyond(move |store, request| Ok(limits::follow(store, &entry, request)?))
            .await?;
        done = api.once(&bytes, move |tx| work(tx, true)).await;
    }
    let (done, entry) = (done?, api.entry().clone());
    used.note(api.app(), api.id());
    if D::NOTED {
        api.beyond(move |store, request| then.noted(store, &entry, request))
            .await?;
    }
    Ok(done)
}

async fn in_any<B, D: Deed, const STATUS: u16>(
    api: PlatformApi<staff::CountUsage>,
    body: Body<B>,
    deed: impl Fn(B) -> Result<D, VerbError>,
) -> Outcome<D::Out, STATUS>
where
    B: DeserializeOwned + Send + 'static,
{
    let (fields, bytes) = api.body(body).await?;
    if let Err(fault) = api.caller().repeatable(&bytes) {
        return Err(api.after_proof(fault).await);
    }
    let deed = match deed(fields) {
        Ok(deed) => deed,
        Err(error) => return Err(api.after_proof(error.into()).await),
    };
    let name = api.part::<String>("tenant_id");
    let named = api.run(move |tx| {
        let by = match tx.actor() {
            StaffActor::Key(key) => key.name.clone(),
            _ => String::new(),
        };
        Ok((crate::api::tenants::named(tx, name.as_ref())?, by))
    });
    let (tenant, by) = named.await?;
    let at = At {
        by,
        ..At::of(&api, TimeZone::UTC)
    };
    let used = at.used.clone();
    let out = api.inside(tenant, move |store, entry, request| {
        let go = |complete: bool| {
            let at = At {
                zone: zone(entry),
                complete,
                ..at.clone()
            };
            let by = Credential::System("platform");
            store.tenant::<System, _, VerbError>(&entry.scope, by, request, |tx| deed.done(tx, &at))
        };
        let done = match go(false) {
            Err(VerbError::Store(StoreError::NotFound)) => {
                limits::follow(store, entry, request)?;
                go(true)
            }
            done => done,
        }?;
        deed.noted(store, entry, request)?;
        Ok(done)
    });
    let out = out.await?;
    used.note(api.app(), tenant);
    Ok(Answer::of(&out))
}

/// Whether the thing was nowhere.
impl Fault {
    pub(super) fn is_not_found(&self) -> bool {
        self.code == "not_found"
    }
}
