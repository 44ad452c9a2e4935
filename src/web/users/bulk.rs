//! The doors of what is done to many people: those who are ticked, or all that match. Each asks first,
//! and says how many.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Path;
use chrono::DateTime;
use domain::permission::ManageUsers;
use domain::{FieldErrors, Role, UserId, text};
use serde::Deserialize;
use services::VerbError;
use services::users::bulk::{self, Selection};
use services::users::deed::{Deed, Outcome};
use services::users::list;

use super::confirm::Confirm;
use super::deeds::MAX_REASON;
use super::invite::choices;
use super::query::ListQuery;
use crate::flash;
use crate::problem::Problem;
use crate::tenant::Tenant;
use crate::web::answer;
use crate::web::format::plural;
use crate::web::forms::Form;
use crate::web::shell::{Place, Toast};

/// What is done, as its address says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Role,
    Suspension,
    Restoration,
    Removal,
    Invitation,
}

/// The bar's form, and then the sheet's.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Typed {
    #[serde(default)]
    id: Vec<String>,
    #[serde(default)]
    query: String,
    #[serde(default)]
    all: String,
    #[serde(default)]
    count: String,
    #[serde(default)]
    sure: String,
    #[serde(default)]
    role: String,
    #[serde(default)]
    reason: String,
}

/// `POST /users/bulk/{deed}`: first the sheet that asks, then the deed.
///
/// # Errors
/// 404 for no deed of ours, a rule, no seats, or no database.
pub async fn submit(
    tenant: Tenant<ManageUsers>,
    kind: Path<String>,
    form: Form<Typed>,
) -> Result<HttpResponse, Problem> {
    let kind = Kind::of(&kind)?;
    let Form { typed, mut errors } = form;
    let selection = typed.selection()?;
    if typed.sure.is_empty() {
        return ask(&tenant, kind, typed, errors, StatusCode::OK).await;
    }
    let reason = errors
        .check("reason", text::optional_line(&typed.reason, MAX_REASON))
        .flatten();
    let role = typed.role.parse::<Role>().ok();
    if kind == Kind::Role && role.is_none() {
        errors.add("role", "Choose a role from the list.");
    }
    if !errors.is_empty() {
        return ask(
            &tenant,
            kind,
            typed,
            errors,
            StatusCode::UNPROCESSABLE_ENTITY,
        )
        .await;
    }
    let reason = reason.unwrap_or_default();
    let acted = tenant
        .attempt(move |tx| {
            let deed = match (kind, role) {
                (Kind::Role, Some(role)) => Deed::GiveRole(role),
                (Kind::Role, None) => return Err(services::StoreError::NotFound.into()),
                (Kind::Suspension, _) => Deed::Suspend { reason: &reason },
                (Kind::Restoration, _) => Deed::Restore,
                (Kind::Removal, _) => Deed::Remove,
                (Kind::Invitation, _) => Deed::Resend,
            };
            bulk::act(tx, &selection, deed)
        })
        .await;
    match acted {
        Ok(outcome) => {
            flash::leave(tenant.http(), kind.told(&outcome, &tenant));
            Ok(answer::see_other(
                &ListQuery::parse(&typed.query).address().href(),
            ))
        }
        Err(VerbError::Stale) => ask(&tenant, kind, typed, errors, StatusCode::CONFLICT).await,
        Err(error) => Err(tenant.problem(error)),
    }
}

/// `POST /users/removals/{moment}/undo`: brings back all who were removed by one deed.
///
/// # Errors
/// 404, a rule, no seats, or no database.
pub async fn undo(
    tenant: Tenant<ManageUsers>,
    moment: Path<i64>,
    _: Form<super::deeds::Nothing>,
) -> Result<HttpResponse, Problem> {
    let at = DateTime::from_timestamp_micros(*moment).ok_or_else(Problem::not_found)?;
    let outcome = tenant.run(move |tx| bulk::undo_removal(tx, at)).await?;
    flash::leave(tenant.http(), told(&outcome, "back", ""));
    Ok(answer::see_other("/users"))
}

impl Typed {
    fn selection(&self) -> Result<Selection, Problem> {
        if self.all == "1" {
            let filter = ListQuery::parse(&self.query).filter;
            return Ok(Selection::Matching(filter, self.count.parse().ok()));
        }
        let people: Result<Vec<UserId>, _> = self.id.iter().map(|id| id.parse()).collect();
        let people = people.map_err(|_| Problem::not_found())?;
        if people.is_empty() {
            return Err(Problem::bad_request("Tick at least one person first."));
        }
        Ok(Selection::Ticked(people))
    }
}

impl Kind {
    fn of(word: &str) -> Result<Self, Problem> {
        Ok(match word {
            "role" => Self::Role,
            "suspension" => Self::Suspension,
            "restoration" => Self::Restoration,
            "removal" => Self::Removal,
            "invitation" => Self::Invitation,
            _ => return Err(Problem::not_found()),
        })
    }

