//! The sheet that asks before a server is forgotten.

use actix_web::HttpResponse;
use actix_web::web::Path;
use domain::staff::ManageNodes;
use services::nodes;

use super::deeds::read_one;
use super::page_of;
use crate::flash;
use crate::platform::Platform;
use crate::problem::Problem;
use crate::web::answer;
use crate::web::forms::Form;
use crate::web::platform::tenants::ask::Ask;
use crate::web::platform::tenants::steps::Nothing;
use crate::web::shell::Toast;

/// `GET /nodes/{node}/removal`
///
/// # Errors
/// 404, 409 for the one with the catalogue, or what keeps the server from being read.
pub async fn ask(
    platform: Platform<ManageNodes>,
    name: Path<String>,
) -> Result<HttpResponse, Problem> {
    let (node, shell) = read_one(&platform, &name).await?;
    if node.is_home() {
        return Err(Problem::conflict(nodes::HOME_STAYS));
    }
    let back = page_of(&node.name);
    let title = format!("Remove {}?", node.name);
    let ask = Ask::new(shell, title, format!("{back}/removal"), "Remove");
    let ask = Ask {
        hint: "No tenant is led there any more, and it is not looked at.".to_owned(),
        icon: "bin",
        tone: "bad",
        back,
        notice: match node.databases {
            0 => String::new(),
            some => format!(
                "There are {} databases on it: it cannot be removed before they are gone.",
                some
            ),
        },
        points: vec![
            "Its address and passwords are forgotten here.".to_owned(),
            "The roles that were made there, whose names begin with tnt_, are dropped if it answers. Else they stay on it."
                .to_owned(),
        ],
        ..ask
    };
    ask.answer()
}

/// `POST /nodes/{node}/removal`
///
/// # Errors
/// 404, 409 while there is anything on it, or no database.
pub async fn remove(
    platform: Platform<ManageNodes>,
    name: Path<String>,
    _: Form<Nothing>,
) -> Result<HttpResponse, Problem> {
    let name = name.into_inner();
    let node = platform.run(move |tx| nodes::remove(tx, &name)).await?;
    let said = Toast::done(format!("{} is removed", node.name));
    flash::leave(platform.http(), said);
    Ok(answer::see_other("/nodes"))
}
