//! What is told while an adoption runs: a line a step, and a bar where rows are filled in.

use std::io::{self, IsTerminal};

use indicatif::ProgressBar;
use services::adopt::Told;

use super::super::talk::Talk;
use super::shown::sized;

/// What follows when all steps are done.
pub(super) const THEN: &str = "All steps are done, and the application works as before. Now let it begin each transaction with
    select tenantry.enter('TENANT ID');
and then run `tenantry adopt finish`. Until then `tenantry adopt undo` takes everything back.";

/// Tells one adoption.
pub(super) struct Teller {
    talk: Talk,
    bar: Option<ProgressBar>,
    /// How many rows were told of last, where there is no terminal.
    told: i64,
}

impl Teller {
    pub(super) fn new(talk: Talk) -> Self {
        Self {
            talk,
            bar: None,
            told: 0,
        }
    }

    /// Ends a bar that is still there.
    pub(super) fn end(&mut self) {
        if let Some(bar) = self.bar.take() {
            bar.finish_and_clear();
        }
    }

    pub(super) fn hear(&mut self, told: &Told<'_>) {
        match told {
            Told::Begun(warnings) => {
                for warning in *warnings {
                    eprintln!("note: {warning}");
                }
            }
            Told::Step(place, of, step) => {
                self.end();
                self.told = 0;
                let table = step.table.as_deref().unwrap_or("the database");
                eprintln!(
                    "[{place}/{of}] {table}: {}{}",
                    step.kind.words(),
                    sized(step)
                );
            }
            Told::Filled(rows, step) if !io::stderr().is_terminal() => {
                // A log of some lines a table, however large it is.
                if rows - self.told >= (step.rows / 20).max(10_000) {
                    self.told = *rows;
                    eprintln!("    {rows} rows");
                }
            }
            Told::Filled(rows, step) => {
                let rows = u64::try_from(*rows).unwrap_or_default();
                let all = u64::try_from(step.rows).unwrap_or_default();
                let talk = self.talk;
                let bar = self.bar.get_or_insert_with(|| talk.bar(all, "rows"));
                // The planner's number may be an old one.
                bar.set_length(all.max(rows));
                bar.set_position(rows);
            }
            Told::Waiting(step) => self.aside(&format!(
                "{}: the application is at it; trying again",
                step.table.as_deref().unwrap_or("its tables")
            )),
            Told::Lagging(behind) => {
                self.aside(&format!("a standby is {} s behind; waiting", behind / 1000));
            }
        }
    }

    fn aside(&self, words: &str) {
        match &self.bar {
            Some(bar) if !bar.is_hidden() => bar.set_message(words.to_owned()),
            _ => eprintln!("    {words}"),
        }
    }
}
