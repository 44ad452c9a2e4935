//! Letters: written with the deed, sent by a job, emptied when nobody needs them.

use std::time::Duration;

use chrono::Utc;
use domain::EmailAddress;
use outside::mail::MailError;
use services::letters::{self, Letter, Links, Recipient, Scheme};
use services::worker::kinds;
use services::{StoreError, VerbError};

use crate::bench::{Place, place};

const LONG: Duration = Duration::from_secs(60);

fn invite(place: &Place, email: &str, inviter: &str) {
    let (to, links) = (
        EmailAddress::parse(email).unwrap(),
        Links::of(&place.acme, Scheme::Http, Some(8080)),
    );
    let letter = Letter::Invitation {
        inviter,
        role: "Member",
        path: "/invitation/inv_abc",
        expires_at: Utc::now(),
    };
    place
        .inside(&place.acme, |tx| {
            letters::write(
                tx,
                &links,
                Recipient {
                    email: &to,
                    name: "Ada <b>",
                },
                &letter,
            )?;
            Ok::<_, StoreError>(())
        })
        .unwrap();
}

#[test]
fn a_letter_goes_in_the_tenant_s_colour_and_is_emptied() {
    let place = place();
    let acme = place.acme.scope.tenant().uuid();
    place.force(&format!(
        "insert into shared.brands values ('{acme}', '#0a7d4f', null, now())"
    ));
    invite(
        &place,
        "ada@acme.example",
        "Eve\r\nBcc: x@y.example <script>alert(1)</script>",
    );
    let worker = place.worker(kinds::run);
    place.wait_until(
        LONG,
        "exists (select from shared.letters where state = 'sent')",
    );
    worker.stop(LONG);
    let sent = place.mailer.last_to("ada@acme.example").unwrap();
    assert!(
        sent.html.contains("#0a7d4f") && !sent.html.contains("<script>"),
        "{}",
        sent.html
    );
    assert!(
        sent.text
            .contains("http://acme.localhost:8080/invitation/inv_abc"),
        "{}",
        sent.text
    );
    assert!(sent.text.contains("Hello Ada <b>,") && sent.html.contains("Hello Ada"));
    assert!(!sent.subject.contains(['\r', '\n']));
    assert!(sent.message_id.starts_with("letter_") && sent.message_id.ends_with("@acme.localhost"));
    assert_eq!(sent.from_name, "acme & Söhne");
    assert_eq!(place.count("select count(*) from shared.letters where body_text is null and body_html is null and sent_at is not null"), 1);
    assert_eq!(
        place
            .text("select string_agg(state, ' ') from node.jobs where kind = 'letter.send'")
            .unwrap(),
        "done"
    );
}

#[test]
fn a_light_colour_is_written_on_in_ink() {
    let place = place();
    let acme = place.acme.scope.tenant().uuid();
    place.force(&format!(
        "insert into shared.brands values ('{acme}', '#ffe14d', null, now())"
    ));
    invite(&place, "ada@acme.example", "Grace");
    let html = place.text("select body_html from shared.letters").unwrap();
    assert!(
        html.contains("background:#ffe14d") && html.contains("color:#1c2030;font-weight:600"),
        "{html}"
    );
}

#[test]
fn no_deed_no_letter() {
    let place = place();
    let to = EmailAddress::parse("ada@acme.example").unwrap();
    let links = Links::of(&place.acme, Scheme::Https, Some(443));
    let undone = place.inside(&place.acme, |tx| {
        letters::write(
            tx,
            &links,
            Recipient {
                email: &to,
                name: "",
            },
            &Letter::Welcome,
        )?;
        Err::<(), _>(VerbError::Stale)
    });
    assert!(undone.is_err());
    assert_eq!(
        place.count(
            "select (select count(*) from shared.letters) + (select count(*) from node.jobs)"
        ),
        0
    );
    assert_eq!(links.to("/x"), "https://acme.localhost/x");
}

#[test]
fn a_refused_letter_is_given_up_at_once_and_the_log_says_so() {
    let place = place();
    invite(&place, "gone@acme.example", "Grace");
    place
        .mailer
        .fail_next(MailError::GiveUp("550 no such mailbox".to_owned()));
    let worker = place.worker(kinds::run);
    place.wait_until(
        LONG,
        "exists (select from shared.letters where state = 'failed')",
    );
    worker.stop(LONG);
    assert_eq!(place.text("select state || ' ' || attempts || ' ' || last_error from node.jobs where kind = 'letter.send'").unwrap(), "dead 1 550 no such mailbox");
    assert_eq!(
        place.count(
            "select count(*) from shared.letters where body_text is null and body_html is null"
        ),
        1
    );
    assert_eq!(
        place.text("select actor_kind || ' ' || action || ' ' || outcome || ' ' || (after->>'recipient') from shared.audit_entries").unwrap(),
        "system letter.failed refused gone@acme.example"
    );
}

#[test]
fn a_busy_mail_server_is_asked_again_later_with_the_same_letter() {
    let place = place();
    invite(&place, "ada@acme.example", "Grace");
    place
        .mailer
        .fail_next(MailError::Retry("451 try later".to_owned()));
    let worker = place.worker(kinds::run);
    place.wait_until(LONG, "exists (select from node.jobs where kind = 'letter.send' and state = 'queued' and attempts = 1 and last_error = '451 try later')");
    assert_eq!(
        place.count(
            "select count(*) from shared.letters where state = 'queued' and body_text is not null"
        ),
        1
    );
    place.force("update node.jobs set run_at = now() where kind = 'letter.send'");
    place.wait_until(
        LONG,
        "exists (select from shared.letters where state = 'sent')",
    );
    worker.stop(LONG);
    assert_eq!(place.mailer.letters().len(), 1);
}
