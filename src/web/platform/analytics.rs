//! Analytics of the platform: all tenants side by side, those that grow, sink or may leave, what they pay, and how the
//! platform does.

mod asked;
mod csv;
mod lines;
mod words;

use actix_web::HttpResponse;
use actix_web::web::Query;
use askama::Template;
use domain::staff::ReadTenants;
use services::StaffTx;
use services::comparison::{self, Comparison, SegmentBy, SortBy, Wish};

use super::shell::{StaffPlace, StaffShell};
use crate::platform::Platform;
use crate::problem::Problem;
use crate::web::answer;
use crate::web::list::{Address, Pager, Sort, Tab};
pub use asked::Asked;
use asked::{SPANS, address};
pub use csv::csv;
use lines::{Line, Named, Paid, Together};
use words::{Fact, Stat};

#[derive(Template)]
#[template(path = "platform/analytics/page.html")]
struct Page {
    tabs: Vec<Tab>,
    stats: Vec<Stat>,
    /// What is not known, and why.
    absent: Vec<String>,
    search: String,
    hidden: Vec<(String, String)>,
    columns: Vec<(&'static str, Sort, &'static str)>,
    /// What applications count, before the last column.
    counted: Vec<String>,
    rows: Vec<Line>,
    pager: Pager,
    by: Vec<Tab>,
    together: Vec<Together>,
    growing: Vec<Named>,
    sinking: Vec<Named>,
    leaving: Vec<Named>,
    at_risk: String,
    paid: Vec<Paid>,
    health: Vec<Fact>,
    formula: &'static str,
    file: String,
    shell: StaffShell,
}

/// `GET /analytics`
///
/// # Errors
/// Not signed in, not allowed, or no database.
pub async fn page(
    platform: Platform<ReadTenants>,
    asked: Query<Asked>,
) -> Result<HttpResponse, Problem> {
    let wish = asked.wish();
    let work = {
        let wish = wish.clone();
        move |tx: &mut StaffTx<'_, ReadTenants>| Ok(comparison::read(tx, &wish)?)
    };
    let (found, shell) = platform.page(StaffPlace::Analytics, work).await?;
    answer::page(&Page::of(&found, &wish, shell))
}

impl Page {
    fn of(found: &Comparison, wish: &Wish, shell: StaffShell) -> Self {
        let format = &shell.format;
        let address = address(wish);
        let first = address.without("page");
        let tab = |label: String, href: String, current: bool| Tab {
            label,
            href,
            count: String::new(),
            current,
        };
        let column = |(label, by, class): (&'static str, SortBy, &'static str)| {
            let sort = address.sort(by.word(), wish.sort.word(), wish.order);
            (label, sort, class)
        };
        let kept = first.without("search");
        let counted = found.told.get(..COUNTED).unwrap_or(&found.told);
        Self {
            tabs: SPANS
                .iter()
                .map(|span| {
                    let href = first.with("period", span.as_str()).href();
                    tab(span.words().to_owned(), href, *span == wish.period)
                })
                .collect(),
            stats: words::stats(found, format),
            absent: words::absent(found),
            search: wish.search.clone(),
            hidden: kept.pairs().to_vec(),
            columns: COLUMNS.into_iter().map(column).collect(),
            rows: found
                .tenants
                .iter()
                .map(|one| Line::of(one, counted, format))
                .collect(),
            counted: counted.iter().map(|one| one.name.clone()).collect(),
            pager: Pager::new(&address, &found.pagination, format),
            by: SegmentBy::ALL
                .iter()
                .map(|(word, by)| {
                    let href = first.with("by", word).href();
                    tab(words::by(*by).to_owned(), href, wish.segment == Some(*by))
                })
                .collect(),
            together: found
                .parts
                .iter()
                .map(|one| Together::of(one, format))
                .collect(),
            growing: found
                .growing
                .iter()
                .map(|one| Named::moved(one, format))
                .collect(),
            sinking: found
                .sinking
                .iter()
                .map(|one| Named::moved(one, format))
                .collect(),
            leaving: found.leaving.iter().map(Named::leaving).collect(),
            at_risk: words::at_risk(found, format),
            paid: found
                .revenue
                .iter()
                .map(|one| Paid::of(one, format))
                .collect(),
            health: words::health(found, format),
            formula: domain::score::FORMULA,
            file: Address::new("/analytics.csv", kept.pairs().to_vec()).href(),
            shell,
        }
    }
}

/// So many of what applications count have room beside the others; the file has all.
const COUNTED: usize = 2;

const COLUMNS: [(&str, SortBy, &str); 8] = [
    ("Name", SortBy::Name, ""),
    ("People", SortBy::Users, "meta num"),
    ("Active", SortBy::Active, "meta num"),
    ("Growth", SortBy::Growth, "meta num"),
    ("API calls", SortBy::Calls, "meta num"),
    ("Stored", SortBy::Storage, "meta num"),
    ("Pays a month", SortBy::Revenue, "meta num"),
    ("May leave", SortBy::Risk, ""),
];
