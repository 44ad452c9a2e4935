//! A question and its answer as the API has them: the reference's fields, and beside them what they are worth.

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use utoipa::ToSchema;

/// A question.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewQuestion {
    /// One SELECT, VALUES, TABLE or WITH that reads. Values stand as `$1`, `$2` and so on.
    #[schema(min_length = 1, max_length = 20_000)]
    pub query: String,
    /// The values, always bound and never part of the text: text, numbers, true and false, null; anything else is sent as JSON.
    #[serde(default)]
    #[schema(value_type = Vec<Object>)]
    pub parameters: Vec<Json>,
    /// Every question only reads, whatever is said here.
    #[serde(rename = "read_only")]
    pub(super) _read_only: Option<bool>,
    /// How long it may take, within what the operator allows.
    #[schema(minimum = 1)]
    pub timeout_ms: Option<i64>,
    /// The most rows of the answer, within what the operator allows.
    #[schema(minimum = 1)]
    pub limit_rows: Option<i64>,
}

/// What came of a question.
#[derive(Debug, Serialize, ToSchema)]
pub struct Answered {
    /// Under which id it stands in the log.
    pub query_id: String,
    /// How long it took.
    pub execution_time_ms: u64,
    /// How many rows are in the answer.
    pub row_count: usize,
    /// The rows. Numbers that JSON holds exactly, true and false, null and JSON are themselves; everything else is text.
    #[schema(value_type = Vec<Vec<Object>>)]
    pub rows: Vec<Vec<Json>>,
    /// The columns' names in their order.
    pub columns: Vec<String>,
    /// Their types, as `int8`.
    pub column_types: Vec<String>,
    /// The name of the tenant's schema, as `schema_name` of the tenant.
    pub schema: String,
    /// Whether rows were left out, or the ends of long values.
    pub cut: bool,
    /// The planner's reckoning, for keys of the tenant's owner in a schema of its own; none otherwise, because in shared tables
    /// it tells of other tenants' rows.
    pub query_plan: Option<ReckoningFields>,
}

/// What the planner reckons.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReckoningFields {
    /// In the planner's own unit.
    pub estimated_cost: Option<f64>,
    /// Always null: the server measures time and no cost.
    pub actual_cost: Option<f64>,
    /// How long the question took.
    pub execution_time_ms: u64,
}
