//! Draws a bar for each day, with what went wrong on it in red above.

use std::fmt::Write;

use super::{
    Bars, Chart,
    axis::{axis, nice_top, tick, tip},
    svg::{Svg, TOP, count, draw, esc, open},
};

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
        let mut second = chart.short(index);
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
            tick(&mut out, x + wide / 2.0, HEIGHT, &chart.short(index));
        }
    }
    out.push_str("</svg>");
    Svg(out)
}
