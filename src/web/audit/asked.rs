//! What the address of a log asks for, a tenant's or the platform's: read leniently, because people edit and share it. A value that
//! means nothing narrows nothing.

mod day;
mod log;

use std::marker::PhantomData;
use std::str::FromStr;

use domain::{PageRequest, Pagination, TimeZone};
use serde::Deserialize;
use services::SignedInUser;
use services::audit::log::{Anchor, Filter};
use uuid::Uuid;

use crate::web::format::{Format, plural};
use crate::web::list::{Address, FilterOption};

use day::{begins, ends};
pub(in crate::web) use log::{Log, OfTenant};

/// The query of the list and of its files.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, bound = "L: Default")]
pub(in crate::web) struct Asked<L> {
    pub(in crate::web) q: String,
    action: Vec<String>,
    outcome: Vec<String>,
    pub(in crate::web) from: String,
    pub(in crate::web) to: String,
    pub(in crate::web) actor: String,
    pub(in crate::web) target: String,
    /// A tenant's slug, where the log is of many.
    pub(in crate::web) tenant: String,
    page: Option<String>,
    page_size: Option<String>,
    #[serde(skip)]
    log: PhantomData<L>,
}

/// The zone in which this reader's days begin.
pub(super) fn zone(reader: Option<&SignedInUser>, tenant: &str) -> TimeZone {
    let own = reader
        .and_then(|reader| reader.timezone.as_deref())
        .and_then(|zone| zone.parse().ok());
    own.or_else(|| tenant.parse().ok()).unwrap_or_default()
}

impl<L: Log + Default> Asked<L> {
    pub(in crate::web) fn read(query: &str) -> Self {
        let mut asked: Self = serde_html_form::from_str(query).unwrap_or_default();
        if !L::OF_TENANTS {
            asked.tenant.clear();
        }
        asked
    }

    pub(in crate::web) fn page(&self) -> PageRequest {
        PageRequest::parse(self.page.as_deref(), self.page_size.as_deref()).unwrap_or_default()
    }

    /// What the store looks for; a day begins and ends where the reader is.
    pub(in crate::web) fn filter(&self, zone: TimeZone) -> Filter {
        let actions = L::actions();
        let known = |key: &&String| actions.contains(&key.as_str());
        Filter {
            actor: L::actor(&self.actor),
            actions: self.action.iter().filter(known).cloned().collect(),
            target: L::thing(&self.target),
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
    pub(in crate::web) fn address(&self, path: &str) -> Address {
        let mut pairs = vec![("q", self.q.as_str())];
        pairs.extend(self.action.iter().map(|key| ("action", key.as_str())));
        pairs.extend(self.outcome.iter().map(|key| ("outcome", key.as_str())));
        pairs.extend([
            ("from", self.from.as_str()),
            ("to", self.to.as_str()),
            ("actor", self.actor.as_str()),
            ("target", self.target.as_str()),
            ("tenant", self.tenant.as_str()),
            ("page", self.page.as_deref().unwrap_or_default()),
            ("page_size", self.page_size.as_deref().unwrap_or_default()),
        ]);
        Address::new(path, pairs)
    }

    pub(in crate::web) fn is_everything(&self) -> bool {
        self.address("")
            .without("page")
            .without("page_size")
            .pairs()
            .is_empty()
    }

    pub(in crate::web) fn actions(&self) -> Vec<FilterOption> {
        let option = |key: &'static str| FilterOption {
            value: key.to_owned(),
            label: key.to_owned(),
            checked: self.action.iter().any(|one| one == key),
        };
        L::actions().into_iter().map(option).collect()
    }

    pub(in crate::web) fn outcomes(&self) -> Vec<FilterOption> {
        [("done", "Done"), ("refused", "Refused")]
            .map(|(value, label)| FilterOption {
                value: value.to_owned(),
                label: label.to_owned(),
                checked: self.outcome.iter().any(|key| key == value),
            })
            .into()
    }

    /// The line below the title.
    pub(in crate::web) fn told(&self, found: &Pagination, format: &Format) -> String {
        let total = found.total_count;
        let count = format.count(total);
        let entries = plural(total, "entry", "entries");
        if self.is_everything() {
            format!(
                "{count} {entries}{}. Nobody can change or remove one.",
                L::TOLD
            )
        } else {
            let matching = plural(total, "matches", "match");
            format!("{count} {entries} {matching}")
        }
    }
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

#[cfg(test)]
mod tests;
