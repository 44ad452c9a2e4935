//! What the address of the queue asks for.

use serde::Deserialize;
use services::jobs::JobKind;
use services::queue::{Filter, State};

use crate::web::audit::asked::searched;
use crate::web::list::Address;

/// The query of the list; a value that means nothing narrows nothing.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    state: String,
    pub(super) kind: Vec<String>,
    pub(super) q: String,
    pub(super) page: Option<String>,
    pub(super) page_size: Option<String>,
}

impl Asked {
    pub(super) fn state(&self) -> State {
        let known = State::ALL.into_iter().find(|one| one.key() == self.state);
        known.unwrap_or_default()
    }

    pub(super) fn kinds(&self) -> Vec<String> {
        let known = |kind: &&String| JobKind::from_key(kind).is_some();
        self.kind.iter().filter(known).cloned().collect()
    }

    pub(super) fn filter(&self) -> Filter {
        Filter {
            state: self.state(),
            kinds: self.kinds(),
            words: searched(&self.q),
        }
    }

    pub(super) fn address(&self) -> Address {
        let mut pairs = vec![("state", self.state().key()), ("q", self.q.trim())];
        pairs.extend(self.kind.iter().map(|kind| ("kind", kind.as_str())));
        pairs.push(("page", self.page.as_deref().unwrap_or_default()));
        pairs.push(("page_size", self.page_size.as_deref().unwrap_or_default()));
        Address::new("/jobs", pairs)
    }
}
