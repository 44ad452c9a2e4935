//! The extractor of the routes that both worlds have: a key of a tenant opens its own, one of the platform any.

use std::future::Future;
use std::pin::Pin;

use actix_web::{FromRequest, HttpRequest, dev::Payload};
use domain::KeyOf;
use domain::permission::Access;
use domain::staff::StaffAccess;

use super::{Api, Fault, PlatformApi, platform, signals, tenant};

/// The door that the key of the request belongs to.
#[derive(Debug)]
pub enum Either<P, S> {
    /// A tenant's.
    Tenant(Api<P>),
    /// The platform's.
    Platform(PlatformApi<S>),
}

impl<P: Access, S: StaffAccess> FromRequest for Either<P, S> {
    type Error = actix_web::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Self::Error>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move { open(&request).await.map_err(Into::into) })
    }
}

/// Which world a key names is written in it; each door judges it anew, and no key at all is the tenants'.
async fn open<P: Access, S: StaffAccess>(http: &HttpRequest) -> Result<Either<P, S>, Fault> {
    let shown = signals::key(http).ok().flatten();
    Ok(match shown.map(|key| key.names()) {
        Some(KeyOf::Platform) => Either::Platform(platform::open(http).await?),
        _ => Either::Tenant(tenant::open(http).await?),
    })
}
