//! What a tenant asked for, as its pages show it: the open asking with its steps, and what became of earlier ones.

use domain::ScalingState;
use services::scalings::{self, Scaling};

use crate::web::format::Format;

/// The askings of a tenant.
pub(in crate::web) struct Card {
    /// What is still to come.
    pub(in crate::web) open: Option<One>,
    /// What was asked for before.
    pub(in crate::web) past: Vec<One>,
    /// The page that it is on, which is asked again while something is under way.
    pub(in crate::web) here: String,
}

/// One asking.
pub(in crate::web) struct One {
    /// Its id.
    pub(in crate::web) id: String,
    /// How far it came.
    pub(in crate::web) word: &'static str,
    /// The badge's tone.
    pub(in crate::web) tone: &'static str,
    /// Each limit with what it was and is to be.
    pub(in crate::web) lines: Vec<String>,
    /// What it does to the bill.
    pub(in crate::web) price: String,
    /// Who asked, and when.
    pub(in crate::web) asked: String,
    /// What was said with the decision; empty for nothing.
    pub(in crate::web) said: String,
    /// When it is carried out; empty where that is no matter.
    pub(in crate::web) due: String,
    /// Each step with where it stands.
    pub(in crate::web) steps: Vec<(String, &'static str)>,
    /// Whether the new numbers are on their way.
    pub(in crate::web) under_way: bool,
    /// Whether it can be taken back.
    pub(in crate::web) open_to_withdraw: bool,
}

impl Card {
    /// The askings of a tenant, the newest first.
    pub(in crate::web) fn of(all: &[Scaling], format: &Format, here: impl Into<String>) -> Self {
        let (open, past): (Vec<&Scaling>, Vec<&Scaling>) =
            all.iter().partition(|one| one.state.is_open());
        Self {
            open: open.first().map(|one| One::of(one, format)),
            past: past.into_iter().map(|one| One::of(one, format)).collect(),
            here: here.into(),
        }
    }
}

impl One {
    fn of(of: &Scaling, format: &Format) -> Self {
        let locale = format.locale();
        let line = |(resource, to): (&String, &i64)| {
            scalings::line(resource, of.from.get(resource).copied(), *to, locale)
        };
        let due = of
            .due_at
            .filter(|_| of.state == ScalingState::Approved)
            .map(|due_at| format!("It holds from {} on.", format.date_time(due_at)));
        let step = |step: &domain::ScalingStep| {
            let state = match step.completed_at {
                Some(_) => "Done",
                None => "Under way",
            };
            (domain::plan::title(&step.resource), state)
        };
        Self {
            id: of.id.to_string(),
            word: of.state.words(),
            tone: match of.state {
                ScalingState::Asked | ScalingState::Approved | ScalingState::InProgress => "info",
                ScalingState::Completed => "ok",
                ScalingState::Declined => "bad",
                ScalingState::Withdrawn | ScalingState::Superseded => "",
            },
            lines: of.target.iter().map(line).collect(),
            price: scalings::bill(&of.billing, locale),
            asked: format!("{}, {}", of.asked_by.name, format.date_time(of.asked_at)),
            said: of.reason.clone().unwrap_or_default(),
            due: due.unwrap_or_default(),
            steps: of.steps.iter().map(step).collect(),
            under_way: of.state == ScalingState::InProgress,
            open_to_withdraw: matches!(of.state, ScalingState::Asked | ScalingState::Approved),
        }
    }
}
