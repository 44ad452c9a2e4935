//! Who used pages lately, as this process saw it: how many people are here at once, and how long each of them stays.

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};
use domain::TenantId;

/// Who was seen within this is here.
const HERE: TimeDelta = TimeDelta::minutes(5);
/// Who is seen again after this begins anew.
const AWAY: TimeDelta = TimeDelta::minutes(30);
/// How many people are remembered at most.
const MOST: usize = 200_000;

/// See the module.
#[derive(Debug, Default)]
pub(super) struct Presence {
    tenants: HashMap<TenantId, HashMap<String, DateTime<Utc>>>,
    people: usize,
    cleared_at: DateTime<Utc>,
}

/// What one page says.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Seen {
    /// Whether a stay begins with it.
    pub(super) begins: bool,
    /// By how many seconds it makes a stay longer.
    pub(super) seconds: i64,
    /// How many are here, where it may be more than before.
    pub(super) at_once: Option<i64>,
}

impl Presence {
    pub(super) fn see(&mut self, tenant: TenantId, person: &str, at: DateTime<Utc>) -> Seen {
        if at - self.cleared_at >= HERE || at < self.cleared_at {
            self.clear(at);
        }
        let people = self.tenants.entry(tenant).or_default();
        let before = people.get(person).copied();
        let gap = before.map_or(TimeDelta::MAX, |before| at - before);
        if before.is_some() || self.people < MOST {
            people.insert(
                person.to_owned(),
                before.map_or(at, |before| before.max(at)),
            );
            self.people += usize::from(before.is_none());
        }
        let here = people.values().filter(|seen| at - **seen < HERE);
        Seen {
            begins: gap >= AWAY,
            seconds: if gap < AWAY {
                gap.num_seconds().max(0)
            } else {
                0
            },
            at_once: (gap >= HERE).then(|| i64::try_from(here.count()).unwrap_or(i64::MAX)),
        }
    }

    fn clear(&mut self, at: DateTime<Utc>) {
        self.cleared_at = at;
        for people in self.tenants.values_mut() {
            people.retain(|_, seen| at - *seen < AWAY);
        }
        self.tenants.retain(|_, people| !people.is_empty());
        self.people = self.tenants.values().map(HashMap::len).sum();
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use uuid::Uuid;

    use super::*;

    fn minute(minute: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000 + 60 * minute, 0).unwrap()
    }

    #[test]
    fn a_stay_goes_on_until_half_an_hour_passes() {
        let (mut presence, tenant) = (Presence::default(), TenantId::from_uuid(Uuid::nil()));
        let mut see = |at| presence.see(tenant, "anna", minute(at));
        let seen = |begins, seconds, at_once| Seen {
            begins,
            seconds,
            at_once,
        };
        assert_eq!(see(0), seen(true, 0, Some(1)));
        assert_eq!(see(4), seen(false, 240, None));
        assert_eq!(see(24), seen(false, 1_200, Some(1)));
        assert_eq!(see(54), seen(true, 0, Some(1)));
    }

    #[test]
    fn who_was_here_five_minutes_ago_is_not_here_and_tenants_are_counted_apart() {
        let (one, other) = (
            TenantId::from_uuid(Uuid::nil()),
            TenantId::from_uuid(Uuid::max()),
        );
        let mut presence = Presence::default();
        let mut see = |tenant, who, at| presence.see(tenant, who, minute(at)).at_once;
        assert_eq!(see(one, "anna", 0), Some(1));
        assert_eq!(see(one, "ben", 1), Some(2));
        assert_eq!(see(other, "carl", 1), Some(1));
        assert_eq!(see(one, "dora", 5), Some(2));
        assert_eq!(see(one, "dora", 90), Some(1));
        assert_eq!(presence.people, 1);
    }
}
