//! A password's hash at rest, in the PHC string format of Argon2id. It is read and written here;
//! computing one is the password lane's work.

use std::fmt;

use data_encoding::BASE64_NOPAD;
use diesel::deserialize::FromSqlRow;
use diesel::expression::AsExpression;

use crate::column::text_column;

/// `$argon2id$v=19$m=19456,t=2,p=1$<salt>$<hash>`. Never shown, never sent.
#[derive(Clone, PartialEq, Eq, AsExpression, FromSqlRow)]
#[diesel(sql_type = diesel::sql_types::Text)]
pub struct PhcString(String);

/// What an Argon2id hash costs: memory in KiB, passes, lanes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HashCost {
    /// Memory in KiB.
    pub memory_kib: u32,
    /// Passes over the memory.
    pub passes: u32,
    /// Lanes, computed one after the other.
    pub lanes: u32,
}

impl HashCost {
    /// What a new hash costs.
    pub const NOW: Self = Self {
        memory_kib: 19 * 1024,
        passes: 2,
        lanes: 1,
    };

    /// Whether it may be computed at all: a text from elsewhere must not ask for all the memory.
    const fn is_bearable(self) -> bool {
        self.lanes >= 1
            && self.lanes <= 8
            && self.passes >= 1
            && self.passes <= 16
            && self.memory_kib >= 8 * self.lanes
            && self.memory_kib <= 128 * 1024
    }
}

/// The parts of a hash, to compute it again.
#[derive(Clone, PartialEq, Eq)]
pub struct HashParts {
    /// What computing it costs.
    pub cost: HashCost,
    /// The random salt.
    pub salt: Vec<u8>,
    /// The result.
    pub hash: Vec<u8>,
}

/// A text that is no Argon2id hash, or one that would cost too much. It does not repeat the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the stored password hash cannot be read")]
pub struct UnreadableHash;

impl PhcString {
    /// Reads a hash that comes from elsewhere.
    pub fn parse(text: &str) -> Result<Self, UnreadableHash> {
        parts(text).ok_or(UnreadableHash)?;
        Ok(Self(text.to_owned()))
    }

    /// Writes a hash that was computed.
    #[must_use]
    pub fn of(parts: &HashParts) -> Self {
        let HashCost {
            memory_kib,
            passes,
            lanes,
        } = parts.cost;
        let (salt, hash) = (
            BASE64_NOPAD.encode(&parts.salt),
            BASE64_NOPAD.encode(&parts.hash),
        );
        Self(format!(
            "$argon2id$v=19$m={memory_kib},t={passes},p={lanes}${salt}${hash}"
        ))
    }

    fn stored(text: String) -> Result<Self, UnreadableHash> {
        Ok(Self(text))
    }

    /// The text that is stored.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The parts, to compute the hash again.
    pub fn parts(&self) -> Result<HashParts, UnreadableHash> {
        parts(&self.0).ok_or(UnreadableHash)
    }
}

text_column!(PhcString);

impl fmt::Debug for PhcString {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PhcString(…)")
    }
}

fn parts(text: &str) -> Option<HashParts> {
    let mut fields = text.strip_prefix("$argon2id$v=19$")?.split('$');
    let (cost, salt, hash) = (fields.next()?, fields.next()?, fields.next()?);
    if fields.next().is_some() {
        return None;
    }
    let mut costs = cost.split(',');
    let mut number = |name: &str| costs.next()?.strip_prefix(name)?.parse().ok();
    let cost = HashCost {
        memory_kib: number("m=")?,
        passes: number("t=")?,
        lanes: number("p=")?,
    };
    let salt = BASE64_NOPAD.decode(salt.as_bytes()).ok()?;
    let hash = BASE64_NOPAD.decode(hash.as_bytes()).ok()?;
    let sizes = (8..=64).contains(&salt.len()) && (16..=64).contains(&hash.len());
    (costs.next().is_none() && cost.is_bearable() && sizes).then_some(HashParts {
        cost,
        salt,
        hash,
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn a_hash_goes_round_through_its_text() {
        let parts = HashParts {
            cost: HashCost::NOW,
            salt: vec![1; 16],
            hash: vec![2; 32],
        };
        let text = PhcString::of(&parts);
        assert!(
            text.as_str()
                .starts_with("$argon2id$v=19$m=19456,t=2,p=1$AQEBAQEBAQEBAQEBAQEBAQ$")
        );
        assert!(PhcString::parse(text.as_str()).unwrap().parts().unwrap() == parts);
        assert_eq!(format!("{text:?}"), "PhcString(…)");
    }

    #[test]
    fn other_texts_and_dear_hashes_are_refused() {
        let salt_and_hash = "$AQEBAQEBAQEBAQEBAQEBAQ$AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI";
        for cost in [
            "m=4194304,t=2,p=1",
            "m=19456,t=99,p=1",
            "m=19456,t=2,p=1,x=1",
            "m=1,t=1,p=1",
            "t=2,m=19456,p=1",
        ] {
            let text = format!("$argon2id$v=19${cost}{salt_and_hash}");
            assert_eq!(PhcString::parse(&text), Err(UnreadableHash), "{cost}");
        }
        for text in [
            "",
            "hunter2",
            "$2b$12$abcdefghijklmnopqrstuv",
            "$argon2id$v=19$m=19456,t=2,p=1$",
        ] {
            assert_eq!(PhcString::parse(text), Err(UnreadableHash), "{text}");
        }
    }
}
