//! What is asked before a tenant is moved: which kind of place, on which server, for how long the old copy is kept.

use domain::{FieldErrors, PlacementKind};
use services::nodes::Node;

use super::ask::{Input, InputKind};
use super::fields;
use super::moving::Move;
use crate::web::choice::Choice;

/// The fields, for a tenant that lives in this kind of place; the servers are those to which it may go.
pub(super) fn inputs(
    lives: PlacementKind,
    to: PlacementKind,
    typed: Move,
    servers: &[Node],
    errors: &FieldErrors,
) -> Vec<Input> {
    let keep_days = Input::new(
        "keep_days",
        "Keep the old copy for so many days",
        typed.keep_days,
        InputKind::Number,
    );
    let mut inputs = vec![Input::new(
        "to",
        "Where to",
        to.as_str(),
        InputKind::Choice(elsewhere(lives, !servers.is_empty())),
    )];
    // Where there is one there is nothing to choose, but for whoever leaves another.
    let leaves = lives == PlacementKind::Database && !servers.is_empty();
    if servers.len() > 1 || leaves || errors.of("node").is_some() {
        let choices = InputKind::Choice(fields::servers(servers.iter()));
        let server = Input::new("node", "Server", typed.node, choices);
        inputs.push(
            server.hint(
                "For a database of its own: shared tables and schemas are with the catalogue.",
            ),
        );
    }
    inputs.push(
        keep_days
            .hint("Until then the move can be undone, with everything that was written since.")
            .longest(2),
    );
    inputs
}

/// The kinds of place that it does not live in, and a database on another server.
fn elsewhere(lives: PlacementKind, on_another: bool) -> Vec<Choice> {
    let kinds = [
        (PlacementKind::Shared, "The shared tables"),
        (PlacementKind::Schema, "A schema of its own"),
        (PlacementKind::Database, "A database of its own"),
    ];
    let again = |kind| kind == PlacementKind::Database && on_another;
    let others = kinds
        .into_iter()
        .filter(|(kind, _)| *kind != lives || again(*kind));
    others
        .map(|(kind, words)| match kind == lives {
            true => Choice::new(kind.as_str(), "A database on another server"),
            false => Choice::new(kind.as_str(), words),
        })
        .collect()
}
