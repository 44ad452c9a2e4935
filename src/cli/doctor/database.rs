//! The database: does it answer, is it safe to serve from, is its clock ours, does somebody do the jobs?

use std::time::Instant;

use chrono::TimeDelta;
use outside::postgres::running_address;
use services::boot::{self, Survey};
use services::{PoolSettings, Store, jobs};

use super::finding::Finding;
use crate::clock::Clock;
use crate::config::Config;
use crate::database;
use crate::watch;

/// From here on people notice: links and sessions end early or late.
const SKEWED: TimeDelta = TimeDelta::seconds(2);
const WRONG: TimeDelta = TimeDelta::seconds(30);
/// A job that has been due for so long has no worker.
const WAITING: TimeDelta = TimeDelta::minutes(5);

pub(super) fn look(config: &Config) -> Vec<Finding> {
    let external = config.database.url.is_some() && config.database.platform_url.is_some();
    let folder = config.server.data.join("postgres");
    if !external && running_address(&folder).is_none() {
        let words =
            "a PostgreSQL of our own, which does not run now: start Tenantry and look again";
        return vec![Finding::good("database", words)];
    }
    // There is a database at hand, so nothing is started or made here.
    match database::at_hand(config) {
        Ok(ready) => asked(config, &ready.pools),
        Err(error) => vec![unreachable(&error.to_string())],
    }
}

fn unreachable(words: &str) -> Finding {
    let mend = "start the server, or correct DATABASE_URL and PLATFORM_DATABASE_URL: host, port, name, password";
    Finding::bad("database", words, mend)
}

fn asked(config: &Config, pools: &PoolSettings) -> Vec<Finding> {
    let begun = Instant::now();
    let surveyed = boot::survey(&pools.app_url);
    let took = begun.elapsed();
    let seen = Clock::default().now();
    let survey = match surveyed {
        Ok(survey) => survey,
        Err(error) => return vec![unreachable(&error.to_string())],
    };
    let words = format!(
        "PostgreSQL {}, asked in {} ms",
        survey.version,
        took.as_millis()
    );
    let mut findings = vec![Finding::good("database", words)];
    findings.push(connections(config, &survey));
    findings.push(clocks(survey.now - seen));
    match boot::check(&pools.app_url, &pools.platform_url, &pools.context_key) {
        Ok(Ok(())) => {
            let words = "both logins are bound to their part, every table has its policies, the schema is this version's";
            findings.push(Finding::good("safety", words));
            findings.extend(queue(pools));
            findings.extend(mode(config, pools));
        }
        Ok(Err(refusal)) => {
            let words = refusal.to_string();
            let (found, mend) = words
                .split_once(": ")
                .unwrap_or((&words, "use a newer server"));
            findings.push(Finding::bad("safety", found, mend));
        }
        Err(error) => findings.push(unreachable(&error.to_string())),
    }
    findings
}

fn connections(config: &Config, survey: &Survey) -> Finding {
    let console = match config.console.is_enabled() {
        true => config.console.connections,
        false => 0,
    };
    // And one for notices.
    let wanted = u64::from(config.database.most()) + u64::from(console) + 1;
    let there = u64::try_from(survey.max_connections).unwrap_or(0);
    let found = format!("a process uses up to {wanted} of the server's {there}");
    // Two processes while one is replaced, and something for whoever looks after the server.
    if wanted * 2 + 3 <= there {
        Finding::good("connections", found)
    } else {
        let mend = "lower database.pool, raise max_connections, or put PgBouncer between";
        Finding::fair("connections", found, mend)
    }
}

fn clocks(apart: TimeDelta) -> Finding {
    let mend = "set both machines' clocks by NTP";
    let seconds = apart.num_milliseconds().abs();
    let found = format!(
        "{}.{:03} s apart from the database's",
        seconds / 1000,
        seconds % 1000
    );
    if apart.abs() >= WRONG {
        Finding::bad("clock", found, mend)
    } else if apart.abs() >= SKEWED {
        Finding::fair("clock", found, mend)
    } else {
        Finding::good("clock", found)
    }
}

/// Whether every process with this configuration would start.
fn mode(config: &Config, pools: &PoolSettings) -> Option<Finding> {
    let (store, now) = (Store::open(pools), Clock::default().now());
    let told = watch::compare(&store, &config.addresses, now).ok()?;
    let words = told.map_err(|disagreement| disagreement.to_string());
    Some(match words {
        Ok(()) => Finding::good("mode", format!("{}, here as there", config.addresses.mode)),
        Err(words) => {
            let (found, mend) = words
                .split_once(": ")
                .unwrap_or((&words, "`tenantry mode`"));
            Finding::bad("mode", found, mend)
        }
    })
}

fn queue(pools: &PoolSettings) -> Option<Finding> {
    let now = Clock::default().now();
    let figures = Store::open(pools).platform(now, jobs::figures).ok()?;
    let dead: i64 = figures
        .iter()
        .filter(|figure| figure.state == "dead")
        .map(|figure| figure.count)
        .sum();
    let oldest = figures.iter().filter_map(|figure| figure.oldest).min();
    let waits = oldest.map_or(TimeDelta::zero(), |since| now - since);
    Some(if waits >= WAITING {
        let found = format!("a job has been due for {} minutes", waits.num_minutes());
        Finding::bad(
            "jobs",
            found,
            "run `tenantry serve` or `tenantry worker` with jobs.workers above 0",
        )
    } else if dead > 0 {
        let found = format!("{dead} jobs were given up");
        Finding::fair(
            "jobs",
            found,
            "`tenantry job list --state dead` says why; `tenantry job retry ID`",
        )
    } else {
        Finding::good("jobs", "none waits, none was given up")
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::doctor::finding::State;

    #[test]
    fn clk_02_clocks_that_are_apart_are_told() {
        let state = |milliseconds| clocks(TimeDelta::milliseconds(milliseconds)).state;
        assert_eq!(state(40), State::Good);
        assert_eq!(state(-2_500), State::Fair);
        assert_eq!(state(31_000), State::Bad);
    }
}
