//! What is done to a server at once, without a sheet that asks.

use actix_web::HttpResponse;
use actix_web::web::Path;
use domain::staff::ManageNodes;
use services::nodes::{self, Node};
use services::{StaffTx, VerbError};

use super::page_of;
use crate::flash;
use crate::platform::Platform;
use crate::problem::Problem;
use crate::web::answer;
use crate::web::forms::Form;
use crate::web::platform::shell::{StaffPlace, StaffShell};
use crate::web::platform::tenants::steps::Nothing;
use crate::web::shell::Toast;

/// `POST /nodes/{node}/test`
///
/// # Errors
/// 404, or no database.
pub async fn test(
    platform: Platform<ManageNodes>,
    name: Path<String>,
    _: Form<Nothing>,
) -> Result<HttpResponse, Problem> {
    deed(&platform, name, nodes::look_now, |node| {
        let look = node.look.as_ref();
        match look.and_then(|look| look.trouble.clone()) {
            Some(trouble) => Toast::failed(format!("{} cannot be used now", node.name), trouble),
            None => Toast::done(format!("{} answers", node.name)),
        }
    })
    .await
}

/// `POST /nodes/{node}/preparation`
///
/// # Errors
/// 404, 409 for one that is ready, or no database.
pub async fn prepare(
    platform: Platform<ManageNodes>,
    name: Path<String>,
    _: Form<Nothing>,
) -> Result<HttpResponse, Problem> {
    deed(&platform, name, nodes::try_again, |_| {
        Toast::done("It is tried again")
    })
    .await
}

/// `POST /nodes/{node}/cordon`
///
/// # Errors
/// 404, 409 for one that is not ready, or no database.
pub async fn cordon(
    platform: Platform<ManageNodes>,
    name: Path<String>,
    _: Form<Nothing>,
) -> Result<HttpResponse, Problem> {
    deed(&platform, name, nodes::cordon, |node| {
        Toast::done(format!("{} takes no more databases", node.name))
            .text("Whoever lives there stays.")
    })
    .await
}

/// `POST /nodes/{node}/opening`
///
/// # Errors
/// 404, 409 for one that is not ready, or no database.
pub async fn open(
    platform: Platform<ManageNodes>,
    name: Path<String>,
    _: Form<Nothing>,
) -> Result<HttpResponse, Problem> {
    deed(&platform, name, nodes::open, |node| {
        Toast::done(format!("{} takes databases again", node.name))
    })
    .await
}

/// Does it, and leads to the server with a message.
pub(super) async fn deed(
    platform: &Platform<ManageNodes>,
    name: Path<String>,
    deed: fn(&mut StaffTx<'_, ManageNodes>, &str) -> Result<Node, VerbError>,
    said: impl FnOnce(&Node) -> Toast,
) -> Result<HttpResponse, Problem> {
    let name = name.into_inner();
    let node = platform.run(move |tx| deed(tx, &name)).await?;
    flash::leave(platform.http(), said(&node));
    Ok(answer::see_other(&page_of(node.name)))
}

/// One server for a sheet.
pub(super) async fn read_one(
    platform: &Platform<ManageNodes>,
    name: &str,
) -> Result<(Node, StaffShell), Problem> {
    let name = name.to_owned();
    platform
        .page(StaffPlace::Nodes, move |tx| nodes::find(tx, &name))
        .await
}
