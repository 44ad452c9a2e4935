//! Whose part of something was how much: people and keys by their names, routes by their patterns.

use std::collections::HashMap;

use domain::{KeyId, Meter, Sharer, Steps, TenantId, TimeZone, UserId};
use store::{PlatformTx, StoreError, TenantTx, keys, users};

/// How many are named of each kind.
const MOST: i64 = 10;

/// A part that somebody had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sharing {
    /// A person's or key's id, or a route's pattern.
    pub who: String,
    /// The name as shown; the pattern of a route. `None` of whoever is not there any more.
    pub name: Option<String>,
    /// How much.
    pub amount: i64,
}

/// Who had the greatest parts of calls and pages. They are kept by days: of hours it is the days on which these lie.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Shares {
    /// Calls, by key.
    pub calls_by_key: Vec<Sharing>,
    /// Calls, by route.
    pub calls_by_endpoint: Vec<Sharing>,
    /// Pages, by person.
    pub pages_by_user: Vec<Sharing>,
    /// Pages, by route.
    pub pages_by_endpoint: Vec<Sharing>,
    /// How many people used pages.
    pub people: i64,
    /// How many keys were used.
    pub keys: i64,
}

/// Reads them. People and keys have no names yet: those are in the tenant, see [`name`].
///
/// # Errors
/// The database's.
pub fn shares(
    tx: &mut PlatformTx<'_>,
    tenant: TenantId,
    steps: Steps,
    zone: TimeZone,
) -> Result<Shares, StoreError> {
    let days = steps.days(zone);
    let mut of = |meter: &Meter, kind: Sharer| {
        let rows = tx.usage_shares(tenant, meter, kind, days, MOST)?;
        let shares = rows.into_iter().map(|share| Sharing {
            name: (kind == Sharer::Endpoint).then(|| share.who.clone()),
            who: share.who,
            amount: share.amount,
        });
        Ok::<Vec<Sharing>, StoreError>(shares.collect())
    };
    Ok(Shares {
        calls_by_key: of(&Meter::API_CALLS, Sharer::Key)?,
        calls_by_endpoint: of(&Meter::API_CALLS, Sharer::Endpoint)?,
        pages_by_user: of(&Meter::PAGE_VIEWS, Sharer::User)?,
        pages_by_endpoint: of(&Meter::PAGE_VIEWS, Sharer::Endpoint)?,
        people: tx.count_sharers(tenant, &Meter::PAGE_VIEWS, Sharer::User, days)?,
        keys: tx.count_sharers(tenant, &Meter::API_CALLS, Sharer::Key, days)?,
    })
}

/// Gives people and keys their names.
///
/// # Errors
/// The database's.
pub fn name<P>(tx: &mut TenantTx<'_, P>, shares: &mut Shares) -> Result<(), StoreError> {
    let ids = |of: &[Sharing]| of.iter().map(|share| share.who.clone()).collect::<Vec<_>>();
    let people: Vec<UserId> = parsed(&ids(&shares.pages_by_user));
    let people = users::names(tx, &people)?.into_iter();
    let people: HashMap<String, String> = people
        .map(|(id, name)| (id.to_string(), name.to_string()))
        .collect();
    let used: Vec<KeyId> = parsed(&ids(&shares.calls_by_key));
    let used = keys::names(tx, &used)?.into_iter();
    let used: HashMap<String, String> = used.map(|(id, name)| (id.to_string(), name)).collect();
    for share in &mut shares.pages_by_user {
        share.name = people.get(&share.who).cloned();
    }
    for share in &mut shares.calls_by_key {
        share.name = used.get(&share.who).cloned();
    }
    Ok(())
}

fn parsed<T: std::str::FromStr>(ids: &[String]) -> Vec<T> {
    ids.iter().filter_map(|id| id.parse().ok()).collect()
}
