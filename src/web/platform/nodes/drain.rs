//! The sheet that asks before a server is emptied: who moves, and where to.

use actix_web::HttpResponse;
use actix_web::web::Path;
use domain::staff::ManageNodes;
use services::nodes::{self, Node, Whole};

use super::deeds::deed;
use super::page_of;
use crate::platform::Platform;
use crate::problem::Problem;
use crate::web::format::{Format, plural};
use crate::web::forms::Form;
use crate::web::platform::shell::StaffPlace;
use crate::web::platform::tenants::ask::Ask;
use crate::web::platform::tenants::steps::Nothing;
use crate::web::shell::Toast;

/// `GET /nodes/{node}/drain`
///
/// # Errors
/// 404, or what keeps the server from being read.
pub async fn ask(
    platform: Platform<ManageNodes>,
    name: Path<String>,
) -> Result<HttpResponse, Problem> {
    let name = name.into_inner();
    let (whole, shell) = platform
        .page(StaffPlace::Nodes, move |tx| Ok(nodes::whole(tx, &name)?))
        .await?;
    let back = page_of(&whole.node.name);
    let title = format!("Empty {}?", whole.node.name);
    let points = points(&whole, &shell.format);
    let ask = Ask::new(shell, title, format!("{back}/drain"), "Empty it");
    let ask = Ask {
        hint:
            "Everybody who has a database there is moved to another server. People go on working."
                .to_owned(),
        icon: "out",
        back,
        notice: if whole.others.is_empty() {
            "No other server takes databases. Add or open one first.".to_owned()
        } else {
            String::new()
        },
        points,
        ..ask
    };
    ask.answer()
}

/// `POST /nodes/{node}/drain`
///
/// # Errors
/// 404, 409 where no other server takes databases, or no database.
pub async fn begin(
    platform: Platform<ManageNodes>,
    name: Path<String>,
    _: Form<Nothing>,
) -> Result<HttpResponse, Problem> {
    deed(&platform, name, nodes::empty, |node| {
        Toast::done(format!("{} is being emptied", node.name))
    })
    .await
}

fn points(whole: &Whole, format: &Format) -> Vec<String> {
    let mut points = vec![match whole.all {
        0 => "Nobody has a database there now.".to_owned(),
        1 => "One tenant moves. At the end its requests wait for a moment.".to_owned(),
        all => format!(
            "{} tenants move, two at a time. At the end of each move that tenant's requests wait for a moment.",
            format.count(all)
        ),
    }];
    points.extend(whole.others.iter().map(|node| target(node, format)));
    if whole.copies > 0 {
        points.push(format!(
            "{} old {} until {} over.",
            format.count(whole.copies),
            plural(whole.copies, "copy of a move stays", "copies of moves stay"),
            plural(whole.copies, "its days are", "their days are")
        ));
    }
    points.push(
        "Nobody else is led there from now on. It stays closed to newcomers when it is empty, until you open or remove it."
            .to_owned(),
    );
    points
}

/// Where one may go.
fn target(node: &Node, format: &Format) -> String {
    let room = match node.left() {
        Some(left) => format!("room for {} more", format.count(left)),
        None => "room for as many as come".to_owned(),
    };
    let place = node.address.as_deref().unwrap_or("with the catalogue");
    format!("{} ({place}) has {room}.", node.name)
}
