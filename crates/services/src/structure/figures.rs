//! How large a table is, and to whom that is told how. A tenant in shared tables is told only what follows from its own
//! rows: a figure of the whole table, were it only the share of its indexes, would tell of the others.

use chrono::{DateTime, Utc};
use store::structure::{IndexShape, OwnFigures, OwnRows, TableFigures};

use super::MOST_COUNTED;

/// Why a tenant in shared tables is told no moment.
const STATISTICS_OF_ALL: &str =
    "Statistics of a table that several tenants share are taken of all of them together.";
/// What a share is.
const SHARE: &str = "The share of your own rows: their average width times their number, with room for the indexes.";
/// Why there is no number of rows.
const NOT_COUNTED: &str = "Kept by the system itself, and not counted.";
/// What a number of the statistics is.
const BY_STATISTICS: &str = "Rows by the statistics of the server, not counted one by one.";
/// What the platform is told beside figures of shared tables.
pub(super) const OF_ALL: &str = "Of all tenants in this table together.";
/// What a number at the bound is.
const MORE: &str = "There are more rows than are counted.";

/// What a row costs beside its columns.
const ROW: i64 = 28;
/// What an entry of an index costs beside what it is ordered by.
const ENTRY: i64 = 16;

/// How many rows a table has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Rows {
    /// Counted.
    Exactly(i64),
    /// By statistics.
    About(i64),
    /// Counted up to there.
    MoreThan(i64),
    /// Not to be told.
    #[default]
    Unknown,
}

impl Rows {
    /// The number, whatever it is worth.
    #[must_use]
    pub const fn number(self) -> Option<i64> {
        match self {
            Self::Exactly(rows) | Self::About(rows) | Self::MoreThan(rows) => Some(rows),
            Self::Unknown => None,
        }
    }

    const fn is_exact(self) -> bool {
        matches!(self, Self::Exactly(_))
    }
}

/// How large a table is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Figures {
    /// Its rows.
    pub rows: Rows,
    /// Its bytes, indexes included.
    pub bytes: Option<i64>,
    /// Whether any of these is reckoned and not measured.
    pub estimated: bool,
    /// When its statistics were last taken.
    pub analyzed_at: Option<DateTime<Utc>>,
    /// What is to be known of the numbers, and why one is missing.
    pub notes: Vec<&'static str>,
}

impl Figures {
    /// Of a table that is the tenant's alone, for the tenant.
    pub(super) fn own(own: &OwnFigures, counted: Option<&OwnRows>) -> Self {
        let most = i64::from(MOST_COUNTED);
        let rows = match counted.map(|one| one.row_count) {
            Some(count) if count <= most => Rows::Exactly(count),
            Some(_) => Rows::About(own.row_estimate.max(most)),
            None => Rows::About(own.row_estimate),
        };
        Self {
            rows,
            bytes: Some(own.table_bytes + own.index_bytes),
            estimated: !rows.is_exact(),
            analyzed_at: own.analyzed_at,
            notes: match rows {
                Rows::About(_) => vec![BY_STATISTICS],
                _ => Vec::new(),
            },
        }
    }

    /// Of the tenant's own rows in a table that several share, for the tenant.
    pub(super) fn share(counted: Option<&OwnRows>, indexes: &[IndexShape]) -> Self {
        let Some(counted) = counted else {
            return Self {
                notes: vec![NOT_COUNTED, STATISTICS_OF_ALL],
                ..Self::default()
            };
        };
        let most = i64::from(MOST_COUNTED);
        let (rows, mut notes) = match counted.row_count {
            count if count <= most => (Rows::Exactly(count), vec![SHARE]),
            _ => (Rows::MoreThan(most), vec![MORE, SHARE]),
        };
        notes.push(STATISTICS_OF_ALL);
        let number = rows.number().unwrap_or_default();
        Self {
            rows,
            bytes: Some(share_of(number, counted, indexes)),
            estimated: true,
            analyzed_at: None,
            notes,
        }
    }

    /// Of the whole table, for the platform.
    pub(super) fn whole(whole: &TableFigures) -> Self {
        Self {
            rows: Rows::About(whole.row_estimate),
            bytes: Some(whole.table_bytes + whole.index_bytes),
            estimated: true,
            analyzed_at: whole.analyzed_at,
            notes: vec![BY_STATISTICS],
        }
    }
}

/// What so many rows take, by how wide the measured ones are; every index counted as if it held them all.
fn share_of(rows: i64, measured: &OwnRows, indexes: &[IndexShape]) -> i64 {
    let sample = measured.sampled;
    let width = |name: &String| {
        let place = measured.column_names.iter().position(|one| one == name);
        let bytes = place.and_then(|place| measured.column_bytes.get(place));
        bytes.copied().unwrap_or_default()
    };
    let mut bytes = ROW * sample + measured.column_bytes.iter().sum::<i64>();
    for index in indexes {
        let carried = index.columns.iter().chain(&index.included);
        bytes += ENTRY * sample + carried.map(width).sum::<i64>();
    }
    bytes
        .saturating_mul(rows)
        .checked_div(sample)
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(count: i64, sampled: i64, bytes: &[i64]) -> OwnRows {
        OwnRows {
            table_name: "notes".to_owned(),
            row_count: count,
            sampled,
            column_names: vec!["tenant_id".to_owned(), "body".to_owned()],
            column_bytes: bytes.to_vec(),
        }
    }

    fn index(columns: &[&str]) -> IndexShape {
        IndexShape {
            table_name: "notes".to_owned(),
            name: "notes_pkey".to_owned(),
            method: "btree".to_owned(),
            primary: true,
            unique: true,
            columns: columns.iter().map(|name| (*name).to_owned()).collect(),
            included: Vec::new(),
            predicate: None,
            manners: Vec::new(),
        }
    }

    #[test]
    fn a_share_follows_from_the_own_rows_alone() {
        let indexes = [index(&["tenant_id"])];
        // 28 + 16 + 100 a row, and 16 + 16 an entry.
        let figures = Figures::share(Some(&rows(1_000, 200, &[3_200, 20_000])), &indexes);
        assert_eq!(figures.bytes, Some(176_000));
        assert_eq!(figures.rows, Rows::Exactly(1_000));
        assert!(figures.estimated && figures.analyzed_at.is_none());
        assert_eq!(
            Figures::share(Some(&rows(0, 0, &[0, 0])), &indexes).bytes,
            Some(0)
        );
    }

    #[test]
    fn past_the_bound_it_is_said_that_there_are_more() {
        let many = i64::from(MOST_COUNTED) + 1;
        let figures = Figures::share(Some(&rows(many, 200, &[3_200, 20_000])), &[]);
        assert_eq!(figures.rows, Rows::MoreThan(many - 1));
        let own = OwnFigures {
            table_name: "notes".to_owned(),
            row_estimate: 70_000,
            table_bytes: 8_192,
            index_bytes: 16_384,
            analyzed_at: None,
        };
        let figures = Figures::own(&own, Some(&rows(many, 200, &[0, 0])));
        assert_eq!(
            (figures.rows, figures.bytes),
            (Rows::About(70_000), Some(24_576))
        );
        let figures = Figures::own(&own, Some(&rows(7, 7, &[0, 0])));
        assert_eq!((figures.rows, figures.estimated), (Rows::Exactly(7), false));
    }

    #[test]
    fn what_may_not_be_read_is_not_counted() {
        let figures = Figures::share(None, &[]);
        assert_eq!((figures.rows, figures.bytes), (Rows::Unknown, None));
        assert!(figures.notes.contains(&NOT_COUNTED));
    }
}
