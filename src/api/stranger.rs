//! The extractor of what strangers ask of the API: it is counted like everything else, and where no key opens
//! anything none is asked for.

use std::future::Future;
use std::pin::Pin;

use actix_web::{FromRequest, HttpRequest, dev::Payload};
use domain::staff::{AnyStaff, StaffAccess};
use serde::de::DeserializeOwned;
use services::{StaffCredential, StaffTx, VerbError};

use super::caller::Asked;
use super::signals::{self, HostSays};
use super::{Body, Fault};
use crate::app::App;

/// Somebody whom nobody knows, at the API's own name.
#[derive(Debug)]
pub struct Stranger {
    asked: Asked,
}

impl FromRequest for Stranger {
    type Error = actix_web::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Self::Error>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            let (asked, _) = Asked::of(&request).await?;
            // Neither a tenant nor the platform has a door for strangers.
            match signals::of_host(&asked.app, &asked.peer).await? {
                HostSays::Nothing => Ok(Self { asked }),
                _ => Err(Fault::not_found().into()),
            }
        })
    }
}

impl Stranger {
    /// Reads the body.
    pub(super) async fn body<B: DeserializeOwned>(&self, body: Body<B>) -> Result<B, Fault> {
        let limits = &self.asked.app.config.limits;
        let (body, _) = body.read(self.asked.http.headers(), limits).await?;
        Ok(body)
    }

    /// Does what everybody may do.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        mut work: impl FnMut(&mut StaffTx<'_, AnyStaff>) -> Result<T, VerbError> + Send + 'static,
    ) -> Result<T, Fault> {
        let (app, request) = (self.asked.app.clone(), self.asked.request.clone());
        let work = move || {
            app.store
                .staff(StaffCredential::Anonymous, &request, &mut work)
        };
        Ok(self.asked.app.platform_gate.through(work).await?)
    }

    /// Does what the system does for everybody, under this name.
    pub(super) async fn run_as<P: StaffAccess, T: Send + 'static>(
        &self,
        name: &'static str,
        mut work: impl FnMut(&mut StaffTx<'_, P>) -> Result<T, VerbError> + Send + 'static,
    ) -> Result<T, Fault> {
        let (app, request) = (self.asked.app.clone(), self.asked.request.clone());
        let work = move || {
            app.store
                .staff(StaffCredential::System(name), &request, &mut work)
        };
        Ok(self.asked.app.platform_gate.through(work).await?)
    }

    /// What every request may use.
    pub(super) fn app(&self) -> &App {
        &self.asked.app
    }
}
