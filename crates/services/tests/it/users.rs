//! People: seats, owners, roles, deeds for many, imports, exports, the list. Everything through the verbs
//! and the guard, on a real database.

use std::sync::Barrier;

use chrono::{DateTime, TimeDelta, Utc};
use domain::permission::{ExportUsers, ImportUsers, ManageRoles, ManageUsers, ReadUsers, System};
use domain::{
    BuiltInRole, EmailAddress, FreeFields, Order, PageRequest, PersonName, Role, SearchIn,
    TokenHash, UserFilter, UserId, UserSort, UserStatus,
};
use services::roles::{self, RoleText};
use services::users::bulk::{self, Selection};
use services::users::change::{self, Typed};
use services::users::deed::{self, Deed};
use services::users::{export, import, invite, list};
use services::{Credential, StoreError, TenantEntry, TenantTx, VerbError};
use store::limits;
use store::users::{self, NewUser};
use uuid::Uuid;

use crate::bench::{Place, place, request};

/// A tenant with an owner who is signed in.
struct House {
    place: Place,
    owner: Somebody,
}

/// Somebody with a session.
struct Somebody {
    id: UserId,
    token: TokenHash,
}

fn house() -> House {
    let place = place();
    let owner = come(&place, "owner@acme.com", BuiltInRole::Owner);
    // As many as nobody meets, in the catalogue too: the clock's look brings its numbers here.
    place.force("update catalogue.tenants set limits = '{\"users\": 1000000}'");
    limit(&place, 1_000, 1_000_000);
    House { place, owner }
}

/// An active person who is signed in.
fn come(place: &Place, email: &str, role: BuiltInRole) -> Somebody {
    let id = add(
        place,
        &[person(email, Role::BuiltIn(role), UserStatus::Active)],
    )[0];
    signed_in(place, id)
}

/// The same person on a new device.
fn signed_in(place: &Place, id: UserId) -> Somebody {
    let token = services::tokens::draw::<domain::token::SessionKind>().hash();
    let hex = data_encoding::HEXLOWER.encode(token.as_bytes());
    let tenant = place.acme.scope.tenant().uuid();
    place.force(&format!(
        "insert into shared.sessions (tenant_id, id, user_id, token_hash, device, keep, created_at, last_seen_at, idle_expires_at, expires_at)
         values ('{tenant}', '{}', '{}', '\\x{hex}', 'test', false, now(), now(), now() + interval '1 h', now() + interval '1 h')",
        Uuid::now_v7(),
        id.uuid()
    ));
    Somebody { id, token }
}

fn person(email: &str, role: Role, status: UserStatus) -> NewUser {
    let email = EmailAddress::parse(email).unwrap();
    NewUser {
        id: UserId::from_uuid(Uuid::now_v7()),
        name: domain::address_list::name_from(&email).unwrap(),
        email,
        status,
        role,
        department: None,
        location: None,
        phone: None,
        fields: FreeFields::default(),
        invited_by: None,
        invited_at: None,
        last_sign_in_at: None,
        created_at: Utc::now(),
    }
}

fn add(place: &Place, people: &[NewUser]) -> Vec<UserId> {
    place
        .inside(&place.acme, |tx| users::add(tx, people))
        .unwrap()
}

fn limit(place: &Place, used: i64, hard: i64) {
    let tenant = place.acme.scope.tenant().uuid();
    place.force(&format!(
        "insert into shared.limits (tenant_id, resource, used, hard) values ('{tenant}', 'users', {used}, {hard}) \
         on conflict (tenant_id, resource) do update set used = excluded.used, hard = excluded.hard"
    ));
}

