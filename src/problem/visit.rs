//! What a visitor reads where their visit does not reach, or reaches no longer.

use actix_web::http::StatusCode;
use domain::Permission;

use super::{Problem, WayOut};

impl Problem {
    /// 403 for a visitor who was not granted this.
    #[must_use]
    pub fn not_on_a_visit(permission: Permission) -> Self {
        Self::forbidden(format!(
            "Your visit does not include this: {}.",
            permission.words().to_lowercase()
        ))
    }

    /// 401 for a visitor whose time is up or whom the tenant sent away; the cookie goes.
    #[must_use]
    pub fn visit_over() -> Self {
        let problem = Self::new(
            StatusCode::UNAUTHORIZED,
            "Your visit is over",
            "Its time is up, or somebody here has ended it. Ask again from the platform if you still need to look.",
        );
        Self {
            way_out: WayOut::None,
            ends_visit: true,
            ..problem
        }
    }
}
