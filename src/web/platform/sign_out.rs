//! The door by which staff sign out.

use actix_web::Responder;
use domain::staff::SignedInStaff;
use services::staff::sessions;
use services::{StoreError, VerbError};

use crate::platform::Platform;
use crate::session;
use crate::web::answer;

/// `POST /sign-out`: ends the session here and in the database. Who was out already is out.
///
/// # Errors
/// No database.
pub async fn leave(platform: Result<Platform<SignedInStaff>, actix_web::Error>) -> impl Responder {
    if let Ok(platform) = platform {
        match platform.attempt(sessions::sign_out).await {
            Ok(()) | Err(VerbError::Store(StoreError::Unauthenticated)) => {}
            Err(error) => return Err(platform.problem(error)),
        }
        session::end(platform.http());
    }
    Ok(answer::see_other("/sign-in"))
}
