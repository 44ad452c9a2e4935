//! Changing a tenant's record, its slug, its plan.

use clap::Args;
use domain::staff::ManageTenants;
use domain::{FieldErrors, Locale, Slug, TimeZone};
use services::tenants::{self, Change, Doer, Trial};

use super::{found, told};
use crate::cli::Exit;
use crate::cli::desk::Desk;
use crate::cli::talk::Talk;
use crate::cli::trouble::Trouble;

/// What is to be different.
#[derive(Debug, Args)]
pub(super) struct Asked {
    /// Its slug or id
    tenant: String,
    /// The name as shown
    #[arg(long)]
    name: Option<String>,
    /// Language and region, like en-GB
    #[arg(long)]
    locale: Option<String>,
    /// The time zone, like Europe/Vienna
    #[arg(long)]
    timezone: Option<String>,
    /// Where bills go; empty for nowhere
    #[arg(long, value_name = "ADDRESS")]
    billing_email: Option<String>,
    /// Who is asked; empty for nobody
    #[arg(long)]
    contact_name: Option<String>,
    /// Their address; empty for none
    #[arg(long, value_name = "ADDRESS")]
    contact_email: Option<String>,
    /// How much of something it may have, unlike its plan: users=500; may stand more than once
    #[arg(long = "limit", value_name = "RESOURCE=NUMBER", value_parser = limit)]
    limits: Vec<(String, i64)>,
}

pub(super) fn run(desk: &Desk<'_>, talk: Talk, asked: &Asked) -> Result<Exit, Trouble> {
    let id = found(desk, &asked.tenant)?;
    let mut errors = FieldErrors::new();
    let locale = asked.locale.as_deref().map(Locale::parse);
    let locale = locale.and_then(|parsed| errors.check("locale", parsed));
    let timezone = asked.timezone.as_deref().map(TimeZone::parse);
    let timezone = timezone.and_then(|parsed| errors.check("timezone", parsed));
    errors.into_result()?;
    let record = desk.platform::<ManageTenants, _>(|tx| {
        let mut change = Change::of(&tx.tenant_record(id)?);
        let replace = |place: &mut Option<String>, typed: &Option<String>| {
            if let Some(text) = typed {
                *place = Some(text.clone()).filter(|text| !text.is_empty());
            }
        };
        if let Some(name) = &asked.name {
            change.name.clone_from(name);
        }
        if let Some(locale) = &locale {
            change.settings.locale = *locale;
        }
        if let Some(timezone) = &timezone {
            change.settings.timezone = *timezone;
        }
        replace(&mut change.contact.billing_email, &asked.billing_email);
        replace(&mut change.contact.name, &asked.contact_name);
        replace(&mut change.contact.email, &asked.contact_email);
        change.limits.extend(asked.limits.iter().cloned());
        tenants::change(tx, id, None, &change, &Doer::Platform)
    })?;
    told(talk, &record, "is as you said")
}

pub(super) fn rename(desk: &Desk<'_>, talk: Talk, name: &str, slug: &str) -> Result<Exit, Trouble> {
    let id = found(desk, name)?;
    let slug = Slug::parse(slug).map_err(|error| FieldErrors::one("slug", error.to_string()))?;
    let base = &desk.config.server.base_domain;
    let record = desk.platform::<ManageTenants, _>(|tx| tenants::rename(tx, id, &slug, base))?;
    told(talk, &record, &format!("is at {}.{base}", record.slug))
}

pub(super) fn plan(
    desk: &Desk<'_>,
    talk: Talk,
    name: &str,
    plan: &str,
    no_trial: bool,
) -> Result<Exit, Trouble> {
    let id = found(desk, name)?;
    let record = desk.platform::<ManageTenants, _>(|tx| {
        tenants::change_plan(tx, id, plan, trial(no_trial), &Doer::Platform)
    })?;
    told(talk, &record, &format!("is on the plan {}", record.plan))
}

pub(super) const fn trial(none: bool) -> Trial {
    if none { Trial::None } else { Trial::OfThePlan }
}

fn limit(text: &str) -> Result<(String, i64), String> {
    let (resource, number) = text.split_once('=').ok_or("write RESOURCE=NUMBER")?;
    let number = number
        .parse()
        .map_err(|_| format!("\"{number}\" is not a number"))?;
    Ok((resource.to_owned(), number))
}
