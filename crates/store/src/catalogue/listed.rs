//! A tenant as a row of the list: what is shown of it, and its place in the order.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Bool, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use domain::{CursorKey, Order, PlacementKind, TenantCursor, TenantId, TenantSort, TenantState};
use uuid::Uuid;

use crate::StoreError;
use crate::platform::PlatformTx;
use crate::raw;

/// A tenant as a row of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(
    missing_docs,
    reason = "the columns of the table, which are commented there"
)]
pub struct ListedTenant {
    pub id: TenantId,
    pub slug: String,
    pub alias: String,
    pub name: String,
    pub status: TenantState,
    pub plan: String,
    /// None while it is still being made.
    pub placement: Option<PlacementKind>,
    /// The canonical one.
    pub host: Option<String>,
    /// Seats that are taken; none where the platform sees no counter.
    pub people: Option<i64>,
    /// Seats there are.
    pub seats: Option<i64>,
    pub trial_ends_at: Option<DateTime<Utc>>,
    pub contact_email: Option<String>,
    pub billing_email: Option<String>,
    pub demo: bool,
    pub created_at: DateTime<Utc>,
    name_folded: String,
}

impl ListedTenant {
    /// The place of this row in a list of this order.
    #[must_use]
    pub fn cursor(&self, sort: TenantSort, order: Order) -> TenantCursor {
        let name = || self.name_folded.clone();
        let key = match sort {
            TenantSort::Name => CursorKey::Name(name()),
            TenantSort::Created => CursorKey::Created(self.created_at),
            TenantSort::People => CursorKey::People(self.people.unwrap_or(-1)),
            TenantSort::Plan => CursorKey::Plan(self.plan.clone(), name()),
            TenantSort::Status => CursorKey::Status(self.status.to_string(), name()),
            TenantSort::TrialEnd => CursorKey::TrialEnd(self.trial_ends_at),
        };
        TenantCursor {
            key,
            order,
            id: self.id.uuid(),
        }
    }
}

impl PlatformTx<'_> {
    /// What the list shows of these tenants, in their order.
    pub(super) fn listed(&mut self, ids: &[Uuid]) -> Result<Vec<ListedTenant>, StoreError> {
        let rows: Vec<Row> = raw::query(
            "select t.id, t.slug, t.alias, t.name, t.name_folded, t.status, t.plan, p.kind as placement, d.host, coalesce(l.used, o.used) as people, coalesce(l.hard, o.hard) as seats,
                    t.trial_ends_at, t.contact_email, t.billing_email, t.demo, t.created_at
             from unnest($1) with ordinality as page (id, place)
             join catalogue.tenants t on t.id = page.id
             left join catalogue.placements p on p.tenant_id = t.id
             left join catalogue.domains d on d.tenant_id = t.id and d.canonical
             left join shared.limits l on l.tenant_id = t.id and l.resource = 'users'
             left join catalogue.own_seats o on o.tenant_id = t.id
             order by page.place",
        )
        .bind::<Array<SqlUuid>, _>(ids)
        .load(self.connection())?;
        Ok(rows.into_iter().map(ListedTenant::from).collect())
    }
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = Text)]
    slug: String,
    #[diesel(sql_type = Text)]
    alias: String,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    name_folded: String,
    #[diesel(sql_type = Text)]
    status: TenantState,
    #[diesel(sql_type = Text)]
    plan: String,
    #[diesel(sql_type = Nullable<Text>)]
    placement: Option<PlacementKind>,
    #[diesel(sql_type = Nullable<Text>)]
    host: Option<String>,
    #[diesel(sql_type = Nullable<BigInt>)]
    people: Option<i64>,
    #[diesel(sql_type = Nullable<BigInt>)]
    seats: Option<i64>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    trial_ends_at: Option<DateTime<Utc>>,
    #[diesel(sql_type = Nullable<Text>)]
    contact_email: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    billing_email: Option<String>,
    #[diesel(sql_type = Bool)]
    demo: bool,
    #[diesel(sql_type = Timestamptz)]
    created_at: DateTime<Utc>,
}

impl From<Row> for ListedTenant {
    fn from(row: Row) -> Self {
        Self {
            id: TenantId::from_uuid(row.id),
            slug: row.slug,
            alias: row.alias,
            name: row.name,
            name_folded: row.name_folded,
            status: row.status,
            plan: row.plan,
            placement: row.placement,
            host: row.host,
            people: row.people,
            seats: row.seats,
            trial_ends_at: row.trial_ends_at,
            contact_email: row.contact_email,
            billing_email: row.billing_email,
            demo: row.demo,
            created_at: row.created_at,
        }
    }
}
