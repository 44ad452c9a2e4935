//! The sheet that gives a tenant another address: what it does, and the new short name.

use actix_web::HttpResponse;
use actix_web::web::Path;
use domain::Slug;
use domain::slug::QUARANTINE_DAYS;
use domain::staff::ManageTenants;
use serde::Deserialize;
use services::StaffTx;
use services::tenants::rename::IN_SINGLE_MODE;
use services::tenants::{self, Found, TenantRecord};

use super::ask::{Ask, Input, InputKind};
use super::deeds::{read, sent};
use crate::platform::Platform;
use crate::problem::Problem;
use crate::web::forms::Form;
use crate::web::platform::shell::StaffShell;
use crate::web::shell::Toast;

/// The form of another address.
#[derive(Debug, Deserialize)]
pub struct Address {
    slug: String,
}

/// `GET /tenants/{id}/slug`
///
/// # Errors
/// 404, or what keeps the tenant from being read.
pub async fn ask_slug(
    platform: Platform<ManageTenants>,
    name: Path<String>,
) -> Result<HttpResponse, Problem> {
    let (found, shell) = read(&platform, &name).await?;
    if !shell.has_room() {
        return Err(Problem::conflict(IN_SINGLE_MODE));
    }
    let slug = found.record.slug.clone();
    slug_sheet(&platform, shell, &found, slug).answer()
}

/// `POST /tenants/{id}/slug`
///
/// # Errors
/// 404, a rule, or no database.
pub async fn rename(
    platform: Platform<ManageTenants>,
    name: Path<String>,
    form: Form<Address>,
) -> Result<HttpResponse, Problem> {
    let Form { typed, mut errors } = form;
    let base = platform.app().config.server.base_domain.clone();
    let slug = errors.check("slug", Slug::parse(&typed.slug));
    let deed = slug.map(|slug| {
        move |tx: &mut StaffTx<'_, ManageTenants>, tenant| tenants::rename(tx, tenant, &slug, &base)
    });
    let said = |record: &TenantRecord| {
        Toast::done("The address is changed").text(format!("It is {} now.", record.slug))
    };
    let sheet = |shell, found: &Found| slug_sheet(&platform, shell, found, typed.slug);
    sent(&platform, &name, errors, deed, said, sheet).await
}

fn slug_sheet(
    platform: &Platform<ManageTenants>,
    shell: StaffShell,
    found: &Found,
    typed: String,
) -> Ask {
    let base = format!("/tenants/{}", found.record.id);
    let domain = &platform.app().config.server.base_domain;
    let ask = Ask::new(
        shell,
        format!("Rename the address of {}", found.record.name),
        format!("{base}/slug"),
        "Rename",
    );
    Ask {
        hint: format!("It is {}.{domain} now.", found.record.slug),
        icon: "globe",
        back: base,
        points: vec![
            "The old address stops working at once: bookmarks and links in old letters lead to nobody.".to_owned(),
            "Everybody signs in anew at the new address.".to_owned(),
            format!("Nobody else gets the old name for {QUARANTINE_DAYS} days; this tenant can take it back."),
        ],
        inputs: vec![
            Input::new("slug", "Short name", typed, InputKind::Line)
                .hint(format!("Small letters, digits and hyphens, before .{domain}"))
                .longest(32),
        ],
        ..ask
    }
}
