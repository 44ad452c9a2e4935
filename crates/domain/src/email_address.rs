//! A person's e-mail address: one mailbox, in ASCII, safe in a mail header. Whether it is taken or
//! verified is not known here.

use diesel::deserialize::FromSqlRow;
use diesel::expression::AsExpression;
use serde::{Deserialize, Serialize};

use crate::column::{text_column, text_conversions};

/// One address, trimmed, with its domain in lower case; the part before `@` stays as it was typed.
///
/// Only ASCII is taken: an accented or foreign letter can look like another one, and a mail server
/// need not accept it. A domain with such letters is written in its ASCII form (`xn--…`), which is
/// also how it is shown, so that no address passes for another. Quoted parts, comments, lists and
/// address literals are refused.
#[derive(
    Debug,
    Clone,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    AsExpression,
    FromSqlRow,
)]
#[diesel(sql_type = diesel::sql_types::Text)]
#[serde(try_from = "String", into = "String")]
pub struct EmailAddress(String);

/// Why an address was refused, as a sentence to show beside the field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EmailAddressError {
    /// Nothing, or only blanks.
    #[error("Write an e-mail address.")]
    Empty,
    /// No `@`, or nothing on one of its sides.
    #[error("Write the address as name@example.com.")]
    Shape,
    /// A list of addresses.
    #[error("Write one address only.")]
    Several,
    /// Longer than mail allows.
    #[error("An e-mail address has at most 254 characters, 64 of them before the @.")]
    TooLong,
    /// A letter that is not ASCII.
    #[error(
        "Use the letters a to z only; write an international domain in its form that begins with xn--."
    )]
    NotAscii,
    /// A blank, quote, bracket, control character.
    #[error("An e-mail address cannot contain blanks, quotes, brackets or control characters.")]
    Character,
}

impl EmailAddress {
    /// The most bytes an address has.
    pub const MAX_BYTES: usize = 254;

    /// Reads what was typed.
    pub fn parse(raw: &str) -> Result<Self, EmailAddressError> {
        use EmailAddressError as Error;
        let text = raw.trim();
        if text.is_empty() {
            return Err(Error::Empty);
        }
        if text.len() > Self::MAX_BYTES {
            return Err(Error::TooLong);
        }
        if text.contains([',', ';']) || text.matches('@').count() > 1 {
            return Err(Error::Several);
        }
        if !text.is_ascii() {
            return Err(Error::NotAscii);
        }
        if text
            .chars()
            .any(|c| c.is_ascii_control() || " \"()<>[]:\\".contains(c))
        {
            return Err(Error::Character);
        }
        let (local, domain) = text.split_once('@').ok_or(Error::Shape)?;
        if local.len() > 64 {
            return Err(Error::TooLong);
        }
        if !is_local(local) || !is_domain(domain) {
            return Err(Error::Shape);
        }
        Ok(Self(format!("{local}@{}", domain.to_ascii_lowercase())))
    }

    /// An address that this type wrote to the database before. Rules that have become stricter
    /// since must not make its row unreadable; the mail door checks headers once more.
    pub(crate) fn stored(text: String) -> Result<Self, EmailAddressError> {
        Ok(Self(text))
    }

    /// The address as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The address all in lower case, by which two are the same mailbox to us.
    #[must_use]
    pub fn folded(&self) -> String {
        self.0.to_ascii_lowercase()
    }

    /// Whether both name the same mailbox.
    #[must_use]
    pub fn same_mailbox(&self, other: &Self) -> bool {
        self.0.eq_ignore_ascii_case(&other.0)
    }

    /// The part before the `@`.
    #[must_use]
    pub fn local_part(&self) -> &str {
        self.0.split_once('@').map_or("", |(local, _)| local)
    }

    /// The part behind the `@`, in lower case.
    #[must_use]
    pub fn domain(&self) -> &str {
        self.0.split_once('@').map_or("", |(_, domain)| domain)
    }
}

text_column!(EmailAddress);
text_conversions!(EmailAddress, EmailAddressError);

