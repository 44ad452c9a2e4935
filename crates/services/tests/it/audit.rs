//! The audit chain: written by one way only, with the deed or not at all, and every tampering found.

use std::net::IpAddr;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use domain::permission::{Anyone, ExportAudit, Permission, ReadAudit, System};
use domain::{PageRequest, UserId};
use serde_json::json;
use services::audit::export::{self, Format};
use services::audit::log::{self, Anchor, Filter};
use services::audit::{self, Action, Entry, Target, TargetKind};
use services::{Credential, StoreError, TenantEntry, VerbError};
use uuid::Uuid;

use crate::bench::{self, Place, attempt, place, request};
use crate::helper::Helper;

fn write(place: &Place, tenant: &TenantEntry, name: &str) {
    place
        .inside(tenant, |tx| {
            let entry = Entry::done(
                Action::UserInvited,
                Target::user(UserId::from_uuid(Uuid::now_v7()), name),
            );
            audit::record(
                tx,
                entry
                    .before(json!({"role": "viewer"}))
                    .after(json!({"role": "member", "password": "hunter2"})),
            )
        })
        .unwrap();
}

fn filled(entries: u32) -> Place {
    let place = place();
    for number in 0..entries {
        write(&place, &place.acme, &format!("person {number}"));
    }
    place
}

fn verdict(place: &Place, anchor: Option<&Anchor>) -> (Option<i64>, Option<String>) {
    let proof = place
        .inside(&place.acme, |tx| log::verify(tx, anchor))
        .unwrap();
    (proof.verdict.bad_seq, proof.verdict.reason)
}

#[test]
fn aud_01_an_entry_says_who_what_when_and_from_where_and_no_secret() {
    let place = place();
    let (ada, asked) = (UserId::from_uuid(Uuid::now_v7()), request());
    place
        .store
        .tenant::<Anyone, _, StoreError>(&place.acme.scope, Credential::Anonymous, &asked, |tx| {
            let entry = Entry::done(Action::SessionCreated, Target::user(ada, "Ada"));
            audit::record(
                tx,
                entry
                    .by(ada, "Ada")
                    .after(json!({"session_token": "ses_secret", "keep": true})),
            )
        })
        .unwrap();
    let page = PageRequest::default();
    let found = place
        .inside_as::<ReadAudit, _, _>(&place.acme, |tx| log::list(tx, &Filter::default(), page))
        .unwrap();
    let entry = found.entries.first().unwrap();
    assert_eq!((found.totals.total_count, entry.seq), (1, 1));
    assert_eq!(
        (
            entry.actor_kind.as_str(),
            entry.actor_id,
            entry.actor_name.as_str()
        ),
        ("user", Some(ada.uuid()), "Ada")
    );
    assert_eq!(
        (entry.action.as_str(), entry.outcome.as_str()),
        ("session.created", "done")
    );
    assert_eq!(
        entry.address.map(|a| a.ip()),
        Some("2001:db8::7".parse::<IpAddr>().unwrap())
    );
    assert_eq!(
        (entry.device.as_str(), entry.request_id),
        ("Firefox on macOS", asked.request_id)
    );
    assert_eq!(entry.at.timestamp_micros(), asked.now.timestamp_micros());
    assert_eq!(
        entry.after,
        Some(json!({"session_token": "•••", "keep": true}))
    );
    let other = place
        .inside_as::<ReadAudit, _, _>(&place.globex, |tx| log::list(tx, &Filter::default(), page))
        .unwrap();
    assert_eq!(other.totals.total_count, 0);
}

#[test]
fn aud_01_a_refusal_is_written_after_the_rollback() {
    let place = place();
    let asked = request();
    let refuse = |error: VerbError| {
        audit::refusal(
            &place.store,
            &place.acme.scope,
            Credential::Anonymous,
            &asked,
            "POST /users",
            &error,
        )
        .unwrap()
    };
    assert!(refuse(
        StoreError::Forbidden(Permission::ManageUsers).into()
    ));
    assert!(refuse(VerbError::Refused(
        "the last owner stays".to_owned()
    )));
    assert!(!refuse(VerbError::Stale) && !refuse(StoreError::NotFound.into()));
    let told = place.text("select string_agg(concat_ws(' ', action, outcome, target_name, after), '; ' order by seq) from shared.audit_entries").unwrap();
    assert_eq!(
        told,
        "access.refused refused POST /users {\"needs\": \"users:manage\"}; access.refused refused POST /users {\"reason\": \"the last owner stays\"}"
    );
}