impl House {
    fn as_person<P: domain::Access, T>(
        &self,
        who: &Somebody,
        work: impl FnMut(&mut TenantTx<'_, P>) -> Result<T, VerbError>,
    ) -> Result<T, VerbError> {
        let acme: &TenantEntry = &self.place.acme;
        self.place.store.tenant(
            &acme.scope,
            Credential::Session(&who.token),
            &request(),
            work,
        )
    }

    fn as_owner<P: domain::Access, T>(
        &self,
        work: impl FnMut(&mut TenantTx<'_, P>) -> Result<T, VerbError>,
    ) -> Result<T, VerbError> {
        self.as_person(&self.owner, work)
    }

    fn invite(&self, addresses: &str) -> Result<Vec<UserId>, VerbError> {
        self.as_owner(|tx| invite::invite(tx, addresses, "member"))
    }

    fn one(&self, who: &Somebody, person: UserId, deed: Deed<'_>) -> Result<String, VerbError> {
        self.as_person(who, |tx: &mut TenantTx<'_, ManageUsers>| {
            deed::one(tx, person, deed)
        })
    }

    /// What is counted beside the rows is what there is; so are the words' statuses and the seats.
    fn counts_are_true(&self) {
        let off = self.place.count(
            "select count(*) from (
                select tenant_id, count(*) filter (where status = 'invited') i, count(*) filter (where status = 'active') a,
                       count(*) filter (where status = 'suspended') s, count(*) filter (where status = 'inactive') n
                  from shared.users group by tenant_id) u
             join shared.user_counts c using (tenant_id)
             where (u.i, u.a, u.s, u.n) <> (c.invited, c.active, c.suspended, c.inactive)",
        );
        assert_eq!(off, 0, "the counts beside the rows are wrong");
        let off = self.place.count(
            "select count(*) from shared.user_words w join shared.users u on u.tenant_id = w.tenant_id and u.id = w.user_id
              where w.status <> u.status",
        );
        assert_eq!(off, 0, "the statuses beside the words are wrong");
    }
}

fn refused<T: std::fmt::Debug>(answer: Result<T, VerbError>) -> String {
    match answer {
        Err(VerbError::Refused(sentence)) => sentence,
        other => panic!("not refused: {other:?}"),
    }
}

#[test]
fn authz_08_of_fifty_invitations_at_the_last_seat_one_goes_through() {
    let house = house();
    limit(&house.place, 9, 10);
    let start = Barrier::new(50);
    let through = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..50)
            .map(|n| {
                let (house, start) = (&house, &start);
                scope.spawn(move || {
                    start.wait();
                    house.invite(&format!("guest{n}@new.com"))
                })
            })
            .collect();
        threads
            .into_iter()
            .fold(0, |through, thread| match thread.join().unwrap() {
                Ok(_) => through + 1,
                Err(VerbError::LimitReached(reached)) => {
                    assert_eq!((reached.used, reached.hard, reached.requested), (10, 10, 1));
                    through
                }
                Err(other) => panic!("{other:?}"),
            })
    });
    assert_eq!(through, 1);
    let invited = "select count(*) from shared.users where status = 'invited'";
    assert_eq!(house.place.count(invited), 1);
    assert_eq!(house.place.count("select used from shared.limits"), 10);
    house.counts_are_true();
}

#[test]
fn a_seat_is_freed_by_removal_and_taken_again_by_its_undoing() {
    let house = house();
    limit(&house.place, 1, 3);
    let guests = house.invite("a@new.com, b@new.com").unwrap();
    let used = || house.place.count("select used from shared.limits");
    assert_eq!(used(), 3);
    house.one(&house.owner, guests[0], Deed::Remove).unwrap();
    assert_eq!(used(), 2);
    let c = house.invite("c@new.com").unwrap();
    let full = house.one(&house.owner, guests[0], Deed::UndoRemoval);
    assert!(matches!(full, Err(VerbError::LimitReached(_))));
    house.one(&house.owner, c[0], Deed::Remove).unwrap();
    house
        .one(&house.owner, guests[0], Deed::UndoRemoval)
        .unwrap();
    assert_eq!(used(), 3);
    let status = format!(
        "select status from shared.users where id = '{}'",
        guests[0].uuid()
    );
    assert_eq!(house.place.text(&status).unwrap(), "invited");
    house.counts_are_true();
}

