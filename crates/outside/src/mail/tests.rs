//! Letters over a tiny SMTP server of the test's own, into a folder, and into memory.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt as _;
use std::sync::mpsc;
use std::time::Duration;

use super::*;

fn letter(number: u32) -> Letter {
    Letter {
        to: "grace@example.test".parse().unwrap(),
        to_name: Some("Grace Hopper, \"Amazing\" 🦊".parse().unwrap()),
        from: "no-reply@acme.example".parse().unwrap(),
        from_name: "Acme Röckets".to_owned(),
        subject: format!("Einladung für Grace {number}"),
        text: "Hello Grace\n.\nhttp://acme.localhost/invitations/inv_abc\n".to_owned(),
        html: "<p>Hello <b>Grace</b></p>".to_owned(),
        message_id: format!("letter-{number}@acme.example"),
        written_at: "2026-11-21T10:11:12Z".parse::<DateTime<Utc>>().unwrap()
            + chrono::TimeDelta::seconds(number.into()),
    }
}

/// Answers one connection as told (`command prefix`, `answer`), and sends on what it was given.
fn server(answers: &'static [(&'static str, &'static str)]) -> (String, mpsc::Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let (given, received) = mpsc::channel();
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
        let mut say = |text: &str| stream.write_all(format!("{text}\r\n").as_bytes()).unwrap();
        say("220 tiny ESMTP");
        while let Some(Ok(command)) = lines.next() {
            let told = answers
                .iter()
                .find(|(prefix, _)| command.starts_with(prefix));
            match told {
                Some((_, answer)) => say(answer),
                None if command.starts_with("EHLO") => say("250-tiny\r\n250 8BITMIME"),
                None if command == "DATA" => {
                    say("354 go on");
                    let data: Vec<_> = lines
                        .by_ref()
                        .map(Result::unwrap)
                        .take_while(|line| line != ".")
                        .collect();
                    given.send(data.join("\n")).unwrap();
                    say("250 kept");
                }
                None if command == "QUIT" => return say("221 bye"),
                None => {
                    given.send(command).unwrap();
                    say("250 ok");
                }
            }
        }
    });
    (format!("smtp://{address}"), received)
}

fn open(url: &str) -> Result<Smtp, MailUrlError> {
    Smtp::open(&url.to_owned().into(), Duration::from_secs(2))
}

#[test]
fn a_letter_goes_over_smtp_whole() {
    let (url, received) = server(&[]);
    open(&url).unwrap().send(&letter(1)).unwrap();
    let received: Vec<_> = received.try_iter().collect();
    assert!(
        received[0].starts_with("MAIL FROM:<no-reply@acme.example>"),
        "{received:?}"
    );
    assert!(
        received[1].starts_with("RCPT TO:<grace@example.test>"),
        "{received:?}"
    );
    let message = &received[2];
    for part in [
        "Message-ID: <letter-1@acme.example>",
        "Date: Sat, 21 Nov 2026 10:11:13 +0000",
        "Auto-Submitted: auto-generated",
        "Subject: Einladung =?utf-8?b?ZsO8cg==?= Grace 1",
        "multipart/alternative",
        "http://acme.localhost/invitations/inv_abc",
        "<p>Hello <b>Grace</b></p>",
        "\n..\n", // a lone dot does not end the letter
    ] {
        assert!(message.contains(part), "{part} is not in {message}");
    }
}

#[test]
fn nothing_that_was_written_becomes_a_header() {
    let mut letter = letter(1);
    letter.subject = "Hi\r\nBcc: eve@x.example\r\n\r\nbody".to_owned();
    letter.from_name = "Acme\r\nBcc: eve@x.example\u{2028}x\0".to_owned();
    letter.message_id = "a@b>\r\nBcc: eve".to_owned();
    let message = letter.message().unwrap();
    assert_eq!(message.envelope().to().len(), 1);
    let text = String::from_utf8(message.formatted()).unwrap();
    let headers = text.split("\r\n\r\n").next().unwrap();
    for line in headers.split("\r\n") {
        assert!(!line.to_ascii_lowercase().starts_with("bcc:"), "{headers}");
        assert!(!line.contains(['\r', '\n', '\0']), "{line:?}");
    }
    assert!(headers.contains("Message-ID: <a@bBcceve>"), "{headers}");
}

#[test]
fn a_lasting_refusal_ends_the_letter_and_all_else_waits() {
    let refused = [
        ("RCPT", "550 no such mailbox", false),
        ("MAIL", "553 sender not allowed", false),
        ("RCPT", "450 try later", true),
        ("MAIL", "530 sign in first", true),
        ("MAIL", "421 closing", true),
    ];
    for (command, answer, again) in refused {
        let answers: &'static [_] = vec![(command, answer)].leak();
        let (url, _received) = server(answers);
        let error = open(&url).unwrap().send(&letter(1)).unwrap_err();
        assert_eq!(
            matches!(error, MailError::Retry(_)),
            again,
            "{answer}: {error}"
        );
        assert!(
            error.to_string().contains(&answer[4..]),
            "{answer}: {error}"
        );
    }
}

