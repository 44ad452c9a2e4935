//! What the address of the log asks for: read leniently, because people edit and share it. A value that
//! means nothing narrows nothing.

use std::str::FromStr;

use chrono::{DateTime, Days, NaiveDate, NaiveTime, Utc};
use domain::{LetterId, PageRequest, RoleId, SessionId, TimeZone, UserId};
use serde::Deserialize;
use services::SignedInUser;
use services::audit::Action;
use services::audit::log::{Anchor, Filter, Listing};
use uuid::Uuid;

use crate::web::format::{Format, plural};
use crate::web::list::{Address, FilterOption};

/// The query of the list and of its files.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    pub(super) q: String,
    action: Vec<String>,
    outcome: Vec<String>,
    pub(super) from: String,
    pub(super) to: String,
    pub(super) actor: String,
    pub(super) target: String,
    page: Option<String>,
    page_size: Option<String>,
}

/// The zone in which this reader's days begin.
pub(super) fn zone(reader: Option<&SignedInUser>, tenant: &str) -> TimeZone {
    let own = reader
        .and_then(|reader| reader.timezone.as_deref())
        .and_then(|zone| zone.parse().ok());
    own.or_else(|| tenant.parse().ok()).unwrap_or_default()
}

impl Asked {
    pub(super) fn read(query: &str) -> Self {
        serde_html_form::from_str(query).unwrap_or_default()
    }

    pub(super) fn page(&self) -> PageRequest {
        PageRequest::parse(self.page.as_deref(), self.page_size.as_deref()).unwrap_or_default()
    }

    /// What the store looks for; a day begins and ends where the reader is.
    pub(super) fn filter(&self, zone: TimeZone) -> Filter {
        let known = |key: &&String| Action::from_key(key).is_some();
        Filter {
            actor: id::<UserId>(&self.actor, UserId::uuid),
            actions: self.action.iter().filter(known).cloned().collect(),
            target: thing(&self.target),
            outcome: match self.outcome.as_slice() {
                [one] if one == "done" || one == "refused" => Some(one.clone()),
                _ => None,
            },
            from: begins(&self.from, zone),
            to: ends(&self.to, zone),
            words: searched(&self.q),
        }
    }

    /// The address with all of it, so that links keep it.
    pub(super) fn address(&self, path: &str) -> Address {
        let mut pairs = vec![("q", self.q.as_str())];
        pairs.extend(self.action.iter().map(|key| ("action", key.as_str())));
        pairs.extend(self.outcome.iter().map(|key| ("outcome", key.as_str())));
        pairs.extend([
            ("from", self.from.as_str()),
            ("to", self.to.as_str()),
            ("actor", self.actor.as_str()),
            ("target", self.target.as_str()),
            ("page", self.page.as_deref().unwrap_or_default()),
            ("page_size", self.page_size.as_deref().unwrap_or_default()),
        ]);
        Address::new(path, pairs)
    }

    pub(super) fn is_everything(&self) -> bool {
        self.address("")
            .without("page")
            .without("page_size")
            .pairs()
            .is_empty()
    }

    pub(super) fn actions(&self) -> Vec<FilterOption> {
        Action::ALL
            .iter()
            .map(|action| FilterOption {
                value: action.key().to_owned(),
                label: action.key().to_owned(),
                checked: self.action.iter().any(|key| key == action.key()),
            })
            .collect()
    }

    pub(super) fn outcomes(&self) -> Vec<FilterOption> {
        [("done", "Done"), ("refused", "Refused")]
            .map(|(value, label)| FilterOption {
                value: value.to_owned(),
                label: label.to_owned(),
                checked: self.outcome.iter().any(|key| key == value),
            })
            .into()
    }

    /// The line below the title.
    pub(super) fn told(&self, found: &Listing, format: &Format) -> String {
        let total = found.totals.total_count;
        let count = format.count(total);
        let entries = plural(total, "entry", "entries");
        if self.is_everything() {
            format!("{count} {entries}. Nobody can change or remove one.")
        } else {
            let matching = plural(total, "matches", "match");
            format!("{count} {entries} {matching}")
        }
    }
}

/// When a typed day begins where the reader is.
pub(in crate::web) fn begins(day: &str, zone: TimeZone) -> Option<DateTime<Utc>> {
    midnight(day.parse().ok()?, zone)
}

/// When it ends.
pub(in crate::web) fn ends(day: &str, zone: TimeZone) -> Option<DateTime<Utc>> {
    let day: NaiveDate = day.parse().ok()?;
    midnight(day.checked_add_days(Days::new(1))?, zone)
}

fn midnight(day: NaiveDate, zone: TimeZone) -> Option<DateTime<Utc>> {
    let local = day.and_time(NaiveTime::MIN).and_local_timezone(zone.tz());
    Some(local.earliest()?.to_utc())
}

/// The words that are looked for, if any were typed.
pub(in crate::web) fn searched(typed: &str) -> Option<String> {
    let words = typed.trim();
    (!words.is_empty() && !words.contains('\0')).then(|| words.chars().take(200).collect())
}

/// The check's query.
#[derive(Debug, Deserialize)]
pub struct Anchored {
    anchor: Option<String>,
}

impl Anchored {
    pub(in crate::web) fn anchor(&self) -> Result<Option<Anchor>, &'static str> {
        let typed = self.anchor.as_deref().map(str::trim).unwrap_or_default();
        if typed.is_empty() {
            return Ok(None);
        }
        typed.parse().map(Some)
    }
}

pub(in crate::web) fn id<T: FromStr>(text: &str, uuid: fn(T) -> Uuid) -> Option<Uuid> {
    text.parse().ok().map(uuid)
}

/// Any of the things that have a page or an entry.
fn thing(text: &str) -> Option<Uuid> {
    id(text, UserId::uuid)
        .or_else(|| id(text, RoleId::uuid))
        .or_else(|| id(text, SessionId::uuid))
        .or_else(|| id(text, LetterId::uuid))
}

#[cfg(test)]
mod tests;
