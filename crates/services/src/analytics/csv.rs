//! Figures by the day as a file: all of them, or one.

use super::Analytics;
use crate::usage;

/// The file; `key` names the one series that is asked for.
///
/// # Errors
/// Never: writing into memory does not fail.
pub fn csv(of: &Analytics, key: Option<&str>) -> Result<Vec<u8>, csv::Error> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(["day", "figure", "unit", "amount", "period before"])?;
    let series = of.series().into_iter();
    for one in series.filter(|one| key.is_none_or(|key| key == one.key)) {
        for (place, value) in one.values.iter().enumerate() {
            let before = one.before.get(place);
            writer.write_record([
                usage::at(of.reading.steps, place + one.skipped),
                one.title.to_owned(),
                one.unit.to_owned(),
                value.to_string(),
                before.map(f64::to_string).unwrap_or_default(),
            ])?;
        }
    }
    writer
        .into_inner()
        .map_err(|error| error.into_error().into())
}
