//! Plans as they are shown at the terminal and told to programs.

use domain::Locale;
use serde_json::{Value as Json, json};
use services::tenants::plan_differences::{self, Difference};
use services::tenants::plan_moves::{Asked, Which};
use services::tenants::plans::Whole;
use services::tenants::{Plan, Terms};

use crate::cli::Exit;
use crate::cli::talk::{Talk, moment};
use crate::cli::trouble::Trouble;

pub(super) fn list(talk: Talk, plans: &[Plan]) -> Result<Exit, Trouble> {
    let rows = plans.iter().map(|plan| {
        let terms = &plan.terms;
        let limit = |name: &str| {
            terms
                .limits
                .get(name)
                .map_or_else(String::new, i64::to_string)
        };
        vec![
            plan.key.clone(),
            terms.name.clone(),
            standing(plan).to_owned(),
            plan.version.to_string(),
            cost(terms),
            terms.trial_days.to_string(),
            limit("users"),
            limit("storage_gb"),
            limit("api_calls_per_day"),
        ]
    });
    let head = [
        "plan",
        "name",
        "to choose",
        "version",
        "a month",
        "trial",
        "users",
        "gb",
        "calls a day",
    ];
    let json = json!({ "plans": plans.iter().map(told).collect::<Vec<_>>() });
    talk.list(&head, rows.collect(), &json)
}

pub(super) fn versions(talk: Talk, whole: &Whole) -> Result<Exit, Trouble> {
    let rows = whole.versions.iter().map(|version| {
        let before = whole.before(version.version);
        let changes = before.map(|before| {
            let all = plan_differences::between(&before.terms, &version.terms, Locale::default());
            let lines: Vec<String> = all.iter().map(Difference::line).collect();
            lines.join("; ")
        });
        vec![
            version.version.to_string(),
            moment(version.made_at),
            version.made_by.clone(),
            whole.tenants(version.version).to_string(),
            changes.unwrap_or_default(),
            version.note.clone().unwrap_or_default(),
        ]
    });
    let head = ["version", "made", "by", "tenants", "what changed", "why"];
    let told = |version: &Plan| {
        let mut json = told(version);
        if let Json::Object(fields) = &mut json {
            let tenants = whole.tenants(version.version);
            fields.insert("tenants".to_owned(), json!(tenants));
        }
        json
    };
    let json = json!({
        "plan": whole.plan.key,
        "versions": whole.versions.iter().map(told).collect::<Vec<_>>(),
    });
    talk.list(&head, rows.collect(), &json)
}

pub(super) fn moved(talk: Talk, asked: &Asked, which: &Which) -> Result<Exit, Trouble> {
    let (name, version) = (&asked.plan.terms.name, asked.plan.version);
    let words = match (asked.tenants, which) {
        (0, _) => format!("They are on version {version} of {name} already."),
        (1, Which::Named(_)) => format!("1 tenant is on version {version} of {name} now."),
        (all, Which::Named(_)) => {
            format!("{all} tenants are on version {version} of {name} now.")
        }
        (1, Which::All) => format!("1 tenant is moved to version {version} of {name}."),
        (all, Which::All) => format!("{all} tenants are moved to version {version} of {name}."),
    };
    let json = json!({
        "plan": asked.plan.key,
        "version": version,
        "tenants": asked.tenants,
    });
    talk.done(&words, &json)
}

fn standing(plan: &Plan) -> &'static str {
    match (plan.retired_at, plan.offered) {
        (Some(_), _) => "retired",
        (None, true) => "by anybody",
        (None, false) => "by the platform",
    }
}

fn cost(terms: &Terms) -> String {
    terms.price_cents.map_or_else(
        || "agreed".to_owned(),
        |cents| format!("{}.{:02} {}", cents / 100, cents % 100, terms.currency),
    )
}

pub(super) fn told(plan: &Plan) -> Json {
    let terms = &plan.terms;
    json!({
        "key": plan.key,
        "version": plan.version,
        "current_version": plan.current,
        "name": terms.name,
        "limits": terms.limits,
        "features": terms.features,
        "trial_days": terms.trial_days,
        "price_cents": terms.price_cents,
        "currency": terms.currency,
        "extras": terms.extras,
        "rates": terms.rates,
        "offered": plan.offered,
        "retired_at": plan.retired_at,
        "made_at": plan.made_at,
        "made_by": plan.made_by,
        "note": plan.note,
    })
}
