//! Charts, drawn as SVG on the server: they follow the theme, need no script and have a table beside
//! them. Here is what a chart is made of; the files in `chart/` draw it. Which numbers to show is the page's matter.

mod area;
mod axis;
mod bars;
mod curve;
mod steps;
mod svg;
#[cfg(test)]
mod tests;

pub use steps::Start;
pub use svg::{Svg, Tone, spark};

use super::format::Format;

/// A chart with its title, its sentence and its numbers.
#[derive(Debug, Clone)]
pub struct Chart {
    /// Prefix of the ids in the page; unique there.
    pub id: String,
    /// What it shows, in a few words.
    pub title: String,
    /// What it says, in one sentence.
    pub sentence: String,
    /// Kind of mark and its name, for the legend.
    pub legend: Vec<(&'static str, String)>,
    /// Where the same is as a file; empty for nowhere.
    pub file: String,
    format: Format,
    start: Start,
    body: Body,
}

#[derive(Debug, Clone)]
enum Body {
    Area(Area),
    Bars(Bars),
}

/// A line over days or hours with the ground below it filled.
#[derive(Debug, Clone, Default)]
pub struct Area {
    /// What is counted: `calls`.
    pub unit: String,
    /// A value for each step.
    pub values: Vec<f64>,
    /// The same steps of the period before; empty for none.
    pub before: Vec<f64>,
    /// What the last step comes to, which is not over; `None` where that is not known.
    pub whole: Option<f64>,
    /// What is expected after the last day; empty for none.
    pub ahead: Vec<f64>,
    /// What may not be passed.
    pub limit: Option<f64>,
}

/// A bar for each day, and what went wrong on it in red above.
#[derive(Debug, Clone, Default)]
pub struct Bars {
    /// What the bars count: `signed in`.
    pub unit: String,
    /// A value for each day.
    pub values: Vec<f64>,
    /// What the red part counts: `failed`.
    pub bad_unit: String,
    /// A value for each day; empty for none.
    pub bad: Vec<f64>,
}

impl Chart {
    /// A line over days or hours.
    #[must_use]
    pub fn area(
        id: &str,
        title: &str,
        sentence: &str,
        start: impl Into<Start>,
        area: Area,
        format: Format,
    ) -> Self {
        let mut legend = vec![("1", "This period".to_owned())];
        if !area.before.is_empty() {
            legend.push(("prev", "Before".to_owned()));
        }
        if !area.ahead.is_empty() || area.whole.is_some() {
            legend.push(("ahead", "Estimate".to_owned()));
        }
        Self::new(
            id,
            title,
            sentence,
            start.into(),
            format,
            legend,
            Body::Area(area),
        )
    }

    /// A bar for each day.
    #[must_use]
    pub fn bars(
        id: &str,
        title: &str,
        sentence: &str,
        start: impl Into<Start>,
        bars: Bars,
        format: Format,
    ) -> Self {
        let mut legend = vec![("1", capital(&bars.unit))];
        if !bars.bad.is_empty() {
            legend.push(("bad", capital(&bars.bad_unit)));
        }
        Self::new(
            id,
            title,
            sentence,
            start.into(),
            format,
            legend,
            Body::Bars(bars),
        )
    }

    fn new(
        id: &str,
        title: &str,
        sentence: &str,
        start: Start,
        format: Format,
        legend: Vec<(&'static str, String)>,
        body: Body,
    ) -> Self {
        Self {
            id: id.into(),
            title: title.into(),
            sentence: sentence.into(),
            legend,
            file: String::new(),
            format,
            start,
            body,
        }
    }

    /// With a file of the same numbers behind it.
    #[must_use]
    pub fn with_file(self, file: String) -> Self {
        Self { file, ..self }
    }

    /// The drawing.
    #[must_use]
    pub fn svg(&self) -> Svg {
        match &self.body {
            Body::Area(area) => area::area(self, area),
            Body::Bars(bars) => bars::bars(self, bars),
        }
    }

    /// Heads of the table that says the same.
    #[must_use]
    pub fn table_head(&self) -> Vec<String> {
        let columns = match &self.body {
            Body::Area(area) if area.before.is_empty() => vec![capital(&area.unit)],
            Body::Area(area) => vec![capital(&area.unit), "Before".to_owned()],
            Body::Bars(bars) if bars.bad.is_empty() => vec![capital(&bars.unit)],
            Body::Bars(bars) => vec![capital(&bars.unit), capital(&bars.bad_unit)],
        };
        std::iter::once(self.step().to_owned())
            .chain(columns)
            .collect()
    }

    /// Rows of that table, a step each.
    #[must_use]
    pub fn table_rows(&self) -> Vec<Vec<String>> {
        let (values, second) = match &self.body {
            Body::Area(area) => (&area.values, &area.before),
            Body::Bars(bars) => (&bars.values, &bars.bad),
        };
        let row = |(index, value): (usize, &f64)| {
            let mut cells = vec![self.short(index), self.format.decimal(*value, 0)];
            cells.extend(second.get(index).map(|more| self.format.decimal(*more, 0)));
            cells
        };
        values.iter().enumerate().map(row).collect()
    }
}

/// How much of something is used.
#[derive(Debug, Clone)]
pub struct Meter {
    /// Of what: `Seats`.
    pub name: String,
    /// `245 of 1,000`
    pub told: String,
    /// `Near limit`, `Full`; empty below that.
    pub word: &'static str,
    /// `warn`, `bad` or empty.
    pub level: &'static str,
    used: f64,
    limit: f64,
    ahead: Option<f64>,
}

impl Meter {
    /// Warns from 80 % on, and is full at 100 %.
    #[must_use]
    pub fn new(name: impl Into<String>, used: u32, limit: u32, format: &Format) -> Self {
        let share = f64::from(used) / f64::from(limit.max(1));
        let (level, word) = match share {
            share if share >= 1.0 => ("bad", "Full"),
            share if share >= 0.8 => ("warn", "Near limit"),
            _ => ("", ""),
        };
        let told = format!("{} of {}", format.count(used), format.count(limit));
        Self {
            name: name.into(),
            told,
            word,
            level,
            used: f64::from(used),
            limit: f64::from(limit.max(1)),
            ahead: None,
        }
    }

    /// With what is expected by the end of the period, as a lighter bar.
    #[must_use]
    pub const fn expecting(mut self, ahead: f64) -> Self {
        self.ahead = Some(ahead);
        self
    }

    /// The drawing.
    #[must_use]
    pub fn svg(&self) -> Svg {
        svg::meter(self)
    }
}

/// Counts as values of a chart; beyond four thousand million a chart shows no difference.
#[must_use]
pub fn values(counts: &[i64]) -> Vec<f64> {
    counts
        .iter()
        .map(|count| f64::from(u32::try_from(*count).unwrap_or(u32::MAX)))
        .collect()
}

/// A count as such a value.
#[must_use]
pub fn number(count: i64) -> f64 {
    values(&[count]).first().copied().unwrap_or_default()
}

fn capital(words: &str) -> String {
    let mut letters = words.chars();
    letters
        .next()
        .into_iter()
        .flat_map(char::to_uppercase)
        .chain(letters)
        .collect()
}
