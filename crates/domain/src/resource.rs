//! What is limited: its key, how it is counted, and in which span of time. Which resources there are is data: six
//! come with the product, a vendor registers more.

use std::collections::BTreeMap;

use crate::column::{text_column, text_conversions, text_enum};

/// The most that can be asked for, counted or allowed of anything: beyond it lies no resource that is counted one by one.
pub const MOST: i64 = 1_000_000_000_000;

/// Why a text is no resource's key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("Begin with a letter and go on with small letters, digits and _, at most 40 together.")]
pub struct NotAResource;

/// By which a resource is named: `api_calls_per_day`.
#[derive(
    Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, diesel::AsExpression, diesel::FromSqlRow,
)]
#[diesel(sql_type = diesel::sql_types::Text)]
pub struct ResourceKey(String);

text_column!(ResourceKey);
text_conversions!(ResourceKey, NotAResource);

impl ResourceKey {
    /// The key that is written so.
    ///
    /// # Errors
    /// [`NotAResource`].
    pub fn parse(text: &str) -> Result<Self, NotAResource> {
        let letters = |text: &str| {
            text.bytes()
                .all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_'))
        };
        let begins = text.as_bytes().first().is_some_and(u8::is_ascii_lowercase);
        if begins && text.len() <= 40 && letters(text) {
            Ok(Self(text.to_owned()))
        } else {
            Err(NotAResource)
        }
    }

    fn stored(text: String) -> Result<Self, NotAResource> {
        Self::parse(&text)
    }

    /// As it is written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

text_enum! {
    /// How a resource is counted.
    pub enum ResourceKind {
        /// What is used up in a span of time and begins anew with the next: calls, transactions.
        Counter = "counter",
        /// How many there are: people, integrations. It goes up and down by what is taken and given back.
        Level = "level",
        /// What somebody measures: stored bytes, connections. It is as it was said last.
        Gauge = "gauge",
    }
}

impl ResourceKind {
    /// As it is explained.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Counter => "Used up, and begins anew",
            Self::Level => "How many there are",
            Self::Gauge => "As it was measured last",
        }
    }
}

/// Something that tenants use and that is limited.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resource {
    /// By which it is named.
    pub key: ResourceKey,
    /// As it is shown: `API calls a day`.
    pub name: String,
    /// What is counted: `calls`, `GB`.
    pub unit: String,
    /// How it is counted.
    pub kind: ResourceKind,
    /// For a counter, the span after which it begins anew.
    pub window: Option<crate::Window>,
    /// What may be used beyond the limit for a while, in hundredths of it.
    pub grace_percent: i32,
    /// For how long.
    pub grace_days: i32,
    /// What a tenant may have whose plan says nothing; `None` where nothing is limited then.
    pub default_limit: Option<i64>,
    /// Whether it comes with the product.
    pub built_in: bool,
}

/// The limit of a resource as a placement keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    /// Which resource.
    pub resource: ResourceKey,
    /// How it is counted.
    pub kind: ResourceKind,
    /// For a counter, the span after which it begins anew.
    pub window: Option<crate::Window>,
    /// What was agreed on; `i64::MAX` where nothing is limited.
    pub limit: i64,
    /// How much is let through beyond that, for a while.
    pub grace: i64,
    /// For how long.
    pub grace_days: i32,
}

impl Resource {
    /// The resource's limit, with its grace, where this many are agreed on.
    #[must_use]
    pub fn term(&self, agreed: Option<i64>) -> Term {
        let limit = agreed.or(self.default_limit);
        let beyond = |limit: i64| i128::from(limit) * i128::from(self.grace_percent) / 100;
        let grace = limit
            .filter(|_| self.grace_days > 0)
            .map_or(0, |limit| i64::try_from(beyond(limit)).unwrap_or(MOST));
        Term {
            resource: self.key.clone(),
            kind: self.kind,
            window: self.window,
            limit: limit.unwrap_or(i64::MAX),
            grace,
            grace_days: self.grace_days,
        }
    }
}

/// What holds for a tenant: its own numbers, and else the plan's.
#[must_use]
pub fn in_force(
    plan: &BTreeMap<String, i64>,
    own: &BTreeMap<String, i64>,
) -> BTreeMap<String, i64> {
    let mut all = plan.clone();
    all.extend(own.iter().map(|(key, limit)| (key.clone(), *limit)));
    all
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    fn calls(grace_percent: i32, grace_days: i32) -> Resource {
        Resource {
            key: ResourceKey::parse("api_calls_per_day").unwrap(),
            name: "API calls a day".to_owned(),
            unit: "calls".to_owned(),
            kind: ResourceKind::Counter,
            window: Some(crate::Window::Day),
            grace_percent,
            grace_days,
            default_limit: None,
            built_in: true,
        }
    }

    #[test]
    fn a_key_is_small_letters_digits_and_lines() {
        for good in ["users", "a", "x9_y", &"a".repeat(40)] {
            assert_eq!(ResourceKey::parse(good).unwrap().as_str(), good);
        }
        for bad in ["", "9a", "_a", "Users", "a b", "a-b", "ü", &"a".repeat(41)] {
            assert!(ResourceKey::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn grace_is_beyond_the_limit_and_only_for_days() {
        let grace = |percent, days, limit| calls(percent, days).term(limit).grace;
        assert_eq!(grace(10, 7, Some(1000)), 100);
        assert_eq!(grace(10, 0, Some(1000)), 0);
        assert_eq!(grace(0, 7, Some(1000)), 0);
        assert_eq!(grace(50, 7, Some(1)), 0);
        assert_eq!(grace(50, 7, Some(0)), 0);
        assert_eq!(grace(100, 7, None), 0);
    }

    #[test]
    fn a_number_of_its_own_goes_before_the_plans() {
        let of = |pairs: &[(&str, i64)]| {
            pairs
                .iter()
                .map(|(key, n)| ((*key).to_owned(), *n))
                .collect()
        };
        let all = in_force(
            &of(&[("users", 5), ("storage_gb", 10)]),
            &of(&[("users", 7)]),
        );
        assert_eq!(all, of(&[("users", 7), ("storage_gb", 10)]));
    }
}