#[test]
fn aud_02_each_tampering_is_found_and_its_first_entry_named() {
    let alter = [
        (
            "update shared.audit_entries set target_name = 'Eve' where seq = 4",
            4,
            "altered entry",
        ),
        (
            "update shared.audit_entries set at = at - interval '1 s' where seq = 2",
            2,
            "altered entry",
        ),
        (
            "update shared.audit_entries set after = '{\"role\": \"owner\"}' where seq = 7",
            7,
            "altered entry",
        ),
        (
            "delete from shared.audit_entries where seq = 5",
            5,
            "missing entry",
        ),
        (
            "delete from shared.audit_entries where seq >= 8",
            8,
            "missing end",
        ),
        (
            "delete from shared.audit_entries where seq = 1; update shared.audit_entries set seq = seq - 1",
            1,
            "broken link",
        ),
    ];
    for (sql, bad, reason) in alter {
        let place = filled(9);
        assert_eq!(verdict(&place, None), (None, None));
        place.force(sql);
        assert_eq!(
            verdict(&place, None),
            (Some(bad), Some(reason.to_owned())),
            "{sql}"
        );
    }
    // A tail that was cut together with the head, and a chain that was written anew, need the anchor.
    let place = filled(9);
    let end = place
        .inside(&place.acme, |tx| log::verify(tx, None))
        .unwrap()
        .end
        .unwrap();
    assert_eq!(end.to_string().parse::<Anchor>().unwrap(), end);
    write(&place, &place.acme, "one more");
    assert_eq!(verdict(&place, Some(&end)), (None, None));
    place.force(
        "delete from shared.audit_entries where seq >= 8;
         update shared.audit_heads h set seq = 7, hash = (select hash from shared.audit_entries e where e.tenant_id = h.tenant_id and e.seq = 7)",
    );
    assert_eq!(verdict(&place, None), (None, None));
    assert_eq!(
        verdict(&place, Some(&end)),
        (Some(9), Some("not the entry of the anchor".to_owned()))
    );
}

#[test]
fn aud_03_no_runtime_role_writes_the_log_past_its_function() {
    let place = filled(2);
    let tenant = place.acme.scope.tenant().uuid();
    let proof = bench::key().proof(place.acme.scope.tenant(), false);
    let logins = [
        (
            &place.app_url,
            format!("begin; select app.enter_tenant('{tenant}', 1, '{proof}');"),
        ),
        (&place.app_url, "begin;".to_owned()),
        (
            &place.platform_url,
            "begin; set local role tnt_platform;".to_owned(),
        ),
    ];
    for (url, enter) in logins {
        for table in ["shared.audit_entries", "shared.audit_heads"] {
            for verb in [
                format!("update {table} set hash = ''"),
                format!("delete from {table}"),
                format!("truncate {table}"),
                format!("insert into {table} (tenant_id, seq, hash) values ('{tenant}', 99, '')"),
                format!("alter table {table} disable row level security"),
                format!("drop table {table}"),
            ] {
                let refused = attempt(url, &format!("{enter} {verb}")).unwrap_err();
                assert!(
                    refused.contains("permission denied") || refused.contains("must be owner"),
                    "{enter} {verb}: {refused}"
                );
            }
        }
    }
    assert_eq!(verdict(&place, None), (None, None));
}

#[test]
fn aud_04_sixteen_writers_and_their_rollbacks_leave_no_gap_and_no_fork() {
    let place = place();
    let written = AtomicU32::new(0);
    std::thread::scope(|scope| {
        for writer in 0..16 {
            let (place, written) = (&place, &written);
            scope.spawn(move || {
                for number in 0..25 {
                    let outcome = place.inside(&place.acme, |tx| {
                        let target = Target::named(TargetKind::File, format!("{writer}/{number}"));
                        audit::record(tx, Entry::done(Action::UsersExported, target))?;
                        if (writer + number) % 3 == 0 {
                            Err(VerbError::Stale)
                        } else {
                            Ok(())
                        }
                    });
                    if outcome.is_ok() {
                        written.fetch_add(1, Ordering::Relaxed);
                    }
                }
            });
        }
    });
    let written = i64::from(written.into_inner());
    assert_eq!(
        place.count("select count(*) from shared.audit_entries"),
        written
    );
    assert_eq!(
        place.count("select max(seq) from shared.audit_entries"),
        written
    );
    assert_eq!(verdict(&place, None), (None, None));
}

