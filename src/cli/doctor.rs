//! `tenantry doctor`: looks at everything that has to be right before people come, and says how to mend what
//! is not. It changes nothing, and works beside a running server.

mod data;
mod database;
mod finding;
mod mail;
mod names;
mod ports;

use serde_json::json;

use super::Exit;
use super::talk::{self, Talk};
use super::trouble::Trouble;
use crate::config::{Config, Fault, Origin};
use crate::web::assets;
use finding::{Finding, State};

/// Looks at a configuration that can be read.
pub(super) fn run(config: &Config, talk: Talk) -> Exit {
    let set = config
        .settings()
        .iter()
        .filter(|setting| setting.origin != Origin::Default)
        .count();
    let all = config.settings().len();
    let mut findings = vec![Finding::good(
        "configuration",
        format!("{all} settings, {set} of them yours"),
    )];
    findings.push(secret(config));
    findings.extend(data::look(config));
    findings.extend(ports::look(config));
    findings.extend(database::look(config));
    findings.push(mail::look(config));
    findings.extend(names::look(config));
    findings.push(built_in());
    told(&findings, talk)
}

/// Says what is wrong with one that cannot; nothing else can be looked at then.
pub(super) fn misconfigured(faults: &[Fault], talk: Talk) -> Exit {
    let findings: Vec<Finding> = faults
        .iter()
        .map(|fault| {
            let mend = "correct it; `tenantry config` lists all settings and where each came from";
            Finding::bad("configuration", fault.to_string(), mend)
        })
        .collect();
    told(&findings, talk)
}

/// A weak secret is a fault of the configuration, so one that is known is strong.
fn secret(config: &Config) -> Finding {
    let setting = config
        .settings()
        .iter()
        .find(|setting| setting.key == "secret");
    let shown = setting.map_or("", |setting| setting.shown.as_str());
    Finding::good("secret", format!("strong enough: {shown}"))
}

/// What the pages are made of was built in, or the binary was built without npm.
fn built_in() -> Finding {
    if assets::asset("htmx.js").is_some() {
        Finding::good("assets", "scripts and typeface are built in")
    } else {
        Finding::fair(
            "assets",
            "built without htmx and Inter: pages work, each as a whole page",
            "build with npm at hand and TENANTRY_ASSETS=require",
        )
    }
}

fn told(findings: &[Finding], talk: Talk) -> Exit {
    let worst = findings.iter().map(|finding| finding.state).max();
    let worst = worst.unwrap_or(State::Good);
    let said = if talk.json {
        let checks: Vec<_> = findings.iter().map(Finding::json).collect();
        talk::print_json(&json!({ "state": worst.as_str(), "checks": checks }))
    } else {
        talk::print_lines(findings.iter().flat_map(Finding::lines))
    };
    match (said, worst) {
        (Ok(_), State::Bad) => Exit::Disproved,
        (Ok(_), State::Good | State::Fair) => Exit::Done,
        (Err(trouble), _) => Trouble::tell(&trouble),
    }
}
