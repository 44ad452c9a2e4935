//! The catalog's answers: tables, columns, indexes and constraints of one schema.

use diesel::prelude::*;
use diesel::sql_types::{Array, Bool, Nullable, Text};

use crate::StoreError;
use crate::raw;

/// A table.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
pub struct TableShape {
    /// Its name.
    #[diesel(sql_type = Text)]
    pub name: String,
    /// What lies in it, as its migration says.
    #[diesel(sql_type = Nullable<Text>)]
    pub about: Option<String>,
    /// Whether secrets, or their hashes, lie in it.
    #[diesel(sql_type = Bool)]
    pub secret: bool,
}

/// A column.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
pub struct ColumnShape {
    /// The table it is of.
    #[diesel(sql_type = Text)]
    pub table_name: String,
    /// Its name.
    #[diesel(sql_type = Text)]
    pub name: String,
    /// Its type, as the server writes it.
    #[diesel(sql_type = Text)]
    pub kind: String,
    /// Whether it may be empty.
    #[diesel(sql_type = Bool)]
    pub nullable: bool,
    /// What a new row gets where nothing is said.
    #[diesel(sql_type = Nullable<Text>)]
    pub default: Option<String>,
    /// What it means, as its migration says.
    #[diesel(sql_type = Nullable<Text>)]
    pub about: Option<String>,
}

/// An index.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
pub struct IndexShape {
    /// The table it is of.
    #[diesel(sql_type = Text)]
    pub table_name: String,
    /// Its name.
    #[diesel(sql_type = Text)]
    pub name: String,
    /// How it is built: `btree`, `gin`.
    #[diesel(sql_type = Text)]
    pub method: String,
    /// Whether it is the primary key's.
    #[diesel(sql_type = Bool)]
    pub primary: bool,
    /// Whether no two rows may have the same.
    #[diesel(sql_type = Bool)]
    pub unique: bool,
    /// What it is ordered by: columns, or expressions over them.
    #[diesel(sql_type = Array<Text>)]
    pub columns: Vec<String>,
    /// What it carries beside that.
    #[diesel(sql_type = Array<Text>)]
    pub included: Vec<String>,
    /// Which rows are in it, where not all are.
    #[diesel(sql_type = Nullable<Text>)]
    pub predicate: Option<String>,
    /// What is said of each of `columns` beside its name: operator class, order, collation.
    #[diesel(sql_type = Array<Text>)]
    pub manners: Vec<String>,
}

/// What a constraint asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConstraintKind {
    /// What a row is known by.
    PrimaryKey,
    /// No two rows have the same.
    Unique,
    /// The row that it names is there.
    ForeignKey,
    /// A condition on the row.
    Check,
    /// No two rows meet.
    Exclusion,
}

impl ConstraintKind {
    /// As SQL writes it.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::PrimaryKey => "PRIMARY KEY",
            Self::Unique => "UNIQUE",
            Self::ForeignKey => "FOREIGN KEY",
            Self::Check => "CHECK",
            Self::Exclusion => "EXCLUDE",
        }
    }
}

/// A constraint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConstraintShape {
    /// The table it is of.
    pub table_name: String,
    /// Its name.
    pub name: String,
    /// What it asks.
    pub kind: ConstraintKind,
    /// Of which columns.
    pub columns: Vec<String>,
    /// The table that a foreign key leads to, and its columns there.
    pub leads_to: Option<(String, Vec<String>)>,
    /// What becomes of the row when the one it names goes: `cascade`, `restrict`; empty for nothing of its own.
    pub on_delete: String,
    /// The condition of a check.
    pub condition: Option<String>,
}

#[derive(QueryableByName)]
struct ConstraintRow {
    #[diesel(sql_type = Text)]
    table_name: String,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = Array<Text>)]
    columns: Vec<String>,
    #[diesel(sql_type = Nullable<Text>)]
    target: Option<String>,
    #[diesel(sql_type = Array<Text>)]
    target_columns: Vec<String>,
    #[diesel(sql_type = Text)]
    on_delete: String,
    #[diesel(sql_type = Nullable<Text>)]
    condition: Option<String>,
}

#[derive(QueryableByName)]
struct SchemaRow {
    #[diesel(sql_type = Text)]
    name: String,
}

/// The schema that the guard's entry put this transaction in.
pub(super) fn entered(connection: &mut PgConnection) -> Result<String, StoreError> {
    let row: SchemaRow =
        raw::query("select current_schema()::text as name").get_result(connection)?;
    Ok(row.name)
}

