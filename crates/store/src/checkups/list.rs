//! The platform's list of tenants by their health: from what was written down alone.

use diesel::expression::BoxableExpression;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Nullable, Text};
use domain::{Health, PageRequest, TenantId, TenantState};
use uuid::Uuid;

use super::{Checkup, Row, columns};
use crate::platform::PlatformTx;
use crate::schema::catalogue::{checkups, tenants};
use crate::{StoreError, raw};

/// A tenant with how it was found last.
#[derive(Debug, Clone)]
pub struct Listed {
    /// Which.
    pub id: TenantId,
    /// What it is called.
    pub name: String,
    /// Its short name.
    pub slug: String,
    /// Where it stands.
    pub status: TenantState,
    /// How it was found; `None` where nobody looked, or it rests.
    pub checkup: Option<Checkup>,
}

/// How the list is narrowed down.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// A piece of a name or slug.
    pub search: String,
    /// One health; `Some(None)` for those that were not looked at.
    pub health: Option<Option<Health>>,
}

/// How many tenants are how.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, QueryableByName)]
pub struct Counts {
    /// Nothing is wrong.
    #[diesel(sql_type = BigInt)]
    pub healthy: i64,
    /// Something needs a look.
    #[diesel(sql_type = BigInt)]
    pub degraded: i64,
    /// Their people cannot work.
    #[diesel(sql_type = BigInt)]
    pub unhealthy: i64,
    /// Nobody looked: they are new, or rest.
    #[diesel(sql_type = BigInt)]
    pub unchecked: i64,
}

impl Counts {
    /// All of them.
    #[must_use]
    pub const fn all(&self) -> i64 {
        self.healthy + self.degraded + self.unhealthy + self.unchecked
    }

    /// Those that are so.
    #[must_use]
    pub const fn of(&self, health: Option<Option<Health>>) -> i64 {
        match health {
            None => self.all(),
            Some(None) => self.unchecked,
            Some(Some(Health::Healthy)) => self.healthy,
            Some(Some(Health::Degraded)) => self.degraded,
            Some(Some(Health::Unhealthy)) => self.unhealthy,
        }
    }

    /// The worst health that a tenant has.
    #[must_use]
    pub const fn is_all_well(&self) -> bool {
        self.degraded == 0 && self.unhealthy == 0
    }
}

type Beside = diesel::helper_types::LeftJoinQuerySource<tenants::table, checkups::table>;
type Condition<'a> = Box<dyn BoxableExpression<Beside, Pg, SqlType = Nullable<Bool>> + 'a>;

impl PlatformTx<'_> {
    /// How many tenants are how, of those with this in their name or slug.
    ///
    /// # Errors
    /// The database's.
    pub fn count_checkups(&mut self, search: &str) -> Result<Counts, StoreError> {
        Ok(raw::query(
            "select count(*) filter (where c.health = 'healthy') as healthy, count(*) filter (where c.health = 'degraded') as degraded,
                count(*) filter (where c.health = 'unhealthy') as unhealthy, count(*) filter (where c.health is null) as unchecked
            from catalogue.tenants t left join catalogue.checkups c on c.tenant_id = t.id
            where t.status <> 'deleted' and ($1 = '' or t.name ilike $2 or t.slug ilike $2)",
        )
        .bind::<Text, _>(search.trim())
        .bind::<Text, _>(pattern(search))
        .get_result(self.connection())?)
    }

    /// A page of tenants: the worst first, and of those that are alike by their names.
    ///
    /// # Errors
    /// The database's.
    pub fn list_checkups(
        &mut self,
        filter: &Filter,
        page: PageRequest,
    ) -> Result<Vec<Listed>, StoreError> {
        type Found = (Uuid, String, String, TenantState, Option<Row>);
        let named: Condition<'_> = match filter.search.trim() {
            "" => anything(),
            piece => Box::new(
                (tenants::name
                    .ilike(pattern(piece))
                    .or(tenants::slug.ilike(pattern(piece))))
                .nullable(),
            ),
        };
        let wished: Condition<'_> = match filter.health {
            None => anything(),
            Some(None) => Box::new(checkups::health.nullable().is_null().nullable()),
            Some(Some(health)) => Box::new(checkups::health.nullable().eq(health.as_str())),
        };
        let rows: Vec<Found> = tenants::table
            .left_join(checkups::table)
            .filter(raw::not_deleted())
            .filter(named)
            .filter(wished)
            // The words sort the wrong way round: unhealthy, healthy, degraded.
            .order((
                diesel::dsl::sql::<BigInt>(
                    "case checkups.health when 'unhealthy' then 0 when 'degraded' then 1 when 'healthy' then 3 else 2 end",
                ),
                tenants::name,
                tenants::id,
            ))
            .offset(page.offset())
            .limit(page.limit())
            .select((
                tenants::id,
                tenants::name,
                tenants::slug,
                tenants::status,
                columns!().nullable(),
            ))
            .load(self.connection())?;
        let listed = |(id, name, slug, status, row): Found| Listed {
            id: TenantId::from_uuid(id),
            name,
            slug,
            status,
            checkup: row.map(Checkup::from),
        };
        Ok(rows.into_iter().map(listed).collect())
    }
}

fn anything<'a>() -> Condition<'a> {
    Box::new(diesel::dsl::sql::<Nullable<Bool>>("true"))
}

fn pattern(search: &str) -> String {
    format!("%{}%", crate::audit::log::literally(search.trim()))
}
