//! Draws charts. x is in percent of a fluid box, so that text keeps its size; curves live in a
//! stretched inner picture. Sizes are attributes only: the pages' policy allows no inline style.

use std::fmt::{self, Write};

use askama::filters::HtmlSafe;

use super::{Chart, Meter, curve::smooth};

/// A drawing, ready to be written into a page; by default none.
#[derive(Debug, Clone, Default)]
pub struct Svg(pub(super) String);

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
pub(super) use draw;

/// Above the plot, in pixels.
pub(super) const TOP: f64 = 8.0;

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

pub(super) fn open(chart: &Chart, class: &str) -> String {
    let id = esc(&chart.id);
    format!("<svg class=\"{class}\" role=\"img\" aria-labelledby=\"{id}-t {id}-d\">")
}

pub(super) fn gradient(id: &str) -> String {
    format!(
        "<defs><linearGradient id=\"{}-g\" x1=\"0\" y1=\"0\" x2=\"0\" y2=\"1\"><stop class=\"stop-0\" offset=\"0\"/>\
         <stop class=\"stop-1\" offset=\"1\"/></linearGradient></defs>",
        esc(id)
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

pub(super) fn count(index: usize) -> f64 {
    f64::from(u32::try_from(index).unwrap_or(u32::MAX))
}

pub(super) fn esc(text: &str) -> String {
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

/// How a spark line is coloured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// In the tenant's colour.
    Brand,
    /// Grey.
    Muted,
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
