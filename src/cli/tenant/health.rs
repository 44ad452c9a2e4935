//! How a tenant was found when it was looked at last, in the fields of the API, and asking for another look.

use clap::Args;
use domain::staff::{ManageTenants, ReadTenants};
use serde_json::json;
use services::checkups;

use super::found;
use crate::api::checkups::HealthOfTenant;
use crate::cli::Exit;
use crate::cli::desk::Desk;
use crate::cli::talk::{Talk, moment};
use crate::cli::trouble::Trouble;

/// Whose health.
#[derive(Debug, Args)]
pub(super) struct Asked {
    /// Its slug or id
    tenant: String,
    /// Ask for a look now; a worker does it
    #[arg(long)]
    now: bool,
}

pub(super) fn run(desk: &Desk<'_>, talk: Talk, asked: &Asked) -> Result<Exit, Trouble> {
    let id = found(desk, &asked.tenant)?;
    if asked.now {
        let begun = desk.platform::<ManageTenants, _>(|tx| checkups::ask(tx, Some(id)))?;
        let words = match begun {
            true => "The look was asked for. See what it found in a moment, without --now.",
            false => "A look is being done already.",
        };
        return talk.done(words, &json!({ "begun": begun }));
    }
    let (name, checkup, uptime) = desk.platform::<ReadTenants, _>(|tx| {
        let record = tx.tenant_record(id)?;
        let uptime = checkups::uptime(tx, id, record.settings.timezone)?;
        Ok((record.name, checkups::of(tx, id)?, uptime))
    })?;
    let of = HealthOfTenant::of(id, checkup, &uptime);
    let json = serde_json::to_value(&of).unwrap_or_default();
    let health = &of.health;
    let mut fields = vec![
        ("Name", name),
        ("Health", health.status.clone()),
        ("Since", health.since.map(moment).unwrap_or_default()),
        (
            "Looked at",
            health.last_checked.map(moment).unwrap_or_default(),
        ),
    ];
    let parts = [
        ("Database", &health.database),
        ("Resources", &health.resources),
        ("Services", &health.services),
        ("Integrations", &health.integrations),
    ];
    fields.extend(parts.map(|(name, part)| {
        let words = part.as_ref().map(|part| part.message.clone());
        (name, words.unwrap_or_default())
    }));
    fields.push(("Error", health.error.clone().unwrap_or_default()));
    let day = of.uptime.first().and_then(|up| up.percent);
    let day = day.map(|percent| format!("{percent:.1} %"));
    fields.push(("Up in 24 hours", day.unwrap_or_default()));
    talk.card(&fields, &json)
}
