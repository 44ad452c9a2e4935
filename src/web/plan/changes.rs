//! What changes with another plan, each with what it is now.

use domain::Access;
use services::tenants::Plan;

use super::words;
use crate::tenant::Tenant;
use crate::web::format::Format;

/// Price, people, what is switched on, and the trial.
pub(super) fn of<P: Access>(
    tenant: &Tenant<P>,
    format: &Format,
    plan: &Plan,
    now: &Plan,
) -> Vec<(&'static str, String)> {
    let mut changes = vec![
        (
            "Price",
            instead(words::price(plan, format), &words::price(now, format)),
        ),
        (
            "People",
            instead(words::people(plan, format), &words::people(now, format)),
        ),
        ("New", words::features_beyond(plan, now)),
        ("No longer", words::features_beyond(now, plan)),
    ];
    let entry = tenant.entry();
    if let Some(end) = entry.trial_ends_at.filter(|_| entry.status == "trial") {
        let end = format.date_time(end);
        let told = if entry.has_lapsed(tenant.request().now) {
            format!("It ended {end}; everybody can work again at once")
        } else {
            format!("It ends at once (now: {end})")
        };
        changes.push(("Trial", told));
    }
    changes.retain(|(_, what)| !what.is_empty());
    changes
}

fn instead(then: String, before: &str) -> String {
    if then == before {
        return then;
    }
    let mut letters = before.chars();
    let first = letters.next().map(char::to_lowercase);
    let before: String = first.into_iter().flatten().chain(letters).collect();
    format!("{then} (now: {before})")
}