pub(super) fn tables(
    connection: &mut PgConnection,
    schema: &str,
) -> Result<Vec<TableShape>, StoreError> {
    Ok(raw::query(
        r"select c.relname::text as name,
                 substring(obj_description(c.oid, 'pg_class') from '^placement=\w+; (?:secret; |private; )?(.*)$') as about,
                 coalesce(obj_description(c.oid, 'pg_class') ~ '^placement=\w+; secret;', false) as secret
          from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
          where n.nspname = $1 and c.relkind = 'r' order by c.relname",
    )
    .bind::<Text, _>(schema)
    .load(connection)?)
}

pub(super) fn columns(
    connection: &mut PgConnection,
    schema: &str,
) -> Result<Vec<ColumnShape>, StoreError> {
    Ok(raw::query(
        r#"select c.relname::text as table_name, a.attname::text as name, format_type(a.atttypid, a.atttypmod) as kind,
                  not a.attnotnull as nullable, pg_get_expr(d.adbin, d.adrelid) as "default",
                  col_description(c.oid, a.attnum) as about
           from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
                join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
                left join pg_catalog.pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
           where n.nspname = $1 and c.relkind = 'r' order by c.relname, a.attnum"#,
    )
    .bind::<Text, _>(schema)
    .load(connection)?)
}

pub(super) fn indexes(
    connection: &mut PgConnection,
    schema: &str,
) -> Result<Vec<IndexShape>, StoreError> {
    Ok(raw::query(
        r#"select c.relname::text as table_name, i.relname::text as name, m.amname::text as method,
                  x.indisprimary as "primary", x.indisunique as "unique",
                  array(select pg_get_indexdef(i.oid, k, true) from generate_series(1, x.indnkeyatts::int) k order by k) as columns,
                  array(select pg_get_indexdef(i.oid, k, true) from generate_series(x.indnkeyatts + 1, x.indnatts::int) k order by k) as included,
                  pg_get_expr(x.indpred, x.indrelid) as predicate,
                  array(select concat_ws(' ', x.indclass[k - 1], x.indoption[k - 1], x.indcollation[k - 1])
                        from generate_series(1, x.indnkeyatts::int) k order by k) as manners
           from pg_catalog.pg_index x join pg_catalog.pg_class c on c.oid = x.indrelid
                join pg_catalog.pg_class i on i.oid = x.indexrelid join pg_catalog.pg_am m on m.oid = i.relam
                join pg_catalog.pg_namespace n on n.oid = c.relnamespace
           where n.nspname = $1 and c.relkind = 'r' order by c.relname, not x.indisprimary, i.relname"#,
    )
    .bind::<Text, _>(schema)
    .load(connection)?)
}

pub(super) fn constraints(
    connection: &mut PgConnection,
    schema: &str,
) -> Result<Vec<ConstraintShape>, StoreError> {
    let rows: Vec<ConstraintRow> = raw::query(
        r"select c.relname::text as table_name, o.conname::text as name, o.contype::text as kind,
                 array(select a.attname::text from unnest(o.conkey) with ordinality k (at, place)
                       join pg_catalog.pg_attribute a on a.attrelid = o.conrelid and a.attnum = k.at order by k.place) as columns,
                 f.relname::text as target,
                 array(select a.attname::text from unnest(o.confkey) with ordinality k (at, place)
                       join pg_catalog.pg_attribute a on a.attrelid = o.confrelid and a.attnum = k.at order by k.place) as target_columns,
                 case o.confdeltype when 'c' then 'cascade' when 'r' then 'restrict' when 'n' then 'set null'
                      when 'd' then 'set default' else '' end as on_delete,
                 pg_get_expr(o.conbin, o.conrelid) as condition
          from pg_catalog.pg_constraint o join pg_catalog.pg_class c on c.oid = o.conrelid
               join pg_catalog.pg_namespace n on n.oid = c.relnamespace
               left join pg_catalog.pg_class f on f.oid = o.confrelid
          where n.nspname = $1 and c.relkind = 'r' and o.contype in ('p', 'u', 'f', 'c', 'x')
          order by c.relname, position(o.contype::text in 'pufcx'), o.conname",
    )
    .bind::<Text, _>(schema)
    .load(connection)?;
    Ok(rows.into_iter().map(Into::into).collect())
}

impl From<ConstraintRow> for ConstraintShape {
    fn from(row: ConstraintRow) -> Self {
        Self {
            kind: match row.kind.as_str() {
                "p" => ConstraintKind::PrimaryKey,
                "u" => ConstraintKind::Unique,
                "f" => ConstraintKind::ForeignKey,
                "x" => ConstraintKind::Exclusion,
                _ => ConstraintKind::Check,
            },
            table_name: row.table_name,
            name: row.name,
            columns: row.columns,
            leads_to: row.target.map(|target| (target, row.target_columns)),
            on_delete: row.on_delete,
            condition: row.condition,
        }
    }
}
