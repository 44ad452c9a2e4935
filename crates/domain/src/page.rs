//! Paging and sorting as asked for in a URL, and the totals that answer it. What can be sorted by
//! is each list's own enumeration.

use serde::Serialize;

use crate::column::text_enum;

/// Which page of a list, and how long the pages are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PageRequest {
    page: u32,
    size: u32,
}

/// Why a page cannot be asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PageError {
    /// Not a whole number from 1.
    #[error("The page is a whole number from 1 to {}.", PageRequest::MAX_PAGE)]
    Page,
    /// Not a whole number from 1 to 200.
    #[error("The page size is a whole number from 1 to {}.", PageRequest::MAX_SIZE)]
    Size,
}

impl PageRequest {
    /// The most rows of one page.
    pub const MAX_SIZE: u32 = 200;
    /// The last page that can be asked for.
    pub const MAX_PAGE: u32 = 1_000_000;
    /// The rows of a page where nothing is said.
    pub const DEFAULT_SIZE: u32 = 50;

    /// A page by its numbers.
    pub fn new(page: u32, size: u32) -> Result<Self, PageError> {
        if !(1..=Self::MAX_PAGE).contains(&page) {
            return Err(PageError::Page);
        }
        if !(1..=Self::MAX_SIZE).contains(&size) {
            return Err(PageError::Size);
        }
        Ok(Self { page, size })
    }

    /// A page by `page` and `page_size` of a URL; what is missing or empty takes its default.
    pub fn parse(page: Option<&str>, size: Option<&str>) -> Result<Self, PageError> {
        let number = |text: Option<&str>, default: u32, error: PageError| match text {
            None | Some("") => Ok(default),
            Some(text) => text.parse().map_err(|_| error),
        };
        Self::new(
            number(page, 1, PageError::Page)?,
            number(size, Self::DEFAULT_SIZE, PageError::Size)?,
        )
    }

    /// The page's number, from 1.
    #[must_use]
    pub const fn page(self) -> u32 {
        self.page
    }

    /// The most rows of this page.
    #[must_use]
    pub const fn size(self) -> u32 {
        self.size
    }

    /// `LIMIT`.
    #[must_use]
    pub fn limit(self) -> i64 {
        i64::from(self.size)
    }

    /// `OFFSET`.
    #[must_use]
    pub fn offset(self) -> i64 {
        (i64::from(self.page) - 1) * i64::from(self.size)
    }

    /// Which rows of a list of so many this page is, read from the end that is nearer.
    #[must_use]
    pub fn span(self, total_count: i64) -> Span {
        let (offset, limit) = (self.offset(), self.limit());
        let after = total_count - offset;
        if after >= offset || after <= 0 {
            return Span {
                offset,
                limit,
                from_the_end: false,
            };
        }
        let limit = limit.min(after);
        Span {
            offset: after - limit,
            limit,
            from_the_end: true,
        }
    }

    /// The totals beside the rows, for a list of so many.
    #[must_use]
    pub fn answer(self, total_count: i64) -> Pagination {
        let total_count = total_count.max(0);
        let size = i64::from(self.size);
        let total_pages = total_count.saturating_add(size - 1) / size;
        let page = i64::from(self.page);
        Pagination {
            page: self.page,
            page_size: self.size,
            total_count,
            total_pages,
            has_next: page < total_pages,
            has_prev: page > 1,
        }
    }
}

/// Rows of a list: the last page is as near as the first one when it is read from its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// The rows that are stepped over.
    pub offset: i64,
    /// The most rows that are read.
    pub limit: i64,
    /// Whether they are counted from the last one, in the order turned round.
    pub from_the_end: bool,
}

impl Default for PageRequest {
    fn default() -> Self {
        Self {
            page: 1,
            size: Self::DEFAULT_SIZE,
        }
    }
}

/// The totals of a paged list, as the API names them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Pagination {
    /// This page, from 1.
    pub page: u32,
    /// The most rows of a page.
    pub page_size: u32,
    /// The rows of the whole list.
    pub total_count: i64,
    /// The pages of the whole list; 0 where it is empty.
    pub total_pages: i64,
    /// Whether a page follows.
    pub has_next: bool,
    /// Whether a page came before.
    pub has_prev: bool,
}

