//! What is to be different about a plan, as it is written on the command line.

use clap::Args;
use domain::tenant_settings::Currency;
use domain::{Extra, plan};
use services::tenants::plans::PlanChange;

/// What is to be different.
#[derive(Debug, Args)]
pub(super) struct Wish {
    /// The name as shown
    #[arg(long)]
    name: Option<String>,
    /// How much of something it gives: users=50, or users=none for as much as one likes; may stand more than once
    #[arg(long = "limit", value_name = "RESOURCE=NUMBER", value_parser = limit)]
    limits: Vec<Limit>,
    /// What it switches on or off: custom_domains=yes; may stand more than once
    #[arg(long = "feature", value_name = "NAME=YES|NO", value_parser = feature)]
    features: Vec<(String, bool)>,
    /// What more of something costs a month: storage_gb=10:2.00 is 2.00 for each 10, users=none ends it; may stand more than once
    #[arg(long = "more", value_name = "RESOURCE=NUMBER:AMOUNT", value_parser = more)]
    extras: Vec<More>,
    /// How often one key may ask: queries_per_minute=300, usage_per_minute or schema_per_minute, or =none for as the installation has
    /// it; may stand more than once
    #[arg(long = "rate", value_name = "RATE=NUMBER", value_parser = rate)]
    rates: Vec<Rate>,
    /// For how many days it may be tried; 0 for not at all
    #[arg(long, value_name = "NUMBER")]
    trial_days: Option<i32>,
    /// What it costs a month, like 199 or 29.50; "agreed" where it is agreed on
    #[arg(long, value_name = "AMOUNT", value_parser = price)]
    price: Option<Price>,
    /// The price's currency, like EUR
    #[arg(long, value_parser = Currency::parse)]
    currency: Option<Currency>,
    /// Whether tenants may choose it by themselves
    #[arg(long, value_name = "YES|NO", value_parser = yes_or_no)]
    offered: Option<bool>,
    /// Its place among the plans, from 1
    #[arg(long, value_name = "NUMBER")]
    place: Option<usize>,
    /// Why, for whoever looks at the versions
    #[arg(long)]
    note: Option<String>,
}

/// A price in hundredths, or none.
#[derive(Debug, Clone, Copy)]
struct Price(Option<i64>);

/// A limit, or none.
#[derive(Debug, Clone)]
struct Limit(String, Option<i64>);

/// What more costs, or that there is no more.
#[derive(Debug, Clone)]
struct More(String, Option<Extra>);

/// How often, or as everybody.
#[derive(Debug, Clone)]
struct Rate(String, Option<i32>);

impl Wish {
    /// The same for the verb.
    pub(super) fn change(&self) -> PlanChange {
        let limits = self.limits.iter();
        let extras = self.extras.iter();
        let rates = self.rates.iter();
        PlanChange {
            name: self.name.clone(),
            limits: limits.map(|limit| (limit.0.clone(), limit.1)).collect(),
            features: self.features.clone(),
            trial_days: self.trial_days,
            price_cents: self.price.map(|price| price.0),
            currency: self.currency.clone(),
            extras: extras.map(|more| (more.0.clone(), more.1)).collect(),
            rates: rates.map(|rate| (rate.0.clone(), rate.1)).collect(),
            offered: self.offered,
            place: self.place,
            note: self.note.clone(),
            seen: None,
        }
    }
}

fn limit(text: &str) -> Result<Limit, String> {
    let (name, number) = text.split_once('=').ok_or("write RESOURCE=NUMBER")?;
    let number = match number {
        "none" => None,
        number => Some(number.parse().map_err(|_| "write a whole number")?),
    };
    Ok(Limit(name.to_owned(), number))
}

fn rate(text: &str) -> Result<Rate, String> {
    let (name, number) = text.split_once('=').ok_or("write RATE=NUMBER")?;
    let number = match number {
        "none" => None,
        number => Some(number.parse().map_err(|_| "write a whole number")?),
    };
    Ok(Rate(name.to_owned(), number))
}

fn more(text: &str) -> Result<More, String> {
    let (name, what) = text.split_once('=').ok_or("write RESOURCE=NUMBER:AMOUNT")?;
    if what == "none" {
        return Ok(More(name.to_owned(), None));
    }
    let (per, amount) = what.split_once(':').ok_or("write RESOURCE=NUMBER:AMOUNT")?;
    let per = per.parse().map_err(|_| "write a whole number")?;
    let price_cents = plan::cents(amount).map_err(|error| error.to_string())?;
    Ok(More(name.to_owned(), Some(Extra { per, price_cents })))
}

fn feature(text: &str) -> Result<(String, bool), String> {
    let (name, on) = text.split_once('=').ok_or("write NAME=yes or NAME=no")?;
    Ok((name.to_owned(), yes_or_no(on)?))
}

fn yes_or_no(text: &str) -> Result<bool, String> {
    match text {
        "yes" => Ok(true),
        "no" => Ok(false),
        _ => Err("write yes or no".to_owned()),
    }
}

fn price(text: &str) -> Result<Price, String> {
    if text == "agreed" {
        return Ok(Price(None));
    }
    let cents = plan::cents(text).map_err(|_| "write an amount like 199 or 29.50, or agreed")?;
    Ok(Price(Some(cents)))
}
