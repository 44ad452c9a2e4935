//! Limits of a tenant's own: what it has, giving one and taking one away.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use clap::Args;
use domain::staff::{ManageTenants, ReadTenants};
use serde_json::{Value as Json, json};
use services::tenants::own_limits::{self, OwnLimit, Wish};

use super::{found, told};
use crate::cli::Exit;
use crate::cli::desk::Desk;
use crate::cli::talk::{Talk, moment};
use crate::cli::trouble::Trouble;

/// What is to become of a limit; without a wish all are only shown.
#[derive(Debug, Args)]
pub(super) struct Asked {
    /// Its slug or id
    tenant: String,
    /// Of what, like users or storage_gb
    #[arg(long, value_name = "RESOURCE", requires = "wish")]
    of: Option<String>,
    /// How much of it there may be
    #[arg(long, value_name = "NUMBER", requires_all = ["of", "reason"], group = "wish")]
    to: Option<i64>,
    /// Why
    #[arg(long, requires = "to")]
    reason: Option<String>,
    /// When the plan's number holds again, like 2027-03-01 or 2027-03-01T12:00:00Z; it stays where nothing is said
    #[arg(long, value_name = "DATE", value_parser = until, requires = "to")]
    until: Option<DateTime<Utc>>,
    /// Let the plan's number hold again
    #[arg(long, requires = "of", group = "wish")]
    end: bool,
}

pub(super) fn run(desk: &Desk<'_>, talk: Talk, asked: &Asked) -> Result<Exit, Trouble> {
    let id = found(desk, &asked.tenant)?;
    let resource = asked.of.as_deref().unwrap_or_default();
    if let Some(limit) = asked.to {
        let wish = Wish {
            limit,
            reason: asked.reason.clone().unwrap_or_default(),
            ends_at: asked.until,
        };
        let record =
            desk.platform::<ManageTenants, _>(|tx| own_limits::give(tx, id, resource, &wish))?;
        return told(
            talk,
            &record,
            &format!("has a limit of its own: {resource}, {limit}"),
        );
    }
    if asked.end {
        let record = desk.platform::<ManageTenants, _>(|tx| own_limits::take(tx, id, resource))?;
        return told(
            talk,
            &record,
            &format!("has its plan's limit again: {resource}"),
        );
    }
    let all = desk.platform::<ReadTenants, _>(|tx| Ok(own_limits::of(tx, id)?))?;
    let rows = all.iter().map(|limit| {
        let number = |number: Option<i64>| number.map_or_else(String::new, |n| n.to_string());
        let terms = limit.terms.as_ref();
        let ends_at = terms.and_then(|terms| terms.ends_at);
        vec![
            limit.resource.clone(),
            number(limit.of_plan),
            number(limit.own),
            terms.map_or_else(String::new, |terms| terms.reason.clone()),
            ends_at.map_or_else(String::new, moment),
            terms.map_or_else(String::new, |terms| terms.set_by.clone()),
        ]
    });
    let head = ["resource", "plan", "own", "why", "until", "by"];
    let json = json!({ "limits": all.iter().map(shown).collect::<Vec<_>>() });
    talk.list(&head, rows.collect(), &json)
}

fn shown(limit: &OwnLimit) -> Json {
    let terms = limit.terms.as_ref();
    json!({
        "resource": limit.resource,
        "plan": limit.of_plan,
        "own": limit.own,
        "reason": terms.map(|terms| &terms.reason),
        "ends_at": terms.and_then(|terms| terms.ends_at),
        "set_at": terms.map(|terms| terms.set_at),
        "set_by": terms.map(|terms| &terms.set_by),
    })
}

fn until(text: &str) -> Result<DateTime<Utc>, String> {
    if let Ok(day) = text.parse::<NaiveDate>() {
        return Ok(day.and_time(NaiveTime::MIN).and_utc());
    }
    let moment = DateTime::parse_from_rfc3339(text);
    let moment = moment.map_err(|_| "write a date like 2027-03-01")?;
    Ok(moment.to_utc())
}
