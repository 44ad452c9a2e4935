//! Confirming a sign-up by a program, with the token of the letter: the same as on the page that its link opens.

use chrono::{DateTime, Utc};
use domain::staff::ManageTenants;
use domain::{FieldErrors, SignUpToken, Slug};
use serde::{Deserialize, Serialize};
use services::letters::Links;
use services::sign_up::{self, Made, SignUp};
use services::tenants::Step;
use services::{StaffTx, VerbError};
use utoipa::ToSchema;

use super::named;
use crate::api::tenants::{Making, Progress, of_config};
use crate::api::{Answer, Body, Fault, Outcome, Stranger};
use crate::config::Config;
use crate::worker::scheme;

/// What confirms a sign-up.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Confirmation {
    /// The end of the link in the letter, as `sup_…`.
    pub token: String,
    /// The password of whoever will own the tenant.
    #[schema(format = Password)]
    pub password: String,
    /// Another label of the host, where somebody else took the first meanwhile.
    pub subdomain: Option<String>,
}

/// A sign-up that was confirmed, and how far its tenant is. Asked again with the same token, it says so again.
#[derive(Debug, Serialize, ToSchema)]
pub struct Confirmed {
    /// in_progress, completed or failed. Whoever runs this site sees what failed, and goes on from there.
    pub status: String,
    /// When it is probably done.
    pub estimated_completion: Option<DateTime<Utc>>,
    /// What is done.
    pub steps_completed: Vec<String>,
    /// What is not.
    pub steps_remaining: Vec<String>,
    /// The tenant's host, once it opens.
    pub domain: Option<String>,
    /// Where its owner signs in, once it opens.
    pub sign_in_url: Option<String>,
}

/// `POST /tenants/signup/confirmation`
///
/// # Errors
/// Not switched on, a token that does not work, fields that are wrong, an address that is taken, too often, no
/// room on the lane, or no database.
pub async fn confirm(stranger: Stranger, body: Body<Confirmation>) -> Outcome<Confirmed, 202> {
    let config = &stranger.app().config;
    if !config.sign_up.is_enabled() {
        return Err(Fault::not_found());
    }
    let body = stranger.body(body).await?;
    let token = SignUpToken::parse(&body.token).ok_or_else(gone)?;
    let (sign_up, made) = look(&stranger, &body.token).await?;
    if let Some(made) = made {
        return Ok(Answer::of(&Confirmed::of(made, config)));
    }
    let mut errors = FieldErrors::new();
    let slug = body.subdomain.as_deref().unwrap_or(&sign_up.slug);
    let slug = errors.check("subdomain", Slug::parse(slug));
    let password = errors.check("password", sign_up::password(&sign_up, body.password));
    let (Some(slug), Some(password)) = (slug, password) else {
        return Err(of_config(Fault::invalid(&errors)));
    };
    let hash = stranger.app().passwords.hash(password).await;
    let hash = hash.map_err(VerbError::from)?;
    let addresses = config.addresses.clone();
    let confirmed = stranger.run_as("sign-up", move |tx: &mut StaffTx<'_, ManageTenants>| {
        let confirmed = sign_up::confirm(tx, &token, &hash, Some(&slug), &addresses);
        confirmed.map_err(|error| match error {
            VerbError::Invalid(errors) => VerbError::Invalid(named(&errors)),
            other => other,
        })
    });
    confirmed.await.map_err(of_config)?;
    let (_, made) = look(&stranger, &body.token).await?;
    let made = made.ok_or_else(|| Fault::internal("a confirmed sign-up has no tenant"))?;
    Ok(Answer::of(&Confirmed::of(made, config)))
}

async fn look(stranger: &Stranger, token: &str) -> Result<(SignUp, Option<Made>), Fault> {
    let token = SignUpToken::parse(token).ok_or_else(gone)?;
    let found = stranger.run(move |tx| Ok(sign_up::found(tx, &token)?));
    found.await?.ok_or_else(gone)
}

/// What a link is told that never worked or does not any more.
fn gone() -> Fault {
    Fault {
        message: "This token does not work, or not any more.".to_owned(),
        resolution: "Sign up again, and use the link of the new letter within a day.",
        ..Fault::not_found()
    }
}

impl Confirmed {
    fn of(made: Made, config: &Config) -> Self {
        match made {
            Made::NotYet(progress) => {
                let Progress {
                    status,
                    estimated_completion,
                    steps_completed,
                    steps_remaining,
                    ..
                } = Making::of(&progress).provisioning;
                Self {
                    status,
                    estimated_completion,
                    steps_completed,
                    steps_remaining,
                    domain: None,
                    sign_in_url: None,
                }
            }
            Made::Open { host, .. } => {
                let links = Links::of_platform(&host, scheme(config), config.server.public_port);
                Self {
                    status: "completed".to_owned(),
                    estimated_completion: None,
                    steps_completed: Step::ALL.iter().map(|step| step.key().to_owned()).collect(),
                    steps_remaining: Vec::new(),
                    sign_in_url: Some(links.to("/sign-in")),
                    domain: Some(host),
                }
            }
        }
    }
}
