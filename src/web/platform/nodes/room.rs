//! The sheet that says how many databases a server may hold.

use actix_web::HttpResponse;
use actix_web::web::Path;
use domain::FieldErrors;
use domain::staff::ManageNodes;
use serde::Deserialize;
use services::VerbError;
use services::nodes::{self, Node};

use super::deeds::read_one;
use super::page_of;
use crate::flash;
use crate::platform::Platform;
use crate::problem::Problem;
use crate::web::answer;
use crate::web::forms::Form;
use crate::web::platform::shell::StaffShell;
use crate::web::platform::tenants::ask::{Ask, Input, InputKind};
use crate::web::shell::Toast;

/// The form.
#[derive(Debug, Deserialize)]
pub struct Room {
    #[serde(default)]
    room: String,
}

/// `GET /nodes/{node}/room`
///
/// # Errors
/// 404, or what keeps the server from being read.
pub async fn ask(
    platform: Platform<ManageNodes>,
    name: Path<String>,
) -> Result<HttpResponse, Problem> {
    let (node, shell) = read_one(&platform, &name).await?;
    let room = node.room.map(|room| room.to_string()).unwrap_or_default();
    sheet(shell, &node, room, FieldErrors::new())
}

/// `POST /nodes/{node}/room`
///
/// # Errors
/// 404, or no database.
pub async fn give(
    platform: Platform<ManageNodes>,
    name: Path<String>,
    form: Form<Room>,
) -> Result<HttpResponse, Problem> {
    let Form { typed, mut errors } = form;
    let room = errors.check("room", read(&typed.room));
    if let (Some(room), true) = (room, errors.is_empty()) {
        let named = name.clone();
        let given = platform
            .attempt(move |tx| nodes::give_room(tx, &named, room))
            .await;
        match given {
            Ok(node) => {
                let said = match node.room {
                    Some(room) => format!("{} may hold {room} databases", node.name),
                    None => format!("{} may hold as many databases as come", node.name),
                };
                flash::leave(platform.http(), Toast::done(said));
                return Ok(answer::see_other(&page_of(node.name)));
            }
            Err(VerbError::Invalid(wrong)) => errors = wrong,
            Err(error) => return Err(platform.problem(error)),
        }
    }
    let (node, shell) = read_one(&platform, &name).await?;
    sheet(shell, &node, typed.room, errors)
}

/// The room that was typed; nothing for as many as come.
pub(super) fn read(typed: &str) -> Result<Option<i32>, String> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Ok(None);
    }
    // What is no number is outside of any bounds too, and is told them.
    nodes::room(Some(typed.parse().unwrap_or(-1)))
}

fn sheet(
    shell: StaffShell,
    node: &Node,
    room: String,
    errors: FieldErrors,
) -> Result<HttpResponse, Problem> {
    let back = page_of(&node.name);
    let title = format!("Room on {}", node.name);
    let input = Input::new("room", "Databases at most", room, InputKind::Number);
    let ask = Ask::new(shell, title, format!("{back}/room"), "Save");
    let ask = Ask {
        hint: "New databases go elsewhere once it is full. Those that are there stay.".to_owned(),
        icon: "gauge",
        back,
        inputs: vec![
            input
                .hint("Empty means as many as come.")
                .optional()
                .longest(6),
        ],
        errors,
        ..ask
    };
    ask.answer()
}
