//! The door of signing out.

use actix_web::Responder;
use domain::permission::SignedIn;
use services::{StoreError, VerbError, sessions};

use crate::session;
use crate::tenant::Tenant;
use crate::web::answer;

/// `POST /sign-out`: ends the session here and in the database. Who was out already is out.
///
/// # Errors
/// No database.
pub async fn leave(tenant: Result<Tenant<SignedIn>, actix_web::Error>) -> impl Responder {
    if let Ok(tenant) = tenant {
        match tenant.attempt(sessions::sign_out).await {
            Ok(()) | Err(VerbError::Store(StoreError::Unauthenticated)) => {}
            Err(error) => return Err(tenant.problem(error)),
        }
        session::end(tenant.http());
    }
    Ok(answer::see_other("/sign-in"))
}
