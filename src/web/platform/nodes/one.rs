//! One server: what it is, who has a database there, how far its emptying is, and what can be done to it.

use actix_web::HttpResponse;
use actix_web::web::Path;
use askama::Template;
use domain::NodeState;
use domain::staff::{ReadNodes, StaffPermission};
use services::boot;
use services::nodes::{self, Whole};

use super::facts::{connection, facts};
use super::living::{Draining, Line, beside};
use super::{Looked, meter, page_of, place, tone};
use crate::flash;
use crate::platform::Platform;
use crate::problem::Problem;
use crate::web::answer;
use crate::web::chart::Meter;
use crate::web::platform::shell::{StaffPlace, StaffShell};

#[derive(Template)]
#[template(path = "platform/nodes/one.html")]
struct Page {
    name: String,
    base: String,
    place: String,
    word: &'static str,
    tone: &'static str,
    looked: Looked,
    secret: Option<String>,
    login: &'static str,
    plain: &'static str,
    facts: Vec<(&'static str, String)>,
    meter: Option<Meter>,
    databases: String,
    living: Vec<Line>,
    more: String,
    beside: String,
    draining: Option<Draining>,
    prepares: bool,
    actions: &'static str,
    may: May,
    shell: StaffShell,
}

/// What the reader may do to the server as it is now.
struct May {
    manage: bool,
    try_again: bool,
    close: bool,
    open: bool,
    empty: bool,
    readdress: bool,
    password: bool,
    remove: bool,
}

/// `GET /nodes/{node}`
///
/// # Errors
/// 404, or what keeps the server from being read.
pub async fn page(
    platform: Platform<ReadNodes>,
    name: Path<String>,
) -> Result<HttpResponse, Problem> {
    let name = name.into_inner();
    let (whole, shell) = platform
        .page(StaffPlace::Nodes, move |tx| Ok(nodes::whole(tx, &name)?))
        .await?;
    let secret = flash::take_secret(platform.http(), &whole.node.id.to_string());
    answer::page(&Page::of(shell, whole, secret))
}

impl Page {
    fn of(shell: StaffShell, whole: Whole, secret: Option<String>) -> Self {
        let (node, format) = (&whole.node, shell.format.clone());
        let looked = Looked::of(node, &format);
        let may = May::of(&shell, &whole);
        let shown = i64::try_from(whole.living.len()).unwrap_or(i64::MAX);
        Self {
            base: page_of(&node.name),
            place: place(node),
            word: match (whole.prepares, node.state) {
                (true, _) => "Being made ready",
                (false, state) => state.words(),
            },
            tone: match (whole.prepares, node.state) {
                (false, NodeState::New) => "bad",
                (_, state) => tone(state),
            },
            secret,
            login: boot::VENDOR_LOGIN,
            plain: connection(node),
            facts: facts(node, &looked, &format),
            meter: meter(node, &format),
            databases: format.count(node.databases),
            more: match whole.all - shown {
                0 => String::new(),
                more => format!("And {} more.", format.count(more)),
            },
            beside: beside(&whole, &format),
            living: whole.living.iter().map(Line::of).collect(),
            draining: (node.state == NodeState::Draining).then(|| Draining::of(&whole, &format)),
            prepares: whole.prepares,
            actions: if node.is_home() || node.databases == 0 {
                "Each is written in the platform's log."
            } else {
                "Each is written in the platform's log. The server can be removed once no database is on it."
            },
            looked,
            may,
            shell: shell.titled(node.name.to_string()),
            name: node.name.to_string(),
        }
    }
}

impl May {
    fn of(shell: &StaffShell, whole: &Whole) -> Self {
        use NodeState::{Cordoned, Draining, New, Open};
        let node = &whole.node;
        let manage = shell.may(StaffPermission::ManageNodes);
        let ready = manage && node.state != New;
        Self {
            manage,
            try_again: manage && node.state == New && !whole.prepares,
            close: manage && matches!(node.state, Open | Draining),
            open: manage && matches!(node.state, Cordoned | Draining),
            empty: manage && matches!(node.state, Open | Cordoned) && whole.all > 0,
            readdress: manage && !node.is_home(),
            password: ready && !node.is_home(),
            remove: manage && !node.is_home() && node.databases == 0,
        }
    }
}
