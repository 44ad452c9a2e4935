//! What a tenant asked for, as its pages show it: the open asking with its steps, and what became of earlier ones.

use domain::ScalingState;
use services::scalings::{self, Scaling};

use crate::web::format::Format;

/// The askings of a tenant.
pub struct Card {
    /// What is still to come.
    pub open: Option<One>,
    /// What was asked for before.
    pub past: Vec<One>,
}

/// One asking.
pub struct One {
    /// Its id.
    pub id: String,
    /// How far it came.
    pub word: &'static str,
    /// The badge's tone.
    pub tone: &'static str,
    /// Each limit with what it was and is to be.
    pub lines: Vec<String>,
    /// What it does to the bill.
    pub price: String,
    /// Who asked, and when.
    pub asked: String,
    /// What was said with the decision; empty for nothing.
    pub said: String,
    /// When it is carried out; empty where that is no matter.
    pub due: String,
    /// Each step with where it stands.
    pub steps: Vec<(String, &'static str)>,
    /// Whether it can be taken back.
    pub open_to_withdraw: bool,
}

impl Card {
    /// The askings of a tenant, the newest first.
    pub fn of(all: &[Scaling], format: &Format) -> Self {
        let (open, past): (Vec<&Scaling>, Vec<&Scaling>) =
            all.iter().partition(|one| one.state.is_open());
        Self {
            open: open.first().map(|one| One::of(one, format)),
            past: past.into_iter().map(|one| One::of(one, format)).collect(),
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
            open_to_withdraw: matches!(of.state, ScalingState::Asked | ScalingState::Approved),
        }
    }
}
