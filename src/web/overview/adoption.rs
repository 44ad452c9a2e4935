//! Which features are taken up, and who came again; where analytics are no part of the plan, that they are not.

use domain::permission::Permission;
use services::features::Feature;
use services::overview::Measured;

use crate::web::feature;
use crate::web::shell::Shell;

/// As the card shows it.
pub(super) struct TakenUp {
    /// Each feature whose use was measured: its name, the part of a hundred for the bar, and the same in words.
    pub(super) bars: Vec<(String, String, String)>,
    /// The part that came again; empty where that is not known,
    pub(super) again: String,
    /// and why it is not.
    pub(super) not_again: &'static str,
    /// Why nothing of all this is known; empty where it is.
    pub(super) why: String,
    /// Whether it is no part of the plan.
    pub(super) off: bool,
    /// Whether the reader may choose another plan because of that.
    pub(super) may_choose: bool,
}

impl TakenUp {
    pub(super) fn of(measured: &Measured, shell: &Shell) -> Self {
        let format = &shell.format;
        let Some(taken_up) = &measured.taken_up else {
            let name = feature::title(Feature::AdvancedAnalytics.key());
            return Self {
                bars: Vec::new(),
                again: String::new(),
                not_again: "",
                why: format!("{name} is not part of your plan, so this is not counted."),
                off: true,
                may_choose: shell.may(Permission::ManageSettings),
            };
        };
        let bars = taken_up.features.iter().filter_map(|one| {
            let rate = one.rate.ok()?;
            let wide = format!("{:.1}", (rate * 100.0).clamp(0.0, 100.0));
            Some((one.feature.title(), wide, format.percent(rate, 0)))
        });
        let bars: Vec<_> = bars.collect();
        let why = match bars.is_empty() {
            true => "No feature was used in this period whose use is measured.",
            false => "",
        };
        Self {
            bars,
            again: taken_up
                .retention
                .map_or_else(|_| String::new(), |rate| format.percent(rate, 0)),
            not_again: taken_up.retention.err().unwrap_or_default(),
            why: why.to_owned(),
            off: false,
            may_choose: false,
        }
    }
}
