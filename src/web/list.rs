//! What a list shows around its rows: tabs, sort links, filter options, the pager. All of it is links
//! that keep the rest of the address; which rows there are is not known here.

use domain::{Order, Pagination};

use super::format::Format;

/// A tab above a list.
#[derive(Debug, Clone)]
pub struct Tab {
    /// What it says.
    pub label: String,
    /// Where it leads.
    pub href: String,
    /// How many there are, written; empty for no number.
    pub count: String,
    /// Whether it is the one shown.
    pub current: bool,
}

/// One check box of a filter.
#[derive(Debug, Clone)]
pub struct FilterOption {
    /// What is sent.
    pub value: String,
    /// What is read.
    pub label: String,
    /// Whether it is chosen.
    pub checked: bool,
}

/// What a filter's chip says: the one that is chosen, or `any of 3`; empty for none.
#[must_use]
pub fn chosen(options: &[FilterOption]) -> String {
    let mut on = options.iter().filter(|option| option.checked);
    match (on.next(), on.count()) {
        (None, _) => String::new(),
        (Some(one), 0) => one.label.clone(),
        (Some(_), more) => format!("any of {}", more + 1),
    }
}

/// The link of a column's head.
#[derive(Debug, Clone)]
pub struct Sort {
    /// Where a press leads: the other direction, or this column.
    pub href: String,
    /// `none`, `ascending` or `descending`.
    pub direction: &'static str,
}

/// An address with its query: what a list is filtered, sorted and paged by.
#[derive(Debug, Clone)]
pub struct Address {
    path: String,
    pairs: Vec<(String, String)>,
}

impl Address {
    /// The list at this path, with these pairs in its query. Empty values are left out.
    #[must_use]
    pub fn new<K: Into<String>, V: Into<String>>(
        path: impl Into<String>,
        pairs: impl IntoIterator<Item = (K, V)>,
    ) -> Self {
        let pairs = pairs.into_iter().map(|(k, v)| (k.into(), v.into()));
        Self {
            path: path.into(),
            pairs: pairs.filter(|(_, value)| !value.is_empty()).collect(),
        }
    }

    /// The same address with one name set to one value; an empty value takes it out.
    #[must_use]
    pub fn with(&self, name: &str, value: &str) -> Self {
        let mut next = self.without(name);
        if !value.is_empty() {
            next.pairs.push((name.to_owned(), value.to_owned()));
        }
        next
    }

    /// The same address without this name.
    #[must_use]
    pub fn without(&self, name: &str) -> Self {
        let kept = self.pairs.iter().filter(|(known, _)| known != name);
        Self {
            path: self.path.clone(),
            pairs: kept.cloned().collect(),
        }
    }

    /// The path alone.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The pairs, for hidden fields.
    #[must_use]
    pub fn pairs(&self) -> &[(String, String)] {
        &self.pairs
    }

    /// The query alone, `q=anna&role=admin`.
    #[must_use]
    pub fn query(&self) -> String {
        url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(&self.pairs)
            .finish()
    }

    /// Path and query.
    #[must_use]
    pub fn href(&self) -> String {
        let query = self.query();
        if query.is_empty() {
            self.path.clone()
        } else {
            format!("{}?{query}", self.path)
        }
    }

    /// The head of a column: `sort` and `order` in the query, back to page one.
    #[must_use]
    pub fn sort(&self, column: &str, current: &str, order: Order) -> Sort {
        let here = column == current;
        let (direction, next) = match (here, order) {
            (false, _) => ("none", "asc"),
            (true, Order::Ascending) => ("ascending", "desc"),
            (true, Order::Descending) => ("descending", "asc"),
        };
        let href = self
            .without("page")
            .with("sort", column)
            .with("order", next)
            .href();
        Sort { href, direction }
    }
}

/// A number of the pager, or the gap between two.
#[derive(Debug, Clone)]
pub struct PageLink {
    /// What it says.
    pub label: String,
    /// Where it leads; empty for a gap.
    pub href: String,
    /// Whether it is the page shown.
    pub current: bool,
}

/// The line below a list.
#[derive(Debug, Clone)]
pub struct Pager {
    /// `1–25 of 245`
    pub told: String,
    /// The page before.
    pub previous: Option<String>,
    /// The page after.
    pub next: Option<String>,
    /// First, last, and those around this one.
    pub pages: Vec<PageLink>,
    /// Rows on a page.
    pub size: u32,
    /// What else may be chosen.
    pub sizes: Vec<u32>,
    /// Where the choice of rows is sent.
    pub action: String,
    /// What must stay in the address when rows are chosen.
    pub hidden: Vec<(String, String)>,
}

