//! How a request becomes a [`Platform`]: who asks is judged already, and what they show is taken along.

use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;

use actix_web::web::Data;
use actix_web::{FromRequest, HttpMessage, HttpRequest, dev::Payload};
use domain::staff::{StaffAccess, StaffNeeds};

use super::Platform;
use crate::app::App;
use crate::problem::Problem;
use crate::web::forms::Posted;
use crate::web::peer::Peer;
use crate::{session, tenant};

impl<P: StaffAccess> FromRequest for Platform<P> {
    type Error = actix_web::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Self::Error>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let request = request.clone();
        // Nobody will read this form: it is kept for the sign-in page that answers it.
        let refused = P::NEEDS != StaffNeeds::Nothing && !session::is_carried(&request);
        let unread = refused.then(|| {
            Posted::mark(&request);
            payload.take()
        });
        Box::pin(async move {
            if let Some(payload) = unread {
                Posted::keep(&request, payload).await;
            }
            open(&request).map_err(Into::into)
        })
    }
}

fn open<P: StaffAccess>(request: &HttpRequest) -> Result<Platform<P>, Problem> {
    let app = request
        .app_data::<Data<App>>()
        .cloned()
        .ok_or_else(|| Problem::internal("the app is not wired"))?;
    let peer = request
        .extensions()
        .get::<Peer>()
        .cloned()
        .ok_or_else(|| Problem::internal("the peer was not examined"))?;
    let path = request.uri().path_and_query();
    let path = path.map_or("/", |path| path.as_str()).to_owned();
    let token = session::staff::shown(request);
    if P::NEEDS != StaffNeeds::Nothing && token.is_none() {
        return Err(Problem::sign_in(&path));
    }
    Ok(Platform {
        request: tenant::asked(request, app.clock.now(), &peer),
        app,
        peer,
        http: request.clone(),
        token,
        path,
        access: PhantomData,
    })
}
