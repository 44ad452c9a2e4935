//! What a list shows around its rows: tabs, sort links, filter options, the pager. All of it is links
//! that keep the rest of the address; which rows there are is not known here.

mod pager;
mod paging;

use domain::Order;
pub use pager::{PageLink, Pager};
pub use paging::{add_once, page_asked, page_pairs};

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

#[cfg(test)]
mod tests {
    use super::*;

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
