//! What is different between the terms of two versions, in words: for letters and pages.

use std::collections::BTreeSet;

use domain::{Extra, Locale, Rate, plan};
use store::catalogue::Terms;

/// One thing that is different.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The resource or feature that it is about; empty for a thing of the plan itself.
    pub key: String,
    /// What, as it is read.
    pub what: String,
    /// What it was.
    pub was: String,
    /// What it is.
    pub now: String,
}

impl Difference {
    /// In one line.
    #[must_use]
    pub fn line(&self) -> String {
        format!("{}: {} instead of {}", self.what, self.now, self.was)
    }
}

/// All that is different between two versions of a plan.
#[must_use]
pub fn between(was: &Terms, now: &Terms, locale: Locale) -> Vec<Difference> {
    let mut all = Vec::new();
    let mut note = |key: &str, what: &str, was: String, now: String| {
        if was != now {
            all.push(Difference {
                key: key.to_owned(),
                what: what.to_owned(),
                was,
                now,
            });
        }
    };
    note("", "Name", was.name.clone(), now.name.clone());
    note("", "A month", a_month(was, locale), a_month(now, locale));
    note("", "Trial", trial(was), trial(now));
    let resources: BTreeSet<&String> = was.limits.keys().chain(now.limits.keys()).collect();
    for key in resources {
        let limit = |terms: &Terms| limit(terms.limits.get(key).copied(), locale);
        note(key, &plan::title(key), limit(was), limit(now));
    }
    let sold: BTreeSet<&String> = was.extras.keys().chain(now.extras.keys()).collect();
    for key in sold {
        let more = |terms: &Terms| {
            let extra = terms.extras.get(key);
            extra.map_or_else(
                || "not for sale".to_owned(),
                |extra| more(*extra, terms, locale),
            )
        };
        let what = format!("More {}", lower(&plan::title(key)));
        note(key, &what, more(was), more(now));
    }
    for rate in Rate::ALL {
        let most = |terms: &Terms| often(*rate, terms, locale);
        note(rate.as_str(), rate.words(), most(was), most(now));
    }
    let features = was.features.iter().chain(now.features.iter());
    let features: BTreeSet<&str> = features.map(|(key, _)| key).collect();
    for key in features {
        let on = |terms: &Terms| if terms.features.has(key) { "on" } else { "off" }.to_owned();
        note(key, &plan::title(key), on(was), on(now));
    }
    all
}

/// What a month costs.
#[must_use]
pub fn a_month(terms: &Terms, locale: Locale) -> String {
    match terms.price_cents {
        Some(0) => "free".to_owned(),
        Some(cents) => amount(cents, &terms.currency, locale),
        None => "by agreement".to_owned(),
    }
}

/// Hundredths as an amount; a whole amount without its zeros.
#[must_use]
pub fn amount(cents: i64, currency: &str, locale: Locale) -> String {
    let whole = locale.number(cents / 100);
    match cents % 100 {
        0 => format!("{whole} {currency}"),
        part => format!("{whole}{}{part:02} {currency}", locale.decimal_mark()),
    }
}

/// What more of a resource costs: `5 USD for each`, `2 USD for each 10`.
#[must_use]
pub fn more(extra: Extra, terms: &Terms, locale: Locale) -> String {
    let price = amount(extra.price_cents, &terms.currency, locale);
    match extra.per {
        1 => format!("{price} for each"),
        per => format!("{price} for each {}", locale.number(per)),
    }
}

/// How much of something there may be.
#[must_use]
pub fn limit(limit: Option<i64>, locale: Locale) -> String {
    limit.map_or_else(|| "no limit".to_owned(), |limit| locale.number(limit))
}

/// How often one key may ask.
#[must_use]
pub fn often(rate: Rate, terms: &Terms, locale: Locale) -> String {
    rate.of(&terms.rates).map_or_else(
        || "as everybody".to_owned(),
        |most| locale.number(i64::from(most)),
    )
}

/// How long it may be tried.
#[must_use]
pub fn trial(terms: &Terms) -> String {
    match terms.trial_days {
        0 => "none".to_owned(),
        1 => "1 day".to_owned(),
        days => format!("{days} days"),
    }
}

/// Inside a sentence: short words that are letters stay large.
fn lower(title: &str) -> String {
    let first_word_is_letters = title
        .split(' ')
        .next()
        .is_some_and(|word| word.len() > 1 && word.bytes().all(|byte| byte.is_ascii_uppercase()));
    if first_word_is_letters {
        return title.to_owned();
    }
    let mut letters = title.chars();
    let first = letters.next().map(|letter| letter.to_ascii_lowercase());
    first.into_iter().chain(letters).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use domain::{Extras, Features, Rates};

    use super::*;

    #[test]
    fn each_thing_that_is_different_is_a_line() {
        let was = Terms {
            name: "Starter".to_owned(),
            limits: BTreeMap::from([("users".to_owned(), 5), ("storage_gb".to_owned(), 10)]),
            features: Features::default(),
            trial_days: 14,
            price_cents: Some(2900),
            currency: "USD".to_owned(),
            extras: Extras::new(),
            rates: Rates::from([("usage_per_minute".to_owned(), 50)]),
        };
        let five = Extra {
            per: 1,
            price_cents: 550,
        };
        let now = Terms {
            limits: BTreeMap::from([("users".to_owned(), 5000)]),
            price_cents: Some(3550),
            extras: Extras::from([("api_calls_per_day".to_owned(), five)]),
            rates: Rates::from([("queries_per_minute".to_owned(), 1200)]),
            ..was.clone()
        };
        let lines: Vec<String> = between(&was, &now, Locale::default())
            .iter()
            .map(Difference::line)
            .collect();
        assert_eq!(
            lines,
            [
                "A month: 35.50 USD instead of 29 USD",
                "Storage (GB): no limit instead of 10",
                "Users: 5,000 instead of 5",
                "More API calls per day: 5.50 USD for each instead of not for sale",
                "Calls of the API a minute: 1,200 instead of as everybody",
                "Looks at usage and limits a minute: as everybody instead of 50",
            ]
        );
        assert!(between(&was, &was, Locale::default()).is_empty());
    }
}
