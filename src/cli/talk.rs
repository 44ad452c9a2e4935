//! How a command speaks: tables for people, JSON for programs, and questions only at a terminal.

use std::io::{self, IsTerminal, Write};

use chrono::{DateTime, Utc};
use clap::Args;
use comfy_table::{ContentArrangement, Table, presets};
use console::Term;
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::Value as Json;

use super::Exit;
use super::trouble::Trouble;

/// What every command that shows or changes things may be asked for.
#[derive(Debug, Clone, Copy, Args)]
pub(super) struct Talk {
    /// Print JSON, with the API's fields, instead of a table
    #[arg(long, global = true)]
    pub(super) json: bool,
    /// Do not ask before something that cannot simply be taken back
    #[arg(long, short, global = true)]
    pub(super) yes: bool,
}

impl Talk {
    /// Many things: a table with a head, or the JSON.
    pub(super) fn list(
        self,
        head: &[&str],
        rows: Vec<Vec<String>>,
        json: &Json,
    ) -> Result<Exit, Trouble> {
        if self.json {
            return print_json(json);
        }
        if rows.is_empty() {
            // Not where a program reads, which counts lines.
            eprintln!("There are none.");
            return Ok(Exit::Done);
        }
        let mut table = bare();
        table.set_header(head.iter().map(|word| word.to_uppercase()));
        for row in rows {
            table.add_row(row.iter().map(|cell| clean(cell)));
        }
        print(&table)
    }

    /// One thing: its fields below each other, or the JSON.
    pub(super) fn card(self, fields: &[(&str, String)], json: &Json) -> Result<Exit, Trouble> {
        if self.json {
            return print_json(json);
        }
        let mut table = bare();
        for (name, value) in fields.iter().filter(|(_, value)| !value.is_empty()) {
            table.add_row([(*name).to_owned(), clean(value)]);
        }
        print(&table)
    }

    /// Something was done: a sentence, or the JSON.
    pub(super) fn done(self, words: &str, json: &Json) -> Result<Exit, Trouble> {
        if self.json {
            return print_json(json);
        }
        print_lines(words.lines().map(clean))
    }

    /// Asks before something is done. Where nobody can be asked it has to be said with `--yes`.
    pub(super) fn confirm(self, question: &str) -> Result<(), Trouble> {
        if self.yes {
            return Ok(());
        }
        let answer = asked(&format!("{question} [y/N] "))?;
        if matches!(answer.trim().to_lowercase().as_str(), "y" | "yes") {
            Ok(())
        } else {
            Err(Trouble::new(Exit::Disproved, "nothing was done"))
        }
    }

    /// The same where a slip would be costly: the name has to be typed.
    pub(super) fn confirm_by_name(self, question: &str, name: &str) -> Result<(), Trouble> {
        if self.yes {
            return Ok(());
        }
        let answer = asked(&format!("{question} Type {name} to go on: "))?;
        if answer.trim() == name {
            Ok(())
        } else {
            Err(Trouble::new(Exit::Disproved, "nothing was done"))
        }
    }

    /// A bar for long work, seen only at a terminal.
    pub(super) fn bar(self, of: u64, unit: &str) -> ProgressBar {
        if !io::stderr().is_terminal() {
            return ProgressBar::hidden();
        }
        let style = format!("{{bar:30}} {{pos}}/{{len}} {unit}, {{eta}} left  {{msg}}");
        let style = ProgressStyle::with_template(&style);
        ProgressBar::new(of).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
    }
}

/// A moment as people read it, in universal time.
pub(super) fn moment(at: DateTime<Utc>) -> String {
    at.format("%Y-%m-%d %H:%M UTC").to_string()
}

/// The same for what may not have happened.
pub(super) fn moment_or_never(at: Option<DateTime<Utc>>) -> String {
    at.map_or_else(|| "never".to_owned(), moment)
}

fn bare() -> Table {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    // Only at a terminal is there a width to keep to; a pipe gets a line a row.
    if let Some((_, width)) = Term::stdout()
        .size_checked()
        .filter(|_| io::stdout().is_terminal())
    {
        table.set_content_arrangement(ContentArrangement::Dynamic);
        table.set_width(width);
    }
    table
}

fn print(table: &Table) -> Result<Exit, Trouble> {
    let lines = table.lines();
    print_lines(lines.map(|line| line.strip_prefix(' ').unwrap_or(&line).to_owned()))
}

pub(super) fn print_lines(lines: impl Iterator<Item = String>) -> Result<Exit, Trouble> {
    let mut out = io::stdout().lock();
    for line in lines {
        writeln!(out, "{}", line.trim_end())?;
    }
    Ok(Exit::Done)
}

pub(super) fn print_json(json: &Json) -> Result<Exit, Trouble> {
    let mut out = io::stdout().lock();
    serde_json::to_writer_pretty(&mut out, json).map_err(io::Error::from)?;
    writeln!(out)?;
    Ok(Exit::Done)
}

/// What a tenant's people typed must not move the cursor of whoever reads it here.
fn clean(text: &str) -> String {
    text.chars()
        .map(|letter| if letter.is_control() { ' ' } else { letter })
        .collect()
}

fn asked(question: &str) -> Result<String, Trouble> {
    if !io::stdin().is_terminal() || !io::stderr().is_terminal() {
        let words = "this asks before it is done, and there is no terminal to ask at; say --yes";
        return Err(Trouble::usage(words));
    }
    write!(io::stderr().lock(), "{question}")?;
    let mut answer = String::new();
    io::stdin().read_line(&mut answer)?;
    Ok(answer)
}