#[test]
fn authz_03_the_last_owner_stays() {
    let house = house();
    let admin = come(&house.place, "admin@acme.com", BuiltInRole::Admin);
    let viewer = Role::BuiltIn(BuiltInRole::Viewer);
    let owner = house.owner.id;
    assert!(refused(house.one(&house.owner, owner, Deed::GiveRole(viewer))).contains("last owner"));
    for deed in [Deed::Remove, Deed::Deactivate, Deed::Suspend { reason: "" }] {
        assert!(refused(house.one(&house.owner, owner, deed)).contains("yourself"));
        assert!(refused(house.one(&admin, owner, deed)).contains("Only an owner"));
    }
    let own = Role::OWNER;
    assert!(refused(house.one(&admin, admin.id, Deed::GiveRole(own))).contains("more than yours"));
    // The system is bound by the rule about the last owner too.
    let removed = house
        .place
        .inside_as(&house.place.acme, |tx: &mut TenantTx<'_, ManageUsers>| {
            deed::one(tx, owner, Deed::Remove)
        });
    assert!(refused(removed).contains("last owner"));
}

#[test]
fn authz_03_two_owners_who_demote_each_other_at_once_leave_one() {
    for _ in 0..10 {
        let house = house();
        let other = come(&house.place, "other@acme.com", BuiltInRole::Owner);
        let start = Barrier::new(2);
        let member = Role::BuiltIn(BuiltInRole::Member);
        let run = |who: &Somebody, whom: UserId| {
            start.wait();
            house.one(who, whom, Deed::GiveRole(member)).is_ok()
        };
        std::thread::scope(|scope| {
            let first = scope.spawn(|| run(&house.owner, other.id));
            let second = scope.spawn(|| run(&other, house.owner.id));
            let (first, second) = (first.join().unwrap(), second.join().unwrap());
            assert!(first != second, "{first} {second}");
        });
        let owners = "select count(*) from shared.users where role = 'owner' and status = 'active'";
        assert_eq!(house.place.count(owners), 1);
    }
}

#[test]
fn authz_03_nobody_gives_or_touches_more_than_they_have() {
    let house = house();
    let manager = come(&house.place, "manager@acme.com", BuiltInRole::Manager);
    let admin = come(&house.place, "admin@acme.com", BuiltInRole::Admin);
    assert!(
        refused(house.one(&manager, admin.id, Deed::Suspend { reason: "" }))
            .contains("more than you")
    );
    for role in ["admin", "owner"] {
        let invited = house.as_person(&manager, |tx: &mut TenantTx<'_, ManageUsers>| {
            invite::invite(tx, "x@new.com", role)
        });
        refused(invited);
    }
    let role = RoleText {
        name: "Keeper".to_owned(),
        description: String::new(),
        permissions: BuiltInRole::Admin.permissions(),
    };
    let created = house.as_person(&manager, |tx: &mut TenantTx<'_, ManageRoles>| {
        roles::create(tx, &role)
    });
    assert!(matches!(
        created,
        Err(VerbError::Store(StoreError::Forbidden(_)))
    ));
    let typed = Typed {
        email: "admin@acme.com".to_owned(),
        name: "Taken over".to_owned(),
        role: "viewer".to_owned(),
        ..Typed::default()
    };
    let links =
        services::letters::Links::of(&house.place.acme, services::letters::Scheme::Http, None);
    refused(house.as_person(&manager, |tx| {
        change::change(tx, &links, admin.id, 1, &typed)
    }));
}

#[test]
fn suspending_ends_sessions_and_leaves_its_trace_in_one_transaction() {
    let house = house();
    let member = come(&house.place, "member@acme.com", BuiltInRole::Member);
    let sees = || {
        house.as_person(&member, |tx: &mut TenantTx<'_, ReadUsers>| {
            list::detail(tx, member.id)
        })
    };
    assert!(sees().is_ok());
    house
        .one(
            &house.owner,
            member.id,
            Deed::Suspend {
                reason: "Left a laptop",
            },
        )
        .unwrap();
    assert!(matches!(
        sees(),
        Err(VerbError::Store(StoreError::Unauthenticated))
    ));
    let entry = "select action || ' ' || target_name || ' ' || (before->>'status') || ' ' || (after->>'status') || ' ' || (after->>'reason') from shared.audit_entries order by seq desc limit 1";
    assert_eq!(
        house.place.text(entry).unwrap(),
        "user.suspended Member active suspended Left a laptop"
    );
    assert_eq!(
        house
            .place
            .count("select count(*) from shared.events where kind = 'user.suspended'"),
        1
    );
    house.one(&house.owner, member.id, Deed::Restore).unwrap();
    let again = house.one(&house.owner, member.id, Deed::Restore);
    assert!(matches!(again, Err(VerbError::Conflict(_))));
    house.counts_are_true();
}