/// What a child process of the next test does: four writers, a third of whose work is undone, until it is killed.
#[test]
#[ignore = "a process that aud_04 starts"]
fn helper_that_writes() {
    let Some(place) = Helper::of_environment() else {
        return;
    };
    // The server may be down at this moment.
    let tenant = loop {
        match place.store.resolve_tenant(place.tenant) {
            Ok(found) => break found.unwrap(),
            Err(_) => std::thread::sleep(Duration::from_millis(50)),
        }
    };
    std::thread::scope(|scope| {
        for writer in 0..4 {
            let (place, tenant) = (&place, &tenant);
            scope.spawn(move || {
                for number in 0_u32.. {
                    let name = format!("{}/{writer}/{number}", std::process::id());
                    let target = Target::named(TargetKind::File, name.clone());
                    let outcome = place.store.tenant::<System, _, _>(
                        &tenant.scope,
                        Credential::System("test"),
                        &request(),
                        |tx| {
                            audit::record(tx, Entry::done(Action::UsersExported, target.clone()))?;
                            if number % 3 == 0 {
                                Err(VerbError::Stale)
                            } else {
                                Ok(())
                            }
                        },
                    );
                    match outcome {
                        Ok(()) => place.tell(&name),
                        Err(VerbError::Stale) => {}
                        // The server is away: it comes back.
                        Err(_) => std::thread::sleep(Duration::from_millis(20)),
                    }
                }
            });
        }
    });
}

#[test]
fn aud_04_killed_writers_and_killed_backends_leave_no_gap_and_no_fork() {
    let mut cluster = bench::start_cluster();
    let place = bench::place_on(&cluster);
    let child = || Helper::start("audit::helper_that_writes", &place, &place.acme);
    let mut writers: Vec<_> = (0..4).map(|_| child()).collect();
    let mut told = Vec::new();
    let (mut crashed, mut lost, mut restarts) = (0, 0, 0);
    for round in 0..40 {
        std::thread::sleep(Duration::from_millis(200));
        let at_work =
            "select min(pid) from pg_stat_activity where usename = 'tnt_app' and state <> 'idle'";
        match round % 8 {
            // A process of writers, a backend that is asked to go, one that crashes and takes all others with it,
            // the whole server.
            0 | 2 | 4 => {
                told.extend(writers.remove(0).killed());
                writers.push(child());
            }
            1 | 3 | 5 => {
                let asked =
                    format!("select case when pg_terminate_backend(({at_work})) then 1 else 0 end");
                lost += place.try_count(&asked).unwrap_or_default();
            }
            6 => {
                if let Some(pid) = place.try_count(at_work).filter(|pid| *pid > 0) {
                    crashed += u32::from(bench::kill("KILL", &pid.to_string()));
                }
            }
            _ => {
                bench::crash(&mut cluster);
                restarts += 1;
            }
        }
    }
    for writer in writers {
        told.extend(writer.killed());
    }
    eprintln!(
        "{} acknowledged; 16 processes killed, {lost} backends ended, {crashed} crashed, {restarts} restarts",
        told.len()
    );
    assert!(crashed >= 3 && lost >= 5, "{crashed} crashed, {lost} ended");
    let entries = loop {
        if let Some(count) = place.try_count("select count(*) from shared.audit_entries") {
            break count;
        }
        std::thread::sleep(Duration::from_millis(50));
    };
    let last = place.count("select max(seq) from shared.audit_entries");
    assert_eq!(entries, last, "a gap");
    assert_eq!(place.count("select seq from shared.audit_heads"), last);
    assert_eq!(verdict(&place, None), (None, None));
    // Nothing that was acknowledged is missing, nothing is there twice, and nothing that was undone is there.
    let names = place
        .text("select string_agg(target_name, E'\\n') from shared.audit_entries")
        .unwrap();
    let mut written: Vec<&str> = names.lines().collect();
    written.sort_unstable();
    let all = written.len();
    written.dedup();
    assert_eq!(written.len(), all, "an entry is there twice");
    for name in &told {
        assert!(
            written.binary_search(&name.as_str()).is_ok(),
            "{name} is lost"
        );
    }
    let undone = |name: &&str| {
        let number = name
            .rsplit('/')
            .next()
            .and_then(|number| number.parse::<u32>().ok());
        number.is_some_and(|number| number % 3 == 0)
    };
    assert!(!written.iter().any(undone));
    assert!(told.len() > 200, "{} were written", told.len());
}

#[test]
fn aud_05_no_audit_no_change() {
    let place = place();
    place.force("revoke execute on function shared.append_audit from tnt_tenant");
    let outcome = place.inside(&place.acme, |tx| {
        services::events::emit(
            tx,
            services::events::EventKind::UserInvited,
            None,
            &json!({}),
        )?;
        audit::record(
            tx,
            Entry::done(Action::UserInvited, Target::named(TargetKind::User, "Ada")),
        )
    });
    assert!(outcome.is_err());
    assert_eq!(place.count("select count(*) from shared.events"), 0);
}

