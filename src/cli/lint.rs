//! `tenantry lint`: the rules that the application's migrations break, before any of them runs where tenants are.

use std::path::PathBuf;

use clap::Args;
use serde_json::{Value as Json, json};
use services::vendor::{self, Breach, NotTaken};

use super::Exit;
use super::desk::{self, Desk};
use super::talk::Talk;
use super::trouble::Trouble;
use crate::config::Config;

/// The rules of the tables.
#[derive(Debug, Args)]
pub(super) struct Lint {
    #[command(flatten)]
    talk: Talk,
    /// The folder of migrations [default: application.migrations]
    folder: Option<PathBuf>,
}

pub(super) fn run(config: &Config, asked: &Lint) -> Exit {
    desk::at(config, |desk| lint(desk, asked))
}

fn lint(desk: &Desk<'_>, asked: &Lint) -> Result<Exit, Trouble> {
    let configured = desk.config.application.migrations.as_ref();
    let folder = asked.folder.as_ref().or(configured);
    let folder = folder.ok_or_else(|| Trouble::usage("say which folder: tenantry lint FOLDER"))?;
    let all = vendor::read(folder).map_err(trouble)?;
    let breaches = vendor::lint(&desk.store, &all).map_err(trouble)?;
    if breaches.is_empty() {
        let words = format!("{} migrations, and nothing is wrong with them.", all.len());
        return asked.talk.done(&words, &json!([]));
    }
    let rows = breaches.iter().map(|breach| {
        vec![
            breach.version.clone(),
            if breach.grave {
                breach.rule.clone()
            } else {
                format!("{} (told only)", breach.rule)
            },
            breach.object.clone(),
            breach.detail.clone(),
        ]
    });
    let json: Vec<Json> = breaches.iter().map(fields).collect();
    asked.talk.list(
        &["version", "rule", "what", "why"],
        rows.collect(),
        &json!(json),
    )?;
    if breaches.iter().any(|breach| breach.grave) {
        let words =
            "these migrations would not be taken over; docs/DATABASE.md says what each rule is for";
        return Err(Trouble::new(Exit::Disproved, words));
    }
    Ok(Exit::Done)
}

fn fields(breach: &Breach) -> Json {
    json!({
        "version": breach.version,
        "rule": breach.rule,
        "object": breach.object,
        "detail": breach.detail,
        "grave": breach.grave,
    })
}

pub(super) fn trouble(error: NotTaken) -> Trouble {
    match error {
        NotTaken::Verb(error) => error.into(),
        NotTaken::Run(error) => Trouble::new(Exit::Database, error.to_string()),
        other => Trouble::new(Exit::Invalid, other.to_string()),
    }
}
