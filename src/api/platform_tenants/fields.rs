//! A tenant as the platform's API takes and gives it: the reference's fields and words.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use domain::tenant_settings::{Currency, DatePattern, TimePattern};
use domain::{
    Alias, EmailAddress, Features, FieldErrors, Locale, PersonName, PhcString, ProductConfig, Slug,
    TenantSettings, TimeZone,
};
use serde::{Deserialize, Serialize};
use serde_json::json;
use services::VerbError;
use services::tenants::{self, FirstOwner, Found, Provisioning, StepState};
use utoipa::{IntoParams, ToSchema};

/// A tenant to be made.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateTenant {
    /// Which.
    pub tenant: NewTenant,
}

/// A tenant to be made.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewTenant {
    /// The name as shown.
    pub name: String,
    /// A name of its own, in small letters, digits and underscores; the DNS label is made of it.
    pub schema_name: String,
    /// The host of its pages, below the platform's domain; the label below it where nothing is said.
    pub domain: Option<String>,
    /// How it writes and counts.
    pub settings: Option<Settings>,
    /// Its first person.
    pub admin_user: Admin,
    /// Where it differs from its plan, by resource.
    pub limits: Option<BTreeMap<String, i64>>,
    /// How it looks.
    pub branding: Option<Branding>,
    /// The plan's key; starter where nothing is said.
    pub plan: Option<String>,
}

/// How a tenant writes and counts.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// As `America/New_York`.
    pub timezone: Option<String>,
    /// As `USD`.
    pub currency: Option<String>,
    /// As `en-US`.
    pub locale: Option<String>,
    /// As `%m/%d/%Y`.
    pub date_format: Option<String>,
    /// As `%I:%M %p`.
    pub time_format: Option<String>,
    /// What is switched on and off, by name.
    pub features: Option<BTreeMap<String, bool>>,
}

/// The first person of a tenant, its owner.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Admin {
    /// The address.
    pub email: String,
    /// The name.
    pub name: String,
    /// With a password they may sign in at once; without one they are invited by mail.
    pub password: Option<String>,
}

/// How a tenant looks.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Branding {
    /// As `#007bff`.
    pub primary_color: Option<String>,
    /// As `#6c757d`.
    pub secondary_color: Option<String>,
    /// Kept in the product's configuration of the tenant; the portal's pages show no picture.
    pub logo_url: Option<String>,
    /// Kept in the product's configuration of the tenant; the portal's pages show its name.
    pub company_name: Option<String>,
}

impl NewTenant {
    /// Reads all of it, or says everything that is wrong.
    pub(super) fn read(
        &self,
        base: &str,
        password: Option<PhcString>,
    ) -> Result<tenants::NewTenant, FieldErrors> {
        let mut errors = FieldErrors::new();
        let label = match &self.domain {
            Some(domain) => {
                let label = domain
                    .strip_suffix(base)
                    .and_then(|rest| rest.strip_suffix('.'));
                if label.is_none() {
                    let sentence = format!("Choose a name below {base}.");
                    errors.add("tenant.domain", sentence);
                }
                label.unwrap_or_default().to_owned()
            }
            None => self.schema_name.replace('_', "-"),
        };
        let place = if self.domain.is_some() {
            "tenant.domain"
        } else {
            "tenant.schema_name"
        };
        let slug = errors.check(place, Slug::parse(&label));
        let alias = errors.check("tenant.schema_name", Alias::parse(&self.schema_name));
        let name = errors.check(
            "tenant.admin_user.name",
            PersonName::parse(&self.admin_user.name),
        );
        let email = errors.check(
            "tenant.admin_user.email",
            EmailAddress::parse(&self.admin_user.email),
        );
        let settings = self.settings(&mut errors);
        let (primary, secondary) = self.colours(&mut errors);
        let config = self.config(&mut errors);
        match (slug, name, email, errors.is_empty()) {
            (Some(slug), Some(name), Some(email), true) => {
                let owner = FirstOwner {
                    name,
                    email,
                    password,
                };
                let plain = tenants::NewTenant::plain(slug, self.name.clone(), base, owner);
                Ok(tenants::NewTenant {
                    alias,
                    plan: self.plan.clone().unwrap_or_else(|| plain.plan.clone()),
                    settings,
                    limits: self.limits.clone().unwrap_or_default(),
                    product_config: config,
                    primary,
                    secondary,
                    ..plain
                })
            }
            _ => Err(errors),
        }
    }

