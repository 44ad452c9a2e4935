//! A question to the tenant's own tables. It runs outside the transaction that proves the key, and is no write: the answer is
//! kept for nobody.

mod fields;

use std::time::Duration;

use actix_web::http::StatusCode;
use domain::FieldErrors;
use domain::permission::UseConsole;
use serde_json::{Value as Json, json};
use services::console::{self, Answer, Column, ConsoleFault, NoAnswer, Wish};
use services::settings::{self, Insider};

use super::answer::Answer as Given;
use super::door::Door;
use super::{Api, Body, Fault, Outcome};
pub use fields::{Answered, NewQuestion, ReckoningFields};

/// `POST /tenants/{tenant_id}/query`
///
/// # Errors
/// No right, a question that is wrong, too much at once, too long, or no database.
pub async fn run(api: Api<UseConsole>, body: Body<NewQuestion>) -> Outcome<Answered> {
    let (asked, _) = api.body(body).await?;
    let bounds = api.app().config.console.bounds;
    let values = asked.parameters.iter().map(text_of).collect();
    let wish = Wish::read(
        &asked.query,
        values,
        asked.timeout_ms,
        asked.limit_rows,
        bounds,
    );
    let wish = match wish {
        Ok(wish) => wish,
        Err(errors) => return Err(api.after_proof(Fault::invalid(&errors)).await),
    };
    let begun = api.run(move |tx| Ok((Insider::of(tx), console::begin(tx, &wish)?)));
    let (insider, begun) = begun.await?;
    let request = api.caller().request.clone();
    let answer = crate::console::ask(api.app(), request, &begun).await?;
    let answer = answer.map_err(|why| Fault::from(&why))?;
    let found = api.beyond(move |store, request| settings::read(store, request, &insider));
    let schema = found.await?.record.alias;
    Ok(Given::of(&told(begun.id().to_string(), schema, &answer)))
}

fn told(query_id: String, schema: String, answer: &Answer) -> Answered {
    let elapsed = u64::try_from(answer.elapsed.as_millis()).unwrap_or(u64::MAX);
    let rows = answer.rows.iter().map(|row| {
        let values = row.iter().zip(&answer.columns);
        values
            .map(|(value, column)| value_of(value.as_deref(), column))
            .collect()
    });
    Answered {
        query_id,
        execution_time_ms: elapsed,
        row_count: answer.rows.len(),
        rows: rows.collect(),
        columns: answer.columns.iter().map(|one| one.name.clone()).collect(),
        column_types: answer.columns.iter().map(|one| one.kind.clone()).collect(),
        schema,
        cut: answer.cut,
        query_plan: answer.plan.as_ref().map(|plan| ReckoningFields {
            estimated_cost: plan.pointer("/0/Plan/Total Cost").and_then(Json::as_f64),
            actual_cost: None,
            execution_time_ms: elapsed,
        }),
    }
}

/// As a value of a question is bound: as text.
fn text_of(value: &Json) -> Option<String> {
    match value {
        Json::Null => None,
        Json::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    }
}

fn value_of(text: Option<&str>, column: &Column) -> Json {
    let Some(text) = text else {
        return Json::Null;
    };
    let read = match column.kind.as_str() {
        "int2" | "int4" | "int8" | "oid" => text.parse().ok().map(|number: i64| json!(number)),
        "float4" | "float8" => text
            .parse()
            .ok()
            .filter(|number: &f64| number.is_finite())
            .map(|number| json!(number)),
        "bool" => Some(json!(text == "true" || text == "t")),
        "json" | "jsonb" => serde_json::from_str(text).ok(),
        _ => None,
    };
    read.unwrap_or_else(|| json!(text))
}

impl From<&NoAnswer> for Fault {
    fn from(why: &NoAnswer) -> Self {
        let words = why.words();
        let of_field = |field: &'static str| Self::invalid(&FieldErrors::one(field, words.clone()));
        match why {
            NoAnswer::Off => closed(words, "Ask whoever runs the platform."),
            NoAnswer::Fault(fault) => match fault {
                ConsoleFault::Closed => closed(
                    words,
                    "Verify schema permissions: the tables of GET /schema that hold no secrets can be read.",
                ),
                ConsoleFault::Wrong { position, .. } => {
                    let fields = json!({ "query": words });
                    of_field("query").details(json!({ "fields": fields, "position": position }))
                }
                ConsoleFault::NoQuestion | ConsoleFault::OwnType | ConsoleFault::TooLarge => {
                    of_field("query")
                }
                ConsoleFault::Parameters { .. } => of_field("parameters"),
                ConsoleFault::Timeout => Self::new(
                    StatusCode::GATEWAY_TIMEOUT,
                    "query_timeout",
                    "Database query exceeded timeout limit.",
                    "Optimize query or increase timeout.",
                ),
                ConsoleFault::Stopped => {
                    Self::new(StatusCode::CONFLICT, "query_stopped", words, "Ask again.")
                }
                ConsoleFault::Full => Self {
                    code: "connection_pool_full",
                    message: words,
                    resolution: "Wait and retry; come again after the seconds in Retry-After.",
                    ..Self::too_often(Duration::from_secs(1))
                },
                ConsoleFault::Away(_) => Self::unavailable(words, Duration::from_secs(2)),
            },
        }
    }
}

fn closed(words: String, resolution: &'static str) -> Fault {
    Fault::new(
        StatusCode::FORBIDDEN,
        "schema_access_denied",
        words,
        resolution,
    )
}
