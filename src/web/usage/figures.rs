//! Everything below the head of the page, which is told anew while the page is open.

use askama::Template;
use askama::filters::HtmlSafe;
use domain::permission::{Permission, ReadUsage};
use domain::{Period, Standing, TimeZone};
use services::{StoreError, TenantTx, limits, scalings};

use super::line::Line;
use super::measured::{self, Measured};
use crate::problem::Problem;
use crate::tenant::Tenant;
use crate::web::scalings::Card;
use crate::web::shell::{Place, Shell};

/// What is limited and what was measured.
#[derive(Template)]
#[template(path = "usage/figures.html")]
pub(super) struct Figures {
    /// Those that are at their limit, by name; empty where none is.
    full: String,
    lines: Vec<Line>,
    pub(super) may_choose: bool,
    pub(super) asked: Card,
    measured: Measured,
}

// Drawn by a template of its own, which escapes what it shows.
impl HtmlSafe for Figures {}

impl Figures {
    pub(super) async fn read(
        tenant: &Tenant<ReadUsage>,
        period: Period,
    ) -> Result<(Self, Shell), Problem> {
        let (store, now) = (tenant.app().store.clone(), tenant.request().now);
        let zone: TimeZone = tenant.entry().timezone.parse().unwrap_or_default();
        let id = tenant.id();
        let read = move || {
            store.platform::<_, StoreError>(now, |tx| {
                let found = measured::read(tx, (id, zone), period)?;
                Ok((found, scalings::of(tx, id)?))
            })
        };
        let (found, asked) = tenant.app().beside(tenant.entry(), read).await?;
        let work = move |tx: &mut TenantTx<'_, ReadUsage>| {
            let stands = limits::stands(tx, &found.resources, zone)?;
            Ok((stands, found.named(tx)?))
        };
        let ((stands, look), shell) = tenant.page(Place::Usage, work).await?;
        let full = stands
            .iter()
            .filter(|stand| stand.standing == Standing::Exceeded);
        let full: Vec<&str> = full.map(|stand| stand.resource.name.as_str()).collect();
        let figures = Self {
            full: full.join(", "),
            lines: stands
                .iter()
                .map(|stand| Line::of(stand, &look, &shell.format))
                .collect(),
            may_choose: shell.may(Permission::ManageSettings),
            asked: Card::of(&asked, &shell.format, "/usage"),
            measured: Measured::of(&look, &stands, &shell.format),
        };
        Ok((figures, shell))
    }
}
