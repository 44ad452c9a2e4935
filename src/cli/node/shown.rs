//! How servers are shown on a terminal.

use serde_json::{Value as Json, json};
use services::nodes::Node;

use crate::cli::Exit;
use crate::cli::talk::{Talk, moment};
use crate::cli::trouble::Trouble;

pub(super) fn list(talk: Talk, all: &[Node]) -> Result<Exit, Trouble> {
    let rows = all.iter().map(|node| {
        let look = node.look.as_ref();
        let trouble = look.and_then(|look| look.trouble.clone());
        vec![
            node.name.to_string(),
            node.state.to_string(),
            node.address
                .clone()
                .unwrap_or_else(|| "catalogue".to_owned()),
            node.tenants.to_string(),
            match node.room {
                Some(room) => format!("{}/{room}", node.databases),
                None => node.databases.to_string(),
            },
            look.map(|look| moment(look.looked_at)).unwrap_or_default(),
            trouble.unwrap_or_default(),
        ]
    });
    let head = [
        "name",
        "status",
        "address",
        "tenants",
        "databases",
        "looked at",
        "trouble",
    ];
    let json: Vec<Json> = all.iter().map(fields).collect();
    talk.list(&head, rows.collect(), &json!({ "nodes": json }))
}

pub(super) fn one(talk: Talk, node: &Node) -> Result<Exit, Trouble> {
    let trouble = node.look.as_ref().and_then(|look| look.trouble.clone());
    let shown = [
        ("Name", node.name.to_string()),
        ("State", node.state.words().to_owned()),
        ("Address", node.address.clone().unwrap_or_default()),
        ("Databases", node.databases.to_string()),
        ("Trouble", trouble.unwrap_or_default()),
    ];
    talk.card(&shown, &fields(node))
}

fn fields(node: &Node) -> Json {
    let look = node.look.as_ref();
    json!({
        "name": node.name, "status": node.state, "address": node.address, "room": node.room,
        "databases": node.databases, "tenants": node.tenants, "created_at": node.created_at,
        "looked_at": look.map(|look| look.looked_at), "trouble": look.and_then(|look| look.trouble.clone()),
        "server_version": look.and_then(|look| look.server_version.clone()),
    })
}
