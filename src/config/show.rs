//! The configuration as a table for people: key, value, origin.

use std::fmt;

use super::Config;

impl fmt::Display for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rows: Vec<[String; 3]> = self
            .settings()
            .iter()
            .map(|setting| {
                [
                    setting.key.to_owned(),
                    setting.shown.clone(),
                    setting.origin.to_string(),
                ]
            })
            .collect();
        let width = |column: fn(&[String; 3]) -> &String| {
            rows.iter()
                .map(|row| column(row).chars().count())
                .max()
                .unwrap_or_default()
        };
        let (keys, values) = (width(|[key, _, _]| key), width(|[_, value, _]| value));
        for [key, value, origin] in &rows {
            writeln!(f, "{key:keys$}  {value:values$}  {origin}")?;
        }
        Ok(())
    }
}