    fn settings(&self, errors: &mut FieldErrors) -> TenantSettings {
        let mut all = TenantSettings::default();
        let Some(set) = &self.settings else {
            return all;
        };
        macro_rules! read {
            ($($field:ident $kind:ident $place:literal),*) => {$(
                if let Some(text) = &set.$field
                    && let Some(value) = errors.check($place, $kind::parse(text))
                {
                    all.$field = value;
                }
            )*};
        }
        read!(
            timezone TimeZone "tenant.settings.timezone",
            currency Currency "tenant.settings.currency",
            locale Locale "tenant.settings.locale",
            date_format DatePattern "tenant.settings.date_format",
            time_format TimePattern "tenant.settings.time_format"
        );
        if let Some(features) = &set.features {
            let features = Features::try_from(features.clone());
            if let Some(features) = errors.check("tenant.settings.features", features) {
                all.features = features;
            }
        }
        all
    }

    fn colours(
        &self,
        errors: &mut FieldErrors,
    ) -> (
        Option<domain::colour::Colour>,
        Option<domain::colour::Colour>,
    ) {
        let Some(branding) = &self.branding else {
            return (None, None);
        };
        let mut colour = |place: &'static str, text: Option<&String>| {
            text.and_then(|text| errors.check(place, text.parse::<domain::colour::Colour>()))
        };
        (
            colour(
                "tenant.branding.primary_color",
                branding.primary_color.as_ref(),
            ),
            colour(
                "tenant.branding.secondary_color",
                branding.secondary_color.as_ref(),
            ),
        )
    }

    fn config(&self, errors: &mut FieldErrors) -> ProductConfig {
        let Some(branding) = &self.branding else {
            return ProductConfig::default();
        };
        let mut kept = serde_json::Map::new();
        for (name, text) in [
            ("logo_url", &branding.logo_url),
            ("company_name", &branding.company_name),
        ] {
            if let Some(text) = text {
                kept.insert(name.to_owned(), json!(text));
            }
        }
        if kept.is_empty() {
            return ProductConfig::default();
        }
        let config = ProductConfig::try_from(json!({ "branding": kept }));
        errors.check("tenant.branding", config).unwrap_or_default()
    }
}

/// Errors of the verb beside the fields as the body nests them.
pub(super) fn nested(error: VerbError) -> VerbError {
    let VerbError::Invalid(errors) = error else {
        return error;
    };
    let nested = errors
        .iter()
        .fold(FieldErrors::new(), |all, (field, words)| {
            let field = match field {
                "alias" => "schema_name",
                "slug" => "domain",
                other => other,
            };
            all.with(format!("tenant.{field}"), words)
        });
    VerbError::Invalid(nested)
}

/// A tenant that was written down and is being made.
#[derive(Debug, Serialize, ToSchema)]
pub struct CreatedTenant {
    /// Which.
    pub tenant: PlatformTenant,
    /// Its first person.
    pub admin_user: CreatedAdmin,
    /// How far it is.
    pub provisioning: Progress,
}

/// The first person of a tenant that is being made.
#[derive(Debug, Serialize, ToSchema)]
pub struct CreatedAdmin {
    /// The address.
    pub email: String,
    /// The name.
    pub name: String,
    /// Always tenant_admin: the owner.
    pub role: String,
}

impl CreatedTenant {
    pub(super) fn of(found: &Found, name: &str, email: &str, making: &Provisioning) -> Self {
        Self {
            tenant: OneTenant::of(found).tenant,
            admin_user: CreatedAdmin {
                email: email.to_owned(),
                name: name.to_owned(),
                role: "tenant_admin".to_owned(),
            },
            provisioning: Making::of(making).provisioning,
        }
    }
}

/// One tenant.
#[derive(Debug, Serialize, ToSchema)]
pub struct OneTenant {
    /// Which.
    pub tenant: PlatformTenant,
}

