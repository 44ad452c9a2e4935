//! What the address of the page asks for, and the address of what was asked for.

use domain::{Order, Period};
use serde::Deserialize;
use services::comparison::{SegmentBy, SortBy, Wish};

use crate::web::list::{Address, page_asked, page_pairs};

/// Spans that are looked at.
pub(super) const SPANS: [Period; 3] = [Period::Week, Period::Month, Period::Quarter];

/// What an address asks for; what cannot be read is as if it were not there.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Asked {
    period: Option<String>,
    search: Option<String>,
    by: Option<String>,
    sort: Option<String>,
    order: Option<String>,
    page: Option<u32>,
    page_size: Option<u32>,
}

impl Asked {
    pub(super) fn wish(&self) -> Wish {
        let period = self.period.as_deref().map(Period::parse);
        let period = period.and_then(Result::ok);
        let by = SegmentBy::ALL
            .iter()
            .find(|(word, _)| Some(*word) == self.by.as_deref());
        let sort = SortBy::ALL
            .iter()
            .find(|(word, _)| Some(*word) == self.sort.as_deref());
        let search: String = self
            .search
            .iter()
            .flat_map(|text| text.chars())
            .take(200)
            .collect();
        Wish {
            tenants: None,
            search,
            period: period
                .filter(|period| SPANS.contains(period))
                .unwrap_or(Period::Month),
            segment: Some(by.map_or(SegmentBy::Plan, |(_, by)| *by)),
            sort: sort.map_or(SortBy::Users, |(_, sort)| *sort),
            order: match self.order.as_deref() {
                Some("asc") => Order::Ascending,
                _ => Order::Descending,
            },
            page: page_asked(self.page, self.page_size),
        }
    }
}

/// What the page was asked for, without what is usual.
pub(super) fn address(wish: &Wish) -> Address {
    let usual = |word: &str, is_usual: bool| match is_usual {
        true => String::new(),
        false => word.to_owned(),
    };
    let by = wish.segment.unwrap_or(SegmentBy::Plan);
    let sorted = (wish.sort, wish.order) != (SortBy::Users, Order::Descending);
    let order = match wish.order {
        Order::Ascending => "asc",
        Order::Descending => "desc",
    };
    let pairs = [
        (
            "period",
            usual(&wish.period.to_string(), wish.period == Period::Month),
        ),
        ("search", wish.search.clone()),
        ("by", usual(by.word(), by == SegmentBy::Plan)),
        ("sort", usual(wish.sort.word(), !sorted)),
        ("order", usual(order, !sorted)),
    ];
    Address::new("/analytics", pairs.into_iter().chain(page_pairs(wish.page)))
}