#[test]
fn a_server_that_is_away_or_mute_is_asked_again() {
    let closed = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let error = open(&format!("smtp://{closed}"))
        .unwrap()
        .send(&letter(1))
        .unwrap_err();
    assert!(matches!(error, MailError::Retry(_)), "{error}");

    let mute = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("smtp://{}", mute.local_addr().unwrap());
    let smtp = Smtp::open(&url.into(), Duration::from_millis(100)).unwrap();
    let error = smtp.send(&letter(1)).unwrap_err();
    assert!(matches!(error, MailError::Retry(_)), "{error}");
}

#[test]
fn without_starttls_nothing_is_sent_where_it_is_demanded() {
    let (url, received) = server(&[]);
    let error = open(&format!("{url}?tls=required"))
        .unwrap()
        .send(&letter(1))
        .unwrap_err();
    assert!(matches!(error, MailError::Retry(_)), "{error}");
    assert_eq!(received.try_iter().count(), 0);
}

#[test]
fn a_url_that_would_not_do_is_refused_without_being_shown() {
    for (url, error) in [
        ("mail.example.test", MailUrlError::Form),
        ("http://mail.example.test", MailUrlError::Form),
        ("smtp://", MailUrlError::Form),
        ("smtp://user@mail.example.test", MailUrlError::Form),
        (
            "smtps://u:hunter2@mail.example.test?tls=none",
            MailUrlError::Tls,
        ),
        ("smtp://mail.example.test?tls=maybe", MailUrlError::Tls),
        ("smtp://mail.example.test?verify=none", MailUrlError::Tls),
        (
            "smtp://u:hunter2@mail.example.test?tls=none",
            MailUrlError::PasswordInClear,
        ),
        (
            "smtp://u:hunter2@mail.example.test?tls=opportunistic",
            MailUrlError::PasswordInClear,
        ),
    ] {
        let refused = open(url).unwrap_err();
        assert_eq!(refused, error, "{url}");
        assert!(!refused.to_string().contains("hunter2"));
    }
    for url in [
        "smtps://u:hunter2@mail.example.test",
        "smtp://u:p%40ss@mail.example.test:2587/portal.example.test",
        "smtp://mail.example.test?tls=opportunistic",
        "smtp://u:hunter2@127.0.0.1:25",
        "smtp://u:hunter2@[::1]:25",
        "smtp://localhost",
    ] {
        let smtp = open(url).unwrap();
        assert!(!format!("{smtp:?}").contains("hunter2"));
    }
}

#[test]
fn the_folder_lists_the_newest_first_and_forgets_the_oldest() {
    let root = tempfile::tempdir().unwrap();
    let folder = Folder::open(root.path().join("mail"), 3).unwrap();
    for number in [2, 1, 4, 3, 5] {
        folder.send(&letter(number)).unwrap();
    }
    folder.send(&letter(5)).unwrap();
    std::fs::write(folder.path().join("notes.json"), "{}").unwrap();
    let listed = folder.newest(10, |_| true).unwrap();
    let letters: Vec<_> = listed.iter().map(|stored| stored.letter.clone()).collect();
    assert_eq!(letters, [letter(5), letter(4), letter(3)]);
    assert_eq!(
        folder
            .newest(1, |letter| letter.subject.ends_with('4'))
            .unwrap()
            .len(),
        1
    );
    assert_eq!(folder.read(&listed[0].name).unwrap().unwrap(), listed[0]);
    let files = std::fs::read_dir(folder.path()).unwrap().count();
    assert_eq!(files, 7, "three letters twice, and the notes");
    let mode = |path: &std::path::Path| path.metadata().unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(folder.path()), 0o700);
    assert_eq!(
        mode(&folder.path().join(format!("{}.json", listed[0].name))),
        0o600
    );
}

#[test]
fn a_name_leads_nowhere_else() {
    let root = tempfile::tempdir().unwrap();
    let folder = Folder::open(root.path().join("mail"), 3).unwrap();
    std::fs::write(root.path().join("secret.json"), "{}").unwrap();
    for name in [
        "../secret",
        "secret",
        "",
        "..",
        "20261121T101113000000Z-../../../../x",
        "/etc/passwd",
        "a\0",
    ] {
        assert_eq!(folder.read(name).unwrap(), None, "{name:?}");
    }
}

#[test]
fn the_recorder_keeps_and_fails_as_told() {
    let recorder = Recorder::default();
    recorder.fail_next(MailError::Retry("away".to_owned()));
    assert_eq!(
        recorder.send(&letter(1)),
        Err(MailError::Retry("away".to_owned()))
    );
    recorder.send(&letter(1)).unwrap();
    recorder.send(&letter(2)).unwrap();
    assert_eq!(recorder.last_to("GRACE@example.test"), Some(letter(2)));
    recorder.clear();
    assert_eq!(recorder.letters(), []);
}
