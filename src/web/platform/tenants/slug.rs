//! The short name of a tenant while it is typed: what follows from the name, whether it is free, and the
//! address that it makes.

use actix_web::HttpResponse;
use actix_web::web::Query;
use askama::Template;
use domain::Slug;
use domain::slug::QUARANTINE_DAYS;
use domain::staff::ManageTenants;
use serde::Deserialize;
use services::{StaffTx, StoreError};

use crate::platform::Platform;
use crate::problem::Problem;
use crate::web::answer;

/// The most characters of a slug.
const LONGEST: usize = 32;
/// How many numbers are tried behind a suggestion that is taken.
const NUMBERS: u8 = 9;

/// The field with what is known about what stands in it.
#[derive(Debug, Clone, Default)]
pub struct SlugField {
    /// What stands in it.
    pub typed: String,
    /// What was put there last without being typed.
    pub suggested: String,
    /// Why it cannot be had.
    pub error: String,
    /// The address that it makes.
    pub host: String,
}

#[derive(Template)]
#[template(path = "platform/tenants/slug.html")]
struct Part {
    slug: SlugField,
}

/// What stands in the form.
#[derive(Debug, Deserialize)]
pub struct Asked {
    #[serde(default)]
    name: String,
    #[serde(default)]
    slug: String,
    #[serde(default)]
    suggested: String,
}

/// `GET /tenants/slug`: the field alone, for a form that is being filled in.
///
/// # Errors
/// Not signed in, not allowed, or no database.
pub async fn check(
    platform: Platform<ManageTenants>,
    asked: Query<Asked>,
) -> Result<HttpResponse, Problem> {
    let asked = asked.into_inner();
    let base = platform.app().config.server.base_domain.clone();
    let slug = platform
        .run(move |tx| {
            let own = !asked.slug.is_empty() && asked.slug != asked.suggested;
            Ok(if own {
                judged(tx, &asked.slug, &asked.suggested, &base)?
            } else {
                suggested(tx, &asked.name, &base)?
            })
        })
        .await?;
    answer::page(&Part { slug })
}

/// What follows from a name: free, where one can be found.
///
/// # Errors
/// The database's.
pub fn suggested(
    tx: &mut StaffTx<'_, ManageTenants>,
    name: &str,
    base: &str,
) -> Result<SlugField, StoreError> {
    let plain = from_name(name);
    if plain.is_empty() {
        return Ok(SlugField::default());
    }
    let mut first = judged(tx, &plain, &plain, base)?;
    if first.error.is_empty() {
        return Ok(first);
    }
    for number in 2..=NUMBERS {
        let other = format!("{plain}-{number}");
        let field = judged(tx, &other, &other, base)?;
        if field.error.is_empty() {
            return Ok(field);
        }
    }
    first.error.push_str(" Nothing near it is free either.");
    Ok(first)
}

/// What stands in the field, with the reason against it or the address that it makes.
///
/// # Errors
/// The database's.
pub fn judged(
    tx: &mut StaffTx<'_, ManageTenants>,
    typed: &str,
    suggested: &str,
    base: &str,
) -> Result<SlugField, StoreError> {
    let mut field = SlugField {
        typed: typed.to_owned(),
        suggested: suggested.to_owned(),
        ..SlugField::default()
    };
    match Slug::parse(typed) {
        Err(error) => field.error = error.to_string(),
        Ok(slug) => {
            let host = format!("{slug}.{base}");
            if tx.tenant_of_slug(slug.as_str())?.is_some() {
                field.error = "Taken: another tenant has this name.".to_owned();
            } else if tx.slug_is_taken(slug.as_str(), None)? {
                field.error = format!(
                    "Resting: a tenant gave this name up lately. Old links lead to nobody for {QUARANTINE_DAYS} days."
                );
            } else if tx.host_is_taken(std::slice::from_ref(&host))? {
                field.error = format!("Taken: {host} is another tenant's domain.");
            } else {
                field.host = host;
            }
        }
    }
    Ok(field)
}

/// A name as a DNS label, as near as it comes; room is left for a number.
fn from_name(name: &str) -> String {
    let folded = domain::text::fold(name);
    let words = folded.split(|c: char| !c.is_ascii_alphanumeric());
    let joined = words
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join("-");
    let begun = joined.trim_start_matches(|c: char| !c.is_ascii_lowercase());
    let short: String = begun.chars().take(LONGEST - 2).collect();
    short.trim_end_matches('-').to_owned()
}

#[cfg(test)]
mod tests {
    use super::from_name;

    #[test]
    fn a_name_becomes_a_label() {
        for (name, slug) in [
            ("Acme Corporation", "acme-corporation"),
            ("  Łódź & Söhne GmbH ", "lodz-sohne-gmbh"),
            ("3M Company", "m-company"),
            ("日本", ""),
            (
                "A very long name of a company that never ends",
                "a-very-long-name-of-a-company",
            ),
        ] {
            assert_eq!(from_name(name), slug, "{name}");
        }
    }
}
