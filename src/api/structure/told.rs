//! What the verbs found, in the fields of the API.

use domain::PlacementKind;
use services::structure::advice::Advice;
use services::structure::{
    Column, ConstraintShape, Figures, IndexShape, Structure, Surveyed, Table,
};

use super::SchemaQuery;
use super::fields::{
    AdviceFields, ColumnFields, ConstraintFields, IndexFields, Schema, TableFields,
};

impl Schema {
    pub(super) fn of(alias: String, found: &Structure, query: &SchemaQuery) -> Self {
        let asked = |table: &&Table| query.table.as_ref().is_none_or(|one| *one == table.name);
        Self {
            schema: alias,
            placement: found.placement.map(PlacementKind::as_str),
            figures_of: "tenant",
            tables: found
                .tables
                .iter()
                .filter(asked)
                .map(|table| TableFields::of(table, query))
                .collect(),
            schema_size_mb: megabytes(found.bytes()),
            estimated: found.is_shared(),
            total_indexes: found.indexes(),
            foreign_keys: found.foreign_keys(),
            advice: None,
        }
    }

    /// The same as the platform is told it.
    pub(super) fn of_platform(self, of: &Surveyed, query: &SchemaQuery) -> Self {
        let asked = |one: &&Advice| query.table.as_ref().is_none_or(|table| *table == one.table);
        let advice = of.advice.iter().filter(asked).map(AdviceFields::of);
        Self {
            placement: self.placement.filter(|_| of.found.placement.is_some()),
            figures_of: if of.structure.is_shared() {
                "all_tenants"
            } else {
                "tenant"
            },
            // Sizes are the server's own here.
            estimated: false,
            advice: Some(advice.collect()),
            ..self
        }
    }
}

impl TableFields {
    fn of(of: &Table, query: &SchemaQuery) -> Self {
        let constraints = query.include_constraints.unwrap_or(true);
        let indexes = query.include_indexes.unwrap_or(true);
        let Figures {
            rows,
            bytes,
            estimated,
            analyzed_at,
            notes,
        } = of.figures.clone();
        let column = |column| ColumnFields::of(column, constraints);
        Self {
            name: of.name.clone(),
            description: of.about.clone(),
            secret: of.secret,
            columns: of.columns.iter().map(column).collect(),
            indexes: indexes.then(|| of.indexes.iter().map(IndexFields::of).collect()),
            constraints: constraints
                .then(|| of.constraints.iter().map(ConstraintFields::of).collect()),
            row_count: rows.number(),
            size_mb: bytes.map(megabytes),
            size_bytes: bytes,
            last_analyzed: analyzed_at,
            estimated,
            notes,
        }
    }
}

impl ColumnFields {
    fn of(of: &Column, constraints: bool) -> Self {
        let takes_part = constraints && !of.constraints.is_empty();
        Self {
            name: of.name.clone(),
            kind: of.kind.clone(),
            nullable: of.nullable,
            default: of.default.clone(),
            constraints: takes_part.then(|| of.constraints.clone()),
        }
    }
}

impl IndexFields {
    fn of(of: &IndexShape) -> Self {
        Self {
            name: of.name.clone(),
            columns: of.columns.clone(),
            kind: if of.primary {
                "primary_key".to_owned()
            } else {
                of.method.clone()
            },
            unique: of.unique,
            included: of.included.clone(),
            predicate: of.predicate.clone(),
        }
    }
}

impl ConstraintFields {
    fn of(of: &ConstraintShape) -> Self {
        let (table, columns) = of.leads_to.clone().unzip();
        Self {
            name: of.name.clone(),
            kind: of.kind.words(),
            columns: of.columns.clone(),
            references_table: table,
            references_columns: columns,
            on_delete: Some(of.on_delete.clone()).filter(|word| !word.is_empty()),
            condition: of.condition.clone(),
        }
    }
}

impl AdviceFields {
    fn of(of: &Advice) -> Self {
        Self {
            kind: of.kind.key(),
            table: of.table.clone(),
            index: of.index.clone(),
            words: of.words.clone(),
        }
    }
}

/// To a thousandth; small tables are not nothing.
fn megabytes(bytes: i64) -> f64 {
    const MEGABYTE: i64 = 1024 * 1024;
    let whole = u32::try_from(bytes / MEGABYTE).unwrap_or(u32::MAX);
    let part = u32::try_from(bytes % MEGABYTE * 1_000 / MEGABYTE).unwrap_or_default();
    f64::from(whole) + f64::from(part) / 1_000.0
}

#[cfg(test)]
mod tests {
    use super::megabytes;

    #[test]
    fn sizes_are_megabytes_to_a_thousandth() {
        assert_eq!(megabytes(12 * 1024 * 1024 + 512 * 1024).to_string(), "12.5");
        assert_eq!(megabytes(8_192).to_string(), "0.007");
        assert_eq!(megabytes(0).to_string(), "0");
    }
}
