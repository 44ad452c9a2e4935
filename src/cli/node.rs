//! `tenantry node`: the servers that tenants' own databases are on.

mod shown;

use clap::{Args, Subcommand};
use domain::FieldErrors;
use domain::staff::{ManageNodes, ReadNodes};
use serde_json::json;
use services::nodes::{self, Node as Found, Wish};
use services::{StaffTx, VerbError};

use super::Exit;
use super::desk::{self, Desk};
use super::talk::Talk;
use super::trouble::Trouble;
use crate::config::Config;

/// The servers.
#[derive(Debug, Args)]
pub(super) struct Node {
    #[command(flatten)]
    talk: Talk,
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// All servers, with what lives there
    List,
    /// Add a server; its address is asked for, or read from TENANTRY_NODE_URL
    Add {
        /// As it will be called
        name: String,
        /// The most databases that it may hold [default: as many as come]
        #[arg(long, value_name = "NUMBER")]
        room: Option<i64>,
        /// The address of whoever makes databases there
        #[arg(
            long,
            value_name = "URL",
            env = "TENANTRY_NODE_URL",
            hide_env_values = true
        )]
        url: String,
    },
    /// Look at a server now
    Test {
        /// Its name
        name: String,
    },
    /// Say how many databases a server may hold
    Room {
        /// Its name
        name: String,
        /// How many; as many as come where nothing is said
        room: Option<i64>,
    },
    /// Give a server another address
    Move {
        /// Its name
        name: String,
        /// The address of whoever makes databases there
        #[arg(
            long,
            value_name = "URL",
            env = "TENANTRY_NODE_URL",
            hide_env_values = true
        )]
        url: String,
    },
    /// Make a server ready once more
    Prepare {
        /// Its name
        name: String,
    },
    /// Let no new databases onto a server
    Cordon {
        /// Its name
        name: String,
    },
    /// Let new databases onto a server again
    Open {
        /// Its name
        name: String,
    },
    /// Move all databases away from a server
    Drain {
        /// Its name
        name: String,
    },
    /// Give your application's login on a server a new password, shown this once
    Password {
        /// Its name
        name: String,
    },
    /// Forget a server on which there is nothing
    Remove {
        /// Its name
        name: String,
    },
}

pub(super) fn run(config: &Config, asked: &Node) -> Exit {
    desk::at(config, |desk| {
        let talk = asked.talk;
        match &asked.what {
            What::List => list(desk, talk),
            What::Add { name, room, url } => {
                let wish = Wish::read(name, url, *room)?;
                nodes::try_address(&desk.store, &wish.owner_url, None)?;
                deed(desk, talk, |tx| nodes::add(tx, &wish))
            }
            What::Test { name } => deed(desk, talk, |tx| nodes::look_now(tx, name)),
            What::Room { name, room } => {
                let room = nodes::room(*room).map_err(|words| FieldErrors::one("room", words))?;
                deed(desk, talk, |tx| nodes::give_room(tx, name, room))
            }
            What::Move { name, url } => {
                let url = nodes::address(url).map_err(|words| FieldErrors::one("url", words))?;
                let node = desk.platform::<ManageNodes, _>(|tx| nodes::find(tx, name))?;
                nodes::try_address(&desk.store, &url, Some(node.id))?;
                deed(desk, talk, |tx| nodes::readdress(tx, name, &url))
            }
            What::Prepare { name } => deed(desk, talk, |tx| nodes::try_again(tx, name)),
            What::Cordon { name } => deed(desk, talk, |tx| nodes::cordon(tx, name)),
            What::Open { name } => deed(desk, talk, |tx| nodes::open(tx, name)),
            What::Drain { name } => {
                talk.confirm(&format!(
                    "Move every tenant that has a database on {name} to other servers?"
                ))?;
                deed(desk, talk, |tx| nodes::empty(tx, name))
            }
            What::Password { name } => password(desk, talk, name),
            What::Remove { name } => {
                talk.confirm(&format!("Forget {name}?"))?;
                deed(desk, talk, |tx| nodes::remove(tx, name))
            }
        }
    })
}

fn list(desk: &Desk<'_>, talk: Talk) -> Result<Exit, Trouble> {
    shown::list(talk, &desk.platform::<ReadNodes, _>(nodes::list)?)
}

fn deed(
    desk: &Desk<'_>,
    talk: Talk,
    work: impl FnMut(&mut StaffTx<'_, ManageNodes>) -> Result<Found, VerbError>,
) -> Result<Exit, Trouble> {
    shown::one(talk, &desk.platform::<ManageNodes, _>(work)?)
}

fn password(desk: &Desk<'_>, talk: Talk, name: &str) -> Result<Exit, Trouble> {
    let (node, word) = desk.platform::<ManageNodes, _>(|tx| nodes::renew_password(tx, name))?;
    let login = services::boot::VENDOR_LOGIN;
    let shown = [
        ("Server", node.name.to_string()),
        ("Login", login.to_owned()),
        ("Password", word.clone()),
    ];
    let json = json!({ "node": node.name, "login": login, "password": word });
    talk.card(&shown, &json)
}