/// A tenant as the platform knows it.
#[derive(Debug, Serialize, ToSchema)]
pub struct PlatformTenant {
    /// Which.
    pub id: String,
    /// The name.
    pub name: String,
    /// A name of its own.
    pub schema_name: String,
    /// The host of its pages.
    pub domain: Option<String>,
    /// Where it stands.
    pub status: String,
    /// What those are told who meet it at rest.
    pub status_reason: Option<String>,
    /// The plan's key.
    pub plan: String,
    /// When the trial ends or ended.
    pub trial_ends_at: Option<DateTime<Utc>>,
    /// When it is to be deleted.
    pub delete_at: Option<DateTime<Utc>>,
    /// When it was written down.
    pub created_at: DateTime<Utc>,
    /// When it was changed last.
    pub updated_at: DateTime<Utc>,
    /// What is switched on and off.
    pub features: BTreeMap<String, bool>,
}

impl OneTenant {
    pub(super) fn of(found: &Found) -> Self {
        let record = &found.record;
        Self {
            tenant: PlatformTenant {
                id: record.id.to_string(),
                name: record.name.clone(),
                schema_name: record.alias.clone(),
                domain: found.hosts.first().cloned(),
                status: record.status.to_string(),
                status_reason: record.status_reason.clone(),
                plan: record.plan.clone(),
                trial_ends_at: record.trial_ends_at,
                delete_at: record.delete_at,
                created_at: record.created_at,
                updated_at: record.updated_at,
                features: found.features.clone().into(),
            },
        }
    }
}

/// How far the making of a tenant is.
#[derive(Debug, Serialize, ToSchema)]
pub struct Making {
    /// How far it is.
    pub provisioning: Progress,
}

/// How far the making of a tenant is.
#[derive(Debug, Serialize, ToSchema)]
pub struct Progress {
    /// in_progress, completed or failed.
    pub status: String,
    /// When it is probably done.
    pub estimated_completion: Option<DateTime<Utc>>,
    /// Why that cannot be said.
    pub estimate_missing: Option<String>,
    /// What is done.
    pub steps_completed: Vec<String>,
    /// What is not.
    pub steps_remaining: Vec<String>,
    /// The step that failed, and why.
    pub failed_step: Option<FailedStep>,
}

/// A step that failed.
#[derive(Debug, Serialize, ToSchema)]
pub struct FailedStep {
    /// Which.
    pub name: String,
    /// Why.
    pub error: Option<String>,
}

impl Making {
    pub(super) fn of(making: &Provisioning) -> Self {
        let names = |done: bool| {
            let steps = making.steps.iter();
            let steps = steps.filter(|step| (step.state == StepState::Done) == done);
            steps.map(|step| step.step.key().to_owned()).collect()
        };
        let failed = making.failed().map(|step| FailedStep {
            name: step.step.key().to_owned(),
            error: step.error.clone(),
        });
        let status = match (making.is_whole(), &failed) {
            (true, _) => "completed",
            (false, Some(_)) => "failed",
            (false, None) => "in_progress",
        };
        Self {
            provisioning: Progress {
                status: status.to_owned(),
                estimated_completion: making.estimate.ok(),
                estimate_missing: making.estimate.err().map(ToOwned::to_owned),
                steps_completed: names(true),
                steps_remaining: names(false),
                failed_step: failed,
            },
        }
    }
}

/// How sure whoever deletes a tenant is.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub struct DeletionQuery {
    /// `DELETE_PERMANENTLY`.
    pub confirmation: String,
    /// Days until nothing is left; until then it can be undone. How many there may be, and how many there are
    /// when nothing is said, is the operator's to set.
    #[param(minimum = 0, maximum = 3650)]
    pub grace_period_days: Option<u16>,
}

/// A deletion that was scheduled.
#[derive(Debug, Serialize, ToSchema)]
pub struct Deletion {
    /// Which.
    pub tenant_id: String,
    /// Always scheduled.
    pub deletion_status: String,
    /// When it was asked for.
    pub scheduled_at: DateTime<Utc>,
    /// When nothing is left.
    pub final_deletion_date: Option<DateTime<Utc>>,
}

/// Why a tenant is put to rest.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Reason {
    /// In words, for those who meet it.
    pub reason: String,
}

/// A plan for a tenant.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPlan {
    /// The plan's key.
    pub plan: String,
    /// Whether it is tried first; it is not where nothing is said.
    pub trial: Option<bool>,
}

/// A host to be looked up.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub struct DomainQuery {
    /// The whole name.
    pub domain: String,
}

/// The tenant that a host names.
#[derive(Debug, Serialize, ToSchema)]
pub struct Resolved {
    /// The host.
    pub domain: String,
    /// Which.
    pub tenant: PlatformTenant,
    /// Whether links are built with this host.
    pub primary_domain: bool,
}
