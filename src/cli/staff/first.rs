//! How staff begins: the first owner by a link that is shown once, others by mail.

use domain::staff::ManageStaff;
use domain::{EmailAddress, FieldErrors, PersonName, StaffRole};
use serde_json::json;
use services::staff::invite::{self, Invitee};

use super::portal;
use crate::cli::Exit;
use crate::cli::desk::Desk;
use crate::cli::talk::{Talk, moment};
use crate::cli::trouble::Trouble;

pub(super) fn create(
    desk: &Desk<'_>,
    talk: Talk,
    email: &str,
    name: Option<&str>,
) -> Result<Exit, Trouble> {
    let (email, name) = person(email, name)?;
    let portal = portal(desk.config);
    let made = desk
        .platform::<ManageStaff, _>(|tx| invite::create_first_owner(tx, &portal, &email, &name))?;
    let until = moment(made.expires_at);
    let json =
        json!({ "id": made.staff.to_string(), "link": made.link, "expires_at": made.expires_at });
    let words = format!(
        "{}\nSet a password there; the link works once, until {until}.",
        made.link
    );
    talk.done(&words, &json)
}

pub(super) fn invite(
    desk: &Desk<'_>,
    talk: Talk,
    email: &str,
    name: Option<&str>,
    role: StaffRole,
) -> Result<Exit, Trouble> {
    let (email, name) = person(email, name)?;
    let portal = portal(desk.config);
    let invitee = Invitee { email, name, role };
    let id = desk.platform::<ManageStaff, _>(|tx| invite::invite(tx, &portal, &invitee))?;
    let words = format!("{} was invited as {}.", invitee.email, role.name());
    talk.done(&words, &json!({ "id": id.to_string() }))
}

fn person(email: &str, name: Option<&str>) -> Result<(EmailAddress, PersonName), Trouble> {
    let mut errors = FieldErrors::new();
    let name = errors.check("name", PersonName::parse(name.unwrap_or(email)));
    let email = errors.check("email", EmailAddress::parse(email));
    match (email, name) {
        (Some(email), Some(name)) => Ok((email, name)),
        _ => Err(errors.into()),
    }
}