#[test]
fn aud_06_hostile_names_stay_in_their_field() {
    let place = place();
    let hostile = "x\r\n2026 root did\u{1b}[31m \"}, {\"a\":1\0\u{202e}";
    write(&place, &place.acme, hostile);
    place
        .inside(&place.acme, |tx| {
            let target = Target::named(TargetKind::File, "f");
            audit::record(
                tx,
                Entry::done(Action::UsersImported, target).after(json!({ hostile: [hostile] })),
            )
        })
        .unwrap();
    let name = place
        .text("select target_name from shared.audit_entries where seq = 1")
        .unwrap();
    assert_eq!(
        name,
        "x\\r\\n2026 root did\\u{1b}[31m \"}, {\"a\":1\\u{0}\\u{202e}"
    );
    assert_eq!(verdict(&place, None), (None, None));
}

#[test]
fn the_log_is_narrowed_by_each_filter() {
    let place = filled(3);
    write(&place, &place.acme, "100% _sure_ \\o/");
    let ask = |filter: Filter| {
        place
            .inside_as::<ReadAudit, _, _>(&place.acme, |tx| {
                log::list(tx, &filter, PageRequest::default())
            })
            .unwrap()
            .totals
            .total_count
    };
    let words = |words: &str| Filter {
        words: Some(words.to_owned()),
        ..Filter::default()
    };
    assert_eq!(ask(words("PERSON")), 3);
    assert_eq!(ask(words("0% _")), 1);
    assert_eq!(ask(words("_sure_ \\o")), 1);
    assert_eq!(ask(words("test")), 4, "the name of who did it, too");
    assert_eq!(ask(words("nobody")), 0);
    assert_eq!(
        ask(Filter {
            outcome: Some("refused".to_owned()),
            ..Filter::default()
        }),
        0
    );
    assert_eq!(
        ask(Filter {
            actions: vec!["user.invited".to_owned(), "user.removed".to_owned()],
            ..Filter::default()
        }),
        4
    );
    assert_eq!(
        ask(Filter {
            from: Some(crate::bench::later(60)),
            ..Filter::default()
        }),
        0
    );
    assert_eq!(
        ask(Filter {
            to: Some(crate::bench::later(60)),
            ..Filter::default()
        }),
        4
    );
    assert_eq!(
        ask(Filter {
            actor: Some(Uuid::now_v7()),
            ..Filter::default()
        }),
        0
    );
    let past_the_end = place
        .inside_as::<ReadAudit, _, _>(&place.acme, |tx| {
            log::list(tx, &Filter::default(), PageRequest::new(9, 3).unwrap())
        })
        .unwrap();
    assert_eq!(
        (past_the_end.totals.page, past_the_end.entries.len()),
        (2, 1)
    );
}

#[test]
fn an_export_is_the_log_as_it_was_at_its_beginning_in_batches() {
    let place = filled(3);
    let acme = place.acme.scope.tenant().uuid();
    for number in 0..1200 {
        if number % 100 == 0 {
            place.force(&format!("begin; set local role tnt_owner; set local app.tenant_id = '{acme}'; select shared.append_audit(gen_random_uuid(), now(), 'system', null, 'x', 'user.changed', 'done', 'user', null, n::text, null, null, null, 'x', gen_random_uuid()) from generate_series(1, 100) n; commit"));
        }
    }
    let mut progress = place
        .inside_as::<ExportAudit, _, _>(&place.acme, |tx| export::begin(tx, Format::NdJson))
        .unwrap();
    write(&place, &place.acme, "too late");
    let (mut pieces, mut lines) = (0, Vec::new());
    while let Some((piece, onward)) = place
        .inside_as::<ExportAudit, _, _>(&place.acme, |tx| {
            export::next(tx, &Filter::default(), Format::NdJson, progress)
        })
        .unwrap()
    {
        lines.extend(
            String::from_utf8(piece)
                .unwrap()
                .lines()
                .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap()),
        );
        (pieces, progress) = (pieces + 1, onward);
    }
    assert_eq!((pieces, lines.len()), (3, 1203));
    assert!(
        lines
            .iter()
            .enumerate()
            .all(|(place, line)| line["seq"] == place + 1)
    );
    assert_eq!(
        place
            .text("select action || ' ' || target_name from shared.audit_entries where seq = 1204")
            .unwrap(),
        "audit.exported audit.ndjson"
    );
    assert_eq!(verdict(&place, None), (None, None));
}
