//! What is said at the door of a tenant that rests: why, and until when.

use domain::Access;
use services::StoreError;
use services::directory::TenantEntry;

use super::Tenant;
use crate::problem::Problem;
use crate::web::format::Format;

impl<P: Access> Tenant<P> {
    /// A tenant that is not open has a page that says why, and nothing else.
    ///
    /// # Errors
    /// That page, of a tenant that rests.
    pub fn refuse_resting(&self) -> Result<(), Problem> {
        refuse(&self.entry, &self.format())
    }
}

pub(super) fn refuse(entry: &TenantEntry, format: &Format) -> Result<(), Problem> {
    let reason = entry.status_reason.clone();
    match entry.status.as_str() {
        "active" | "trial" => Ok(()),
        "suspended" => Err(Problem::resting(
            "This workspace is suspended",
            reason.unwrap_or_else(|| {
                "Nobody can sign in until it is opened again. Ask whoever runs it for you."
                    .to_owned()
            }),
        )),
        "maintenance" => Err(Problem::unavailable(
            reason.unwrap_or_else(|| {
                "This workspace is under maintenance and will be back soon.".to_owned()
            }),
            std::time::Duration::from_secs(60),
        )),
        "moving" => Err(StoreError::Moved.into()),
        "provisioning" => Err(Problem::unavailable(
            "This workspace is being made.",
            std::time::Duration::from_secs(5),
        )),
        "deletion_scheduled" => Err(Problem::resting(
            "This workspace is closed",
            closed(entry, format),
        )),
        _ => Err(Problem::unknown_host()),
    }
}

/// Until when it can be kept, by whom, and why it was closed where that was said.
fn closed(entry: &TenantEntry, format: &Format) -> String {
    let when = match entry.delete_at {
        Some(at) => format!("It will be deleted on {}.", format.date(at)),
        None => "It will be deleted.".to_owned(),
    };
    let who = if entry.closed_by.is_some() {
        "Until then its owners can keep it, by the link in the letter that each of them was sent."
    } else {
        "Until then whoever runs it for you can keep it."
    };
    match &entry.status_reason {
        Some(reason) => format!("{when} {who} The reason given: {reason}"),
        None => format!("{when} {who}"),
    }
}
