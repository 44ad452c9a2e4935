//! What the page of the console shows, written for its reader.

use askama::Template;
use domain::FieldErrors;
use services::console::{Answer, Kept, Past, Readable};

use super::Typed;
use crate::web::format::Format;
use crate::web::shell::Shell;

/// The page.
#[derive(Template)]
#[template(path = "console/page.html")]
pub(super) struct Page {
    shell: Shell,
    on: bool,
    typed: Typed,
    errors: FieldErrors,
    shown: Option<Shown>,
    past: Vec<Line>,
    kept: Vec<Kept>,
    tables: Vec<Readable>,
}

/// An answer.
pub(super) struct Shown {
    columns: Vec<(String, String)>,
    rows: Vec<Vec<Option<String>>>,
    told: String,
    cut: bool,
    plan: String,
}

/// A question of before.
struct Line {
    href: String,
    stop: String,
    query: String,
    state: &'static str,
    tone: &'static str,
    told: String,
    at: String,
    at_full: String,
    at_machine: String,
}

impl Page {
    #[allow(clippy::too_many_arguments, reason = "the parts of one page")]
    pub(super) fn new(
        shell: Shell,
        on: bool,
        typed: Typed,
        errors: FieldErrors,
        shown: Option<Shown>,
        past: Vec<Past>,
        kept: Vec<Kept>,
        tables: Vec<Readable>,
    ) -> Self {
        let past = past.into_iter().map(|one| Line::of(one, &shell.format));
        let past = past.collect();
        Self {
            shell,
            on,
            typed,
            errors,
            shown,
            past,
            kept,
            tables,
        }
    }
}

impl Shown {
    pub(super) fn of(answer: Answer, format: &Format) -> Self {
        let rows = i64::try_from(answer.rows.len()).unwrap_or(i64::MAX);
        let cost = answer
            .plan
            .as_ref()
            .and_then(|plan| plan.pointer("/0/Plan/Total Cost")?.as_f64());
        Self {
            told: format!(
                "{} in {} ms",
                counted(rows, format),
                answer.elapsed.as_millis()
            ),
            plan: cost.map_or_else(String::new, |cost| format.decimal(cost, 1)),
            cut: answer.cut,
            columns: answer
                .columns
                .into_iter()
                .map(|one| (one.name, one.kind))
                .collect(),
            rows: answer.rows,
        }
    }
}

impl Line {
    fn of(past: Past, format: &Format) -> Self {
        let (state, tone) = match past.state.as_str() {
            "running" => ("Running", "info"),
            "done" => ("Answered", "ok"),
            "stopped" => ("Stopped", "warn"),
            _ => ("No answer", "bad"),
        };
        let rows = past.rows.map(|rows| {
            let more = if past.cut { " and more" } else { "" };
            format!("{}{more}", counted(i64::from(rows), format))
        });
        let took = past.execution_ms.map(|ms| format!("{ms} ms"));
        let told: Vec<String> = [rows, took, past.error].into_iter().flatten().collect();
        let stop = format!("/console/runs/{}/stop", past.id);
        Self {
            href: format!("/console?run={}", past.id),
            stop: if past.state == "running" {
                stop
            } else {
                String::new()
            },
            query: past.query.chars().take(200).collect(),
            state,
            tone,
            told: told.join(" · "),
            at: format.relative(past.at),
            at_full: format.date_time(past.at),
            at_machine: format.utc(past.at),
        }
    }
}

fn counted(rows: i64, format: &Format) -> String {
    let noun = if rows == 1 { "row" } else { "rows" };
    format!("{} {noun}", format.count(rows))
}
