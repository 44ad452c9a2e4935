//! Usage and limits: everything that is limited, how much of it is in use, and when it begins anew.

mod charts;
mod csv;
mod figures;
mod line;
mod live;
mod measured;

use actix_web::HttpResponse;
use actix_web::web::Query;
use askama::Template;
use domain::permission::ReadUsage;

use crate::problem::Problem;
use crate::tenant::Tenant;
use crate::web::answer;
use crate::web::shell::Shell;
pub(in crate::web) use charts::{area, start, told};
pub use csv::csv;
use figures::Figures;
pub(in crate::web) use line::{coming, meter};
pub use live::live;
use measured::Asked;

#[derive(Template)]
#[template(path = "usage/page.html")]
struct Page {
    shell: Shell,
    figures: Figures,
    /// Where the figures are told anew.
    live: String,
}

/// `GET /usage`
///
/// # Errors
/// Not signed in, not allowed, or no database.
pub async fn page(tenant: Tenant<ReadUsage>, asked: Query<Asked>) -> Result<HttpResponse, Problem> {
    // Whoever may not see it costs nobody the reading.
    tenant.run(|_| Ok(())).await?;
    let period = asked.period();
    let (figures, shell) = Figures::read(&tenant, period).await?;
    answer::page(&Page {
        figures,
        live: match shell.visiting {
            true => String::new(),
            false => format!("/usage/live?period={period}"),
        },
        shell,
    })
}
