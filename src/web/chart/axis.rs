//! The numbers and days around a plot, and what is read when a point is pointed at.

use std::fmt::Write;

use super::{
    Chart,
    svg::{count, draw, esc},
};

pub(super) fn axis(
    out: &mut String,
    chart: &Chart,
    top: f64,
    parts: usize,
    y: impl Fn(f64) -> f64,
) {
    for part in 0..=parts {
        let value = top * count(part) / count(parts).max(1.0);
        let class = if part == 0 { "axis" } else { "gridline" };
        draw!(
            out,
            "<line class=\"{class}\" x1=\"0\" x2=\"100%\" y1=\"{y:.0}\" y2=\"{y:.0}\"/>\
             <text class=\"tick\" x=\"-8\" y=\"{:.0}\" text-anchor=\"end\">{}</text>",
            y(value) + 4.0,
            short(chart, value, top),
            y = y(value)
        );
    }
}

pub(super) fn tick(out: &mut String, x: f64, height: f64, text: &str) {
    draw!(
        out,
        "<text class=\"tick\" x=\"{x:.2}%\" y=\"{:.0}\" text-anchor=\"middle\">{}</text>",
        height + 26.0,
        esc(text)
    );
}

pub(super) fn tip(out: &mut String, x: f64, y: f64, first: &str, second: &str) {
    const WIDE: f64 = 132.0;
    let left = match x {
        x if x <= 14.0 => -10.0,
        x if x >= 86.0 => 10.0 - WIDE,
        _ => -WIDE / 2.0,
    };
    draw!(
        out,
        "<svg x=\"{x:.2}%\" y=\"{:.0}\" overflow=\"visible\"><g class=\"show\" transform=\"translate({left:.0} -54)\">\
         <rect class=\"tip\" width=\"{WIDE}\" height=\"42\" rx=\"7\"/><text class=\"tip-1\" x=\"10\" y=\"17\">{first}</text>\
         <text class=\"tip-2\" x=\"10\" y=\"33\">{second}</text></g></svg>",
        (y - 6.0).max(62.0)
    );
}

/// The top of the axis: one of 1, 1.2, 1.6, 2, 2.4, 3.2, 4, 6, 8 times a power of ten, above the data.
pub(super) fn nice_top(most: f64) -> f64 {
    // Parts of what is counted one by one are whole.
    if most <= 4.0 {
        return 4.0;
    }
    let power = 10_f64.powf(most.log10().floor());
    let steps = [1.2, 1.5, 1.8, 2.4, 3.0, 3.6, 4.5, 6.0, 9.0, 12.0];
    let step = steps.into_iter().find(|step| step * power >= most * 1.02);
    step.unwrap_or(12.0) * power
}

/// `24k`, `1.5M`, `900`: in the unit that the top of the axis asks for.
pub(super) fn short(chart: &Chart, value: f64, top: f64) -> String {
    let (number, suffix) = match top {
        _ if value == 0.0 => (0.0, ""),
        t if t >= 1e6 => (value / 1e6, "M"),
        t if t >= 1e4 => (value / 1e3, "k"),
        _ => (value, ""),
    };
    let whole = (number - number.round()).abs() < 0.05;
    format!(
        "{}{suffix}",
        chart.format.decimal(number, usize::from(!whole))
    )
}
