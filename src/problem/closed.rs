//! What is read at the door of a tenant that is not open.

use actix_web::http::StatusCode;
use services::features::Feature;
use services::tenants::Plan;

use super::{Problem, WayOut};

impl Problem {
    /// A tenant that rests: suspended, under maintenance, on its way out.
    #[must_use]
    pub fn resting(title: &str, words: impl Into<String>) -> Self {
        Self {
            way_out: WayOut::None,
            ..Self::new(StatusCode::FORBIDDEN, title, words)
        }
    }

    /// 402: the trial is over, and somebody has to choose a plan.
    #[must_use]
    pub fn lapsed() -> Self {
        let words = "Nothing is lost. An owner or admin chooses a plan, and everybody goes on.";
        Self {
            way_out: WayOut::Plan,
            ..Self::new(StatusCode::PAYMENT_REQUIRED, "The trial has ended", words)
        }
    }

    /// 403: the tenant's plan does not have this part of the product; others do.
    #[must_use]
    pub fn not_in_plan(feature: Feature, own: &Plan, with: &[Plan]) -> Self {
        let plan = &own.terms.name;
        let with: Vec<&str> = with.iter().map(|plan| plan.terms.name.as_str()).collect();
        let others = match with.as_slice() {
            // The plan has it, and it was switched off for this tenant.
            _ if own.terms.features.has(feature.key()) => String::new(),
            [] => "Ask whoever runs this portal for you to switch it on.".to_owned(),
            [one] => format!("{one} includes it. An owner or admin can change the plan."),
            [first @ .., last] => format!(
                "{} and {last} include it. An owner or admin can change the plan.",
                first.join(", ")
            ),
        };
        let title = format!("{} is not part of your plan", feature.title());
        let why = match others.as_str() {
            "" => "It is switched off for your organisation. Ask whoever runs this portal for you to switch it on.".to_owned(),
            others => format!("Your plan, {plan}, does not include it. {others}"),
        };
        let words = format!("{} {why}", feature.words());
        Self {
            way_out: WayOut::Plan,
            ..Self::new(StatusCode::FORBIDDEN, &title, words)
        }
    }
}
