//! What stands around the rows of the list of tenants: the line below its title, tabs, chips.

use domain::{TenantCounts, TenantKind, TenantState};

use super::query::ListQuery;
use super::words;
use crate::web::format::plural;
use crate::web::list::{Address, FilterOption, Tab};
use crate::web::platform::shell::StaffShell;

pub(super) fn hint(shell: &StaffShell, counts: &TenantCounts, narrowed: bool) -> String {
    let open = counts.of(TenantState::Active) + counts.of(TenantState::Trial);
    let total = shell.format.count(counts.total());
    let noun = plural(counts.total(), "tenant", "tenants");
    let found = if narrowed { " found" } else { "" };
    format!(
        "{total} {noun}{found}, {} of them open",
        shell.format.count(open)
    )
}

/// All, and one tab for each state that there is.
pub(super) fn tabs(shell: &StaffShell, query: &ListQuery, counts: &TenantCounts) -> Vec<Tab> {
    let address = query.address().without("page").without("status");
    let on = query.filter.statuses.as_slice();
    let all = Tab {
        label: "All".to_owned(),
        href: address.href(),
        count: shell.format.count(counts.total()),
        current: on.is_empty(),
    };
    let usual = [
        TenantState::Active,
        TenantState::Trial,
        TenantState::Suspended,
    ];
    let rest = TenantState::ALL.iter().filter(|one| !usual.contains(one));
    let states = usual
        .iter()
        .chain(rest)
        .filter(|state| usual.contains(state) || counts.of(**state) > 0 || on.contains(state));
    let tab = |state: &TenantState| Tab {
        label: words::title(*state).to_owned(),
        href: address.with("status", state.as_str()).href(),
        count: shell.format.count(counts.of(*state)),
        current: on == [*state],
    };
    std::iter::once(all).chain(states.map(tab)).collect()
}

pub(super) fn options(all: impl Iterator<Item = (String, String, bool)>) -> Vec<FilterOption> {
    let option = |(value, label, checked)| FilterOption {
        value,
        label,
        checked,
    };
    all.map(option).collect()
}

pub(super) const fn kind_title(kind: TenantKind) -> &'static str {
    match kind {
        TenantKind::Real => "Real",
        TenantKind::Demo => "Demo",
    }
}

pub(super) fn days(shell: &StaffShell, query: &ListQuery) -> Vec<(String, String)> {
    let address = query.address().without("page");
    let told = |words: &str, day: Option<chrono::NaiveDate>, name: &str| {
        day.map(|day| {
            let day = shell.format.day(day);
            (format!("{words} {day}"), address.without(name).href())
        })
    };
    let (from, until) = (query.filter.created_from, query.filter.trial_ends_until);
    let made = told("Made since", from, "created_from");
    let ends = told("Trial ends by", until, "trial_ends_until");
    made.into_iter().chain(ends).collect()
}

/// What the toolbar's form keeps of the address beside its own fields.
pub(super) fn kept(address: &Address) -> Vec<(String, String)> {
    let own = ["search", "plan", "placement", "kind", "page"];
    let pairs = address.pairs().iter();
    let others = pairs.filter(|(name, _)| !own.contains(&name.as_str()));
    others.cloned().collect()
}
