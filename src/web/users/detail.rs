//! The page of one person: what is written about them, and what happened to them.

use actix_web::HttpResponse;
use actix_web::web::Path;
use askama::Template;
use domain::permission::{ReadAudit, ReadUsers};
use domain::{PageRequest, Permission, UserStatus};
use services::StoreError;
use services::audit::log;
use services::users::list::{self, Detail};

use super::deeds::person;
use crate::problem::Problem;
use crate::tenant::Tenant;
use crate::web::answer;
use crate::web::audit::line::Line;
use crate::web::list::{Address, Tab};
use crate::web::shell::{Place, Shell};

/// How many entries of the log the page shows.
const SHOWN: u32 = 25;

#[derive(Template)]
#[template(path = "users/detail.html")]
struct Page {
    shell: Shell,
    detail: Detail,
    base: String,
    tabs: Vec<Tab>,
    activity: bool,
    entries: Vec<Line>,
    all_entries: String,
}

/// `GET /users/{id}`
///
/// # Errors
/// 404, or what keeps the person from being read.
pub async fn profile(tenant: Tenant<ReadUsers>, id: Path<String>) -> Result<HttpResponse, Problem> {
    let id = person(&id)?;
    let (detail, shell) = tenant
        .page(Place::Users, move |tx| list::detail(tx, id))
        .await?;
    show(shell, detail, None)
}

/// `GET /users/{id}/activity`: the log's entries about a person, for who may read both.
///
/// # Errors
/// 404, or what keeps the person or the log from being read.
pub async fn activity(
    tenant: Tenant<ReadAudit>,
    id: Path<String>,
) -> Result<HttpResponse, Problem> {
    let id = person(&id)?;
    let ((detail, entries), shell) = tenant
        .page(Place::Users, move |tx| {
            if !tx.may(Permission::ReadUsers) {
                return Err(StoreError::Forbidden(Permission::ReadUsers).into());
            }
            let page = PageRequest::new(1, SHOWN).unwrap_or_default();
            Ok((list::detail(tx, id)?, log::about(tx, id.uuid(), page)?))
        })
        .await?;
    show(shell, detail, Some(entries))
}

fn show(
    shell: Shell,
    detail: Detail,
    entries: Option<Vec<log::Entry>>,
) -> Result<HttpResponse, Problem> {
    let id = detail.person.id;
    let base = format!("/users/{id}");
    let activity = entries.is_some();
    let entries = entries
        .iter()
        .flatten()
        .map(|entry| Line::new(entry, &shell.format, &Address::new("/audit", [("", "")])))
        .collect();
    let tab = |label: &str, href: String, current| Tab {
        label: label.to_owned(),
        href,
        count: String::new(),
        current,
    };
    let mut tabs = vec![tab("Profile", base.clone(), !activity)];
    if shell.may(Permission::ReadAudit) {
        tabs.push(tab("Activity", format!("{base}/activity"), activity));
    }
    answer::page(&Page {
        shell: shell.titled(detail.person.name.to_string()),
        all_entries: format!("/audit?target={id}"),
        base,
        tabs,
        activity,
        entries,
        detail,
    })
}

impl Page {
    fn text<'a>(&self, value: &'a Option<String>) -> &'a str {
        value.as_deref().unwrap_or("Not given")
    }

    fn status(&self) -> &'static str {
        label(self.detail.person.status)
    }

    fn tone(&self) -> &'static str {
        tone(self.detail.person.status)
    }

    fn last_sign_in(&self) -> String {
        self.shell
            .format
            .relative_or_never(self.detail.person.last_sign_in_at)
    }

    fn since(&self) -> String {
        self.shell.format.date(self.detail.person.created_at)
    }

    fn sessions(&self) -> String {
        self.shell.format.count(self.detail.sessions)
    }

    fn notices(&self) -> &'static str {
        match (
            self.detail.person.notify_email,
            self.detail.person.notify_in_app,
        ) {
            (true, true) => "By mail and in the portal",
            (true, false) => "By mail",
            (false, true) => "In the portal",
            (false, false) => "None",
        }
    }
}

/// A status in words.
pub(super) const fn label(status: UserStatus) -> &'static str {
    match status {
        UserStatus::Invited => "Invited",
        UserStatus::Active => "Active",
        UserStatus::Suspended => "Suspended",
        UserStatus::Inactive => "Inactive",
        UserStatus::Removed => "Removed",
    }
}

/// How a status sounds.
pub(super) const fn tone(status: UserStatus) -> &'static str {
    match status {
        UserStatus::Active => "ok",
        UserStatus::Invited => "info",
        UserStatus::Suspended => "bad",
        UserStatus::Inactive | UserStatus::Removed => "",
    }
}