impl Pagination {
    /// The page that was asked for, or the last one when it is past the end.
    #[must_use]
    pub fn held(&self, asked: PageRequest) -> PageRequest {
        let last = u32::try_from(self.total_pages.max(1)).unwrap_or(u32::MAX);
        if asked.page() > last {
            PageRequest::new(last, asked.size()).unwrap_or(asked)
        } else {
            asked
        }
    }

    /// The number of the page's first row, from 1; 0 where the page is empty.
    #[must_use]
    pub fn first(&self) -> i64 {
        let first = (i64::from(self.page) - 1) * i64::from(self.page_size) + 1;
        if first > self.total_count { 0 } else { first }
    }

    /// The number of the page's last row; 0 where the page is empty.
    #[must_use]
    pub fn last(&self) -> i64 {
        if self.first() == 0 {
            return 0;
        }
        self.total_count
            .min(i64::from(self.page) * i64::from(self.page_size))
    }
}

text_enum! {
    /// The direction of a sorted list.
    pub enum Order {
        /// The smallest or earliest first.
        Ascending = "asc",
        /// The greatest or latest first.
        Descending = "desc",
    }
}

impl Order {
    /// The other direction, for a heading that is pressed again.
    #[must_use]
    pub const fn reverse(self) -> Self {
        match self {
            Self::Ascending => Self::Descending,
            Self::Descending => Self::Ascending,
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn missing_numbers_take_their_defaults() {
        assert_eq!(
            PageRequest::parse(None, Some("")),
            Ok(PageRequest::default())
        );
        let third = PageRequest::parse(Some("3"), Some("20")).unwrap();
        assert_eq!((third.limit(), third.offset()), (20, 40));
    }

    #[test]
    fn wrong_numbers_are_refused_in_words() {
        for wrong in ["0", "-1", "1e309", "NaN", "1000001", "x", " 1"] {
            assert_eq!(
                PageRequest::parse(Some(wrong), None),
                Err(PageError::Page),
                "{wrong}"
            );
        }
        for wrong in ["0", "201", "4294967296"] {
            assert_eq!(
                PageRequest::parse(None, Some(wrong)),
                Err(PageError::Size),
                "{wrong}"
            );
        }
        assert_eq!(
            PageError::Size.to_string(),
            "The page size is a whole number from 1 to 200."
        );
    }

    #[test]
    fn the_answer_has_the_names_of_the_api() {
        let answer = PageRequest::new(5, 50).unwrap().answer(245);
        let json = serde_json::json!({"page": 5, "page_size": 50, "total_count": 245,
            "total_pages": 5, "has_next": false, "has_prev": true});
        assert_eq!(serde_json::to_value(answer).unwrap(), json);
        assert_eq!((answer.first(), answer.last()), (201, 245));
        let empty = PageRequest::default().answer(0);
        assert_eq!((empty.total_pages, empty.first(), empty.last()), (0, 0, 0));
    }

    proptest! {
        #[test]
        fn a_page_is_the_same_from_either_end(size in 1u32..=200, total in 1i64..5_000, page in 1u32..60) {
            let page = PageRequest::new(page, size).unwrap();
            let rows: Vec<i64> = (0..total).collect();
            let span = page.span(total);
            let read = |rows: Vec<i64>, offset: i64, limit: i64| -> Vec<i64> {
                let rows = rows.into_iter().skip(usize::try_from(offset).unwrap());
                rows.take(usize::try_from(limit).unwrap()).collect()
            };
            let expected = read(rows.clone(), page.offset(), page.limit());
            let mut found = if span.from_the_end {
                read(rows.into_iter().rev().collect(), span.offset, span.limit)
            } else {
                read(rows, span.offset, span.limit)
            };
            if span.from_the_end {
                found.reverse();
                prop_assert!(span.offset <= total / 2);
            }
            prop_assert_eq!(found, expected);
        }

        #[test]
        fn the_pages_cover_the_list_once(size in 1u32..=200, total in 0i64..5_000) {
            let mut next = 1;
            let mut page = 1;
            loop {
                let answer = PageRequest::new(page, size).unwrap().answer(total);
                if total > 0 {
                    prop_assert_eq!(answer.first(), next);
                    next = answer.last() + 1;
                }
                if !answer.has_next {
                    break;
                }
                page += 1;
            }
            prop_assert_eq!(next, total + 1);
        }
    }
}
