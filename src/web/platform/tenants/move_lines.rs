//! Moves in words: the lines of a tenant's page, and what is known of one.

use std::time::Duration;

use domain::{MoveState, NodeId, PlacementKind};
use services::moves::{self, KeptCopy, Move};
use services::nodes::Names;

use crate::web::format::Format;

/// A move as a line of the tenant's page.
#[derive(Debug)]
pub struct MoveLine {
    /// Which.
    pub id: String,
    /// From where to where.
    pub way: String,
    /// Where it stands, in words.
    pub word: &'static str,
    /// The tone of that.
    pub tone: &'static str,
    /// Who asked, and when.
    pub when: String,
}

/// The moves as lines.
#[must_use]
pub fn lines(moves: &[Move], names: &Names, format: &Format) -> Vec<MoveLine> {
    let line = |line: &Move| MoveLine {
        id: line.id.to_string(),
        way: way(line, names),
        word: line.state.words(),
        tone: tone(line.state),
        when: format!("{}, {}", line.asked_by, format.relative(line.asked_at)),
    };
    moves.iter().map(line).collect()
}

/// From where to where, in words.
pub(super) fn way(line: &Move, names: &Names) -> String {
    let place = |kind, node: Option<NodeId>| {
        let words = moves::words(kind);
        let node = node.filter(|_| kind == PlacementKind::Database);
        match node.and_then(|node| names.get(&node)) {
            Some(name) => format!("{words} on {name}"),
            None => words.to_owned(),
        }
    };
    format!(
        "From {} to {}",
        place(line.from, line.from_node),
        place(line.to, line.to_node)
    )
}

pub(in crate::web::platform) const fn tone(state: MoveState) -> &'static str {
    match state {
        MoveState::Waiting | MoveState::Running => "info",
        MoveState::Done => "ok",
        MoveState::Failed => "bad",
        MoveState::Cancelled => "",
    }
}

/// What is known of a move.
pub(super) fn facts(
    line: &Move,
    kept: Option<&KeptCopy>,
    format: &Format,
) -> Vec<(&'static str, String)> {
    let mut facts = vec![
        ("Asked by", line.asked_by.clone()),
        ("Asked", format.date_time(line.asked_at)),
    ];
    if let Some(at) = line.finished_at {
        facts.push(("Over", format.date_time(at)));
    }
    if let Some(pause) = line.pause.and_then(|pause| u64::try_from(pause).ok()) {
        let pause = Duration::from_micros(pause);
        facts.push(("Requests waited for", seconds(pause, format)));
    }
    match (line.state, kept) {
        (MoveState::Done, Some(kept)) => {
            facts.push(("Can be undone until", format.date_time(kept.until)));
        }
        (MoveState::Done, None) => facts.push(("Old copy", "Deleted, or used since".to_owned())),
        _ => facts.push((
            "Old copy",
            format!("Would be kept for {} days", line.keep_days),
        )),
    }
    facts
}

/// A time in seconds, as exact as it is short.
pub(super) fn seconds(time: Duration, format: &Format) -> String {
    let decimals = if time < Duration::from_secs(10) { 2 } else { 0 };
    format!("{} s", format.decimal(time.as_secs_f64(), decimals))
}
