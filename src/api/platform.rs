//! The extractor of every route of the platform: whose key it is, and the one way that takes a verb through
//! the guard of staff. A key of a tenant opens none of them, and none answers on a tenant's host.

use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;

use actix_web::web::Data;
use actix_web::{FromRequest, HttpRequest, dev::Payload};
use domain::permission::Anyone;
use domain::staff::{AnyStaff, StaffAccess};
use domain::{KeyOf, TenantId, TokenHash};
use services::brands::{self, Brand};
use services::tenants::TenantRecord;
use services::{
    Credential, Request, StaffCredential, StaffTx, Store, StoreError, TenantEntry, TenantTx,
    VerbError, platform_audit, platform_keys,
};

use super::Fault;
use super::caller::Caller;
use super::door::Door;
use super::signals::{self, HostSays};
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

pub(super) async fn open<P: StaffAccess>(http: &HttpRequest) -> Result<PlatformApi<P>, Fault> {
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

impl<P: StaffAccess> Door for PlatformApi<P> {
    type Tx<'a> = StaffTx<'a, P>;

    fn caller(&self) -> &Caller {
        &self.caller
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
}

impl<P: StaffAccess> PlatformApi<P> {
    /// The tenant that a host names, as the doors know it.
    ///
    /// # Errors
    /// No connection or no database.
    pub async fn of_host(&self, host: &str) -> Result<Option<TenantId>, Fault> {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'.';
        if host.len() > 253 || !host.bytes().all(plain) {
            return Ok(None);
        }
        let (app, host) = (self.caller.app.clone(), host.to_owned());
        let ask = move || app.directory.ask(&host);
        let found = self.caller.app.gate.through(ask).await?;
        Ok(found.map(|entry| entry.scope.tenant()))
    }

    /// Does what is no transaction of the platform's own, for whoever was proven.
    ///
    /// # Errors
    /// The work's, no connection or no database.
    pub(super) async fn beyond<T: Send + 'static>(
        &self,
        mut work: impl FnMut(&Store, &Request) -> Result<T, VerbError> + Send + 'static,
    ) -> Result<T, Fault> {
        let (app, request) = (self.caller.app.clone(), self.caller.request.clone());
        let work = move || work(&app.store, &request);
        Ok(self.caller.app.gate.through(work).await?)
    }

    /// Takes work into a tenant as the system.
    ///
    /// # Errors
    /// The work's, no such tenant, no connection or no database.
    pub(super) async fn inside<T: Send + 'static>(
        &self,
        tenant: TenantId,
        mut work: impl FnMut(&Store, &TenantEntry, &Request) -> Result<T, VerbError> + Send + 'static,
    ) -> Result<T, Fault> {
        self.beyond(move |store, request| {
            let entry = store.resolve_tenant(tenant)?;
            work(store, &entry.ok_or(StoreError::NotFound)?, request)
        })
        .await
    }

    /// How this tenant looks to everybody who opens its sign-in page, for which nobody needs a right.
    ///
    /// # Errors
    /// No connection or no database.
    pub async fn look_of(&self, record: &TenantRecord) -> Result<Option<Brand>, Fault> {
        if !record.status.has_rows() {
            return Ok(None);
        }
        let (app, request) = (self.caller.app.clone(), self.caller.request.clone());
        let name = record.id.to_string();
        let read = move || {
            let Some(entry) = app.directory.ask_named(&name)? else {
                return Ok(None);
            };
            let visitor = Credential::Anonymous;
            let read = app
                .store
                .tenant(&entry.scope, visitor, &request, read_brand);
            // A tenant at rest shows nobody how it looks.
            match read {
                Err(StoreError::Closed) => Ok(None),
                read => read,
            }
        };
        Ok(self.caller.app.gate.through(read).await?)
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

fn read_brand(tx: &mut TenantTx<'_, Anyone>) -> Result<Option<Brand>, StoreError> {
    brands::read(tx)
}
