//! A new password for the application's login on a server, which is shown once.

use actix_web::HttpResponse;
use actix_web::web::Path;
use domain::staff::ManageNodes;
use services::{boot, nodes};

use super::deeds::read_one;
use super::page_of;
use crate::flash;
use crate::platform::Platform;
use crate::problem::Problem;
use crate::web::answer;
use crate::web::forms::Form;
use crate::web::platform::tenants::ask::Ask;
use crate::web::platform::tenants::steps::Nothing;

/// `GET /nodes/{node}/password`
///
/// # Errors
/// 404, 409 for the one with the catalogue, or what keeps the server from being read.
pub async fn ask(
    platform: Platform<ManageNodes>,
    name: Path<String>,
) -> Result<HttpResponse, Problem> {
    let (node, shell) = read_one(&platform, &name).await?;
    if node.is_home() {
        return Err(Problem::conflict(nodes::HOME_PASSWORD));
    }
    let back = page_of(&node.name);
    let title = format!("A new password on {}?", node.name);
    let ask = Ask::new(
        shell,
        title,
        format!("{back}/password"),
        "Give a new password",
    );
    let ask = Ask {
        hint: format!(
            "For {}, the login by which your application connects there.",
            boot::VENDOR_LOGIN
        ),
        icon: "key",
        back,
        whole: true,
        points: vec![
            "It is shown once, on the next page, and kept nowhere.".to_owned(),
            "The one before opens nothing new from then on. Connections that are open stay open."
                .to_owned(),
        ],
        ..ask
    };
    ask.answer()
}

/// `POST /nodes/{node}/password`
///
/// # Errors
/// 404, 409 where it cannot be set, or no database.
pub async fn renew(
    platform: Platform<ManageNodes>,
    name: Path<String>,
    _: Form<Nothing>,
) -> Result<HttpResponse, Problem> {
    let name = name.into_inner();
    let (node, word) = platform
        .run(move |tx| nodes::renew_password(tx, &name))
        .await?;
    flash::leave_secret(platform.http(), &node.id.to_string(), &word);
    Ok(answer::see_other(&page_of(node.name)))
}
