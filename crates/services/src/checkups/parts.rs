//! From what was read of a tenant to how each part of it is. The rules are those of `docs/decisions/health.md`.

use chrono::{DateTime, TimeDelta, Utc};
use domain::PartState;
use domain::checkup::{Part, Parts, of_standing};
use serde_json::{Value as Json, json};
use store::checkups::{Inside, Shape, Spans};

use crate::limits::Stand;

/// From how many milliseconds on a database answers slowly.
pub const SLOW: i64 = 2_000;
/// After how long work that waits is stuck.
pub const STUCK: TimeDelta = TimeDelta::minutes(15);
/// After how long that does not work any more.
pub const STUCK_LONG: TimeDelta = TimeDelta::hours(1);
/// How far back letters count that could not be sent.
pub const LETTERS: TimeDelta = TimeDelta::days(7);
/// How far ahead the end of a key counts.
pub const KEYS: TimeDelta = TimeDelta::days(7);

/// These, as the store reads by them.
pub(super) const SPANS: Spans = Spans {
    stuck: STUCK,
    letters: LETTERS,
    keys: KEYS,
};

/// What was read of a tenant whose database answers.
pub(super) struct Facts<'a> {
    pub(super) milliseconds: i64,
    pub(super) shape: Shape,
    pub(super) stands: &'a [Stand],
    pub(super) inside: &'a Inside,
    pub(super) now: DateTime<Utc>,
}

/// The parts of a tenant whose database answers.
pub(super) fn parts(facts: &Facts<'_>) -> Parts {
    Parts {
        database: database(facts.milliseconds, facts.shape),
        resources: resources(facts.stands),
        services: services(facts.inside, facts.now),
        integrations: integrations(facts.inside),
    }
}

/// Why a tenant's rows were not read.
#[derive(Debug, Clone, Copy)]
pub(super) enum Unread {
    /// Its database was not reached, or took too long.
    Silent,
    /// It answers, and refuses.
    Refused,
}

/// The parts of a tenant whose rows cannot be read.
pub(super) fn unread(why: Unread) -> Parts {
    let (database, others) = match why {
        Unread::Silent => (
            "The database does not answer.",
            "Not known: the database does not answer.",
        ),
        Unread::Refused => (
            "The database answers, but what is in it cannot be read.",
            "Not known: what is in the database cannot be read.",
        ),
    };
    let unknown = || Part::new(PartState::Unknown, others);
    Parts {
        database: Part::new(PartState::Unhealthy, database),
        resources: unknown(),
        services: unknown(),
        integrations: unknown(),
    }
}

fn database(milliseconds: i64, shape: Shape) -> Part {
    let (state, message) = if shape.findings > 0 {
        (
            PartState::Warning,
            "It answers. Its tables are not as the migrations make them.",
        )
    } else if shape.behind > 0 {
        (
            PartState::Warning,
            "It answers. Migrations of the application did not run there yet.",
        )
    } else if milliseconds >= SLOW {
        (PartState::Warning, "It answers slowly.")
    } else {
        (PartState::Healthy, "It answers.")
    };
    Part::new(state, message)
        .detail("answered_in_ms", milliseconds)
        .detail("differences", shape.findings)
        .detail("migrations_behind", shape.behind)
}

fn resources(stands: &[Stand]) -> Part {
    let limited = stands.iter().filter(|stand| stand.limit.is_some());
    let worst = limited.map(|stand| of_standing(stand.standing)).max();
    let Some(worst) = worst else {
        return Part::new(PartState::None, "Nothing is limited.");
    };
    let named = |state: PartState| {
        let these = stands
            .iter()
            .filter(|stand| stand.limit.is_some() && of_standing(stand.standing) == state);
        let names: Vec<&str> = these.map(|stand| stand.resource.name.as_str()).collect();
        names.join(", ")
    };
    let message = match worst {
        PartState::Unhealthy => format!("At the limit: {}.", named(worst)),
        PartState::Warning => format!("Near or beyond the limit: {}.", named(worst)),
        _ => "Within all limits.".to_owned(),
    };
    let all = stands.iter().map(|stand| {
        let told: Json =
            json!({ "current": stand.used, "limit": stand.limit, "status": stand.standing });
        (stand.resource.key.as_str().to_owned(), told)
    });
    Part {
        details: all.collect(),
        ..Part::new(worst, message)
    }
}

