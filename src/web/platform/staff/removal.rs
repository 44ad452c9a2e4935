//! The door by which somebody of the staff goes, or leaves.

use actix_web::HttpResponse;
use actix_web::web::Path;
use domain::FieldErrors;
use domain::staff::ManageStaff;
use services::staff::deeds;

use super::confirm::removal_sheet;
use super::deeds::{Nothing, done, read, refused, staff};
use crate::platform::Platform;
use crate::problem::Problem;
use crate::web::answer;
use crate::web::forms::Form;
use crate::web::shell::Toast;

/// `GET /staff/{id}/removal`
///
/// # Errors
/// 404, or what keeps the person from being read.
pub async fn ask_removal(
    platform: Platform<ManageStaff>,
    id: Path<String>,
) -> Result<HttpResponse, Problem> {
    let (person, shell) = read(&platform, &id).await?;
    answer::page(&removal_sheet(shell, &person, FieldErrors::new()))
}

/// `POST /staff/{id}/removal`
///
/// # Errors
/// 404, a rule, or no database.
pub async fn remove(
    platform: Platform<ManageStaff>,
    id: Path<String>,
    _: Form<Nothing>,
) -> Result<HttpResponse, Problem> {
    let id = staff(&id)?;
    let removed = platform.attempt(move |tx| deeds::remove(tx, id)).await;
    let person = match removed {
        Ok(person) => person,
        Err(error) => return refused(&platform, id, error, removal_sheet).await,
    };
    let said = Toast::done(format!("{} is removed", person.name));
    Ok(done(&platform, said))
}
