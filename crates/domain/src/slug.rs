//! The tenant's name in its host: a DNS label that is no reserved word and looks like no other.
//! Whether it is taken or quarantined is the catalogue's to say.

use std::fmt;
use std::str::FromStr;

use diesel::deserialize::FromSqlRow;
use diesel::expression::AsExpression;
use serde::Serialize;

use crate::column::text_column;

/// A label of 3 to 32 characters, `[a-z][a-z0-9-]{1,30}[a-z0-9]`.
#[derive(
    Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, AsExpression, FromSqlRow,
)]
#[diesel(sql_type = diesel::sql_types::Text)]
pub struct Slug(String);

/// Why a slug was refused, as a sentence to show beside the field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SlugError {
    /// Nothing, or only blanks.
    #[error("Write a short name for the address.")]
    Empty,
    /// Fewer than 3 or more than 32 characters.
    #[error("Use 3 to 32 characters.")]
    Length,
    /// Something else than small letters, digits and single hyphens.
    #[error(
        "Use small letters a to z, digits and single hyphens; begin with a letter, end with a letter or digit."
    )]
    Character,
    /// A word that names a part of the product or of the host.
    #[error("This name is reserved. Choose another one.")]
    Reserved,
}

/// How many days nobody else may take the slug of a tenant that is gone or was renamed.
pub const QUARANTINE_DAYS: u16 = 90;

/// Words that name a part of the product, a protocol's host or an authority.
const RESERVED: &str = "\
    abuse account accounts admin administrator api app apps assets auth autoconfig autodiscover \
    backup backups billing blog broadcasthost catalogue cdn cname console control dashboard demo \
    dev dns docs download downloads email events example files ftp git health healthz help \
    hostmaster imap internal invalid isatap livez local localdomain localhost login logout mail \
    mailer-daemon me metrics mx new news noc node noreply null oauth oidc ops owner password \
    platform pop pop3 portal postmaster private prod production proxy public readyz register \
    root saml scim security server shared signin signout signup smtp ssl sso staff staging \
    static status support sys sysadmin system team tenant tenantry tenants test tls undefined \
    usenet user users uucp webhook webhooks webmail webmaster wpad www";

impl Slug {
    /// Reads what was typed. Capitals are refused, not folded: what is typed is what is shown.
    pub fn parse(raw: &str) -> Result<Self, SlugError> {
        let text = raw.trim();
        if text.is_empty() {
            return Err(SlugError::Empty);
        }
        if !(3..=32).contains(&text.chars().count()) {
            return Err(SlugError::Length);
        }
        let ends = text.starts_with(|c: char| c.is_ascii_lowercase()) && !text.ends_with('-');
        let inside = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        // Two hyphens in a row are how punycode (xn--…) and its kin begin.
        if !ends || !text.chars().all(inside) || text.contains("--") {
            return Err(SlugError::Character);
        }
        if is_reserved(text) {
            return Err(SlugError::Reserved);
        }
        Ok(Self(text.to_owned()))
    }

    /// A slug that this type wrote to the database before.
    pub(crate) fn stored(text: String) -> Result<Self, SlugError> {
        Ok(Self(text))
    }

    /// The slug as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// A suggestion made of a company's name, if one can be made. It may be taken already.
    #[must_use]
    pub fn suggest(name: &str) -> Option<Self> {
        let words: Vec<String> = crate::text::fold(name)
            .split(|c: char| !c.is_ascii_alphanumeric())
            .filter(|word| !word.is_empty())
            .map(str::to_owned)
            .collect();
        let label: String = words.join("-").chars().take(32).collect();
        Self::parse(label.trim_end_matches('-')).ok()
    }
}

text_column!(Slug);

/// Also what looks like a reserved word with digits for letters or with hyphens between.
fn is_reserved(text: &str) -> bool {
    let bare: String = text.chars().filter(|c| *c != '-').collect();
    let plain = |one: char| -> String {
        bare.chars()
            .map(|c| match c {
                '0' => 'o',
                '1' => one,
                '3' => 'e',
                '4' => 'a',
                '5' => 's',
                '7' => 't',
                other => other,
            })
            .collect()
    };
    [text.to_owned(), bare.clone(), plain('l'), plain('i')]
        .iter()
        .any(|form| RESERVED.split_whitespace().any(|word| word == form))
}

impl fmt::Display for Slug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Slug {
    type Err = SlugError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn a_dns_label_is_taken() {
        for text in [
            "acme",
            "globex",
            "a1b",
            "acme-eu-2",
            "abcdefghijklmnopqrstuvwxyz-01234",
        ] {
            assert_eq!(Slug::parse(text).unwrap().as_str(), text);
        }
    }

    #[test]
    fn anything_else_is_refused() {
        use SlugError as Error;
        let (longer, host) = ("a".repeat(33), "a".repeat(64));
        let wrong = [
            ("", Error::Empty),
            ("ab", Error::Length),
            (longer.as_str(), Error::Length),
            (host.as_str(), Error::Length),
            ("Acme", Error::Character),
            ("1acme", Error::Character),
            ("-acme", Error::Character),
            ("acme-", Error::Character),
            ("ac_me", Error::Character),
            ("ac.me", Error::Character),
            ("xn--acme", Error::Character),
            ("aсme", Error::Character), // a Cyrillic с
            ("ac\0me", Error::Character),
            ("admin", Error::Reserved),
            ("adm1n", Error::Reserved),
            ("l0gin", Error::Reserved),
            ("log-in", Error::Reserved),
            ("ma1l", Error::Reserved),
            ("www", Error::Reserved),
        ];
        for (text, error) in wrong {
            assert_eq!(Slug::parse(text), Err(error), "{text:?}");
        }
    }

    #[test]
    fn a_company_name_suggests_a_slug() {
        assert_eq!(
            Slug::suggest("Müller & Söhne GmbH").unwrap().as_str(),
            "muller-sohne-gmbh"
        );
        assert_eq!(Slug::suggest("Admin"), None);
        assert_eq!(Slug::suggest("李"), None);
    }
}
