//! What a move will take, in words: beside the question whether to move.

use services::moves::{self, Forecast};

use super::move_lines::seconds;
use crate::web::format::Format;

/// What is known beforehand, point by point.
pub(super) fn points(forecast: &Forecast, format: &Format) -> Vec<String> {
    let volume = match &forecast.volume {
        Ok(volume) => format!(
            "{} rows in {} tables, {}, are copied and compared row by row.",
            format.count(volume.rows),
            format.count(i64::try_from(volume.tables).unwrap_or(i64::MAX)),
            format.bytes(volume.bytes)
        ),
        Err(why) => (*why).to_owned(),
    };
    let mut points = vec![volume];
    if forecast.follows_copy {
        points.push(format!(
            "A copy is kept in {}: only what changed since is copied there.",
            moves::words(forecast.to)
        ));
    }
    match (forecast.copying, forecast.pause) {
        (Ok(copying), Ok(pause)) => points.push(format!(
            "By earlier moves: about {} of copying, and requests wait for about {}.",
            seconds(copying, format),
            seconds(pause, format)
        )),
        (Err(why), _) | (_, Err(why)) => points.push(why.to_owned()),
    }
    points.push(
        "Requests never wait for more than 4 seconds: a hand-over that would is taken back and tried again."
            .to_owned(),
    );
    points.dedup();
    points
}
