//! How a plan is printed, as SQL with what each statement locks and reads, and how far an adoption is.

use domain::adoption::{AdoptionState, Reads};
use serde_json::{Value as Json, json};
use services::adopt::{Adoption, Counted, Planned, Step};

use super::super::Exit;
use super::super::talk::{Talk, print_json, print_lines};
use super::super::trouble::Trouble;

/// All of a plan.
pub(super) fn plan(talk: Talk, planned: &Planned) -> Result<Exit, Trouble> {
    let plan = &planned.plan;
    if talk.json {
        let all = |steps: &[Step]| steps.iter().map(fields).collect::<Vec<Json>>();
        return print_json(&json!({
            "tables": planned.tables.iter().map(ToString::to_string).collect::<Vec<_>>(),
            "warnings": planned.warnings,
            "steps": all(&plan.steps),
            "finish": all(&plan.finish),
            "undo": plan.undo,
        }));
    }
    let mut lines = vec!["-- A plan: nothing was changed.".to_owned()];
    lines.extend(
        planned
            .warnings
            .iter()
            .map(|words| format!("-- Note: {words}")),
    );
    for (place, step) in plan.steps.iter().enumerate() {
        let table = step.table.as_deref().unwrap_or("the database");
        lines.push(String::new());
        lines.push(format!(
            "-- {} of {}. {table}: {}",
            place + 1,
            plan.steps.len(),
            step.kind.words()
        ));
        lines.push(format!("-- {}", forecast(step)));
        lines.push(statement(step));
    }
    lines.extend([
        String::new(),
        "-- The end, by `tenantry adopt finish`: one transaction. ACCESS EXCLUSIVE on all tables at once, waited for".to_owned(),
        "-- no longer than 0.7 s at a time; no row is read.".to_owned(),
        "begin;".to_owned(),
    ]);
    lines.extend(plan.finish.iter().map(statement));
    lines.push("commit;".to_owned());
    lines.extend([
        String::new(),
        "-- The way back until then, by `tenantry adopt undo`: one transaction with the same locks.".to_owned(),
    ]);
    lines.extend(plan.undo.iter().map(|sql| format!("-- {sql};")));
    print_lines(lines.into_iter())
}

fn statement(step: &Step) -> String {
    if step.kind.reads() == Reads::Written {
        // Each batch has bounds of its own.
        format!("-- {};", step.sql)
    } else {
        format!("{};", step.sql)
    }
}

/// What a statement locks and reads, and what that means.
fn forecast(step: &Step) -> String {
    let Some((lock, other)) = step.kind.locks() else {
        return "locks nothing that the application uses".to_owned();
    };
    let also = match (other, &step.other) {
        (Some(lock), Some(table)) if step.table.as_deref() != Some(table) => {
            format!(", {} on {table}", lock.as_str())
        }
        _ => String::new(),
    };
    let (means, reads) = (lock.words(), step.kind.reads().words());
    format!("{}{also}: {means}; {reads}{}", lock.as_str(), sized(step))
}

/// How large a table is, where that matters.
pub(super) fn sized(step: &Step) -> String {
    if step.kind.reads() == Reads::Nothing || step.table.is_none() {
        return String::new();
    }
    let rows = match step.rows {
        0 => String::new(),
        rows => format!("about {rows} rows, "),
    };
    format!(" ({rows}{})", bytes(step.bytes))
}

fn bytes(bytes: i64) -> String {
    match bytes {
        ..1_024 => format!("{bytes} bytes"),
        1_024..1_048_576 => format!("{} kB", bytes / 1_024),
        1_048_576..1_073_741_824 => format!("{} MB", bytes / 1_048_576),
        _ => format!("{} GB", bytes / 1_073_741_824),
    }
}

fn fields(step: &Step) -> Json {
    let (lock, other) = step.kind.locks().unzip();
    json!({
        "table": step.table,
        "what": step.kind.words(),
        "sql": step.sql,
        "lock": lock.map(|lock| lock.as_str()),
        "other_table": step.other,
        "other_lock": other.flatten().map(|lock| lock.as_str()),
        "reads": step.kind.reads().words(),
        "rows": step.rows,
        "bytes": step.bytes,
    })
}

/// How far an adoption is, and what was counted.
pub(super) fn adoption(talk: Talk, adoption: &Adoption) -> Result<Exit, Trouble> {
    let done = adoption.steps.iter().filter(|one| one.done).count();
    let filled: i64 = adoption.steps.iter().map(|one| one.rows).sum();
    let counted: Vec<Counted> = adoption
        .steps
        .iter()
        .filter_map(|one| one.outcome.clone())
        .filter_map(|found| serde_json::from_value(found).ok())
        .next_back()
        .unwrap_or_default();
    let tables: Vec<String> = adoption.tables.iter().map(ToString::to_string).collect();
    let next = adoption
        .steps
        .iter()
        .find(|one| !one.done)
        .map(|one| &one.step);
    let json = json!({
        "status": adoption.state.as_str(),
        "tenant": adoption.tenant_name,
        "tenant_id": adoption.tenant,
        "tables": tables,
        "steps_done": done,
        "steps": adoption.steps.len(),
        "rows_filled": filled,
        "next": next.map(fields),
        "counted": counted.iter().map(|one| json!({ "what": one.what, "rows": one.rows, "wrong": one.wrong })).collect::<Vec<_>>(),
    });
    let mut card = vec![
        ("status", words(adoption.state).to_owned()),
        (
            "tenant",
            format!("{} ({})", adoption.tenant_name, adoption.tenant),
        ),
        ("tables", tables.join(", ")),
        ("steps", format!("{done} of {}", adoption.steps.len())),
        ("rows filled", filled.to_string()),
        (
            "next",
            next.map(|step| step.sql.clone()).unwrap_or_default(),
        ),
    ];
    for one in &counted {
        card.push((&one.what, format!("{} rows, all of the tenant", one.rows)));
    }
    talk.card(&card, &json)
}

const fn words(state: AdoptionState) -> &'static str {
    match state {
        AdoptionState::Running => "under way: steps are left",
        AdoptionState::Ready => {
            "ready: tenantry adopt finish ends it, tenantry adopt undo takes it back"
        }
        AdoptionState::Finished => "finished: the policies hold",
    }
}
