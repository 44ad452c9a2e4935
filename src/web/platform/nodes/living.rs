//! Who has a database on a server, and how far its emptying is, in words.

use domain::MoveState;
use services::nodes::{Living, Whole};

use crate::web::format::{Format, plural};
use crate::web::platform::tenants::{move_lines, words};

/// A tenant that lives there.
pub(super) struct Line {
    pub(super) name: String,
    pub(super) href: String,
    pub(super) status: &'static str,
    pub(super) tone: &'static str,
    pub(super) leaving: &'static str,
    pub(super) leaving_tone: &'static str,
    pub(super) leaving_href: String,
    pub(super) why: String,
}

/// How far the emptying is.
pub(super) struct Draining {
    pub(super) told: String,
    pub(super) left: i64,
    pub(super) all: i64,
    pub(super) nobody_takes: bool,
}

impl Line {
    pub(super) fn of(one: &Living) -> Self {
        let leaves = one.leaves.as_ref();
        // One that came back since says nothing of this time.
        let leaves = leaves.filter(|leave| leave.state != MoveState::Done);
        let href = format!("/tenants/{}", one.tenant);
        Self {
            name: one.name.clone(),
            status: words::title(one.status),
            tone: words::tone(one.status),
            leaving: leaves.map_or("", |leave| leave.state.words()),
            leaving_tone: leaves.map_or("", |leave| move_lines::tone(leave.state)),
            leaving_href: leaves
                .map(|leave| format!("{href}/moves/{}", leave.id))
                .unwrap_or_default(),
            why: leaves
                .and_then(|leave| leave.why.clone())
                .unwrap_or_default(),
            href,
        }
    }
}

impl Draining {
    pub(super) fn of(whole: &Whole, format: &Format) -> Self {
        let left = whole.left.unwrap_or(0);
        let all = left + whole.all;
        Self {
            told: format!("{} of {} moved", format.count(left), format.count(all)),
            left,
            // A bar of nothing is full.
            all: all.max(1),
            nobody_takes: whole.others.is_empty() && whole.all > 0,
        }
    }
}

/// The databases there in which nobody lives.
pub(super) fn beside(whole: &Whole, format: &Format) -> String {
    let rest = whole.node.databases - whole.all - whole.copies;
    let mut told = Vec::new();
    if whole.copies > 0 {
        told.push(format!(
            "{} old {} kept until {} over",
            format.count(whole.copies),
            plural(whole.copies, "copy of a move is", "copies of moves are"),
            plural(whole.copies, "its days are", "their days are")
        ));
    }
    if rest > 0 {
        let made = plural(rest, "database is", "databases are");
        told.push(format!(
            "{} {made} being made or deleted",
            format.count(rest)
        ));
    }
    match told.as_slice() {
        [] => String::new(),
        told => format!("{}.", told.join("; ")),
    }
}
