//! What somebody's tables are like, as the catalog of their database says it.

use serde::{Deserialize, Serialize};

use super::names::TableName;

/// The tables that are to be adopted, and the database they are in.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct Facts {
    /// `server_version_num`.
    pub server: i32,
    /// Whether this login may make schemas.
    pub may_create: bool,
    /// Which login this is.
    pub login: String,
    /// Whether no policy binds this login.
    pub bypasses: bool,
    /// Whether somebody else has a schema of the name that the functions go to.
    pub name_taken: bool,
    /// The names that no relation has.
    #[serde(default)]
    pub missing: Vec<String>,
    /// The tables, in the order of their names.
    pub tables: Vec<Table>,
    /// Views over them, also over other views.
    pub readers: Vec<Reader>,
    /// Functions that run with another's rights and name one of the tables.
    pub definers: Vec<String>,
}

/// A relation that is to be adopted.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct Table {
    /// Its number in the catalog.
    pub oid: i64,
    /// Its schema.
    pub schema: String,
    /// Its name.
    pub name: String,
    /// `r` for a table; see `pg_class.relkind`.
    pub kind: String,
    /// Whether it belongs to PostgreSQL, to us or to an extension.
    pub foreign_to_you: Option<String>,
    /// Whether it is temporary.
    pub temporary: bool,
    /// Whether it is part of a larger table, or others are part of it.
    pub inherits: bool,
    /// Whether it is made from a type.
    pub typed: bool,
    /// Who owns it, where this login may not act as them.
    pub owner: Option<String>,
    /// Whether it has row-level security or policies.
    pub secured: bool,
    /// Rules that rewrite statements.
    pub rules: Vec<String>,
    /// Its replica identity, where that is an index.
    pub identity: Option<String>,
    /// The type of a column `tenant_id`.
    pub tenant_type: Option<String>,
    /// Rows, as the planner knows.
    pub rows: i64,
    /// Bytes, as the planner knows.
    pub bytes: i64,
    /// The columns that are stored, in their order.
    pub columns: Vec<Column>,
    /// The columns of the primary key, in its order.
    pub key: Vec<Column>,
    /// All indexes.
    pub indexes: Vec<Index>,
    /// Foreign keys that lead from here.
    pub foreign: Vec<ForeignKey>,
    /// Tables that lead here and are not to be adopted.
    pub leading_here: Vec<String>,
    /// Views that group by one of its keys, which could not be replaced.
    pub grouping: Vec<String>,
    /// Triggers that fire when `tenant_id` is filled in.
    pub triggers: Vec<String>,
    /// Publications that it is part of.
    pub published: Vec<String>,
    /// Roles beside the owner that may empty it, whatever the policies say.
    pub emptied_by: Vec<String>,
}

/// A column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// Its type, as it is written.
    pub kind: String,
}

/// An index.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct Index {
    /// Its name.
    pub name: String,
    /// Its method: `btree`.
    pub method: String,
    /// Whether it keeps values apart.
    pub unique: bool,
    /// `p`, `u` or `x` where it belongs to a constraint of its name.
    pub constraint: Option<String>,
    /// Whether that is checked when a transaction ends, or could be.
    pub deferrable: bool,
    /// Whether it is whole.
    pub valid: bool,
    /// Its definition after the first parenthesis; none where it is not understood.
    pub rest: Option<String>,
    /// What is said about it, or about its constraint.
    pub comment: Option<String>,
}

/// A foreign key.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct ForeignKey {
    /// Its name.
    pub name: String,
    /// The table it leads to, by its number.
    pub target: i64,
    /// Its schema.
    pub target_schema: String,
    /// Its name.
    pub target_name: String,
    /// The columns here.
    pub columns: Vec<String>,
    /// The columns there.
    pub target_columns: Vec<String>,
    /// `s`, `f`; see `pg_constraint.confmatchtype`.
    pub matching: String,
    /// `a`, `r`, `c`, `n`, `d`: what follows a deletion.
    pub on_delete: String,
    /// The same for a change of the key.
    pub on_update: String,
    /// The columns that a deletion sets, where not all.
    pub set_columns: Vec<String>,
    /// Whether it can be checked when a transaction ends.
    pub deferrable: bool,
    /// Whether it is.
    pub deferred: bool,
    /// Whether all rows were proven.
    pub validated: bool,
    /// What is said about it.
    pub comment: Option<String>,
}

/// A view over adopted tables.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct Reader {
    /// Its schema.
    pub schema: String,
    /// Its name.
    pub name: String,
    /// Whether it keeps rows of its own.
    pub materialized: bool,
    /// Whether it asks as whoever asks it.
    pub as_invoker: bool,
    /// Whether no policy binds its owner.
    pub bypasses: bool,
    /// Whether this login may change it.
    pub owned: bool,
}

impl Table {
    /// By its whole name.
    #[must_use]
    pub fn named(&self) -> TableName {
        TableName {
            schema: Some(self.schema.clone()),
            name: self.name.clone(),
        }
    }

    /// As it is shown.
    #[must_use]
    pub fn shown(&self) -> String {
        format!("{}.{}", self.schema, self.name)
    }
}

impl Reader {
    /// As it is shown.
    #[must_use]
    pub fn shown(&self) -> String {
        format!("{}.{}", self.schema, self.name)
    }

    /// Whether it shows rows of every tenant to whoever may read it.
    #[must_use]
    pub fn leaks(&self) -> bool {
        self.materialized || (self.bypasses && !self.as_invoker)
    }

    /// Whether that can be mended by letting it ask as whoever asks it.
    #[must_use]
    pub fn can_be_mended(&self, server: i32) -> bool {
        self.leaks() && !self.materialized && self.owned && server >= 150_000
    }
}
