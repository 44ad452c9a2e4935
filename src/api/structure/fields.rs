//! A tenant's tables as the API gives them: the reference's fields, and beside each figure what it is worth.

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

/// The tables of a tenant.
#[derive(Debug, Serialize, ToSchema)]
pub struct Schema {
    /// The name of the tenant's schema, as `schema_name` of the tenant.
    pub schema: String,
    /// `shared` where other tenants' rows lie in the same tables, `schema` or `database`; none before the tenant has its place.
    pub placement: Option<&'static str>,
    /// Whose rows the figures are of: `tenant`, or to the platform `all_tenants` where tables are shared.
    pub figures_of: &'static str,
    /// The tables by name.
    pub tables: Vec<TableFields>,
    /// What all tables take, those that were not asked for too.
    pub schema_size_mb: f64,
    /// Whether that is reckoned and not measured.
    pub estimated: bool,
    /// Indexes of all tables.
    pub total_indexes: usize,
    /// Foreign keys of all tables.
    pub foreign_keys: usize,
    /// What could be better about the indexes; for platform keys.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub advice: Option<Vec<AdviceFields>>,
}

/// A table.
#[derive(Debug, Serialize, ToSchema)]
pub struct TableFields {
    /// Its name.
    pub name: String,
    /// What lies in it.
    pub description: String,
    /// Whether secrets, or their hashes, lie in it; none of them is given by any route.
    pub secret: bool,
    /// Its columns in their order.
    pub columns: Vec<ColumnFields>,
    /// Its indexes, the primary key's first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub indexes: Option<Vec<IndexFields>>,
    /// Its constraints, the primary key first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub constraints: Option<Vec<ConstraintFields>>,
    /// Its rows; none where they are not told.
    pub row_count: Option<i64>,
    /// What it takes with its indexes; none where that is not told.
    pub size_mb: Option<f64>,
    /// The same in bytes.
    pub size_bytes: Option<i64>,
    /// When its statistics were last taken; none where they never were, or are not told.
    pub last_analyzed: Option<DateTime<Utc>>,
    /// Whether a figure is reckoned and not measured.
    pub estimated: bool,
    /// What is to be known of the figures, and why one is missing.
    pub notes: Vec<&'static str>,
}

/// A column.
#[derive(Debug, Serialize, ToSchema)]
pub struct ColumnFields {
    /// Its name.
    pub name: String,
    /// Its type.
    #[serde(rename = "type")]
    pub kind: String,
    /// Whether it may be empty.
    pub nullable: bool,
    /// What a new row gets where nothing is said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default: Option<String>,
    /// PRIMARY KEY, UNIQUE, FOREIGN KEY, CHECK, EXCLUDE or NOT NULL.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub constraints: Option<Vec<&'static str>>,
}

/// An index.
#[derive(Debug, Serialize, ToSchema)]
pub struct IndexFields {
    /// Its name.
    pub name: String,
    /// What it is ordered by.
    pub columns: Vec<String>,
    /// primary_key, or how it is built: btree, gin.
    #[serde(rename = "type")]
    pub kind: String,
    /// Whether no two rows may have the same.
    pub unique: bool,
    /// What it carries beside that.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub included: Vec<String>,
    /// Which rows are in it, where not all are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub predicate: Option<String>,
}

/// A constraint.
#[derive(Debug, Serialize, ToSchema)]
pub struct ConstraintFields {
    /// Its name.
    pub name: String,
    /// PRIMARY KEY, UNIQUE, FOREIGN KEY, CHECK or EXCLUDE.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// Of which columns.
    pub columns: Vec<String>,
    /// The table that a foreign key leads to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub references_table: Option<String>,
    /// Its columns there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub references_columns: Option<Vec<String>>,
    /// What becomes of a row when the one it names goes, as `cascade`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub on_delete: Option<String>,
    /// The condition of a check.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub condition: Option<String>,
}

/// A piece of advice about an index.
#[derive(Debug, Serialize, ToSchema)]
pub struct AdviceFields {
    /// no_tenant_index, not_led_by_tenant, foreign_key_without_index, duplicate_index, sequential_scans or unused_index.
    pub kind: &'static str,
    /// About which table.
    pub table: String,
    /// About which index or constraint of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub index: Option<String>,
    /// The reason, with what to do.
    pub words: String,
}