fn is_local(local: &str) -> bool {
    let atom = |part: &str| {
        !part.is_empty()
            && part
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || "!#$%&'*+/=?^_`{|}~-".contains(c))
    };
    local.split('.').all(atom)
}

/// A host name of at least two labels whose last one is no number.
fn is_domain(domain: &str) -> bool {
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let Some((_, last)) = domain.rsplit_once('.') else {
        return false;
    };
    domain.split('.').all(label) && !last.chars().all(|c| c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn an_address_is_trimmed_and_its_domain_lowered() {
        let address = EmailAddress::parse("  Ada.Lovelace+x@ACME.Example \n").unwrap();
        assert_eq!(address.as_str(), "Ada.Lovelace+x@acme.example");
        assert_eq!(address.folded(), "ada.lovelace+x@acme.example");
        assert_eq!(
            (address.local_part(), address.domain()),
            ("Ada.Lovelace+x", "acme.example")
        );
        assert!(address.same_mailbox(&"ada.lovelace+X@acme.example".parse().unwrap()));
    }

    #[test]
    fn ordinary_addresses_are_taken() {
        for text in [
            "o'brien@acme.localhost",
            "a@b.co",
            "x_y-z@sub.xn--bcher-kva.example",
            "1@2.io",
        ] {
            assert_eq!(EmailAddress::parse(text).unwrap().as_str(), text);
        }
    }

    #[test]
    fn anything_but_one_plain_address_is_refused() {
        use EmailAddressError as Error;
        let wrong = [
            ("", Error::Empty),
            (" \t ", Error::Empty),
            ("ada", Error::Shape),
            ("@acme.example", Error::Shape),
            ("ada@", Error::Shape),
            ("ada@acme", Error::Shape),
            ("ada@127.0.0.1", Error::Shape),
            ("ada@-acme.example", Error::Shape),
            ("ada@acme..example", Error::Shape),
            (".ada@acme.example", Error::Shape),
            ("a..da@acme.example", Error::Shape),
            ("a@x.example,b@y.example", Error::Several),
            ("a@x.example;b@y.example", Error::Several),
            ("a@b@x.example", Error::Several),
            ("ada@acme.example\r\nBcc: eve@x.example", Error::Several),
            ("ada@acme.example\r\nBcc: eve", Error::Character),
            ("ada\0@acme.example", Error::Character),
            ("\"ada\"@acme.example", Error::Character),
            ("Ada <ada@acme.example>", Error::Character),
            ("ada@[::1]", Error::Character),
            ("аda@acme.example", Error::NotAscii), // a Cyrillic а
            ("ada@aсme.example", Error::NotAscii), // a Cyrillic с
            ("ada@acme.example\u{202e}", Error::NotAscii),
            ("ada@bücher.example", Error::NotAscii),
        ];
        for (text, error) in wrong {
            assert_eq!(EmailAddress::parse(text), Err(error), "{text:?}");
        }
        let long = format!("{}@acme.example", "a".repeat(65));
        assert_eq!(EmailAddress::parse(&long), Err(Error::TooLong));
        assert_eq!(
            EmailAddress::parse(&"a".repeat(10_240)),
            Err(Error::TooLong)
        );
    }

    #[test]
    fn an_address_comes_out_of_json_only_through_the_rules() {
        let address: EmailAddress = serde_json::from_str("\"Ada@X.example\"").unwrap();
        assert_eq!(
            serde_json::to_string(&address).unwrap(),
            "\"Ada@x.example\""
        );
        assert!(serde_json::from_str::<EmailAddress>("\"ada\"").is_err());
        assert!(serde_json::from_str::<EmailAddress>("[\"a@x.example\"]").is_err());
    }

    proptest! {
        #[test]
        fn what_is_taken_is_one_safe_line(text in "\\PC{0,20}@\\PC{0,20}|[a-z.@,\r\n\0<>\" -]{0,30}") {
            if let Ok(address) = EmailAddress::parse(&text) {
                prop_assert!(address.as_str().chars().all(|c| c.is_ascii_graphic()));
                prop_assert_eq!(address.as_str().matches('@').count(), 1);
                prop_assert_eq!(EmailAddress::parse(address.as_str()), Ok(address.clone()));
            }
        }
    }
}
