//! The doors of roles: the matrix, and making, changing and removing custom ones.

mod form;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Path;
use askama::Template;
use domain::permission::{ManageRoles, ReadRoles};
use domain::{FieldErrors, Permission, Permissions, RoleId};
use services::VerbError;
use services::roles::{self, Matrix, RoleInfo};

use crate::flash;
use crate::problem::Problem;
use crate::tenant::Tenant;
use crate::web::answer;
use crate::web::format::plural;
use crate::web::forms::Form;
use crate::web::shell::{Place, Shell, Toast};
use form::{Page, Typed};

#[derive(Template)]
#[template(path = "roles/matrix.html")]
struct MatrixPage {
    shell: Shell,
    matrix: Matrix,
}

#[derive(Template)]
#[template(path = "roles/removal.html")]
struct Removal {
    shell: Shell,
    errors: FieldErrors,
    id: RoleId,
    name: String,
    holders: Vec<(String, String)>,
}

/// `GET /roles`
///
/// # Errors
/// Not signed in, not allowed, or no database.
pub async fn matrix(tenant: Tenant<ReadRoles>) -> Result<HttpResponse, Problem> {
    let (matrix, shell) = tenant.page(Place::Roles, roles::matrix).await?;
    answer::page(&MatrixPage { shell, matrix })
}

/// `GET /roles/new`
///
/// # Errors
/// Not signed in, not allowed, or no database.
pub async fn new(tenant: Tenant<ManageRoles>) -> Result<HttpResponse, Problem> {
    let ((), shell) = tenant.page(Place::Roles, |_| Ok(())).await?;
    Page::blank(shell, Typed::default()).answer(StatusCode::OK)
}

/// `POST /roles`
///
/// # Errors
/// Not signed in, not allowed, or no database.
pub async fn create(
    tenant: Tenant<ManageRoles>,
    form: Form<Typed>,
) -> Result<HttpResponse, Problem> {
    let Form { typed, errors } = form;
    let made = match typed.text(errors) {
        Ok(text) => tenant.attempt(move |tx| roles::create(tx, &text)).await,
        Err(errors) => Err(VerbError::Invalid(errors)),
    };
    match made {
        Ok(id) => {
            flash::leave(
                tenant.http(),
                Toast::done(format!("The role “{}” is made", typed.name())),
            );
            Ok(answer::see_other(&format!("/roles/{id}")))
        }
        Err(VerbError::Invalid(errors)) => {
            let ((), shell) = tenant.page(Place::Roles, |_| Ok(())).await?;
            let page = Page {
                errors,
                ..Page::blank(shell, typed)
            };
            page.answer(StatusCode::UNPROCESSABLE_ENTITY)
        }
        Err(error) => Err(tenant.problem(error)),
    }
}

/// `GET /roles/{id}`
///
/// # Errors
/// 404, not allowed, or no database.
pub async fn show(tenant: Tenant<ReadRoles>, id: Path<String>) -> Result<HttpResponse, Problem> {
    let id = role(&id)?;
    let (found, shell) = tenant
        .page(Place::Roles, move |tx| roles::read(tx, id))
        .await?;
    Page::of(shell, found).answer(StatusCode::OK)
}

/// `POST /roles/{id}`
///
/// # Errors
/// 404, a rule, or no database.
pub async fn change(
    tenant: Tenant<ManageRoles>,
    id: Path<String>,
    form: Form<Typed>,
) -> Result<HttpResponse, Problem> {
    let id = role(&id)?;
    let Form { typed, errors } = form;
    let saved = match typed.text(errors) {
        Ok(text) => {
            let version = typed.version();
            tenant
                .attempt(move |tx| roles::change(tx, id, version, &text))
                .await
        }
        Err(errors) => Err(VerbError::Invalid(errors)),
    };
    let (errors, status) = match saved {
        Ok(()) => {
            flash::leave(
                tenant.http(),
                Toast::done("Saved").text("It holds from the next click of whoever has the role."),
            );
            return Ok(answer::see_other(&format!("/roles/{id}")));
        }
        Err(VerbError::Invalid(errors)) => (errors, StatusCode::UNPROCESSABLE_ENTITY),
        Err(VerbError::Stale) => (FieldErrors::new(), StatusCode::CONFLICT),
        Err(error) => return Err(tenant.problem(error)),
    };
    let (found, shell) = tenant
        .page(Place::Roles, move |tx| roles::read(tx, id))
        .await?;
    let page = Page::of(shell, found).typed_over(typed, status == StatusCode::CONFLICT);
    Page { errors, ..page }.answer(status)
}

/// `GET /roles/{id}/removal`
///
/// # Errors
/// 404, not allowed, or no database.
pub async fn ask_removal(
    tenant: Tenant<ManageRoles>,
    id: Path<String>,
) -> Result<HttpResponse, Problem> {
    removal(&tenant, role(&id)?, FieldErrors::new(), StatusCode::OK).await
}

/// `POST /roles/{id}/removal`
///
/// # Errors
/// 404, a rule, or no database.
pub async fn remove(
    tenant: Tenant<ManageRoles>,
    id: Path<String>,
    _: Form<crate::web::users::deeds::Nothing>,
) -> Result<HttpResponse, Problem> {
    let id = role(&id)?;
    match tenant.attempt(move |tx| roles::remove(tx, id)).await {
        Ok(name) => {
            flash::leave(
                tenant.http(),
                Toast::done(format!("The role “{name}” is removed")),
            );
            Ok(answer::see_other("/roles"))
        }
        Err(VerbError::Conflict(why)) => {
            let errors = FieldErrors::one("", why);
            removal(&tenant, id, errors, StatusCode::CONFLICT).await
        }
        Err(error) => Err(tenant.problem(error)),
    }
}

impl MatrixPage {
    fn all(&self) -> &'static [Permission] {
        Permission::ALL
    }

    fn roles(&self) -> Vec<&RoleInfo> {
        self.matrix.book.iter().collect()
    }

    fn holders(&self, info: &RoleInfo) -> String {
        let count = self.matrix.holders_of(info.role);
        format!(
            "{} {}",
            self.shell.format.count(count),
            plural(count, "person", "people")
        )
    }

    fn custom(&self) -> usize {
        self.matrix
            .book
            .iter()
            .filter(|info| info.version.is_some())
            .count()
    }
}

async fn removal(
    tenant: &Tenant<ManageRoles>,
    id: RoleId,
    errors: FieldErrors,
    status: StatusCode,
) -> Result<HttpResponse, Problem> {
    let ((role, holders), shell) = tenant
        .page(Place::Roles, move |tx| roles::read(tx, id))
        .await?;
    let holders = holders
        .into_iter()
        .map(|(id, name)| (format!("/users/{id}"), name))
        .collect();
    let shell = shell.titled(format!("Remove {}", role.name));
    let page = Removal {
        shell,
        errors,
        id,
        name: role.name,
        holders,
    };
    answer::with_status(status, &page)
}

fn role(text: &str) -> Result<RoleId, Problem> {
    text.parse().map_err(|_| Problem::not_found())
}

/// Whether whoever reads may have this in a role that they make.
fn may_give(mine: &Permissions, permission: Permission) -> bool {
    mine.allow(permission)
}
