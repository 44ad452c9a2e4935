//! Each piece of advice where it is due, and none where it is not.

#![allow(clippy::indexing_slicing, reason = "tests")]

use domain::PlacementKind;
use store::structure::{Shape, TableShape};

use super::*;

fn index(name: &str, columns: &[&str]) -> IndexShape {
    IndexShape {
        table_name: "notes".to_owned(),
        name: name.to_owned(),
        method: "btree".to_owned(),
        primary: false,
        unique: false,
        columns: columns.iter().map(|name| (*name).to_owned()).collect(),
        included: Vec::new(),
        predicate: None,
        manners: vec!["1 0 0".to_owned(); columns.len()],
    }
}

fn notes(indexes: Vec<IndexShape>) -> Surveyed {
    Surveyed {
        shape: Shape {
            placement: Some(PlacementKind::Shared),
            tables: vec![TableShape {
                name: "notes".to_owned(),
                about: None,
                secret: false,
            }],
            indexes,
            ..Shape::default()
        },
        ..Surveyed::default()
    }
}

fn told(of: &Surveyed) -> Vec<(&'static str, Option<String>)> {
    on(of)
        .into_iter()
        .map(|advice| (advice.kind.key(), advice.index))
        .collect()
}

fn about(kind: &'static str, index: &str) -> (&'static str, Option<String>) {
    (kind, Some(index.to_owned()))
}

#[test]
fn an_index_begins_with_its_tenant() {
    let mut wrong = index("notes_code", &["code"]);
    wrong.unique = true;
    let of = notes(vec![wrong.clone()]);
    assert_eq!(
        told(&of),
        [
            ("no_tenant_index", None),
            about("not_led_by_tenant", "notes_code")
        ]
    );
    let of = notes(vec![index("notes_at", &["tenant_id", "at"]), wrong]);
    assert_eq!(told(&of), [about("not_led_by_tenant", "notes_code")]);
}

#[test]
fn what_another_index_does_can_go_and_a_unique_one_stays() {
    let mut key = index("notes_pkey", &["tenant_id", "at"]);
    (key.primary, key.unique) = (true, true);
    let of = notes(vec![
        key,
        index("notes_at", &["tenant_id", "at"]),
        index("notes_long", &["tenant_id", "at", "id"]),
        index("notes_long_2", &["tenant_id", "at", "id"]),
    ]);
    assert_eq!(
        told(&of),
        [
            about("duplicate_index", "notes_at"),
            about("duplicate_index", "notes_long_2"),
        ]
    );
    // Another order, another question; and one that holds fewer rows.
    let mut down = index("notes_down", &["tenant_id", "at"]);
    down.manners = vec!["1 0 0".to_owned(), "1 3 0".to_owned()];
    let mut few = index("notes_few", &["tenant_id"]);
    few.predicate = Some("(at IS NULL)".to_owned());
    let of = notes(vec![index("notes_at", &["tenant_id", "at"]), down, few]);
    assert_eq!(told(&of), []);
}

#[test]
fn a_foreign_key_wants_an_index_that_begins_with_it() {
    let key = ConstraintShape {
        table_name: "notes".to_owned(),
        name: "notes_user_fkey".to_owned(),
        kind: ConstraintKind::ForeignKey,
        columns: vec!["tenant_id".to_owned(), "user_id".to_owned()],
        leads_to: Some((
            "users".to_owned(),
            vec!["tenant_id".to_owned(), "id".to_owned()],
        )),
        on_delete: String::new(),
        condition: None,
    };
    let with = |index: IndexShape| {
        let mut of = notes(vec![index]);
        of.shape.constraints = vec![key.clone()];
        told(&of)
    };
    let missing = [about("foreign_key_without_index", "notes_user_fkey")];
    assert_eq!(with(index("notes_at", &["tenant_id", "at"])), missing);
    assert_eq!(
        with(index("notes_user", &["tenant_id", "user_id", "at"])),
        []
    );
    let mut partial = index("notes_user", &["tenant_id", "user_id"]);
    partial.predicate = Some("(user_id IS NOT NULL)".to_owned());
    assert_eq!(with(partial.clone()), []);
    partial.predicate = Some("(at IS NULL)".to_owned());
    assert_eq!(with(partial), missing);
}

#[test]
fn statistics_speak_only_of_what_is_large() {
    let mut of = notes(vec![index("notes_at", &["tenant_id", "at"])]);
    let figures = |bytes, scans| IndexFigures {
        table_name: "notes".to_owned(),
        index_name: "notes_at".to_owned(),
        bytes,
        scans,
    };
    let table = |row_estimate, seq_scans, seq_rows| TableFigures {
        table_name: "notes".to_owned(),
        row_estimate,
        table_bytes: 0,
        index_bytes: 0,
        analyzed_at: None,
        seq_scans,
        seq_rows,
        idx_scans: 3,
    };
    of.tables = vec![table(50_000, 60, 3_000_000)];
    of.indexes = vec![figures(WORTH * 3, 0)];
    assert_eq!(
        told(&of),
        [
            ("sequential_scans", None),
            about("unused_index", "notes_at")
        ]
    );
    assert!(on(&of)[1].words.starts_with("3 MB"));
    of.tables = vec![
        table(50, 60, 3_000),
        table(50_000, 3, 150_000),
        table(0, 0, 0),
    ];
    of.indexes = vec![figures(WORTH * 3, 1), figures(8_192, 0)];
    assert_eq!(told(&of), []);
}
