//! The sheet that moves all tenants on older versions of a plan to its current one: it asks for their number, because
//! it is not taken back.

use actix_web::HttpResponse;
use actix_web::web::Path;
use domain::FieldErrors;
use domain::staff::ManageTenants;
use serde::Deserialize;
use services::tenants::plan_differences::{self, Difference};
use services::tenants::plan_moves::{self, Which};
use services::tenants::plans::{self, Whole};
use services::{StaffTx, VerbError};

use super::page_of;
use crate::flash;
use crate::platform::Platform;
use crate::problem::Problem;
use crate::web::answer;
use crate::web::format::plural;
use crate::web::forms::Form;
use crate::web::platform::shell::StaffPlace;
use crate::web::platform::tenants::ask::{Ask, Input, InputKind};
use crate::web::shell::Toast;

/// The number that says that it is meant.
#[derive(Debug, Deserialize)]
pub struct Sure {
    #[serde(default)]
    number: String,
}

/// `GET /plans/{plan}/migration`
///
/// # Errors
/// 404, 409 where nobody is on an older version, not allowed, or no database.
pub async fn ask(
    platform: Platform<ManageTenants>,
    key: Path<String>,
) -> Result<HttpResponse, Problem> {
    sheet(&platform, &key, String::new(), FieldErrors::new()).await
}

/// `POST /plans/{plan}/migration`
///
/// # Errors
/// 404, 409 where nobody is on an older version, not allowed, or no database.
pub async fn carry_out(
    platform: Platform<ManageTenants>,
    key: Path<String>,
    form: Form<Sure>,
) -> Result<HttpResponse, Problem> {
    let Form { typed, errors } = form;
    if !errors.is_empty() {
        return sheet(&platform, &key, typed.number, errors).await;
    }
    let (name, number) = (key.clone(), typed.number.trim().to_owned());
    let asked = platform.attempt(move |tx| {
        let behind = plans::whole(tx, &name)?.behind();
        if number != behind.to_string() {
            let words = format!("Type {behind}: so many tenants are on an older version.");
            return Err(FieldErrors::one("number", words).into());
        }
        plan_moves::ask(tx, &name, &Which::All)
    });
    match asked.await {
        Ok(asked) => {
            let said = Toast::done("The tenants are being moved").text(format!(
                "Each is told what changes. Version {} of {} holds for them within a moment.",
                asked.plan.version, asked.plan.terms.name
            ));
            flash::leave(platform.http(), said);
            Ok(answer::see_other(&page_of(&asked.plan.key)))
        }
        Err(VerbError::Invalid(errors)) => sheet(&platform, &key, typed.number, errors).await,
        Err(error) => Err(platform.problem(error)),
    }
}

async fn sheet(
    platform: &Platform<ManageTenants>,
    key: &str,
    typed: String,
    errors: FieldErrors,
) -> Result<HttpResponse, Problem> {
    let key = key.to_owned();
    let work = move |tx: &mut StaffTx<'_, ManageTenants>| {
        let whole = plans::whole(tx, &key)?;
        if whole.behind() == 0 {
            let words = "Every tenant on this plan has its current version.";
            return Err(VerbError::Conflict(words.to_owned()));
        }
        Ok(whole)
    };
    let (whole, shell) = platform.page(StaffPlace::Plans, work).await?;
    let (plan, behind) = (&whole.plan, whole.behind());
    let base = page_of(&plan.key);
    let noun = plural(behind, "tenant", "tenants");
    let title = format!("Move {behind} {noun} to version {}?", plan.version);
    let points = points(&whole, shell.format.locale());
    let ask = Ask::new(shell, title, format!("{base}/migration"), "Move them");
    let ask = Ask {
        hint: "Their owners get a letter with what changes for them.".to_owned(),
        icon: "gauge",
        back: base,
        notice: "This is not taken back: nobody is led to an older version.".to_owned(),
        points,
        inputs: vec![
            Input::new(
                "number",
                format!("Type {behind} to go on"),
                typed,
                InputKind::Number,
            )
            .longest(9),
        ],
        errors,
        ..ask
    };
    ask.answer()
}

/// What changes for those on each older version.
fn points(whole: &Whole, locale: domain::Locale) -> Vec<String> {
    let older = whole.versions.iter();
    let older = older.filter(|version| version.version < whole.plan.version);
    older
        .filter(|version| whole.tenants(version.version) > 0)
        .map(|version| {
            let all = plan_differences::between(&version.terms, &whole.plan.terms, locale);
            let lines: Vec<String> = all.iter().map(Difference::line).collect();
            let what = if lines.is_empty() {
                "nothing changes".to_owned()
            } else {
                lines.join("; ")
            };
            let tenants = whole.tenants(version.version);
            let noun = plural(tenants, "tenant", "tenants");
            format!(
                "From version {} ({tenants} {noun}): {what}.",
                version.version
            )
        })
        .collect()
}
