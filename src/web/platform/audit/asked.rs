//! What the address of the platform's log asks for: read leniently, because people edit and share it. A value
//! that means nothing narrows nothing.

use domain::{JobId, KeyId, LetterId, PageRequest, SessionId, Slug, StaffId, TimeZone, VisitId};
use serde::Deserialize;
use services::audit::log::Filter;
use services::platform_audit::Action;
use services::platform_audit::log::{Listing, PlatformFilter};
use uuid::Uuid;

use crate::web::audit::asked::{begins, ends, id, searched};
use crate::web::format::{Format, plural};
use crate::web::list::{Address, FilterOption};

/// The query of the list and of its file.
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
    /// A tenant's slug.
    pub(super) tenant: String,
    page: Option<String>,
    page_size: Option<String>,
}

impl Asked {
    pub(super) fn read(query: &str) -> Self {
        serde_html_form::from_str(query).unwrap_or_default()
    }

    pub(super) fn page(&self) -> PageRequest {
        PageRequest::parse(self.page.as_deref(), self.page_size.as_deref()).unwrap_or_default()
    }

    /// What the store looks for; a day begins and ends where the reader is.
    pub(super) fn filter(&self, zone: TimeZone) -> PlatformFilter {
        let known = |key: &&String| Action::from_key(key).is_some();
        let of = Filter {
            actor: id(&self.actor, StaffId::uuid).or_else(|| id(&self.actor, KeyId::uuid)),
            actions: self.action.iter().filter(known).cloned().collect(),
            target: thing(&self.target),
            outcome: match self.outcome.as_slice() {
                [one] if one == "done" || one == "refused" => Some(one.clone()),
                _ => None,
            },
            from: begins(&self.from, zone),
            to: ends(&self.to, zone),
            words: searched(&self.q),
        };
        let slug = Slug::parse(&self.tenant).ok();
        PlatformFilter {
            of,
            tenant: slug.map(|slug| slug.to_string()),
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
            ("tenant", self.tenant.as_str()),
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
        let option = |action: &Action| FilterOption {
            value: action.key().to_owned(),
            label: action.key().to_owned(),
            checked: self.action.iter().any(|key| key == action.key()),
        };
        Action::ALL.iter().map(option).collect()
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
            format!(
                "{count} {entries} of what was done on the platform. Nobody can change or remove one."
            )
        } else {
            let matching = plural(total, "matches", "match");
            format!("{count} {entries} {matching}")
        }
    }
}

/// Any of the things that an entry can be about.
fn thing(text: &str) -> Option<Uuid> {
    id(text, StaffId::uuid)
        .or_else(|| id(text, KeyId::uuid))
        .or_else(|| id(text, VisitId::uuid))
        .or_else(|| id(text, JobId::uuid))
        .or_else(|| id(text, SessionId::uuid))
        .or_else(|| id(text, LetterId::uuid))
}
