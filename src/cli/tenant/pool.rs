//! Giving a tenant connections to itself, and taking them away. What it takes of them only the serving process counts.

use clap::Args;
use domain::staff::{ManageTenants, ReadTenants};
use serde_json::json;
use services::tenants::pool;

use super::{found, told};
use crate::cli::Exit;
use crate::cli::desk::Desk;
use crate::cli::talk::Talk;
use crate::cli::trouble::Trouble;

/// What is to become of the tenant's connections; without a wish they are only shown.
#[derive(Debug, Args)]
pub(super) struct Asked {
    /// Its slug or id
    tenant: String,
    /// Give it so many to itself in each process
    #[arg(long, value_name = "NUMBER")]
    connections: Option<u16>,
    /// Let it share again
    #[arg(long, conflicts_with = "connections")]
    shared: bool,
}

pub(super) fn run(desk: &Desk<'_>, talk: Talk, asked: &Asked) -> Result<Exit, Trouble> {
    let id = found(desk, &asked.tenant)?;
    let total = desk.config.database.dedicated;
    if asked.shared {
        let record = desk.platform::<ManageTenants, _>(|tx| pool::take(tx, id))?;
        return told(talk, &record, "has no dedicated pool any more");
    }
    if let Some(size) = asked.connections {
        let record = desk.platform::<ManageTenants, _>(|tx| pool::give(tx, id, size, total))?;
        let words = format!("has {size} connections to itself in each process");
        return told(talk, &record, &words);
    }
    let budget = desk.platform::<ReadTenants, _>(|tx| Ok(pool::budget(tx, id, total)?))?;
    let own = budget.own.map(|size| size.to_string());
    let fields = [
        ("To itself", own.unwrap_or_else(|| "none".to_owned())),
        ("Other tenants", budget.others.to_string()),
        ("In each process", budget.total.to_string()),
        ("At most", budget.left().to_string()),
    ];
    let json = json!({
        "connections": budget.own,
        "others": budget.others,
        "budget": budget.total,
        "left": budget.left(),
    });
    talk.card(&fields, &json)
}
