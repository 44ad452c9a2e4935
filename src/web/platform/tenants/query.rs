//! What the list of tenants is narrowed, sorted and paged by, as it stands in the address: read kindly,
//! and written back for every link of the page.

use domain::{Order, PageRequest, SearchIn, TenantFilter, TenantKind, TenantSort};
use url::form_urlencoded;

use crate::web::list::{Address, add_once, page_asked, page_pairs};

/// The list that an address asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListQuery {
    /// What is in it.
    pub filter: TenantFilter,
    /// By what it is sorted.
    pub sort: TenantSort,
    /// In which direction.
    pub order: Order,
    /// Which page of it.
    pub page: PageRequest,
}

impl ListQuery {
    /// Reads a query string. What is no value of its field is as if it were not there: an old link still
    /// opens the list.
    #[must_use]
    pub fn parse(query: &str) -> Self {
        let mut filter = TenantFilter::default();
        let (mut sort, mut order) = (TenantSort::Created, None);
        let (mut page, mut size) = (None, None);
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            match name.as_ref() {
                "search" => {
                    let kept = value.chars().filter(|c| !c.is_control());
                    filter.search = kept.take(TenantFilter::MAX_SEARCH).collect();
                }
                "anywhere" if value == "1" => filter.search_in = SearchIn::Anywhere,
                "status" => add_once(&mut filter.statuses, value.parse().ok()),
                "plan" => add_once(&mut filter.plans, plan_key(&value)),
                "placement" => add_once(&mut filter.placements, value.parse().ok()),
                "kind" => filter.kind = value.parse::<TenantKind>().ok(),
                "created_from" => filter.created_from = value.parse().ok(),
                "trial_ends_until" => filter.trial_ends_until = value.parse().ok(),
                "sort" => sort = value.parse().unwrap_or(sort),
                "order" => order = value.parse().ok(),
                "page" => page = value.parse().ok().or(page),
                "page_size" => size = value.parse().ok().or(size),
                _ => {}
            }
        }
        Self {
            filter,
            sort,
            order: order.unwrap_or_else(|| usual_order(sort)),
            page: page_asked(page, size),
        }
    }

    /// The address of this list, with only what is not usual in it.
    #[must_use]
    pub fn address(&self) -> Address {
        let filter = &self.filter;
        let mut pairs: Vec<(&str, String)> = vec![("search", filter.search.clone())];
        if filter.search_in == SearchIn::Anywhere {
            pairs.push(("anywhere", "1".to_owned()));
        }
        let statuses = filter.statuses.iter();
        pairs.extend(statuses.map(|status| ("status", status.to_string())));
        pairs.extend(filter.plans.iter().map(|plan| ("plan", plan.clone())));
        let placements = filter.placements.iter();
        pairs.extend(placements.map(|kind| ("placement", kind.to_string())));
        pairs.extend(filter.kind.map(|kind| ("kind", kind.to_string())));
        let days = [
            ("created_from", filter.created_from),
            ("trial_ends_until", filter.trial_ends_until),
        ];
        pairs.extend(
            days.into_iter()
                .filter_map(|(name, day)| Some((name, day?.to_string()))),
        );
        if self.sort != TenantSort::Created || self.order != usual_order(self.sort) {
            pairs.push(("sort", self.sort.to_string()));
            pairs.push(("order", self.order.to_string()));
        }
        pairs.extend(page_pairs(self.page));
        Address::new("/tenants", pairs)
    }

    /// The filter and the order alone, as the file of the list takes them.
    #[must_use]
    pub fn file_query(&self) -> String {
        self.address().without("page").without("page_size").query()
    }
}

/// The newest and the fullest come first; everything else begins at its beginning.
fn usual_order(sort: TenantSort) -> Order {
    match sort {
        TenantSort::Created | TenantSort::People => Order::Descending,
        _ => Order::Ascending,
    }
}

/// A word that could be the key of a plan.
fn plan_key(value: &str) -> Option<String> {
    let word = !value.is_empty() && value.len() <= 40;
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    (word && value.chars().all(plain)).then(|| value.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_read_and_written_back() {
        for query in [
            "",
            "search=acme+c&status=active&status=trial&plan=starter&placement=shared&kind=demo",
            "created_from=2026-11-01&trial_ends_until=2026-11-28&sort=trial_end&order=asc",
            "search=x&anywhere=1&sort=name&order=desc&page_size=50&page=3",
        ] {
            assert_eq!(ListQuery::parse(query).address().query(), query, "{query}");
        }
    }

    #[test]
    fn nonsense_is_as_if_it_were_not_there() {
        let odd = "status=dead&placement=moon&kind=x&plan=a%00&plan=&created_from=soon&sort=password&order=up&page=0&page_size=9999&x=1&status=active&status=active&search=%00";
        assert_eq!(ListQuery::parse(odd).address().query(), "status=active");
    }

    #[test]
    fn a_file_holds_every_page() {
        assert_eq!(
            ListQuery::parse("search=x&sort=name&order=desc&page=3&page_size=50").file_query(),
            "search=x&sort=name&order=desc"
        );
    }
}
