//! What is done to a tenant's people: inviting, suspending, restoring, giving a role, removing.

use domain::permission::ManageUsers;
use domain::{Role, UserId};
use serde_json::json;
use services::roles::RoleBook;
use services::users::deed::{self, Deed};
use services::users::invite as invitations;
use services::{FieldErrors, TenantEntry, TenantTx, VerbError};

use super::found;
use crate::cli::Exit;
use crate::cli::desk::Desk;
use crate::cli::talk::Talk;
use crate::cli::trouble::Trouble;

pub(super) fn invite(
    desk: &Desk<'_>,
    tenant: &TenantEntry,
    talk: Talk,
    addresses: &[String],
    role: &str,
) -> Result<Exit, Trouble> {
    let text = addresses.join("\n");
    let people = desk.within::<ManageUsers, _>(tenant, |tx| {
        let role = named(tx, role)?;
        invitations::invite(tx, &text, &role.to_string())
    })?;
    let ids: Vec<String> = people.iter().map(UserId::to_string).collect();
    let words = match ids.len() {
        1 => "1 person was invited.".to_owned(),
        many => format!("{many} people were invited."),
    };
    talk.done(&words, &json!({ "invited": ids }))
}

pub(super) fn suspend(
    desk: &Desk<'_>,
    tenant: &TenantEntry,
    talk: Talk,
    who: &str,
    reason: &str,
) -> Result<Exit, Trouble> {
    one(
        desk,
        tenant,
        talk,
        who,
        Deed::Suspend { reason },
        "is suspended",
    )
}

pub(super) fn restore(
    desk: &Desk<'_>,
    tenant: &TenantEntry,
    talk: Talk,
    who: &str,
) -> Result<Exit, Trouble> {
    one(desk, tenant, talk, who, Deed::Restore, "may sign in again")
}

pub(super) fn remove(
    desk: &Desk<'_>,
    tenant: &TenantEntry,
    talk: Talk,
    who: &str,
) -> Result<Exit, Trouble> {
    talk.confirm(&format!("Remove {who} from {}?", tenant.slug))?;
    one(desk, tenant, talk, who, Deed::Remove, "was removed")
}

pub(super) fn give_role(
    desk: &Desk<'_>,
    tenant: &TenantEntry,
    talk: Talk,
    who: &str,
    role: &str,
) -> Result<Exit, Trouble> {
    let id = found(desk, tenant, who)?;
    let (name, role) = desk.within::<ManageUsers, _>(tenant, |tx| {
        let role = named(tx, role)?;
        Ok((deed::one(tx, id, Deed::GiveRole(role))?, role))
    })?;
    let json = json!({ "id": id.to_string(), "name": name, "role": role.to_string() });
    talk.done(&format!("{name} has the role {role}."), &json)
}

fn one(
    desk: &Desk<'_>,
    tenant: &TenantEntry,
    talk: Talk,
    who: &str,
    what: Deed<'_>,
    words: &str,
) -> Result<Exit, Trouble> {
    let id = found(desk, tenant, who)?;
    let name = desk.within::<ManageUsers, _>(tenant, |tx| deed::one(tx, id, what))?;
    let json = json!({ "id": id.to_string(), "name": name });
    talk.done(&format!("{name} {words}."), &json)
}

/// The role of this name or id.
fn named(tx: &mut TenantTx<'_, ManageUsers>, name: &str) -> Result<Role, VerbError> {
    let book = RoleBook::read(tx)?;
    let role = book.named(name).map(|info| info.role);
    role.ok_or_else(|| {
        let names: Vec<&str> = book.iter().map(|info| info.name.as_str()).collect();
        let sentence = format!("\"{name}\" is none of {}", names.join(", "));
        VerbError::Invalid(FieldErrors::one("role", sentence))
    })
}
