//! What the list of healths is narrowed and paged by, as it stands in the address.

use domain::{Health, PageRequest};
use services::checkups::{Counts, Filter};
use url::form_urlencoded;

use crate::web::format::Format;
use crate::web::list::{Address, Tab, page_asked, page_pairs};

/// The longest piece that is searched for.
const LONGEST: usize = 100;
/// What those are called that nobody looked at.
const UNCHECKED: &str = "unchecked";

/// The list that an address asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct HealthQuery {
    pub(super) filter: Filter,
    pub(super) page: PageRequest,
}

impl HealthQuery {
    /// Reads a query string. What is no value of its field is as if it were not there.
    pub(super) fn parse(query: &str) -> Self {
        let mut filter = Filter::default();
        let (mut page, mut size) = (None, None);
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            match name.as_ref() {
                "search" => {
                    let kept = value.chars().filter(|c| !c.is_control());
                    filter.search = kept.take(LONGEST).collect();
                }
                "health" if value == UNCHECKED => filter.health = Some(None),
                "health" => filter.health = Health::parse(&value).ok().map(Some),
                "page" => page = value.parse().ok().or(page),
                "page_size" => size = value.parse().ok().or(size),
                _ => {}
            }
        }
        Self {
            filter,
            page: page_asked(page, size),
        }
    }

    pub(super) fn word(&self) -> &'static str {
        word(self.filter.health)
    }

    pub(super) fn narrows(&self) -> bool {
        self.filter != Filter::default()
    }

    pub(super) fn address(&self) -> Address {
        let mut pairs = vec![
            ("search", self.filter.search.clone()),
            ("health", self.word().to_owned()),
        ];
        pairs.extend(page_pairs(self.page));
        Address::new("/health", pairs)
    }

    pub(super) fn tabs(&self, counts: &Counts, format: &Format) -> Vec<Tab> {
        let address = self.address().without("page");
        let tab = |(label, health): (&str, Option<Option<Health>>)| Tab {
            label: label.to_owned(),
            href: address.with("health", word(health)).href(),
            count: format.count(counts.of(health)),
            current: self.filter.health == health,
        };
        let all = [
            ("All", None),
            ("Unhealthy", Some(Some(Health::Unhealthy))),
            ("Degraded", Some(Some(Health::Degraded))),
            ("Healthy", Some(Some(Health::Healthy))),
            ("Not checked", Some(None)),
        ];
        all.into_iter().map(tab).collect()
    }
}

const fn word(health: Option<Option<Health>>) -> &'static str {
    match health {
        None => "",
        Some(None) => UNCHECKED,
        Some(Some(health)) => health.as_str(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_read_and_written_back() {
        for query in [
            "",
            "search=acme&health=unchecked",
            "health=unhealthy&page_size=50&page=2",
        ] {
            assert_eq!(HealthQuery::parse(query).address().query(), query);
        }
        assert!(!HealthQuery::parse("health=ill&page=0&x=1").narrows());
    }
}
