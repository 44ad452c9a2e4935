//! The page of those who run the platform, and the sheet that invites one more. What is done to one of them
//! is in `deeds`.

mod confirm;
pub mod deeds;
pub mod removal;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;
use domain::staff::{ManageStaff, ReadStaff};
use domain::{EmailAddress, FieldErrors, PersonName, StaffPermission, StaffRole, StaffStatus};
use serde::Deserialize;
use services::VerbError;
use services::staff::{self, Person, invite as verb};

use super::shell::{StaffPlace, StaffShell};
use crate::flash;
use crate::platform::Platform;
use crate::problem::Problem;
use crate::web::answer;
use crate::web::choice::Choice;
use crate::web::forms::Form;
use crate::web::shell::Toast;

#[derive(Template)]
#[template(path = "platform/staff/list.html")]
struct List {
    shell: StaffShell,
    rows: Vec<Row>,
    manages: bool,
}

struct Row {
    id: String,
    name: String,
    email: String,
    role: &'static str,
    status: StaffStatus,
    last: String,
    last_full: String,
    last_machine: String,
    own: bool,
}

impl Row {
    fn of(person: &Person, shell: &StaffShell) -> Self {
        let format = &shell.format;
        let at = person.last_sign_in_at;
        let told = |write: fn(&crate::web::format::Format, _) -> String| {
            at.map(|at| write(format, at)).unwrap_or_default()
        };
        Self {
            id: person.id.to_string(),
            name: person.name.clone(),
            email: person.email.to_string(),
            role: person.role.name(),
            status: person.status,
            last: format.relative_or_never(at),
            last_full: told(|format, at| format.date_time(at)),
            last_machine: told(|format, at| format.machine(at)),
            own: person.id.to_string() == shell.person.id,
        }
    }

    const fn status_label(&self) -> &'static str {
        match self.status {
            StaffStatus::Invited => "Invited",
            StaffStatus::Active => "Active",
            StaffStatus::Suspended => "Suspended",
        }
    }

    const fn status_tone(&self) -> &'static str {
        match self.status {
            StaffStatus::Invited => "info",
            StaffStatus::Active => "ok",
            StaffStatus::Suspended => "bad",
        }
    }
}

/// `GET /staff`
///
/// # Errors
/// The page of whatever went wrong.
pub async fn list(platform: Platform<ReadStaff>) -> Result<HttpResponse, Problem> {
    let (people, shell) = platform
        .page(StaffPlace::Staff, |tx| Ok(staff::list(tx)?))
        .await?;
    let rows: Vec<Row> = people
        .iter()
        .map(|person| Row::of(person, &shell))
        .collect();
    answer::page(&List {
        rows,
        manages: shell.may(StaffPermission::ManageStaff),
        shell,
    })
}

#[derive(Template)]
#[template(path = "platform/staff/invite.html")]
struct InvitePage {
    shell: StaffShell,
    errors: FieldErrors,
    typed: Typed,
    roles: Vec<Choice>,
}

/// Who is to be invited.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Typed {
    #[serde(default)]
    email: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    role: String,
}

/// `GET /staff/invitations/new`
///
/// # Errors
/// The page of whatever went wrong.
pub async fn invite_form(platform: Platform<ManageStaff>) -> Result<HttpResponse, Problem> {
    let typed = Typed {
        role: StaffRole::Operator.to_string(),
        ..Typed::default()
    };
    invite_again(&platform, typed, FieldErrors::new(), StatusCode::OK).await
}

/// `POST /staff/invitations`
///
/// # Errors
/// A rule, or no database.
pub async fn invite(
    platform: Platform<ManageStaff>,
    form: Form<Typed>,
) -> Result<HttpResponse, Problem> {
    let Form { typed, mut errors } = form;
    let email = errors.check("email", EmailAddress::parse(&typed.email));
    let name = errors.check("name", PersonName::parse(&typed.name));
    let role = StaffRole::parse(&typed.role).map_err(|_| "Choose a role of the list.");
    let role = errors.check("role", role);
    let (Some(email), Some(name), Some(role)) = (email, name, role) else {
        return invite_again(&platform, typed, errors, StatusCode::UNPROCESSABLE_ENTITY).await;
    };
    let invitee = verb::Invitee { email, name, role };
    let links = platform.links();
    let invited = platform
        .attempt(move |tx| verb::invite(tx, &links, &invitee))
        .await;
    match invited {
        Ok(_) => {
            let said = Toast::done("Invited").text("The link works for three days.");
            flash::leave(platform.http(), said);
            Ok(answer::see_other("/staff"))
        }
        Err(VerbError::Invalid(errors)) => {
            invite_again(&platform, typed, errors, StatusCode::UNPROCESSABLE_ENTITY).await
        }
        Err(error) => Err(platform.problem(error)),
    }
}

async fn invite_again(
    platform: &Platform<ManageStaff>,
    typed: Typed,
    errors: FieldErrors,
    status: StatusCode,
) -> Result<HttpResponse, Problem> {
    let ((), shell) = platform.page(StaffPlace::Staff, |_| Ok(())).await?;
    let page = InvitePage {
        shell: shell.titled("Invite"),
        errors,
        typed,
        roles: roles(),
    };
    answer::with_status(status, &page)
}

/// The roles to choose from, each with what it is for.
fn roles() -> Vec<Choice> {
    let choice = |role: &StaffRole| {
        let about = match role {
            StaffRole::Owner => "everything, and who else may do what",
            StaffRole::Operator => "runs the tenants and the queue",
            StaffRole::Analyst => "reads, and changes nothing",
        };
        Choice::new(role.as_str(), format!("{}: {about}", role.name()))
    };
    StaffRole::ALL.iter().map(choice).collect()
}
