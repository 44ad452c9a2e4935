//! Draws charts. x is in percent of a fluid box, so that text keeps its size; curves live in a
//! stretched inner picture. Sizes are attributes only: the pages' policy allows no inline style.

use std::fmt::{self, Write};

use askama::filters::HtmlSafe;

use super::{Area, Bars, Chart, Meter};

/// A drawing, ready to be written into a page.
#[derive(Debug, Clone)]
pub struct Svg(String);

impl HtmlSafe for Svg {}

impl fmt::Display for Svg {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Appends formatted text to a string, which cannot fail.
macro_rules! draw {
    ($out:expr, $($text:tt)*) => { let _ = write!($out, $($text)*); };
}

/// Above the plot, in pixels.
const TOP: f64 = 8.0;

/// The small line of a statistic. `muted` where more is not better.
#[must_use]
pub fn spark(id: &str, values: &[f64], tone: Tone) -> Svg {
    let (low, high) = bounds(values);
    let pad = if high > low { (high - low) * 0.18 } else { 1.0 };
    let steps = count(values.len().saturating_sub(1)).max(1.0);
    let y = |value: f64| 42.0 - (value - low + pad) / (high - low + pad * 1.4) * 38.0;
    let points: Vec<_> = values
        .iter()
        .enumerate()
        .map(|(i, v)| (count(i) * 100.0 / steps, y(*v)))
        .collect();
    let path = smooth(&points);
    let muted = if tone == Tone::Muted {
        " data-tone=\"mute\""
    } else {
        ""
    };
    let mut out = format!(
        "<svg class=\"spark\" viewBox=\"0 0 100 44\" preserveAspectRatio=\"none\" aria-hidden=\"true\"{muted}>"
    );
    if points.len() > 1 {
        out.push_str(&gradient(id));
        draw!(
            out,
            "<path d=\"{path}L100 44L0 44Z\" fill=\"url(#{id}-g)\"/><path class=\"s\" d=\"{path}\"/>"
        );
    }
    out.push_str("</svg>");
    Svg(out)
}

/// How a spark line is coloured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// In the tenant's colour.
    Brand,
    /// Grey.
    Muted,
}

pub(super) fn area(chart: &Chart, area: &Area) -> Svg {
    const HEIGHT: f64 = 248.0;
    let all = area
        .values
        .iter()
        .chain(&area.before)
        .chain(&area.ahead)
        .copied()
        .chain(area.limit);
    let top = nice_top(all.fold(0.0, f64::max));
    let days = area.values.len() + area.ahead.len();
    let steps = count(days.saturating_sub(1)).max(1.0);
    let x = |index: usize| count(index) * 99.4 / steps;
    let y = |value: f64| HEIGHT - value / top * HEIGHT + TOP;
    let at = |(index, value): (usize, &f64)| (x(index) * 10.0, y(*value));

    let mut out = open(chart, "chart chart-lg");
    out.push_str(&gradient(&chart.id));
    axis(&mut out, chart, top, 4, y);
    let every = days.div_ceil(7).max(1);
    for index in (every / 2..days).step_by(every) {
        tick(
            &mut out,
            x(index),
            HEIGHT,
            &chart.format.day_short(chart.day(index)),
        );
    }

    let points: Vec<_> = area.values.iter().enumerate().map(at).collect();
    let line = smooth(&points);
    draw!(
        out,
        "<svg class=\"plot\" x=\"0\" y=\"0\" width=\"100%\" height=\"{h}\" viewBox=\"0 0 1000 {h}\" \
         preserveAspectRatio=\"none\">",
        h = HEIGHT + 10.0
    );
    if !area.before.is_empty() {
        let before: Vec<_> = area.before.iter().enumerate().map(at).collect();
        draw!(
            out,
            "<path class=\"line line-prev\" d=\"{}\"/>",
            smooth(&before)
        );
    }
    if let (Some(first), Some(last)) = (points.first(), points.last()) {
        let ground = HEIGHT + TOP;
        draw!(
            out,
            "<path d=\"{line}L{:.1} {ground}L{:.1} {ground}Z\" fill=\"url(#{}-g)\"/>",
            last.0,
            first.0,
            esc(&chart.id)
        );
        draw!(out, "<path class=\"line\" d=\"{line}\"/>");
        if !area.ahead.is_empty() {
            let ahead = area
                .ahead
                .iter()
                .enumerate()
                .map(|(i, v)| at((area.values.len() + i, v)));
            let ahead: Vec<_> = std::iter::once(*last).chain(ahead).collect();
            draw!(
                out,
                "<path class=\"line line-ahead\" d=\"{}\"/>",
                smooth(&ahead)
            );
        }
    }
    if let Some(limit) = area.limit {
        draw!(
            out,
            "<line class=\"limit\" x1=\"0\" x2=\"1000\" y1=\"{y:.0}\" y2=\"{y:.0}\"/>",
            y = y(limit)
        );
    }
    out.push_str("</svg>");
    if let Some(limit) = area.limit {
        let told = short(chart, limit, top);
        draw!(
            out,
            "<text class=\"limit-label\" x=\"100%\" y=\"{:.0}\" text-anchor=\"end\">Limit {told}</text>",
            y(limit) - 7.0
        );
    }
    let wide = 100.0 / steps;
    for (index, value) in area.values.iter().chain(&area.ahead).enumerate() {
        let (x, y) = (x(index), y(*value));
        let expected = index >= area.values.len();
        let number = chart.format.decimal(*value, 0);
        let (first, note) = if expected {
            (format!("~{number}"), " · estimate")
        } else {
            (format!("{number} {}", esc(&area.unit)), "")
        };
        draw!(
            out,
            "<g class=\"pt\"><rect class=\"hit\" x=\"{:.2}%\" y=\"0\" width=\"{wide:.2}%\" height=\"{h}\"/>\
             <line class=\"guide show\" x1=\"{x:.2}%\" x2=\"{x:.2}%\" y1=\"{TOP}\" y2=\"{h}\"/>\
             <circle class=\"dot show\" cx=\"{x:.2}%\" cy=\"{y:.1}\" r=\"4\"/>",
            (x - wide / 2.0).max(0.0),
            h = HEIGHT + TOP
        );
        tip(
            &mut out,
            x,
            y,
            &first,
            &format!("{}{note}", chart.format.weekday(chart.day(index))),
        );
        out.push_str("</g>");
    }
    out.push_str("</svg>");
    Svg(out)
}

