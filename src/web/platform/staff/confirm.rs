//! The sheets that ask before something is done to somebody of the staff.

use askama::Template;
use domain::FieldErrors;
use services::staff::Person;

use super::roles;
use crate::web::choice::Choice;
use crate::web::platform::shell::StaffShell;

/// What a sheet asks before something is done to somebody.
#[derive(Template)]
#[template(path = "platform/staff/confirm.html")]
pub(super) struct Confirm {
    shell: StaffShell,
    errors: FieldErrors,
    title: String,
    hint: &'static str,
    icon: &'static str,
    tone: &'static str,
    action: String,
    reason: Option<String>,
    roles: Vec<Choice>,
    role: String,
    label: &'static str,
}

impl Confirm {
    fn kind(&self) -> &'static str {
        if self.tone == "bad" {
            "danger"
        } else {
            "primary"
        }
    }
}

impl Confirm {
    fn about(deed: &str, shell: StaffShell, person: &Person, verb: &str) -> Self {
        let title = format!("{verb} {}?", person.name);
        Self {
            shell: shell.titled(title.clone()),
            errors: FieldErrors::new(),
            title,
            hint: "",
            icon: "person",
            tone: "",
            action: format!("/staff/{}/{deed}", person.id),
            reason: None,
            roles: Vec::new(),
            role: String::new(),
            label: "",
        }
    }
}

/// Asks for another role.
pub(super) fn role_sheet(shell: StaffShell, person: &Person, errors: FieldErrors) -> Confirm {
    Confirm {
        errors,
        hint: "It counts from their next click, and they sign in anew.",
        icon: "shield",
        roles: roles(),
        role: person.role.to_string(),
        label: "Change role",
        ..Confirm::about("role", shell, person, "Another role for")
    }
}

/// Asks before somebody is suspended, and why.
pub(super) fn suspension_sheet(
    shell: StaffShell,
    person: &Person,
    reason: String,
    errors: FieldErrors,
) -> Confirm {
    Confirm {
        errors,
        hint: "Open sessions end at once, and nobody signs in with this account until it is restored.",
        icon: "block",
        tone: "bad",
        reason: Some(reason),
        label: "Suspend",
        ..Confirm::about("suspension", shell, person, "Suspend")
    }
}

/// Asks before somebody is removed.
pub(super) fn removal_sheet(shell: StaffShell, person: &Person, errors: FieldErrors) -> Confirm {
    Confirm {
        errors,
        hint: "Password, sessions and links go at once. Their name stays in the log.",
        icon: "bin",
        tone: "bad",
        label: "Remove",
        ..Confirm::about("removal", shell, person, "Remove")
    }
}
