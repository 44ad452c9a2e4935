//! Tenants put together by what they have in common, and what they pay.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::Tenant;

/// By what tenants are put together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SegmentBy {
    /// Their plan.
    Plan,
    /// How they are kept apart.
    Placement,
    /// The server that they live on.
    Node,
    /// Their state.
    Status,
}

impl SegmentBy {
    /// Each with its word.
    pub const ALL: [(&'static str, Self); 4] = [
        ("plan", Self::Plan),
        ("placement", Self::Placement),
        ("node", Self::Node),
        ("status", Self::Status),
    ];

    /// As it is said.
    #[must_use]
    pub fn word(self) -> &'static str {
        let found = Self::ALL.iter().find(|(_, by)| *by == self);
        found.map_or("", |(word, _)| word)
    }

    fn of(self, tenant: &Tenant) -> String {
        let row = &tenant.row;
        match self {
            Self::Plan => row.plan.clone(),
            Self::Placement => row.placement.clone().unwrap_or_default(),
            Self::Node => row.node.clone().unwrap_or_default(),
            Self::Status => row.status.clone(),
        }
    }
}

/// Tenants with something in common.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Part {
    /// What it is; empty of those that live nowhere yet.
    pub name: String,
    /// How many they are.
    pub tenants: i64,
    /// Their people; each figure is `None` where nothing was measured of any of them.
    pub users: Option<i64>,
    /// Those who used pages.
    pub active: Option<i64>,
    /// Stored bytes.
    pub bytes: Option<i64>,
    /// Calls of the API.
    pub calls: Option<i64>,
}

/// What the tenants of a plan pay a month.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Revenue {
    /// The plan's name.
    pub plan: String,
    /// The currency.
    pub currency: String,
    /// How many of them pay a price that is known.
    pub paying: i64,
    /// All of it, in hundredths.
    pub cents: i64,
    /// How many have a price that was agreed on by itself, which is not known here.
    pub agreed: i64,
}

/// The largest first.
pub(super) fn by(by: SegmentBy, all: &[Tenant]) -> Vec<Part> {
    let mut found: BTreeMap<String, Vec<&Tenant>> = BTreeMap::new();
    for tenant in all {
        found.entry(by.of(tenant)).or_default().push(tenant);
    }
    let parts = found.into_iter().map(|(name, these)| Part {
        name,
        tenants: i64::try_from(these.len()).unwrap_or(i64::MAX),
        users: sum(these.iter().copied(), |one| one.row.users),
        active: sum(these.iter().copied(), |one| one.row.active),
        bytes: sum(these.iter().copied(), |one| one.row.bytes),
        calls: sum(these.iter().copied(), |one| one.row.calls),
    });
    let mut parts: Vec<Part> = parts.collect();
    parts.sort_by_key(|one| Reverse(one.tenants));
    parts
}

/// What is known of them, added up; `None` where nothing is.
pub(super) fn sum<'t>(
    of: impl IntoIterator<Item = &'t Tenant>,
    figure: fn(&Tenant) -> Option<i64>,
) -> Option<i64> {
    of.into_iter()
        .filter_map(figure)
        .reduce(i64::saturating_add)
}

/// By plan and currency, the most first.
pub(super) fn revenue(all: &[Tenant]) -> Vec<Revenue> {
    let mut found: BTreeMap<(String, String), Revenue> = BTreeMap::new();
    for tenant in all {
        let currency = tenant.pays.as_ref().map(|pays| pays.1.clone());
        let key = (tenant.plan_name.clone(), currency.unwrap_or_default());
        let sum = found.entry(key).or_default();
        match &tenant.pays {
            Ok((0, _)) => {}
            Ok((cents, _)) => {
                sum.paying += 1;
                sum.cents = sum.cents.saturating_add(*cents);
            }
            Err(_) => sum.agreed += 1,
        }
    }
    let named = found.into_iter().map(|((plan, currency), sum)| Revenue {
        plan,
        currency,
        ..sum
    });
    let mut all: Vec<Revenue> = named
        .filter(|one| one.paying > 0 || one.agreed > 0)
        .collect();
    all.sort_by_key(|one| Reverse(one.cents));
    all
}
