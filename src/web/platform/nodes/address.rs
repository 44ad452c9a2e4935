//! The sheet that says where a server is from now on.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Path;
use askama::Template;
use domain::FieldErrors;
use domain::staff::ManageNodes;
use serde::Deserialize;
use services::VerbError;
use services::nodes::{self, Node};

use super::deeds::read_one;
use super::typed::{AGAIN, without_password};
use super::{page_of, place};
use crate::flash;
use crate::platform::Platform;
use crate::problem::Problem;
use crate::web::answer;
use crate::web::forms::Form;
use crate::web::platform::shell::StaffShell;
use crate::web::shell::Toast;

/// The form.
#[derive(Default, Deserialize)]
pub struct Typed {
    #[serde(default)]
    address: String,
}

impl std::fmt::Debug for Typed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the address of a server")
    }
}

#[derive(Template)]
#[template(path = "platform/nodes/address.html")]
struct Page {
    name: String,
    place: String,
    typed: Typed,
    again: &'static str,
    errors: FieldErrors,
    shell: StaffShell,
}

/// `GET /nodes/{node}/address`
///
/// # Errors
/// 404, 409 for the one with the catalogue, or what keeps the server from being read.
pub async fn ask(
    platform: Platform<ManageNodes>,
    name: Path<String>,
) -> Result<HttpResponse, Problem> {
    let (node, shell) = read_one(&platform, &name).await?;
    sheet(shell, &node, Typed::default(), FieldErrors::new())
}

/// `POST /nodes/{node}/address`
///
/// # Errors
/// 404, 409 for the one with the catalogue, or no database.
pub async fn change(
    platform: Platform<ManageNodes>,
    name: Path<String>,
    form: Form<Typed>,
) -> Result<HttpResponse, Problem> {
    let Form { typed, mut errors } = form;
    // Who asks is proven before an address is called.
    let (node, shell) = read_one(&platform, &name).await?;
    let owner_url = errors.check("address", nodes::address(&typed.address));
    if let (Some(owner_url), false, true) = (owner_url, node.is_home(), errors.is_empty()) {
        match readdress(&platform, &node, owner_url).await {
            Ok(node) => {
                let said = Toast::done(format!("{} is at another address", node.name));
                flash::leave(
                    platform.http(),
                    said.text("Every process goes there within half a minute."),
                );
                return Ok(answer::see_other(&page_of(node.name)));
            }
            Err(VerbError::Invalid(wrong)) => errors = wrong,
            Err(error) => return Err(platform.problem(error)),
        }
    }
    sheet(shell, &node, typed, errors)
}

async fn readdress(
    platform: &Platform<ManageNodes>,
    node: &Node,
    owner_url: String,
) -> Result<Node, VerbError> {
    let (store, url, id) = (platform.app().store.clone(), owner_url.clone(), node.id);
    platform
        .app()
        .platform_gate
        .through(move || nodes::try_address(&store, &url, Some(id)))
        .await?;
    let name = node.name.to_string();
    platform
        .attempt(move |tx| nodes::readdress(tx, &name, &owner_url))
        .await
}

fn sheet(
    shell: StaffShell,
    node: &Node,
    typed: Typed,
    errors: FieldErrors,
) -> Result<HttpResponse, Problem> {
    if node.is_home() {
        return Err(Problem::conflict(nodes::HOME_ADDRESS));
    }
    let status = if errors.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    let page = Page {
        name: node.name.to_string(),
        place: place(node),
        again: if typed.address.is_empty() { "" } else { AGAIN },
        typed: Typed {
            address: without_password(&typed.address),
        },
        errors,
        shell: shell.titled(format!("Address of {}", node.name)),
    };
    answer::with_status(status, &page)
}