#[test]
fn a_deed_for_ten_thousand_people_is_one_transaction_and_an_entry_each() {
    let house = house();
    limit(&house.place, 1, 20_000);
    let member = Role::BuiltIn(BuiltInRole::Member);
    let people: Vec<_> = (0..9_999)
        .map(|n| person(&format!("p{n}@acme.com"), member, UserStatus::Active))
        .collect();
    add(&house.place, &people);
    house.place.force("update shared.limits set used = 10000");
    let everybody = |count| Selection::Matching(UserFilter::default(), Some(count));
    let act = |count, deed| {
        house.as_owner(|tx: &mut TenantTx<'_, ManageUsers>| bulk::act(tx, &everybody(count), deed))
    };
    let stale = act(9_000, Deed::Remove);
    assert!(matches!(stale, Err(VerbError::Stale)));
    let outcome = act(10_000, Deed::Suspend { reason: "" }).unwrap();
    assert_eq!(outcome.done.len(), 9_999);
    assert_eq!(outcome.left["You cannot do this to yourself."], ["Owner"]);
    let suspended = "select count(*) from shared.audit_entries where action = 'user.suspended'";
    assert_eq!(house.place.count(suspended), 9_999);
    house.counts_are_true();
    let removed = act(10_000, Deed::Remove).unwrap();
    assert_eq!(removed.done.len(), 9_999);
    assert_eq!(house.place.count("select used from shared.limits"), 1);
    house.counts_are_true();
    let verdict = house
        .place
        .inside(&house.place.acme, |tx| {
            services::audit::log::verify(tx, None)
        })
        .unwrap();
    assert_eq!(verdict.verdict.bad_seq, None);
    let at: DateTime<Utc> = house
        .place
        .text("select to_char(max(removed_at) at time zone 'utc', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"') from shared.users")
        .unwrap()
        .parse()
        .unwrap();
    let back = house
        .as_owner(|tx: &mut TenantTx<'_, ManageUsers>| bulk::undo_removal(tx, at))
        .unwrap();
    assert_eq!(back.done.len(), 9_999);
    assert_eq!(house.place.count("select used from shared.limits"), 10_000);
    house.counts_are_true();
}

#[test]
fn inp_04_of_two_who_save_the_second_is_told() {
    let house = house();
    let member = come(&house.place, "member@acme.com", BuiltInRole::Member);
    let links =
        services::letters::Links::of(&house.place.acme, services::letters::Scheme::Http, None);
    let save = |version, name: &str| {
        let typed = Typed {
            email: "member@acme.com".to_owned(),
            name: name.to_owned(),
            role: "member".to_owned(),
            ..Typed::default()
        };
        house.as_owner(|tx| change::change(tx, &links, member.id, version, &typed))
    };
    save(1, "First").unwrap();
    assert!(matches!(save(1, "Second"), Err(VerbError::Stale)));
    save(2, "Third").unwrap();
    let found = |search: &str| {
        let filter = UserFilter {
            search: search.to_owned(),
            ..UserFilter::default()
        };
        names(&house, &filter)
    };
    assert_eq!(found("thi"), ["Third"]);
    assert!(found("first").is_empty());
    assert_eq!(found("member@"), ["Third"]);
}

fn names(house: &House, filter: &UserFilter) -> Vec<String> {
    let listing = house
        .as_owner(|tx: &mut TenantTx<'_, ReadUsers>| {
            list::list(
                tx,
                filter,
                UserSort::Name,
                Order::Ascending,
                PageRequest::default(),
            )
        })
        .unwrap();
    listing
        .people
        .iter()
        .map(|(person, _)| person.name.to_string())
        .collect()
}

#[test]
fn the_list_is_searched_filtered_sorted_and_counted() {
    let house = house();
    let role = |role| Role::BuiltIn(role);
    let mut people = vec![
        person(
            "zoe.o-brien@acme.com",
            role(BuiltInRole::Member),
            UserStatus::Active,
        ),
        person(
            "amara.nwosu@acme.com",
            role(BuiltInRole::Admin),
            UserStatus::Suspended,
        ),
        person(
            "ravi.patel@acme.com",
            role(BuiltInRole::Viewer),
            UserStatus::Invited,
        ),
        person(
            "patrick.zorn@acme.com",
            role(BuiltInRole::Viewer),
            UserStatus::Inactive,
        ),
        person(
            "gone@acme.com",
            role(BuiltInRole::Viewer),
            UserStatus::Removed,
        ),
    ];
    people[0].name = PersonName::parse("Zoë O’Brien").unwrap();
    people[1].department = Some("Sales".to_owned());
    people[1].last_sign_in_at = Some(Utc::now() - TimeDelta::days(1));
    add(&house.place, &people);
    let filter = |search: &str| UserFilter {
        search: search.to_owned(),
        ..UserFilter::default()
    };
    assert_eq!(
        names(&house, &filter("")),
        [
            "Amara Nwosu",
            "Owner",
            "Patrick Zorn",
            "Ravi Patel",
            "Zoë O’Brien"
        ]
    );
    assert_eq!(
        names(&house, &filter("pat")),
        ["Patrick Zorn", "Ravi Patel"]
    );
    assert_eq!(names(&house, &filter("ZOE bri")), ["Zoë O’Brien"]);
    assert_eq!(names(&house, &filter("pat zo")), ["Patrick Zorn"]);
    assert_eq!(
        names(&house, &filter("wos")),
        ["Amara Nwosu"],
        "inside a word, since none begins so"
    );
    assert!(names(&house, &filter("gone")).is_empty());
    assert!(names(&house, &filter("%")).is_empty());
    let of = |roles: Vec<Role>, departments: Vec<String>| UserFilter {
        roles,
        departments,
        ..UserFilter::default()
    };
    assert_eq!(
        names(&house, &of(vec![role(BuiltInRole::Viewer)], vec![])),
        ["Patrick Zorn", "Ravi Patel"]
    );
    assert_eq!(
        names(&house, &of(vec![], vec!["sales".to_owned()])),
        ["Amara Nwosu"]
    );
    let listing = house
        .as_owner(|tx: &mut TenantTx<'_, ReadUsers>| {
            let page = PageRequest::new(9, 2).unwrap();
            let filter = UserFilter {
                statuses: vec![UserStatus::Active],
                ..filter("")
            };
            list::list(tx, &filter, UserSort::LastSignIn, Order::Descending, page)
        })
        .unwrap();
    assert_eq!(
        (
            listing.counts.total(),
            listing.pagination.total_count,
            listing.pagination.page
        ),
        (5, 2, 1)
    );
    assert_eq!(
        listing.departments,
        [("sales".to_owned(), "Sales".to_owned())]
    );
    let widened = house
        .as_owner(|tx: &mut TenantTx<'_, ReadUsers>| Ok(list::settle(tx, &filter("wos"))?))
        .unwrap();
    assert_eq!(widened.0.search_in, SearchIn::Anywhere);
    for sort in UserSort::ALL {
        for order in Order::ALL {
            let all = house.as_owner(|tx: &mut TenantTx<'_, ReadUsers>| {
                list::list(
                    tx,
                    &UserFilter::default(),
                    *sort,
                    *order,
                    PageRequest::default(),
                )
            });
            assert_eq!(all.unwrap().people.len(), 5, "{sort} {order}");
        }
    }
    house.counts_are_true();
}

#[test]
fn a_late_page_and_a_search_of_few_or_many_read_the_same_rows_in_the_same_order() {
    let house = house();
    let people: Vec<_> = (0..1_300)
        .map(|number| {
            let mut one = person(
                &format!("p{number}@new.com"),
                Role::BuiltIn(BuiltInRole::Member),
                if number % 3 == 0 {
                    UserStatus::Suspended
                } else {
                    UserStatus::Active
                },
            );
            let (first, last) = (
                ["Amara", "Tom"][number % 2],
                ["Nwosu", "Smith", "Patel"][number % 3],
            );
            one.name = PersonName::parse(&format!("{first} {last} {number}")).unwrap();
            one
        })
        .collect();
    add(&house.place, &people);
    let read = |search: &str, sort, order, page, size| {
        let filter = UserFilter {
            search: search.to_owned(),
            statuses: vec![UserStatus::Active],
            ..UserFilter::default()
        };
        let page = PageRequest::new(page, size).unwrap();
        let all = |tx: &mut TenantTx<'_, ReadUsers>| list::list(tx, &filter, sort, order, page);
        let listing = house.as_owner(all).unwrap();
        let ids: Vec<_> = listing.people.iter().map(|(one, _)| one.id).collect();
        (listing.counts, ids)
    };
    for (search, most) in [("", 867), ("p", 866), ("amara", 433), ("amara pat", 217)] {
        let sorts = if search.is_empty() {
            UserSort::ALL
        } else {
            &[UserSort::LastSignIn]
        };
        for sort in sorts {
            let mut whole = Vec::new();
            let mut back = Vec::new();
            for page in 1..=5 {
                whole.extend(read(search, *sort, Order::Ascending, page, 200).1);
                back.extend(read(search, *sort, Order::Descending, page, 200).1);
                let by_tens = read(search, *sort, Order::Ascending, page * 20, 10);
                let from = (usize::try_from(page).unwrap() * 20 - 1) * 10;
                if let Some(same) = whole.get(from..(from + 10).min(whole.len())) {
                    assert_eq!(by_tens.1, same, "{search} {sort} {page}");
                }
            }
            whole.truncate(most);
            back.truncate(most);
            back.reverse();
            assert_eq!(whole.len(), most, "{search} {sort}");
            assert_eq!(whole, back, "{search} {sort}");
        }
    }
    let counts = read("amara pat", UserSort::Name, Order::Ascending, 1, 10).0;
    assert_eq!((counts.active, counts.suspended), (217, 0));
    let counts = read("p", UserSort::Name, Order::Ascending, 1, 10).0;
    assert_eq!((counts.active, counts.suspended), (866, 434));
}

#[test]
fn inviting_is_all_or_nothing_and_says_what_is_wrong_with_each() {
    let house = house();
    house.invite("known@new.com").unwrap();
    let wrong = house.invite("new@new.com, nobody; Known@new.com, owner@acme.com");
    let Err(VerbError::Invalid(errors)) = wrong else {
        panic!("{wrong:?}")
    };
    let lines: Vec<_> = errors.on("addresses").lines().collect();
    assert_eq!(lines.len(), 3, "{lines:?}");
    assert!(lines[0].starts_with("nobody: Write the address"));
    assert!(
        errors.on("addresses").contains("Invited already")
            && errors.on("addresses").contains("Here already (Owner)")
    );
    assert_eq!(house.place.count("select count(*) from shared.users"), 2);
    assert!(matches!(house.invite("  "), Err(VerbError::Invalid(_))));
}

#[test]
fn an_invitation_is_mailed_sent_again_with_another_link_and_revoked() {
    let house = house();
    let guest = house.invite("Mia Lind <mia@new.com>").unwrap()[0];
    let worker = house.place.worker(services::worker::kinds::run);
    let sent = |letters: i64| {
        house.place.wait_until(
            std::time::Duration::from_secs(20),
            &format!("(select count(*) from shared.letters where state = 'sent') = {letters}"),
        );
    };
    sent(1);
    let open = "select count(*) from shared.links where used_at is null";
    assert_eq!(house.place.count(open), 1);
    house.one(&house.owner, guest, Deed::Resend).unwrap();
    sent(2);
    assert_eq!(house.place.count(open), 1);
    house.one(&house.owner, guest, Deed::Remove).unwrap();
    assert_eq!(house.place.count(open), 0);
    let entry = "select action from shared.audit_entries order by seq desc limit 1";
    assert_eq!(house.place.text(entry).unwrap(), "user.invitation_revoked");
    drop(worker);
}

#[test]
fn inp_12_an_export_is_imported_as_it_was() {
    let house = house();
    let mut people = vec![
        person(
            "a@new.com",
            Role::BuiltIn(BuiltInRole::Member),
            UserStatus::Active,
        ),
        person(
            "b@new.com",
            Role::BuiltIn(BuiltInRole::Viewer),
            UserStatus::Active,
        ),
    ];
    people[0].name = PersonName::parse("=cmd|' /C calc'!A0").unwrap();
    people[0].department = Some("+Sales, \"West\"".to_owned());
    people[0].phone = Some("+1 555 0100".to_owned());
    people[1].fields = FreeFields::parse([("Note", "@SUM(A1)")]).unwrap();
    add(&house.place, &people);
    let file = |place: &House| {
        place
            .as_owner(|tx: &mut TenantTx<'_, ExportUsers>| {
                let filter = UserFilter {
                    search: "new.com".to_owned(),
                    ..UserFilter::default()
                };
                let mut export = export::begin(tx, &filter)?;
                let mut file = export.head();
                loop {
                    let lines = export.next(tx)?;
                    if lines.is_empty() {
                        return Ok(file);
                    }
                    file.extend(lines);
                }
            })
            .unwrap()
    };
    let first = file(&house);
    let text = String::from_utf8(first.clone()).unwrap();
    assert!(
        text.contains("'=cmd") && text.contains("'+1 555") && text.contains("'@SUM"),
        "{text}"
    );
    let other = self::house();
    let import = |tx: &mut TenantTx<'_, ImportUsers>| {
        let (id, report) = import::dry_run(tx, "people.csv", &first)?;
        assert!(report.is_clean(), "{:?}", report.bad);
        import::confirm(tx, id)
    };
    assert_eq!(other.as_owner(import).unwrap(), 2);
    let without_times = |bytes: Vec<u8>| -> Vec<Vec<String>> {
        let mut reader = csv::Reader::from_reader(bytes.as_slice());
        reader
            .records()
            .map(|record| {
                let cells: Vec<String> = record.unwrap().iter().map(str::to_owned).collect();
                cells
                    .into_iter()
                    .enumerate()
                    .filter(|(n, _)| ![3, 7, 8].contains(n))
                    .map(|(_, c)| c)
                    .collect()
            })
            .collect()
    };
    assert_eq!(without_times(file(&house)), without_times(file(&other)));
    assert_eq!(
        other
            .place
            .count("select count(*) from shared.audit_entries where action = 'users.exported'"),
        1
    );
}