impl Pager {
    /// The pager of the list at this address. A page past the end counts as the last.
    #[must_use]
    pub fn new(address: &Address, totals: &Pagination, format: &Format) -> Self {
        let size = totals.page_size.max(1);
        let total = u64::try_from(totals.total_count).unwrap_or_default();
        let last = u32::try_from(totals.total_pages.max(1)).unwrap_or(u32::MAX);
        let page = totals.page.clamp(1, last);
        let href = |n: u32| {
            address
                .with("page", &if n > 1 { n.to_string() } else { String::new() })
                .href()
        };
        let count = |n: u64| format.count(i64::try_from(n).unwrap_or(i64::MAX));
        let first_row = u64::from(page - 1) * u64::from(size) + 1;
        let told = if total == 0 {
            "None".to_owned()
        } else {
            format!(
                "{}–{} of {}",
                count(first_row),
                count((first_row - 1 + u64::from(size)).min(total)),
                count(total)
            )
        };
        let link = |n: u32| PageLink {
            label: count(u64::from(n)),
            href: href(n),
            current: n == page,
        };
        let gap = || PageLink {
            label: String::new(),
            href: String::new(),
            current: false,
        };
        let mut pages = Vec::new();
        let mut before = 0;
        for n in shown(page, last) {
            if n > before + 1 {
                pages.push(if n == before + 2 { link(n - 1) } else { gap() });
            }
            pages.push(link(n));
            before = n;
        }
        let sizes = if total > 25 {
            vec![25, 50, 100, 200]
        } else {
            Vec::new()
        };
        let hidden = address.without("page").without("page_size").pairs;
        Self {
            told,
            previous: (page > 1).then(|| href(page - 1)),
            next: (page < last).then(|| href(page + 1)),
            pages,
            size,
            sizes,
            action: address.path.clone(),
            hidden,
        }
    }
}

/// First, last, and one to each side.
fn shown(page: u32, last: u32) -> Vec<u32> {
    let mut list = vec![1];
    list.extend(page.saturating_sub(1).max(2)..=page.saturating_add(1).min(last));
    if page <= 2 {
        list.extend((3..=3.min(last)).filter(|_| last >= 3));
    }
    list.push(last);
    list.sort_unstable();
    list.dedup();
    list
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failed test should say where")]

    use chrono::DateTime;
    use domain::{Locale, PageRequest, TimeZone};

    use super::*;

    fn pager(page: u32, total: i64) -> Pager {
        let address = Address::new("/users", [("q", "a&b"), ("page", "9"), ("role", "")]);
        let totals = PageRequest::new(page, 25).unwrap().answer(total);
        Pager::new(
            &address,
            &totals,
            &Format::new(Locale::EnGb, TimeZone::UTC, DateTime::UNIX_EPOCH),
        )
    }

    fn labels(pager: &Pager) -> Vec<&str> {
        pager
            .pages
            .iter()
            .map(|page| {
                if page.href.is_empty() {
                    "…"
                } else {
                    &page.label
                }
            })
            .collect()
    }

    #[test]
    fn the_pager_shows_the_ends_and_what_is_near() {
        assert_eq!(labels(&pager(1, 500)), ["1", "2", "3", "…", "20"]);
        assert_eq!(
            labels(&pager(10, 500)),
            ["1", "…", "9", "10", "11", "…", "20"]
        );
        assert_eq!(labels(&pager(4, 500)), ["1", "2", "3", "4", "5", "…", "20"]);
        assert_eq!(labels(&pager(20, 500)), ["1", "…", "19", "20"]);
        assert_eq!(labels(&pager(1, 3)), ["1"]);
        assert_eq!(labels(&pager(1, 26)), ["1", "2"]);
    }

    #[test]
    fn the_pager_says_which_rows_and_stays_inside() {
        assert_eq!(pager(1, 245).told, "1–25 of 245");
        assert_eq!(pager(99, 245).told, "226–245 of 245");
        assert_eq!(pager(1, 0).told, "None");
        assert_eq!(pager(2, 245).previous.as_deref(), Some("/users?q=a%26b"));
        assert_eq!(pager(2, 245).next.as_deref(), Some("/users?q=a%26b&page=3"));
        assert_eq!(pager(2, 245).hidden, [("q".to_owned(), "a&b".to_owned())]);
    }

    #[test]
    fn a_second_press_on_a_column_turns_it_round() {
        let address = Address::new("/users", [("page", "3")]);
        let first = address.sort("name", "email", Order::Ascending);
        assert_eq!(
            (first.href.as_str(), first.direction),
            ("/users?sort=name&order=asc", "none")
        );
        let again = address.sort("name", "name", Order::Ascending);
        assert_eq!(
            (again.href.as_str(), again.direction),
            ("/users?sort=name&order=desc", "ascending")
        );
    }

    #[test]
    fn a_chip_says_what_is_chosen() {
        let option = |label: &str, checked| FilterOption {
            value: String::new(),
            label: label.into(),
            checked,
        };
        assert_eq!(chosen(&[option("Admin", false)]), "");
        assert_eq!(
            chosen(&[option("Admin", true), option("Owner", false)]),
            "Admin"
        );
        assert_eq!(
            chosen(&[option("Admin", true), option("Owner", true)]),
            "any of 2"
        );
    }
}
