//! Draws a line over days, with what was before it, what is expected and what may not be passed.

use std::fmt::Write;

use super::{
    Area, Chart,
    axis::{axis, nice_top, short, tick, tip},
    curve::smooth,
    svg::{Svg, TOP, count, draw, esc, gradient, open},
};

pub(super) fn area(chart: &Chart, area: &Area) -> Svg {
    const HEIGHT: f64 = 248.0;
    let all = area
        .values
        .iter()
        .chain(&area.before)
        .chain(&area.ahead)
        .copied()
        .chain(area.limit)
        .chain(area.whole);
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
        tick(&mut out, x(index), HEIGHT, &chart.short(index));
    }

    // A step that is not over would look like a fall: what it comes to is drawn instead, as everything that is expected.
    let running = area.whole.filter(|_| area.values.len() > 1);
    let over = area.values.len() - usize::from(running.is_some());
    let points: Vec<_> = area.values.iter().take(over).enumerate().map(at).collect();
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
        if !area.ahead.is_empty() || running.is_some() {
            let ahead = running.iter().chain(&area.ahead).enumerate();
            let ahead = ahead.map(|(i, v)| at((over + i, v)));
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
        let whole = running.filter(|_| index == over);
        let (x, y) = (x(index), y(whole.unwrap_or(*value)));
        let expected = index >= area.values.len();
        let number = |value: f64| chart.format.decimal(value, 0);
        let (first, note) = match whole {
            Some(whole) => (
                format!("{} so far", number(*value)),
                format!(" · ~{} in all", number(whole)),
            ),
            None if expected => (format!("~{}", number(*value)), " · estimate".to_owned()),
            None => (
                format!("{} {}", number(*value), esc(&area.unit)),
                String::new(),
            ),
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
            &format!("{}{note}", chart.long(index)),
        );
        out.push_str("</g>");
    }
    out.push_str("</svg>");
    Svg(out)
}