#[test]
fn inp_13_one_wrong_line_of_ten_thousand_stops_all_of_it() {
    let house = house();
    let mut text = "email,name\n".to_owned();
    for n in 0..9_999 {
        text.push_str(&format!("p{n}@new.com,Person {n}\n"));
    }
    let import = |text: String| {
        house.as_owner(|tx: &mut TenantTx<'_, ImportUsers>| {
            let (id, report) = import::dry_run(tx, "people.csv", text.as_bytes())?;
            Ok((id, report.bad.len(), report.people()))
        })
    };
    let confirm = |id| house.as_owner(|tx: &mut TenantTx<'_, ImportUsers>| import::confirm(tx, id));
    let (id, bad, good) = import(format!("{text}nobody,X\n")).unwrap();
    assert_eq!((bad, good), (1, 9_999));
    assert!(matches!(confirm(id), Err(VerbError::Stale)));
    let people = || house.place.count("select count(*) from shared.users");
    assert_eq!(people(), 1);
    let (id, bad, _) = import(format!("{text}last@new.com,Last\n")).unwrap();
    assert_eq!(bad, 0);
    assert_eq!(confirm(id).unwrap(), 10_000);
    assert_eq!(people(), 10_001);
    assert!(matches!(
        confirm(id),
        Err(VerbError::Store(StoreError::NotFound))
    ));
    assert_eq!(
        house
            .place
            .count("select count(*) from node.jobs where kind = 'invitations.write'"),
        50
    );
    house.counts_are_true();
}

