//! What is done to staff: another role, suspending, restoring, removing.

use domain::StaffRole;
use domain::staff::ManageStaff;
use serde_json::json;
use services::staff::{Person, deeds};
use services::{StaffTx, VerbError};

use super::found;
use crate::cli::Exit;
use crate::cli::desk::Desk;
use crate::cli::talk::Talk;
use crate::cli::trouble::Trouble;

pub(super) fn role(
    desk: &Desk<'_>,
    talk: Talk,
    who: &str,
    role: StaffRole,
) -> Result<Exit, Trouble> {
    let id = found(desk, who)?;
    desk.platform::<ManageStaff, _>(|tx| deeds::change_role(tx, id, role).map(drop))?;
    let json = json!({ "id": id.to_string(), "role": role.as_str() });
    talk.done(&format!("{who} is {} now.", role.name()), &json)
}

pub(super) fn suspend(
    desk: &Desk<'_>,
    talk: Talk,
    who: &str,
    reason: Option<&str>,
) -> Result<Exit, Trouble> {
    let id = found(desk, who)?;
    one(desk, talk, "is suspended", |tx| {
        deeds::suspend(tx, id, reason)
    })
}

pub(super) fn restore(desk: &Desk<'_>, talk: Talk, who: &str) -> Result<Exit, Trouble> {
    let id = found(desk, who)?;
    one(desk, talk, "may sign in again", |tx| deeds::restore(tx, id))
}

pub(super) fn remove(desk: &Desk<'_>, talk: Talk, who: &str) -> Result<Exit, Trouble> {
    let id = found(desk, who)?;
    talk.confirm(&format!("Remove {who} from the staff, for good?"))?;
    one(desk, talk, "was removed", |tx| deeds::remove(tx, id))
}

fn one(
    desk: &Desk<'_>,
    talk: Talk,
    words: &str,
    deed: impl FnMut(&mut StaffTx<'_, ManageStaff>) -> Result<Person, VerbError>,
) -> Result<Exit, Trouble> {
    let person = desk.platform::<ManageStaff, _>(deed)?;
    let json = json!({ "id": person.id.to_string(), "name": person.name });
    talk.done(&format!("{} {words}.", person.name), &json)
}
