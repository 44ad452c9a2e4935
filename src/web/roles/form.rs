//! The form of a custom role: what was typed, and the page that shows it.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;
use domain::{FieldErrors, Permission, UserId};
use serde::Deserialize;
use serde_json::{Value as Json, json};
use services::roles::{self, CustomRole, RoleText};

use super::may_give;
use crate::problem::Problem;
use crate::web::answer;
use crate::web::diff::{Line, diff};
use crate::web::shell::Shell;

/// What was typed.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Typed {
    version: String,
    name: String,
    description: String,
    permissions: Vec<String>,
}

#[derive(Template)]
#[template(path = "roles/form.html")]
pub(super) struct Page {
    pub(super) shell: Shell,
    pub(super) errors: FieldErrors,
    pub(super) typed: Typed,
    /// Where it is sent.
    pub(super) action: String,
    /// The role's name as it is saved; empty for a new one.
    pub(super) saved_name: String,
    pub(super) holders: Vec<(String, String)>,
    /// Whether the reader may change it.
    pub(super) changes: bool,
    pub(super) clash: Vec<Line>,
    pub(super) saved: Json,
}

impl Typed {
    pub(super) fn text(&self, errors: FieldErrors) -> Result<RoleText, FieldErrors> {
        errors.into_result()?;
        roles::text_of(&self.name, &self.description, &self.permissions)
    }

    pub(super) fn name(&self) -> &str {
        self.name.trim()
    }

    pub(super) fn version(&self) -> i32 {
        self.version.parse().unwrap_or(0)
    }

    fn as_fields(&self) -> Json {
        let words: Vec<&str> = Permission::ALL
            .iter()
            .filter(|permission| self.permissions.iter().any(|key| key == permission.key()))
            .map(|permission| permission.words())
            .collect();
        json!({ "name": self.name, "description": self.description, "allows": words.join("; ") })
    }
}

impl Page {
    pub(super) fn blank(shell: Shell, typed: Typed) -> Self {
        Self {
            shell: shell.titled("New role"),
            errors: FieldErrors::new(),
            typed,
            action: "/roles".to_owned(),
            saved_name: String::new(),
            holders: Vec::new(),
            changes: true,
            clash: Vec::new(),
            saved: Json::Null,
        }
    }

    pub(super) fn of(shell: Shell, (role, holders): (CustomRole, Vec<(UserId, String)>)) -> Self {
        let typed = Typed {
            version: role.version.to_string(),
            name: role.name.clone(),
            description: role.description,
            permissions: role.permissions.keys(),
        };
        let holders = holders
            .into_iter()
            .map(|(id, name)| (format!("/users/{id}"), name));
        Self {
            changes: shell.may(Permission::ManageRoles) && shell.may.cover(&role.permissions),
            action: format!("/roles/{}", role.id),
            holders: holders.collect(),
            saved: typed.as_fields(),
            saved_name: role.name.clone(),
            ..Self::blank(shell, typed)
        }
        .titled(role.name)
    }

    /// What was typed instead of what is saved; both where somebody saved meanwhile.
    pub(super) fn typed_over(mut self, mut typed: Typed, clashed: bool) -> Self {
        if clashed {
            self.clash = diff(Some(&self.saved), Some(&typed.as_fields()));
            typed.version.clone_from(&self.typed.version);
        }
        self.typed = typed;
        self
    }

    fn titled(mut self, title: String) -> Self {
        self.shell = self.shell.titled(title);
        self
    }

    pub(super) fn answer(&self, status: StatusCode) -> Result<HttpResponse, Problem> {
        answer::with_status(status, self)
    }

    fn all(&self) -> &'static [Permission] {
        Permission::ALL
    }

    fn has(&self, permission: &Permission) -> bool {
        self.typed
            .permissions
            .iter()
            .any(|key| key == permission.key())
    }

    /// Nobody gives more than they have.
    fn locked(&self, permission: &Permission) -> bool {
        !self.changes || !may_give(&self.shell.may, *permission)
    }
}