pub(super) fn bars(chart: &Chart, bars: &Bars) -> Svg {
    const HEIGHT: f64 = 146.0;
    let most = bars
        .values
        .iter()
        .enumerate()
        .map(|(i, v)| v + bars.bad.get(i).copied().unwrap_or_default());
    let top = nice_top(most.fold(0.0, f64::max));
    let days = bars.values.len();
    let wide = 100.0 / count(days).max(1.0);
    let y = |value: f64| HEIGHT - value / top * HEIGHT + TOP;
    let ground = HEIGHT + TOP;

    let mut out = open(chart, "chart chart-sm");
    axis(&mut out, chart, top, if top < 3.0 { 1 } else { 3 }, y);
    let every = days.div_ceil(4).max(1);
    for (index, value) in bars.values.iter().enumerate() {
        let x = count(index) * wide;
        let bad = bars.bad.get(index).copied().unwrap_or_default();
        let roof = y(*value);
        let (from, across) = (x + wide * 0.2, wide * 0.6);
        draw!(
            out,
            "<g class=\"pt\"><rect class=\"band\" x=\"{x:.2}%\" y=\"0\" width=\"{wide:.2}%\" height=\"{ground}\"/>"
        );
        if *value > 0.0 {
            let tall = (ground - roof).max(2.0);
            draw!(
                out,
                "<rect class=\"bar\" x=\"{from:.2}%\" y=\"{:.1}\" width=\"{across:.2}%\" height=\"{tall:.1}\" rx=\"3\"/>",
                ground - tall
            );
        }
        if bad > 0.0 {
            let tall = (bad / top * HEIGHT).max(2.5);
            let foot = if *value > 0.0 { roof - 2.0 } else { ground };
            draw!(
                out,
                "<rect class=\"bar-bad\" x=\"{from:.2}%\" y=\"{:.1}\" width=\"{across:.2}%\" height=\"{tall:.1}\" rx=\"1.25\"/>",
                foot - tall
            );
        }
        let number = |value: f64| chart.format.decimal(value, 0);
        let mut second = chart.format.day_short(chart.day(index));
        if !bars.bad.is_empty() {
            draw!(second, " · {} {}", number(bad), esc(&bars.bad_unit));
        }
        tip(
            &mut out,
            x + wide / 2.0,
            roof,
            &format!("{} {}", number(*value), esc(&bars.unit)),
            &second,
        );
        out.push_str("</g>");
        if index % every == every / 2 {
            tick(
                &mut out,
                x + wide / 2.0,
                HEIGHT,
                &chart.format.day_short(chart.day(index)),
            );
        }
    }
    out.push_str("</svg>");
    Svg(out)
}

