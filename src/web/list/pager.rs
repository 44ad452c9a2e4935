//! The line below a list: which rows these are, the pages around this one, how many rows a page has.

use domain::Pagination;

use super::Address;
use crate::web::format::Format;

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
        let hidden = address
            .without("page")
            .without("page_size")
            .pairs()
            .to_vec();
        Self {
            told,
            previous: (page > 1).then(|| href(page - 1)),
            next: (page < last).then(|| href(page + 1)),
            pages,
            size,
            sizes,
            action: address.path().to_owned(),
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
    use domain::{Locale, PageRequest, TimeZone, Writing};

    use super::*;

    fn pager(page: u32, total: i64) -> Pager {
        let address = Address::new("/users", [("q", "a&b"), ("page", "9"), ("role", "")]);
        let totals = PageRequest::new(page, 25).unwrap().answer(total);
        Pager::new(
            &address,
            &totals,
            &Format::new(
                Writing::of(Locale::EnGb, TimeZone::UTC),
                DateTime::UNIX_EPOCH,
            ),
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
}
