//! What is done to one of those who run the platform: another role, another letter, suspending, restoring, removing.

use domain::staff::ManageStaff;
use domain::{FieldErrors, StaffId, text};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use services::staff::{deeds, invite};
use services::{StaffTx, StoreError, VerbError};
use utoipa::ToSchema;

use super::door::Door;
use super::fields::Nothing;
use super::people_deeds::Suspension;
use super::staff::{OneOfStaff, links, role};
use super::{Body, Outcome, PlatformApi};

/// The most characters of a reason.
const MAX_REASON: usize = 300;

/// The role that somebody of the staff is given.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StaffRoleGiven {
    /// owner, operator or analyst, and nothing that allows more than the key.
    #[schema(pattern = "^(owner|operator|analyst)$")]
    pub role: String,
}

/// Somebody who does not run the platform any more.
#[derive(Debug, Serialize, ToSchema)]
pub struct RemovedStaff {
    /// Who.
    pub staff_id: String,
    /// Always true.
    pub removed: bool,
}

/// Does it to whom the path names, and answers who they are then.
async fn done<B: DeserializeOwned + Send + 'static>(
    api: PlatformApi<ManageStaff>,
    body: Body<B>,
    deed: impl Fn(&mut StaffTx<'_, ManageStaff>, StaffId, &B) -> Result<(), VerbError> + Send + 'static,
) -> Outcome<OneOfStaff> {
    let id = api.part::<StaffId>("staff_id");
    api.write(body, move |tx, body| {
        let id = id.ok_or(StoreError::NotFound)?;
        deed(tx, id, body)?;
        Ok(OneOfStaff {
            staff: deeds::read(tx, id)?.into(),
        })
    })
    .await
}

/// `PUT /staff/{staff_id}/role`
///
/// # Errors
/// No right, nobody of the staff, the last owner, more than the key holds, or no database.
pub async fn give_role(
    api: PlatformApi<ManageStaff>,
    body: Body<StaffRoleGiven>,
) -> Outcome<OneOfStaff> {
    done(api, body, |tx, id, body| {
        let role = role(&body.role).map_err(|words| FieldErrors::one("role", words))?;
        deeds::change_role(tx, id, role).map(drop)
    })
    .await
}

/// `POST /staff/{staff_id}/suspension`: their sessions end, and their visits.
///
/// # Errors
/// No right, nobody of the staff, the last owner, somebody who is not active, or no database.
pub async fn suspend(api: PlatformApi<ManageStaff>, body: Body<Suspension>) -> Outcome<OneOfStaff> {
    done(api, body, |tx, id, body| {
        let reason = text::optional_line(body.reason.as_deref().unwrap_or_default(), MAX_REASON);
        let reason = reason.map_err(|error| FieldErrors::one("reason", error.to_string()))?;
        deeds::suspend(tx, id, reason.as_deref()).map(drop)
    })
    .await
}

/// `POST /staff/{staff_id}/restoration`
///
/// # Errors
/// No right, nobody of the staff, somebody who is not suspended, or no database.
pub async fn restore(api: PlatformApi<ManageStaff>, body: Body<Nothing>) -> Outcome<OneOfStaff> {
    done(api, body, |tx, id, _| deeds::restore(tx, id).map(drop)).await
}

/// `POST /staff/{staff_id}/invitation`: a new letter; the link of the one before is dead.
///
/// # Errors
/// No right, nobody of the staff, somebody who has come already, or no database.
pub async fn resend(api: PlatformApi<ManageStaff>, body: Body<Nothing>) -> Outcome<OneOfStaff> {
    let links = links(&api.app().config);
    done(api, body, move |tx, id, _| {
        invite::resend(tx, &links, id).map(drop)
    })
    .await
}

/// `DELETE /staff/{staff_id}`
///
/// # Errors
/// No right, nobody of the staff, the last owner, or no database.
pub async fn remove(api: PlatformApi<ManageStaff>, body: Body<Nothing>) -> Outcome<RemovedStaff> {
    let id = api.part::<StaffId>("staff_id");
    api.write(body, move |tx, _| {
        let id = id.ok_or(StoreError::NotFound)?;
        deeds::remove(tx, id)?;
        Ok(RemovedStaff {
            staff_id: id.to_string(),
            removed: true,
        })
    })
    .await
}
