//! Charts of any numbers: no broken drawing, no markup from outside.

use chrono::{DateTime, NaiveDate};
use domain::{Locale, TimeZone, Writing};
use proptest::prelude::*;

use super::{curve::smooth, svg::spark, *};
use crate::web::format::Format;

fn format() -> Format {
    Format::new(
        Writing::of(Locale::EnGb, TimeZone::UTC),
        DateTime::UNIX_EPOCH,
    )
}

#[test]
fn a_curve_goes_through_its_points_and_never_past_them() {
    assert_eq!(smooth(&[]), "");
    assert_eq!(smooth(&[(0.0, 1.0)]), "M0.0 1.0");
    let path = smooth(&[(0.0, 10.0), (3.0, 10.0), (6.0, 0.0)]);
    assert!(
        path.starts_with("M0.0 10.0C1.0 10.0 2.0 10.0 3.0 10.0C"),
        "{path}"
    );
}

#[test]
fn a_name_cannot_break_out_of_the_drawing() {
    let bars = Bars {
        unit: "<script>".into(),
        values: vec![1.0],
        ..Bars::default()
    };
    let day = NaiveDate::default();
    let drawn = Chart::bars("x\"y", "T", "S", day, bars, format())
        .svg()
        .to_string();
    assert!(
        !drawn.contains("<script>") && !drawn.contains("x\"y"),
        "{drawn}"
    );
}

#[test]
fn a_day_that_is_not_over_is_drawn_as_what_it_comes_to() {
    let area = |whole| Area {
        unit: "calls".into(),
        values: vec![100.0, 100.0, 3.0],
        whole,
        ..Area::default()
    };
    let drawn = |whole| {
        let day = NaiveDate::default();
        let chart = Chart::area("a", "T", "S", day, area(whole), format());
        (chart.svg().to_string(), chart.table_rows())
    };
    let (fallen, rows) = drawn(None);
    assert!(fallen.contains("3 calls") && !fallen.contains("line-ahead"));
    let (whole, same) = drawn(Some(100.0));
    assert!(whole.contains("3 so far") && whole.contains("~100 in all"));
    assert!(whole.contains("line-ahead"));
    assert_eq!(rows, same);
}

proptest! {
    #[test]
    fn any_numbers_make_a_chart_without_a_style_or_a_nan(
        values in proptest::collection::vec(0.0..1e9_f64, 0..40),
        bad in proptest::collection::vec(0.0..1e6_f64, 0..40),
    ) {
        let (day, whole) = (NaiveDate::default(), bad.first().copied());
        let some = Bars { unit: "in".into(), values: values.clone(), bad_unit: "out".into(), bad: bad.clone() };
        let area = Area { unit: "in".into(), values: values.clone(), before: bad.clone(), ahead: bad, whole, limit: Some(5.0) };
        let charts = [
            Chart::bars("a", "T", "S", day, some, format()).svg().to_string(),
            Chart::area("b", "T", "S", day, area, format()).svg().to_string(),
            spark("c", &values, Tone::Brand).to_string(),
        ];
        for drawn in charts {
            prop_assert!(!drawn.contains("NaN") && !drawn.contains("inf") && !drawn.contains("style"), "{}", drawn);
        }
    }
}
