//! What the guard costs in each placement: a person read by their id in a transaction of the tenant's (begin, enter, the row,
//! commit), beside the same row read bare, past every policy, by a statement that is prepared.

use std::time::Instant;

use diesel::connection::SimpleConnection;
use diesel::{Connection, PgConnection};
use domain::permission::ReadUsers;
use domain::{PlacementKind, TenantId, UserId};
use services::users::list;
use services::{Credential, Request, StoreError, VerbError};
use uuid::Uuid;

use crate::world::World;
use crate::{bare_api, moves, report};

/// Readings a round, of which the middle one counts.
const READINGS: usize = 5_000;
const ROUNDS: usize = 5;

pub(crate) fn run(world: &World) {
    let request = Request {
        now: world.app.clock.now(),
        request_id: Uuid::nil(),
        address: None,
        device: "bench".to_owned(),
    };
    report::head(
        "The guard: a person by their id in a transaction of the tenant's, one after the other",
        &[
            "placement",
            "middle",
            "beside the bare row",
            "beside it in a transaction",
        ],
    );
    for (number, kind) in [
        (21, PlacementKind::Shared),
        (22, PlacementKind::Schema),
        (23, PlacementKind::Database),
    ] {
        let tenant = world.tenant_id(number);
        if kind != PlacementKind::Shared {
            moves::to(world, TenantId::from_uuid(tenant), kind);
        }
        let (database, schema) = world.place_of(tenant);
        let url = world.cluster.superuser_url(&database);
        let mut bare =
            PgConnection::establish(&format!("{url}?options=-csearch_path%3D{schema}")).unwrap();
        bare.batch_execute("vacuum analyze users").unwrap();
        let store = &world.app.store;
        let entry = store.resolve_host(&format!("t{number}.localhost"));
        let scope = entry.unwrap().unwrap().scope;
        let system = || Credential::System("bench");
        let people = store.tenant::<ReadUsers, _, VerbError>(&scope, system(), &request, |tx| {
            list::walk(tx, &[], None, 1)
        });
        let person = people.unwrap()[0].id.uuid();
        let alone = middle(|| {
            bare_api::read_one(&mut bare, tenant, person).unwrap();
        });
        let within = middle(|| {
            bare.transaction(|bare| bare_api::read_one(bare, tenant, person))
                .unwrap();
        });
        let guarded = middle(|| {
            let work = store.tenant::<ReadUsers, _, StoreError>(&scope, system(), &request, |tx| {
                store::users::read(tx, UserId::from_uuid(person))
            });
            work.unwrap();
        });
        report::line(&[
            kind.title().to_owned(),
            format!("{:.0} µs", guarded * 1e6),
            format!("{:.1} ({:.0} µs)", guarded / alone, alone * 1e6),
            format!("{:.1} ({:.0} µs)", guarded / within, within * 1e6),
        ]);
    }
}

/// Seconds that one took, the middle of some rounds.
fn middle(mut read: impl FnMut()) -> f64 {
    let round = |_| {
        let begun = Instant::now();
        (0..READINGS).for_each(|_| read());
        begun.elapsed().as_secs_f64() / READINGS as f64
    };
    report::median((0..=ROUNDS).map(round).skip(1).collect())
}
