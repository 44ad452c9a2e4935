//! What the list of people is narrowed, sorted and paged by, as it stands in the address: read strictly
//! where it matters and kindly where it does not, and written back for every link of the page.

use domain::{Order, PageRequest, Role, SearchIn, UserFilter, UserSort, UserStatus};
use url::form_urlencoded;

use crate::web::list::{Address, add_once, page_asked, page_pairs};

/// The list that an address asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListQuery {
    /// Who is in it.
    pub filter: UserFilter,
    /// By what it is sorted.
    pub sort: UserSort,
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
        let mut filter = UserFilter::default();
        let (mut sort, mut order) = (UserSort::LastSignIn, None);
        let (mut page, mut size) = (None, None);
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            match name.as_ref() {
                "search" => filter.search = value.chars().take(UserFilter::MAX_SEARCH).collect(),
                "anywhere" if value == "1" => filter.search_in = SearchIn::Anywhere,
                "status" => add_once(
                    &mut filter.statuses,
                    value
                        .parse::<UserStatus>()
                        .ok()
                        .filter(|s| *s != UserStatus::Removed),
                ),
                "role" => add_once(&mut filter.roles, value.parse::<Role>().ok()),
                "department" => add_once(
                    &mut filter.departments,
                    (!value.is_empty()).then(|| domain::text::fold(&value)),
                ),
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
        let mut pairs: Vec<(&str, String)> = vec![("search", self.filter.search.clone())];
        if self.filter.search_in == SearchIn::Anywhere {
            pairs.push(("anywhere", "1".to_owned()));
        }
        pairs.extend(
            self.filter
                .statuses
                .iter()
                .map(|status| ("status", status.to_string())),
        );
        pairs.extend(
            self.filter
                .roles
                .iter()
                .map(|role| ("role", role.to_string())),
        );
        pairs.extend(
            self.filter
                .departments
                .iter()
                .map(|department| ("department", department.clone())),
        );
        if self.sort != UserSort::LastSignIn || self.order != usual_order(self.sort) {
            pairs.push(("sort", self.sort.to_string()));
            pairs.push(("order", self.order.to_string()));
        }
        pairs.extend(page_pairs(self.page));
        Address::new("/users", pairs)
    }

    /// The filter alone, as the form of a bulk action carries it.
    #[must_use]
    pub fn filter_query(&self) -> String {
        let address = self.address();
        ["sort", "order", "page", "page_size"]
            .iter()
            .fold(address, |address, name| address.without(name))
            .query()
    }
}

/// Who signed in last comes first; everything else begins at its beginning.
fn usual_order(sort: UserSort) -> Order {
    match sort {
        UserSort::LastSignIn | UserSort::Created => Order::Descending,
        _ => Order::Ascending,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_read_and_written_back() {
        for query in [
            "",
            "search=anna+b&status=active&status=invited&role=admin&department=sales",
            "search=x&anywhere=1&sort=name&order=desc&page_size=50&page=3",
        ] {
            assert_eq!(ListQuery::parse(query).address().query(), query, "{query}");
        }
    }

    #[test]
    fn nonsense_is_as_if_it_were_not_there() {
        let odd = "status=removed&status=dead&role=god&sort=password&order=up&page=0&page_size=9999&x=1&status=active&status=active";
        assert_eq!(ListQuery::parse(odd).address().query(), "status=active");
    }

    #[test]
    fn a_bulk_action_is_for_every_page() {
        assert_eq!(
            ListQuery::parse("search=x&sort=name&order=desc&page=3").filter_query(),
            "search=x"
        );
    }
}
