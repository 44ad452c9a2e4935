//! Adding a server: the form, and the look at the server before it is written down.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;
use domain::FieldErrors;
use domain::staff::ManageNodes;
use serde::Deserialize;
use services::VerbError;
use services::nodes::{self, Wish};

use super::page_of;
use super::room;
use super::typed::{AGAIN, without_password};
use crate::platform::Platform;
use crate::problem::Problem;
use crate::web::answer;
use crate::web::forms::Form;
use crate::web::platform::shell::{StaffPlace, StaffShell};

/// The form of a server.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub struct Typed {
    name: String,
    address: String,
    room: String,
}

impl std::fmt::Debug for Typed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut shown = f.debug_struct("Typed");
        shown.field("name", &self.name).finish_non_exhaustive()
    }
}

#[derive(Template)]
#[template(path = "platform/nodes/new.html")]
struct Page {
    typed: Typed,
    again: &'static str,
    errors: FieldErrors,
    shell: StaffShell,
}

/// `GET /nodes/new`
///
/// # Errors
/// 409 where this installation makes no databases, not allowed, or no database.
pub async fn form(platform: Platform<ManageNodes>) -> Result<HttpResponse, Problem> {
    if !platform.app().store.makes_schemas() {
        platform.run(|_| Ok(())).await?;
        return Err(Problem::conflict(nodes::NO_OWNER));
    }
    again(
        &platform,
        Typed::default(),
        FieldErrors::new(),
        StatusCode::OK,
    )
    .await
}

/// `POST /nodes`
///
/// # Errors
/// 409 where this installation makes no databases, not allowed, or no database.
pub async fn submit(
    platform: Platform<ManageNodes>,
    form: Form<Typed>,
) -> Result<HttpResponse, Problem> {
    let Form { typed, mut errors } = form;
    let asked = typed.room.clone();
    let room = errors.check("room", room::read(&asked));
    let wish = Wish::read(&typed.name, &typed.address, room.flatten().map(i64::from));
    if let Err(wrong) = &wish {
        for (field, sentence) in wrong.iter() {
            errors.add(field.to_owned(), sentence);
        }
    }
    if let (Ok(wish), true) = (wish, errors.is_empty()) {
        match add(&platform, wish).await {
            Ok(name) => return Ok(answer::see_other(&page_of(name))),
            Err(VerbError::Invalid(wrong)) => errors = wrong,
            Err(error) => return Err(platform.problem(error)),
        }
    }
    again(&platform, typed, errors, StatusCode::UNPROCESSABLE_ENTITY).await
}

async fn add(platform: &Platform<ManageNodes>, wish: Wish) -> Result<String, VerbError> {
    // Who asks is proven before a stranger's address is called, and that takes too long for a transaction.
    let name = wish.name.clone();
    platform
        .attempt(move |tx| match nodes::find(tx, name.as_str()) {
            Ok(_) => Err(FieldErrors::one("name", "Another server has this name.").into()),
            Err(VerbError::Store(services::StoreError::NotFound)) => Ok(()),
            Err(error) => Err(error),
        })
        .await?;
    let (store, owner_url) = (platform.app().store.clone(), wish.owner_url.clone());
    platform
        .app()
        .platform_gate
        .through(move || nodes::try_address(&store, &owner_url, None))
        .await?;
    platform
        .attempt(move |tx| Ok(nodes::add(tx, &wish)?.name.to_string()))
        .await
}

async fn again(
    platform: &Platform<ManageNodes>,
    typed: Typed,
    errors: FieldErrors,
    status: StatusCode,
) -> Result<HttpResponse, Problem> {
    let ((), shell) = platform.page(StaffPlace::Nodes, |_| Ok(())).await?;
    let page = Page {
        again: if typed.address.is_empty() { "" } else { AGAIN },
        typed: Typed {
            address: without_password(&typed.address),
            ..typed
        },
        errors,
        shell: shell.titled("Add a server"),
    };
    answer::with_status(status, &page)
}
