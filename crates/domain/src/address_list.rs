//! Many addresses in one field: `ravi@acme.com, Mia Lind <mia@acme.com>; …`. Whether somebody is
//! there already is not known here.

use crate::email_address::{EmailAddress, EmailAddressError};
use crate::person_name::PersonName;

/// One address of the list, with the name that was written before it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Addressee {
    /// The address.
    pub email: EmailAddress,
    /// The name, where one was written.
    pub name: Option<PersonName>,
}

/// One piece of the list that is no address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadAddress {
    /// What was typed, cut to what can be shown.
    pub text: String,
    /// What is wrong with it.
    pub why: String,
}

/// Takes the text apart by commas, semicolons, lines and (where no name is written) blanks. An address
/// that is there twice counts once.
#[must_use]
pub fn parse(text: &str) -> (Vec<Addressee>, Vec<BadAddress>) {
    let (mut good, mut bad): (Vec<Addressee>, Vec<BadAddress>) = (Vec::new(), Vec::new());
    let mut seen = std::collections::BTreeSet::new();
    for piece in pieces(text) {
        match one(piece) {
            Ok(addressee) => {
                if seen.insert(addressee.email.folded()) {
                    good.push(addressee);
                }
            }
            Err(why) => bad.push(BadAddress {
                text: piece.chars().take(80).collect(),
                why,
            }),
        }
    }
    (good, bad)
}

/// A name that stands in until the person writes their own: `ravi.patel@…` is "Ravi Patel".
#[must_use]
pub fn name_from(email: &EmailAddress) -> Option<PersonName> {
    let local = email.local_part().split('+').next().unwrap_or_default();
    let words: Vec<String> = local
        .split(['.', '_', '-'])
        .filter(|word| !word.is_empty())
        .map(|word| {
            let mut letters = word.chars();
            letters
                .next()
                .map(|first| first.to_ascii_uppercase().to_string() + letters.as_str())
                .unwrap_or_default()
        })
        .collect();
    PersonName::parse(&words.join(" "))
        .or_else(|_| PersonName::parse(email.local_part()))
        .ok()
}

fn pieces(text: &str) -> impl Iterator<Item = &str> {
    text.split(['\n', '\r', ';'])
        .flat_map(split_outside_quotes)
        .flat_map(|piece| {
            let by_blanks = !piece.contains('<');
            let whole = (!by_blanks).then_some(piece);
            let parts = by_blanks.then(|| piece.split_whitespace());
            whole.into_iter().chain(parts.into_iter().flatten())
        })
        .map(str::trim)
        .filter(|piece| !piece.is_empty())
}

/// By commas, but not by one inside a quoted name: `"Lind, Mia" <mia@acme.com>`.
fn split_outside_quotes(line: &str) -> impl Iterator<Item = &str> {
    let mut quoted = false;
    line.split(move |c: char| {
        if c == '"' {
            quoted = !quoted;
        }
        c == ',' && !quoted
    })
}

fn one(piece: &str) -> Result<Addressee, String> {
    let words = |error: EmailAddressError| error.to_string();
    let Some((name, rest)) = piece.split_once('<') else {
        return EmailAddress::parse(piece)
            .map(|email| Addressee { email, name: None })
            .map_err(words);
    };
    let address = rest
        .trim_end()
        .strip_suffix('>')
        .ok_or("Close the address with >.")?;
    let email = EmailAddress::parse(address).map_err(words)?;
    let name = name.trim().trim_matches('"').trim();
    let name = if name.is_empty() {
        None
    } else {
        Some(PersonName::parse(name).map_err(|error| format!("The name: {error}"))?)
    };
    Ok(Addressee { email, name })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use proptest::prelude::*;

    use super::*;

    fn shown(text: &str) -> Vec<String> {
        let (good, bad) = parse(text);
        assert!(bad.is_empty(), "{bad:?}");
        good.iter()
            .map(|addressee| match &addressee.name {
                Some(name) => format!("{name}|{}", addressee.email.as_str()),
                None => addressee.email.as_str().to_owned(),
            })
            .collect()
    }

    #[test]
    fn every_common_way_of_writing_many_addresses_is_read() {
        assert_eq!(
            shown("a@x.com, b@x.com;c@x.com\r\nd@x.com e@x.com\tf@x.com,, ;\n"),
            [
                "a@x.com", "b@x.com", "c@x.com", "d@x.com", "e@x.com", "f@x.com"
            ]
        );
        assert_eq!(
            shown("Mia Lind <mia@x.com>, \"Patel, Ravi\" <ravi@x.com>\n<zoe@x.com>"),
            ["Mia Lind|mia@x.com", "Patel, Ravi|ravi@x.com", "zoe@x.com"]
        );
        assert_eq!(shown("a@x.com A@X.com"), ["a@x.com"]);
    }

    #[test]
    fn each_bad_piece_is_named_with_its_reason() {
        let (good, bad) = parse("a@x.com, nobody b@x.com, Mia <mia@x.com");
        assert_eq!(good.len(), 2);
        let lines: Vec<_> = bad
            .iter()
            .map(|b| (b.text.as_str(), b.why.as_str()))
            .collect();
        assert_eq!(
            lines,
            [
                ("nobody", "Write the address as name@example.com."),
                ("Mia <mia@x.com", "Close the address with >."),
            ]
        );
    }

    #[test]
    fn a_name_is_guessed_from_the_address() {
        let name = |text| {
            name_from(&EmailAddress::parse(text).unwrap())
                .unwrap()
                .to_string()
        };
        assert_eq!(name("ravi.patel@x.com"), "Ravi Patel");
        assert_eq!(name("mia_lind-berg+work@x.com"), "Mia Lind Berg");
        assert_eq!(name("_@x.com"), "_");
    }

    proptest! {
        #[test]
        fn no_text_makes_it_fall_over(text in "[a-c@x.,;<>\" \n]{0,40}") {
            let (good, _) = parse(&text);
            for addressee in good {
                prop_assert!(EmailAddress::parse(addressee.email.as_str()).is_ok());
            }
        }
    }
}