#[test]
fn an_upload_is_found_by_its_own_uploader_only() {
    let house = house();
    let admin = come(&house.place, "admin@acme.com", BuiltInRole::Admin);
    let (id, _) = house
        .as_owner(|tx: &mut TenantTx<'_, ImportUsers>| {
            import::dry_run(tx, "p.csv", b"email\na@new.com\n")
        })
        .unwrap();
    let other = house.as_person(&admin, |tx: &mut TenantTx<'_, ImportUsers>| {
        import::confirm(tx, id)
    });
    assert!(matches!(other, Err(VerbError::Store(StoreError::NotFound))));
}

#[test]
fn a_custom_role_is_made_held_changed_and_removed() {
    let house = house();
    let member = come(&house.place, "member@acme.com", BuiltInRole::Member);
    let text = |name: &str, keys: &[&str]| {
        let keys: Vec<String> = keys.iter().map(|key| (*key).to_owned()).collect();
        roles::text_of(name, "", &keys).unwrap()
    };
    let create = |role: &RoleText| {
        house.as_owner(|tx: &mut TenantTx<'_, ManageRoles>| roles::create(tx, role))
    };
    let id = create(&text("Keeper", &["users:read", "users:manage"])).unwrap();
    for taken in ["keeper", "Kéeper", "ADMIN"] {
        assert!(
            matches!(
                create(&text(taken, &["users:read"])),
                Err(VerbError::Invalid(_))
            ),
            "{taken}"
        );
    }
    house
        .one(&house.owner, member.id, Deed::GiveRole(Role::Custom(id)))
        .unwrap();
    // Sessions of the old role ended; the right holds in the next one.
    let invites = |who: &Somebody| {
        house.as_person(who, |tx: &mut TenantTx<'_, ManageUsers>| {
            invite::invite(tx, "x@new.com", &id.to_string())
        })
    };
    assert!(matches!(
        invites(&member),
        Err(VerbError::Store(StoreError::Unauthenticated))
    ));
    let member = signed_in(&house.place, member.id);
    assert!(invites(&member).is_ok());
    let remove = || house.as_owner(|tx: &mut TenantTx<'_, ManageRoles>| roles::remove(tx, id));
    let Err(VerbError::Conflict(why)) = remove() else {
        panic!()
    };
    assert!(why.contains("Member"), "{why}");
    let change = |version| {
        let narrower = text("Keeper", &["users:read"]);
        house.as_owner(|tx: &mut TenantTx<'_, ManageRoles>| {
            roles::change(tx, id, version, &narrower)
        })
    };
    change(1).unwrap();
    assert!(matches!(change(1), Err(VerbError::Stale)));
    let now = house.as_person(&member, |tx: &mut TenantTx<'_, ManageUsers>| {
        invite::invite(tx, "y@new.com", "viewer")
    });
    assert!(matches!(
        now,
        Err(VerbError::Store(StoreError::Forbidden(_)))
    ));
}

