//! The features that open a part of the product. A plan may speak of others besides, for the vendor's own application;
//! those are only carried.

use store::catalogue::Plan;
use store::{PlatformTx, StoreError};

macro_rules! features {
    ($($name:ident $key:literal $words:literal),* $(,)?) => {
        /// A part of the product that a plan has or has not.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Feature {
            $(#[doc = $words] $name),*
        }

        impl Feature {
            /// Every one, in the order in which they are listed.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// As plans and tenants name it.
            #[must_use]
            pub const fn key(self) -> &'static str {
                match self { $(Self::$name => $key),* }
            }

            /// What it is, in a sentence.
            #[must_use]
            pub const fn words(self) -> &'static str {
                match self { $(Self::$name => $words),* }
            }
        }
    };
}

features! {
    ApiAccess "api_access" "Programs work with your organisation's data, each with a key of its own.",
    AdvancedAnalytics "advanced_analytics" "Figures of who uses what, how that changes, and where it leads.",
    CustomBranding "custom_branding" "The portal and its letters in your own colours.",
    CustomDomains "custom_domains" "The portal at an address of your own.",
    CustomIntegrations "custom_integrations" "Other services are told what happens here.",
    SsoIntegration "sso_integration" "Your people sign in as they do everywhere else.",
    GdprCompliance "gdpr_compliance" "Somebody's data is given out or deleted on request, with a proof.",
    PrioritySupport "priority_support" "Questions are answered first.",
}

impl Feature {
    /// Whether it opens something here today, so that its use can be measured where its gate is passed.
    #[must_use]
    pub const fn is_measured(self) -> bool {
        matches!(self, Self::ApiAccess | Self::AdvancedAnalytics)
    }

    /// As it is read: "API access".
    #[must_use]
    pub fn title(self) -> String {
        domain::plan::title(self.key())
    }
}

/// The plans that anybody may choose and that have it, the smallest first.
///
/// # Errors
/// The database's.
pub fn plans_with(tx: &mut PlatformTx<'_>, feature: Feature) -> Result<Vec<Plan>, StoreError> {
    let mut plans = tx.plans()?;
    plans.retain(|plan| plan.offered && plan.terms.features.has(feature.key()));
    Ok(plans)
}