fn services(inside: &Inside, now: DateTime<Utc>) -> Part {
    let counted = |count: i64, one: &str, many: &str| match count {
        0 => None,
        1 => Some(format!("1 {one}")),
        count => Some(format!("{count} {many}")),
    };
    let troubles: Vec<String> = [
        counted(inside.given_up, "job was given up", "jobs were given up"),
        counted(
            inside.stuck,
            "job waits for too long",
            "jobs wait for too long",
        ),
        counted(
            inside.letters_failed,
            "letter could not be sent in the last 7 days",
            "letters could not be sent in the last 7 days",
        ),
        counted(
            inside.letters_waiting,
            "letter waits for too long",
            "letters wait for too long",
        ),
    ]
    .into_iter()
    .flatten()
    .collect();
    let long = inside
        .stuck_since
        .is_some_and(|since| since <= now - STUCK_LONG);
    let (state, message) = match (troubles.is_empty(), long) {
        (true, _) => (
            PartState::Healthy,
            "No job is late and every letter was sent.".to_owned(),
        ),
        (false, true) => (PartState::Unhealthy, format!("{}.", troubles.join(", "))),
        (false, false) => (PartState::Warning, format!("{}.", troubles.join(", "))),
    };
    Part::new(state, message)
        .detail("jobs_given_up", inside.given_up)
        .detail("jobs_late", inside.stuck)
        .detail("late_since", json!(inside.stuck_since))
        .detail("letters_failed", inside.letters_failed)
        .detail("letters_late", inside.letters_waiting)
}

fn integrations(inside: &Inside) -> Part {
    let part = match (inside.keys, inside.key_ends) {
        (0, _) => Part::new(PartState::None, "None set up: there is no API key."),
        (_, Some(_)) => Part::new(PartState::Warning, "An API key ends within 7 days."),
        (1, None) => Part::new(PartState::Healthy, "1 API key, which does not end soon."),
        (keys, None) => Part::new(
            PartState::Healthy,
            format!("{keys} API keys, none of which ends soon."),
        ),
    };
    part.detail("api_keys", inside.keys)
        .detail("first_ends_at", json!(inside.key_ends))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::days(20_000)
    }

    #[test]
    fn a_database_with_another_shape_or_a_slow_one_needs_a_look() {
        let shape = |findings, behind| Shape { findings, behind };
        assert_eq!(database(3, shape(0, 0)).state, PartState::Healthy);
        assert_eq!(database(SLOW, shape(0, 0)).state, PartState::Warning);
        assert_eq!(database(3, shape(1, 0)).state, PartState::Warning);
        assert_eq!(database(3, shape(0, 2)).state, PartState::Warning);
    }

    #[test]
    fn work_that_waits_for_long_does_not_work() {
        let inside = |since: Option<TimeDelta>| Inside {
            stuck: i64::from(since.is_some()),
            stuck_since: since.map(|ago| now() - ago),
            ..Inside::default()
        };
        assert_eq!(services(&inside(None), now()).state, PartState::Healthy);
        let warned = services(&inside(Some(STUCK)), now());
        assert_eq!(
            (warned.state, warned.message.as_str()),
            (PartState::Warning, "1 job waits for too long.")
        );
        assert_eq!(
            services(&inside(Some(STUCK_LONG)), now()).state,
            PartState::Unhealthy
        );
        let failed = Inside {
            letters_failed: 2,
            ..Inside::default()
        };
        assert_eq!(services(&failed, now()).state, PartState::Warning);
    }

    #[test]
    fn what_is_not_set_up_does_not_count() {
        let inside = |keys, key_ends| Inside {
            keys,
            key_ends,
            ..Inside::default()
        };
        assert_eq!(integrations(&inside(0, None)).state, PartState::None);
        assert_eq!(integrations(&inside(2, None)).state, PartState::Healthy);
        assert_eq!(
            integrations(&inside(2, Some(now()))).state,
            PartState::Warning
        );
        assert_eq!(resources(&[]).state, PartState::None);
    }
}
