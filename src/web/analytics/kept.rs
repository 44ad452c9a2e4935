//! The table of those who joined in a week and came back in the weeks after it.

use services::analytics::{Cohort, WEEKS};

use crate::web::format::Format;

/// A column for each week, a row for each cohort.
pub(super) struct Kept {
    /// `Week 0` and so on.
    pub(super) heads: Vec<String>,
    pub(super) rows: Vec<Row>,
}

/// One cohort.
pub(super) struct Row {
    pub(super) week: String,
    pub(super) joined: String,
    /// The part that came in each week, and how deep its ground is, from 0 to 4; empty for weeks to come.
    pub(super) cells: Vec<(String, i64)>,
}

impl Kept {
    pub(super) fn of(cohorts: &[Cohort], format: &Format) -> Self {
        let weeks = usize::try_from(WEEKS).unwrap_or(0);
        let row = |cohort: &Cohort| {
            let joined = cohort.joined.max(1);
            let cell = |came: &i64| {
                let hundredths = came * 100 / joined;
                let depth = if *came == 0 {
                    0
                } else {
                    1 + hundredths.min(99) / 25
                };
                (format!("{hundredths} %"), depth)
            };
            let mut cells: Vec<(String, i64)> = cohort.came.iter().map(cell).collect();
            cells.resize(weeks, (String::new(), 0));
            Row {
                week: format.day_short(cohort.first_day),
                joined: format.count(cohort.joined),
                cells,
            }
        };
        let head = |week: usize| match week {
            0 => "Same week".to_owned(),
            week => format!("+{week}"),
        };
        Self {
            heads: (0..weeks).map(head).collect(),
            rows: cohorts.iter().map(row).collect(),
        }
    }
}
