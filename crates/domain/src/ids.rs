//! The identifiers of everything: UUIDv7 inside, shown as TypeIDs (`user_01h455vb4pex5vsknk084sn02q`).
//! Nothing here makes a random number or reads a clock: the caller brings the UUID.

use std::fmt;
use std::str::FromStr;

use uuid::Uuid;

/// Why a text is not an identifier of the kind asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("that is not a valid identifier")]
pub struct NotAnId;

/// Crockford's base 32 in lower case, the alphabet of the TypeID specification (version 0.3).
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
const SUFFIX_LENGTH: usize = 26;

/// `prefix_` and 26 characters of base 32 for the 128 bits.
fn encode(prefix: &str, id: Uuid) -> String {
    let bits = id.as_u128();
    let mut text = String::with_capacity(prefix.len() + 1 + SUFFIX_LENGTH);
    text.push_str(prefix);
    text.push('_');
    for place in (0..SUFFIX_LENGTH).rev() {
        let digit = usize::try_from((bits >> (5 * place)) & 31).unwrap_or(0);
        text.push(char::from(ALPHABET.get(digit).copied().unwrap_or(b'0')));
    }
    text
}

fn decode(prefix: &str, text: &str) -> Result<Uuid, NotAnId> {
    let suffix = text
        .strip_prefix(prefix)
        .and_then(|rest| rest.strip_prefix('_'))
        .ok_or(NotAnId)?;
    // 26 digits hold 130 bits: a first digit above 7 would overflow.
    if suffix.len() != SUFFIX_LENGTH || suffix.as_bytes().first().is_none_or(|first| *first > b'7')
    {
        return Err(NotAnId);
    }
    suffix
        .bytes()
        .try_fold(0_u128, |bits, byte| {
            let digit = ALPHABET
                .iter()
                .position(|letter| *letter == byte)
                .ok_or(NotAnId)?;
            Ok((bits << 5) | u128::try_from(digit).map_err(|_| NotAnId)?)
        })
        .map(Uuid::from_u128)
}

/// The bits of an identifier of this kind, for the store alone: it makes a tenant's name into a tenant.
#[must_use]
pub fn uuid_of(prefix: &str, text: &str) -> Option<Uuid> {
    decode(prefix, text).ok()
}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident, $prefix:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(Uuid);

        impl $name {
            /// What the shown form begins with.
            pub const PREFIX: &'static str = $prefix;

            /// The identifier with these bits; for the store and for new rows.
            #[must_use]
            pub const fn from_uuid(id: Uuid) -> Self {
                Self(id)
            }

            /// The bits, as the database keeps them.
            #[must_use]
            pub const fn uuid(self) -> Uuid {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&encode($prefix, self.0))
            }
        }
    };
}

macro_rules! id_from_text {
    ($($name:ident),*) => {$(
        impl FromStr for $name {
            type Err = NotAnId;

            fn from_str(text: &str) -> Result<Self, NotAnId> {
                decode(Self::PREFIX, text).map(Self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                let text = String::deserialize(from)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.collect_str(self)
            }
        }
    )*};
}

id!(
    /// A tenant. It has no `FromStr` and no `Deserialize`: a request can name a tenant, but only the
    /// catalogue turns the name into an identifier that opens anything.
    TenantId,
    "tenant"
);
id!(
    /// A person of one tenant.
    UserId,
    "user"
);
id!(
    /// A custom role of one tenant.
    RoleId,
    "role"
);
id!(
    /// A signed-in device of one person.
    SessionId,
    "session"
);
id!(
    /// An entry of a tenant's audit log.
    AuditEntryId,
    "audit"
);
id!(
    /// A queued piece of work.
    JobId,
    "job"
);
id!(
    /// Something that happened, for those who subscribe.
    EventId,
    "event"
);
id!(
    /// A letter in the outbox.
    LetterId,
    "letter"
);
id!(
    /// A single-use link that was mailed: an invitation or a password reset.
    LinkId,
    "link"
);
id!(
    /// Somebody who runs the platform.
    StaffId,
    "staff"
);
id!(
    /// An API key, of a tenant or of the platform.
    KeyId,
    "key"
);
id!(
    /// An entry of staff into a tenant, asked for or under way.
    VisitId,
    "visit"
);
id!(
    /// A sign-up for a tenant that was not confirmed yet.
    SignUpId,
    "signup"
);
id!(
    /// A move of a tenant from one place to another.
    MoveId,
    "move"
);
id!(
    /// A server on which tenants have databases of their own.
    NodeId,
    "node"
);
id!(
    /// A rollout of the vendor's migrations.
    RolloutId,
    "mig"
);
id!(
    /// A question that was asked at the console.
    QueryId,
    "q"
);
id!(
    /// A question that somebody keeps.
    SavedQueryId,
    "saved"
);
id!(
    /// What an application set aside of a limit before it uses it.
    ReservationId,
    "resv"
);
id!(
    /// What a tenant asked for beyond what it has.
    ScalingId,
    "scale"
);

id_from_text!(
    QueryId,
    SavedQueryId,
    UserId,
    RoleId,
    SessionId,
    AuditEntryId,
    JobId,
    EventId,
    LetterId,
    LinkId,
    StaffId,
    KeyId,
    VisitId,
    SignUpId,
    MoveId,
    NodeId,
    RolloutId,
    ReservationId,
    ScalingId
);

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_specification_s_own_example() {
        // typeid 0.3, valid.json: "valid-uuidv7"
        let id = "01890a5d-ac96-774b-bcce-b302099a8057".parse().unwrap();
        assert_eq!(encode("prefix", id), "prefix_01h455vb4pex5vsknk084sn02q");
    }

    #[test]
    fn what_is_refused() {
        for text in [
            "",
            "user",
            "user_",
            "role_01h455vb4pex5vsknk084sn02q",
            "user_81h455vb4pex5vsknk084sn02q",
            "user_01H455VB4PEX5VSKNK084SN02Q",
            "user_01h455vb4pex5vsknk084sn02",
            "user_01h455vb4pex5vsknk084sn02u",
        ] {
            assert_eq!(text.parse::<UserId>(), Err(NotAnId), "{text}");
        }
    }

    proptest! {
        #[test]
        fn shown_and_read_back(bits: u128) {
            let id = UserId::from_uuid(Uuid::from_u128(bits));
            prop_assert_eq!(id.to_string().parse::<UserId>(), Ok(id));
        }
    }
}
