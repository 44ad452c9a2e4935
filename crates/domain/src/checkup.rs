//! How a tenant is found when it is looked at: the parts of it, how each is, and what that makes of the whole.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};

use crate::Standing;
use crate::column::text_enum;

text_enum! {
    /// How a tenant is as a whole.
    pub enum Health {
        /// Nothing is wrong.
        Healthy = "healthy",
        /// Its people can work, and something needs a look.
        Degraded = "degraded",
        /// Its people cannot work: its database does not answer.
        Unhealthy = "unhealthy",
    }
}

impl Health {
    /// As it is shown.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Healthy => "Healthy",
            Self::Degraded => "Degraded",
            Self::Unhealthy => "Unhealthy",
        }
    }
}

text_enum! {
    /// How a part of a tenant is.
    pub enum PartState {
        /// There is nothing that could be wrong, so it does not count.
        None = "none",
        /// It could not be looked at, because the database does not answer.
        Unknown = "unknown",
        /// Nothing is wrong.
        Healthy = "healthy",
        /// It works, and something needs a look.
        Warning = "warning",
        /// It does not work.
        Unhealthy = "unhealthy",
    }
}

impl PartState {
    /// As it is shown.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::None => "None set up",
            Self::Unknown => "Not known",
            Self::Healthy => "Healthy",
            Self::Warning => "Needs a look",
            Self::Unhealthy => "Does not work",
        }
    }
}

/// How one part was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// How it is.
    pub state: PartState,
    /// That in a sentence, which the tenant may read.
    pub message: String,
    /// The numbers it was told from.
    #[serde(default)]
    pub details: Map<String, Json>,
}

impl Part {
    /// A part in this state, without numbers yet.
    #[must_use]
    pub fn new(state: PartState, message: impl Into<String>) -> Self {
        Self {
            state,
            message: message.into(),
            details: Map::new(),
        }
    }

    /// With one more number that it was told from.
    #[must_use]
    pub fn detail(mut self, name: &str, value: impl Into<Json>) -> Self {
        self.details.insert(name.to_owned(), value.into());
        self
    }
}

/// All parts of a tenant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Parts {
    /// Whether its rows can be read.
    pub database: Part,
    /// What it uses of what it may.
    pub resources: Part,
    /// Its work in the queue and its letters.
    pub services: Part,
    /// What it connected to us.
    pub integrations: Part,
}

impl Parts {
    /// Each part with its name, in the order in which they are shown.
    #[must_use]
    pub const fn all(&self) -> [(&'static str, &Part); 4] {
        [
            ("Database", &self.database),
            ("Resources", &self.resources),
            ("Services", &self.services),
            ("Integrations", &self.integrations),
        ]
    }

    /// What they make of the whole: without its database nobody can work; anything else that is not as it should be needs a look.
    #[must_use]
    pub fn health(&self) -> Health {
        let states = self.all().map(|(_, part)| part.state);
        if self.database.state == PartState::Unhealthy {
            Health::Unhealthy
        } else if states.iter().any(|state| *state >= PartState::Warning) {
            Health::Degraded
        } else {
            Health::Healthy
        }
    }
}

/// How a resource that stands so counts.
#[must_use]
pub const fn of_standing(standing: Standing) -> PartState {
    match standing {
        Standing::Healthy => PartState::Healthy,
        Standing::Warning | Standing::Grace => PartState::Warning,
        Standing::Exceeded => PartState::Unhealthy,
    }
}

/// In how many tenths of a hundredth of the probes the tenant was there; `None` where none was made. Rounded down: 99.99 is not told as 100.
#[must_use]
pub fn uptime(made: i64, failed: i64) -> Option<i64> {
    let good = i128::from(made) - i128::from(failed.clamp(0, made.max(0)));
    (made > 0)
        .then(|| good * 1000 / i128::from(made))
        .and_then(|share| i64::try_from(share).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(states: [PartState; 4]) -> Parts {
        let [database, resources, services, integrations] =
            states.map(|state| Part::new(state, "Said."));
        Parts {
            database,
            resources,
            services,
            integrations,
        }
    }

    #[test]
    fn without_its_database_a_tenant_is_unhealthy_and_anything_else_degrades_it() {
        use PartState::{Healthy, None, Unhealthy, Unknown, Warning};
        let table = [
            ([Healthy, Healthy, Healthy, Healthy], Health::Healthy),
            ([Healthy, Healthy, Healthy, None], Health::Healthy),
            ([Healthy, Warning, Healthy, None], Health::Degraded),
            ([Healthy, Unhealthy, Healthy, None], Health::Degraded),
            ([Healthy, Healthy, Unhealthy, Warning], Health::Degraded),
            ([Warning, Healthy, Healthy, Healthy], Health::Degraded),
            ([Unhealthy, Unknown, Unknown, Unknown], Health::Unhealthy),
            ([Unhealthy, Warning, Unhealthy, None], Health::Unhealthy),
        ];
        for (states, health) in table {
            assert_eq!(parts(states).health(), health, "{states:?}");
        }
    }

    #[test]
    fn uptime_is_rounded_down_and_absent_without_probes() {
        assert_eq!(uptime(0, 0), None);
        assert_eq!(uptime(288, 0), Some(1000));
        assert_eq!(uptime(8640, 1), Some(999));
        assert_eq!(uptime(4, 1), Some(750));
        assert_eq!(uptime(3, 9), Some(0));
        assert_eq!(uptime(i64::MAX, i64::MAX), Some(0));
    }
}
