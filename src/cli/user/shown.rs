//! One person, and the fields in which people are told to programs: those of the API.

use domain::permission::ReadUsers;
use serde_json::{Value as Json, json};
use services::TenantEntry;
use services::users::ListedUser;
use services::users::list as people;

use crate::cli::Exit;
use crate::cli::desk::Desk;
use crate::cli::talk::{Talk, moment, moment_or_never};
use crate::cli::trouble::Trouble;

pub(super) fn run(
    desk: &Desk<'_>,
    tenant: &TenantEntry,
    talk: Talk,
    who: &str,
) -> Result<Exit, Trouble> {
    let id = super::found(desk, tenant, who)?;
    let detail = desk.within::<ReadUsers, _>(tenant, |tx| people::detail(tx, id))?;
    let person = &detail.person;
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let fields = [
        ("Id", person.id.to_string()),
        ("Name", person.name.to_string()),
        ("Email", person.email.to_string()),
        ("Role", detail.role_name.clone()),
        ("Status", person.status.to_string()),
        ("Department", text(&person.department)),
        ("Location", text(&person.location)),
        ("Phone", text(&person.phone)),
        ("Added", moment(person.created_at)),
        ("Invited by", text(&detail.inviter)),
        ("Last sign-in", moment_or_never(person.last_sign_in_at)),
        ("Open sessions", detail.sessions.to_string()),
    ];
    let json = json!({
        "id": person.id.to_string(),
        "email": person.email.as_str(),
        "name": person.name.as_str(),
        "role": person.role.to_string(),
        "status": person.status.as_str(),
        "last_login_at": person.last_sign_in_at,
        "created_at": person.created_at,
        "profile": {
            "department": person.department,
            "location": person.location,
            "phone": person.phone,
        },
    });
    talk.card(&fields, &json)
}

/// A person of a list.
pub(super) fn row(person: &ListedUser) -> Json {
    json!({
        "id": person.id.to_string(),
        "email": person.email.as_str(),
        "name": person.name.as_str(),
        "role": person.role.to_string(),
        "status": person.status.as_str(),
        "last_login_at": person.last_sign_in_at,
        "created_at": person.created_at,
        "profile": {
            "department": person.department,
            "location": person.location,
            "phone": person.phone,
        },
    })
}
