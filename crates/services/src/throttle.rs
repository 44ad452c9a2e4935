//! How often something may be tried: by account, by network, by a device that is known. Counted before
//! the work, so that what is counted is what it costs.

use std::net::{IpAddr, Ipv6Addr};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use domain::{EmailAddress, StaffId, TokenHash, UserId};
use store::throttles::Count;
use store::{PlatformTx, StoreError, TenantTx, staff, throttles};

/// Something that is counted, and how often it may happen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limit {
    key: String,
    hits: i32,
    window: TimeDelta,
}

/// The limits of everything that a stranger can try. The defaults are the product's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Wrong passwords for one account.
    pub per_account: i32,
    /// Tries from one network: 256 addresses of IPv4, one customer's of IPv6.
    pub per_network: i32,
    /// Letters for one address.
    pub letters: i32,
    /// The time in which they count.
    pub window: TimeDelta,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            per_account: 10,
            per_network: 50,
            letters: 5,
            window: TimeDelta::minutes(15),
        }
    }
}

impl Limits {
    fn limit(&self, key: String, hits: i32) -> Limit {
        Limit {
            key,
            hits,
            window: self.window,
        }
    }

    /// Passwords tried for this address, whether it has an account or not.
    #[must_use]
    pub fn account(&self, email: &EmailAddress) -> Limit {
        self.limit(format!("account:{}", email.folded()), self.per_account)
    }

    /// Passwords tried on a device that this person signed in with before: strangers do not use it up.
    #[must_use]
    pub fn device(&self, user: UserId, device: &TokenHash) -> Limit {
        let name = data_encoding::HEXLOWER.encode(device.as_bytes());
        self.limit(format!("device:{user}:{name}"), self.per_account)
    }

    /// Anything tried from the network of this address.
    #[must_use]
    pub fn network(&self, address: IpAddr) -> Limit {
        self.limit(format!("network:{}", network(address)), self.per_network)
    }

    /// Sessions of other tenants shown from this network: told once a window.
    #[must_use]
    pub fn foreign(&self, address: IpAddr) -> Limit {
        self.limit(format!("foreign:{}", network(address)), 1)
    }

    /// Letters asked for by strangers for this address.
    #[must_use]
    pub fn letters(&self, email: &EmailAddress) -> Limit {
        self.limit(format!("letters:{}", email.folded()), self.letters)
    }

    /// Passwords tried on a device that this person of the staff signed in with before.
    #[must_use]
    pub fn staff_device(&self, staff: StaffId, device: &TokenHash) -> Limit {
        let name = data_encoding::HEXLOWER.encode(device.as_bytes());
        self.limit(format!("device:{staff}:{name}"), self.per_account)
    }

    /// The own password of somebody of the staff, asked for once more.
    #[must_use]
    pub fn own_staff_password(&self, staff: StaffId) -> Limit {
        self.limit(format!("password:{staff}"), self.per_account)
    }

    /// Sign-ups from the network of this address; apart from staff who sign in from there.
    #[must_use]
    pub fn sign_ups(&self, address: IpAddr) -> Limit {
        self.limit(
            format!("sign_up:network:{}", network(address)),
            self.per_network,
        )
    }

    /// Letters about a sign-up to this address.
    #[must_use]
    pub fn sign_up_letters(&self, email: &EmailAddress) -> Limit {
        self.limit(format!("sign_up:letters:{}", email.folded()), self.letters)
    }

    /// Addresses of tenants asked for, free or taken, from the network of this address.
    #[must_use]
    pub fn slug_questions(&self, address: IpAddr) -> Limit {
        let most = self.per_network.saturating_mul(10);
        self.limit(format!("sign_up:slugs:{}", network(address)), most)
    }

    /// The own password, asked for once more.
    #[must_use]
    pub fn own_password(&self, user: UserId) -> Limit {
        self.limit(format!("password:{user}"), self.per_account)
    }
}

/// Whether a try may go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weight {
    /// It may.
    Light,
    /// It may not until then; `first` of this window, so that the log tells it once.
    TooMuch {
        /// When it may be tried again.
        retry_after: Duration,
        /// Whether this try is the first one too many.
        first: bool,
    },
}

/// Counts a try and judges it. The count stays even if the try may not go on, so the caller commits.
///
/// # Errors
/// The database's.
pub fn weigh<P>(tx: &mut TenantTx<'_, P>, limit: &Limit) -> Result<Weight, StoreError> {
    let count = throttles::hit(tx, &limit.key, limit.window)?;
    Ok(judge(limit, count, tx.now()))
}

/// The same at the platform's door: staff, public sign-up.
///
/// # Errors
/// The database's.
pub fn weigh_at_platform(tx: &mut PlatformTx<'_>, limit: &Limit) -> Result<Weight, StoreError> {
    let count = staff::throttles::hit(tx, &limit.key, limit.window)?;
    Ok(judge(limit, count, tx.now()))
}

fn judge(limit: &Limit, count: Count, now: DateTime<Utc>) -> Weight {
    if count.hits <= limit.hits {
        return Weight::Light;
    }
    let wait = (count.window_ends_at - now).to_std().unwrap_or_default();
    Weight::TooMuch {
        retry_after: wait.max(Duration::from_secs(1)),
        first: count.hits == limit.hits + 1,
    }
}

/// Takes a try back that turned out to be rightful, from all that it was counted for.
///
/// # Errors
/// The database's.
pub fn forgive<P>(tx: &mut TenantTx<'_, P>, limits: &[Limit]) -> Result<(), StoreError> {
    let keys: Vec<&str> = limits.iter().map(|limit| limit.key.as_str()).collect();
    throttles::forgive(tx, &keys)
}

/// Takes a try at the platform's door back.
///
/// # Errors
/// The database's.
pub fn forgive_at_platform(tx: &mut PlatformTx<'_>, limit: &Limit) -> Result<(), StoreError> {
    staff::throttles::forgive(tx, &limit.key)
}

/// The network that an address belongs to, as far as one customer's goes.
fn network(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(address) => {
            let [a, b, c, _] = address.octets();
            format!("{a}.{b}.{c}.0/24")
        }
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{}/64", Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]
    use super::network;

    #[test]
    fn authn_04_neighbours_count_as_one() {
        for (address, expected) in [
            ("203.0.113.7", "203.0.113.0/24"),
            ("::ffff:203.0.113.250", "203.0.113.0/24"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
            ("2001:db8:1:2::", "2001:db8:1:2::/64"),
        ] {
            assert_eq!(network(address.parse().unwrap()), expected);
        }
    }
}