    const fn word(self) -> &'static str {
        match self {
            Self::Role => "role",
            Self::Suspension => "suspension",
            Self::Restoration => "restoration",
            Self::Removal => "removal",
            Self::Invitation => "invitation",
        }
    }

    /// Title, hint, icon, tone and button of the sheet.
    fn asked(
        self,
        people: &str,
    ) -> (
        String,
        &'static str,
        &'static str,
        &'static str,
        &'static str,
    ) {
        match self {
            Self::Role => (
                format!("Change the role of {people}"),
                "Their open sessions end, and the new role holds when they sign in again.",
                "shield",
                "",
                "Change role",
            ),
            Self::Suspension => (
                format!("Suspend {people}?"),
                "They are signed out at once and cannot sign in. They keep their seats.",
                "block",
                "bad",
                "Suspend",
            ),
            Self::Restoration => (
                format!("Restore {people}?"),
                "Those who are suspended or inactive can sign in again.",
                "check",
                "",
                "Restore",
            ),
            Self::Removal => (
                format!("Remove {people}?"),
                "They are signed out at once and leave the list; their seats are free. You can undo it.",
                "bin",
                "bad",
                "Remove",
            ),
            Self::Invitation => (
                format!("Send the invitation again to {people}?"),
                "Each gets a new link; earlier ones stop working.",
                "mail",
                "",
                "Send invitations",
            ),
        }
    }

    fn told(self, outcome: &Outcome, tenant: &Tenant<ManageUsers>) -> Toast {
        match self {
            Self::Role => told(outcome, "of another role now", ""),
            Self::Suspension => told(outcome, "suspended", "Their open sessions have ended."),
            Self::Restoration => told(outcome, "active again", ""),
            Self::Invitation => told(
                outcome,
                "invited again",
                "Earlier links do not work any more.",
            ),
            Self::Removal => {
                let said = told(outcome, "removed", "");
                let at = tenant.request().now.timestamp_micros();
                if outcome.done.is_empty() {
                    said
                } else {
                    said.undo(format!("/users/removals/{at}/undo"))
                }
            }
        }
    }
}

/// How many it was done to, and why not to the others.
fn told(outcome: &Outcome, state: &str, text: &str) -> Toast {
    let count = outcome.done.len();
    let noun = plural(
        count.try_into().unwrap_or(i64::MAX),
        "person is",
        "people are",
    );
    let reasons = outcome.left.iter().map(|(why, names)| {
        let sentence = why.trim_end_matches('.');
        match names.as_slice() {
            [one] if !one.is_empty() => format!("{one}: {sentence}."),
            many => format!("{} left as they are: {sentence}.", many.len()),
        }
    });
    let said: Vec<String> = (!text.is_empty() && count > 0)
        .then(|| text.to_owned())
        .into_iter()
        .chain(reasons)
        .collect();
    let title = format!("{count} {noun} {state}");
    if count == 0 {
        Toast::failed("Nobody was changed", said.join(" "))
    } else {
        Toast::done(title).text(said.join(" "))
    }
}

/// The sheet: how many people it is about now.
async fn ask(
    tenant: &Tenant<ManageUsers>,
    kind: Kind,
    typed: Typed,
    errors: FieldErrors,
    status: StatusCode,
) -> Result<HttpResponse, Problem> {
    let selection = typed.selection()?;
    let ((size, givable), shell) = tenant
        .page(Place::Users, move |tx| {
            Ok((bulk::size(tx, &selection)?, list::my_givable(tx)?))
        })
        .await?;
    let people = format!(
        "{} {}",
        shell.format.count(size),
        plural(size, "person", "people")
    );
    let (title, hint, icon, tone, label) = kind.asked(&people);
    let notice = if status == StatusCode::CONFLICT {
        format!("The list has changed meanwhile: it is about {people} now. Nothing was done yet.")
    } else {
        String::new()
    };
    let mut hidden = vec![("sure", "1".to_owned()), ("query", typed.query.clone())];
    if typed.all == "1" {
        hidden.extend([("all", "1".to_owned()), ("count", size.to_string())]);
    } else {
        hidden.extend(typed.id.into_iter().map(|id| ("id", id)));
    }
    let sheet = Confirm {
        shell: shell.titled(label),
        errors,
        title,
        hint: hint.to_owned(),
        icon,
        tone,
        notice,
        action: format!("/users/bulk/{}", kind.word()),
        back: ListQuery::parse(&typed.query).address().href(),
        hidden,
        reason: (kind == Kind::Suspension).then_some(typed.reason),
        roles: if kind == Kind::Role {
            choices(givable)
        } else {
            Vec::new()
        },
        role: if typed.role.is_empty() {
            "member".to_owned()
        } else {
            typed.role
        },
        label,
    };
    sheet.answer(status)
}
