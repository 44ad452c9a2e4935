//! The curve through the points of a line.

use std::fmt::Write;

use super::svg::draw;

/// Monotone cubic (Fritsch–Carlson): a curve through the points that never overshoots them.
pub(super) fn smooth(points: &[(f64, f64)]) -> String {
    let slope = |(a, b): (&(f64, f64), &(f64, f64))| (b.1 - a.1) / (b.0 - a.0);
    let rest = points.get(1..).unwrap_or_default();
    let slopes: Vec<f64> = points.iter().zip(rest).map(slope).collect();
    let mut tangents: Vec<f64> = Vec::with_capacity(points.len());
    tangents.extend(slopes.first());
    for (before, after) in slopes.iter().zip(slopes.get(1..).unwrap_or_default()) {
        let turns = before * after <= 0.0;
        tangents.push(if turns {
            0.0
        } else {
            2.0 * before * after / (before + after)
        });
    }
    tangents.extend(slopes.last());

    let mut out = String::new();
    if let Some((x, y)) = points.first() {
        draw!(out, "M{x:.1} {y:.1}");
    }
    let pairs = points
        .iter()
        .zip(rest)
        .zip(tangents.iter().zip(tangents.get(1..).unwrap_or_default()));
    for (((x0, y0), (x1, y1)), (m0, m1)) in pairs {
        let third = (x1 - x0) / 3.0;
        let (c0, c1) = (y0 + m0 * third, y1 - m1 * third);
        draw!(
            out,
            "C{:.1} {c0:.1} {:.1} {c1:.1} {x1:.1} {y1:.1}",
            x0 + third,
            x1 - third
        );
    }
    out
}
