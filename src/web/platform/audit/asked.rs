//! What the address of the platform's log may ask for.

use domain::{JobId, KeyId, LetterId, SessionId, Slug, StaffId, TimeZone, VisitId};
use services::platform_audit::Action;
use services::platform_audit::log::PlatformFilter;
use uuid::Uuid;

use crate::web::audit::asked::{self, Log, id};

/// The query of the list and of its file.
pub(super) type Asked = asked::Asked<OfPlatform>;

/// The platform's log.
#[derive(Debug, Clone, Default)]
pub(super) struct OfPlatform;

impl Log for OfPlatform {
    const OF_TENANTS: bool = true;
    const TOLD: &'static str = " of what was done on the platform";

    fn actions() -> Vec<&'static str> {
        Action::ALL.iter().map(|action| action.key()).collect()
    }

    fn actor(text: &str) -> Option<Uuid> {
        id(text, StaffId::uuid).or_else(|| id(text, KeyId::uuid))
    }

    fn thing(text: &str) -> Option<Uuid> {
        id(text, StaffId::uuid)
            .or_else(|| id(text, KeyId::uuid))
            .or_else(|| id(text, VisitId::uuid))
            .or_else(|| id(text, JobId::uuid))
            .or_else(|| id(text, SessionId::uuid))
            .or_else(|| id(text, LetterId::uuid))
    }
}

/// What the store looks for, in one tenant's entries where the address names one.
pub(super) fn filter(asked: &Asked, zone: TimeZone) -> PlatformFilter {
    let slug = Slug::parse(&asked.tenant).ok();
    PlatformFilter {
        of: asked.filter(zone),
        tenant: slug.map(|slug| slug.to_string()),
    }
}