pub(super) fn meter(meter: &Meter) -> Svg {
    let percent = |value: f64| (value / meter.limit * 100.0).clamp(0.0, 100.0);
    let level = if meter.level.is_empty() {
        String::new()
    } else {
        format!(" data-level=\"{}\"", meter.level)
    };
    let mut out = format!(
        "<span class=\"meter\" role=\"meter\" aria-label=\"{}\" aria-valuemin=\"0\" aria-valuemax=\"{:.0}\" \
         aria-valuenow=\"{:.0}\" aria-valuetext=\"{}\"{level}><svg aria-hidden=\"true\">\
         <rect class=\"track\" width=\"100%\" height=\"100%\" rx=\"4\"/>",
        esc(&meter.name),
        meter.limit,
        meter.used.min(meter.limit),
        esc(&meter.told),
    );
    if let Some(ahead) = meter.ahead {
        draw!(
            out,
            "<rect class=\"ahead\" width=\"{:.1}%\" height=\"100%\" rx=\"4\"/>",
            percent(ahead)
        );
    }
    draw!(
        out,
        "<rect class=\"fill\" width=\"{:.1}%\" height=\"100%\" rx=\"4\"/></svg></span>",
        percent(meter.used)
    );
    Svg(out)
}

fn open(chart: &Chart, class: &str) -> String {
    let id = esc(&chart.id);
    format!("<svg class=\"{class}\" role=\"img\" aria-labelledby=\"{id}-t {id}-d\">")
}

fn gradient(id: &str) -> String {
    format!(
        "<defs><linearGradient id=\"{}-g\" x1=\"0\" y1=\"0\" x2=\"0\" y2=\"1\"><stop class=\"stop-0\" offset=\"0\"/>\
         <stop class=\"stop-1\" offset=\"1\"/></linearGradient></defs>",
        esc(id)
    )
}

fn axis(out: &mut String, chart: &Chart, top: f64, parts: usize, y: impl Fn(f64) -> f64) {
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

fn tick(out: &mut String, x: f64, height: f64, text: &str) {
    draw!(
        out,
        "<text class=\"tick\" x=\"{x:.2}%\" y=\"{:.0}\" text-anchor=\"middle\">{}</text>",
        height + 26.0,
        esc(text)
    );
}

fn tip(out: &mut String, x: f64, y: f64, first: &str, second: &str) {
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

/// Monotone cubic (Fritsch–Carlson): a curve through the points that never overshoots them.
fn smooth(points: &[(f64, f64)]) -> String {
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

/// The top of the axis: one of 1, 1.2, 1.6, 2, 2.4, 3.2, 4, 6, 8 times a power of ten, above the data.
fn nice_top(most: f64) -> f64 {
    if most <= 3.0 {
        return 3.0;
    }
    let power = 10_f64.powf(most.log10().floor());
    let steps = [1.2, 1.5, 1.8, 2.4, 3.0, 3.6, 4.5, 6.0, 9.0, 12.0];
    let step = steps.into_iter().find(|step| step * power >= most * 1.02);
    step.unwrap_or(12.0) * power
}

/// `24k`, `1.5M`, `900`: in the unit that the top of the axis asks for.
fn short(chart: &Chart, value: f64, top: f64) -> String {
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

fn bounds(values: &[f64]) -> (f64, f64) {
    let low = values.iter().copied().fold(f64::INFINITY, f64::min);
    let high = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    if low.is_finite() && high.is_finite() {
        (low, high)
    } else {
        (0.0, 0.0)
    }
}

fn count(index: usize) -> f64 {
    f64::from(u32::try_from(index).unwrap_or(u32::MAX))
}

fn esc(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, NaiveDate};
    use domain::{Locale, TimeZone};
    use proptest::prelude::*;

    use super::*;
    use crate::web::format::Format;

    fn format() -> Format {
        Format::new(Locale::EnGb, TimeZone::UTC, DateTime::UNIX_EPOCH)
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

    proptest! {
        #[test]
        fn any_numbers_make_a_chart_without_a_style_or_a_nan(
            values in proptest::collection::vec(0.0..1e9_f64, 0..40),
            bad in proptest::collection::vec(0.0..1e6_f64, 0..40),
        ) {
            let day = NaiveDate::default();
            let some = Bars { unit: "in".into(), values: values.clone(), bad_unit: "out".into(), bad: bad.clone() };
            let area = Area { unit: "in".into(), values: values.clone(), before: bad.clone(), ahead: bad, limit: Some(5.0) };
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
}