#[test]
fn iso_01_somebody_of_another_tenant_is_not_there() {
    let house = house();
    let elsewhere = person("elif@globex.com", Role::OWNER, UserStatus::Active);
    house
        .place
        .inside(&house.place.globex, |tx| {
            users::add(tx, std::slice::from_ref(&elsewhere))
        })
        .unwrap();
    for deed in [
        Deed::Remove,
        Deed::Suspend { reason: "" },
        Deed::GiveRole(Role::OWNER),
        Deed::UndoRemoval,
    ] {
        let answer = house.one(&house.owner, elsewhere.id, deed);
        assert!(
            matches!(answer, Err(VerbError::Store(StoreError::NotFound))),
            "{answer:?}"
        );
    }
    let read = house.as_owner(|tx: &mut TenantTx<'_, ReadUsers>| list::detail(tx, elsewhere.id));
    assert!(matches!(read, Err(VerbError::Store(StoreError::NotFound))));
    // The system of acme neither.
    let seen = house
        .place
        .inside(&house.place.acme, |tx: &mut TenantTx<'_, System>| {
            users::read_many(tx, &[elsewhere.id])
        });
    assert!(seen.unwrap().is_empty());
    assert_eq!(
        house
            .place
            .inside(&house.place.acme, |tx| limits::read(tx, limits::USERS))
            .unwrap()
            .map(|limit| limit.hard),
        Some(1_000_000)
    );
}
