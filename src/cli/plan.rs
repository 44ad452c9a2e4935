//! `tenantry plan`: what tenants can be on. The figures that come with the product are a beginning; the operator
//! sets them here.

use clap::{Args, Subcommand};
use domain::staff::{ManageTenants, ReadTenants};
use domain::tenant_settings::Currency;
use serde_json::{Value as Json, json};
use services::tenants::Plan;
use services::tenants::plans::{self, PlanChange};

use super::Exit;
use super::desk::{self, Desk};
use super::talk::Talk;
use super::trouble::Trouble;
use crate::config::Config;

/// What tenants can be on.
#[derive(Debug, Args)]
pub(super) struct Asked {
    #[command(flatten)]
    talk: Talk,
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Every plan, the smallest first
    List,
    /// Change a plan; what is not said stays. Tenants on it get the new number of people
    Change(Change),
}

/// What is to be different.
#[derive(Debug, Args)]
struct Change {
    /// The plan's key, like professional
    plan: String,
    /// The name as shown
    #[arg(long)]
    name: Option<String>,
    /// How much of something it gives: users=50; may stand more than once
    #[arg(long = "limit", value_name = "RESOURCE=NUMBER", value_parser = limit)]
    limits: Vec<(String, i64)>,
    /// What it switches on or off: custom_domains=yes; may stand more than once
    #[arg(long = "feature", value_name = "NAME=YES|NO", value_parser = feature)]
    features: Vec<(String, bool)>,
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
}

/// A price in hundredths, or none.
#[derive(Debug, Clone, Copy)]
struct Price(Option<i64>);

pub(super) fn run(config: &Config, asked: &Asked) -> Exit {
    desk::at(config, |desk| match &asked.what {
        What::List => list(desk, asked.talk),
        What::Change(wanted) => change(desk, asked.talk, wanted),
    })
}

fn list(desk: &Desk<'_>, talk: Talk) -> Result<Exit, Trouble> {
    let plans = desk.platform::<ReadTenants, _>(|tx| Ok(tx.plans()?))?;
    let rows = plans.iter().map(|plan| {
        let limit = |name: &str| {
            plan.limits
                .get(name)
                .map_or_else(String::new, i64::to_string)
        };
        vec![
            plan.key.clone(),
            plan.name.clone(),
            cost(plan),
            plan.trial_days.to_string(),
            limit("users"),
            limit("storage_gb"),
            limit("api_calls_per_day"),
        ]
    });
    let head = [
        "plan",
        "name",
        "a month",
        "trial",
        "users",
        "gb",
        "calls a day",
    ];
    let json = json!({ "plans": plans.iter().map(told).collect::<Vec<_>>() });
    talk.list(&head, rows.collect(), &json)
}

fn change(desk: &Desk<'_>, talk: Talk, wanted: &Change) -> Result<Exit, Trouble> {
    let change = PlanChange {
        name: wanted.name.clone(),
        limits: wanted.limits.clone(),
        features: wanted.features.clone(),
        trial_days: wanted.trial_days,
        price_cents: wanted.price.map(|price| price.0),
        currency: wanted.currency.clone(),
        offered: wanted.offered,
    };
    let plan = desk.platform::<ManageTenants, _>(|tx| plans::change(tx, &wanted.plan, &change))?;
    talk.done(&format!("{} is changed.", plan.name), &told(&plan))
}

fn cost(plan: &Plan) -> String {
    plan.price_cents.map_or_else(
        || "agreed".to_owned(),
        |cents| format!("{}.{:02} {}", cents / 100, cents % 100, plan.currency),
    )
}

fn told(plan: &Plan) -> Json {
    json!({
        "key": plan.key,
        "name": plan.name,
        "limits": plan.limits,
        "features": plan.features,
        "trial_days": plan.trial_days,
        "price_cents": plan.price_cents,
        "currency": plan.currency,
        "offered": plan.offered,
    })
}

fn limit(text: &str) -> Result<(String, i64), String> {
    let (name, number) = text.split_once('=').ok_or("write RESOURCE=NUMBER")?;
    let number = number.parse().map_err(|_| "write a whole number")?;
    Ok((name.to_owned(), number))
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

/// An amount with at most two digits behind its point, in hundredths.
fn price(text: &str) -> Result<Price, String> {
    if text == "agreed" {
        return Ok(Price(None));
    }
    let wrong = || "write an amount like 199 or 29.50, or agreed".to_owned();
    let (whole, part) = text.split_once('.').unwrap_or((text, "00"));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if !(digits(whole) && digits(part) && part.len() == 2) {
        return Err(wrong());
    }
    let cents = format!("{whole}{part}").parse().map_err(|_| wrong())?;
    Ok(Price(Some(cents)))
}
