//! Cookies that a sibling's page planted for the domain above both: a session goes on as if they were not there, and
//! where nobody can tell which is the right one, the answer takes back what others may have set, for nobody but this host.

use domain::StaffRole;

use crate::support::app;
use crate::support::cast::{ACME, GLOBEX};
use crate::support::client::{Answer, Browser};

const SESSION: &str = "__Host-session";

/// What `/me` answers when these cookies come before and after the browser's own.
fn among(browser: &Browser, planted: &str) -> Answer {
    let own = browser.cookies();
    let cookies = format!("{planted}; {own}; {planted}");
    browser.ask("GET", "/me").header("Cookie", &cookies).send()
}

fn many(count: usize, length: usize) -> String {
    let cookie = |n| format!("planted-{n}={}", "x".repeat(length));
    (0..count).map(cookie).collect::<Vec<_>>().join("; ")
}

/// What the answer ends: never the host's own cookie, and no site's cookies as a whole.
fn taken_back(answer: &Answer) -> Vec<String> {
    assert_eq!(answer.header("clear-site-data"), None, "{answer}");
    let lines = answer
        .headers
        .iter()
        .filter(|(name, _)| name == "set-cookie");
    let lines: Vec<String> = lines.map(|(_, value)| value.clone()).collect();
    for line in &lines {
        let (planted, path) = (line.contains("; Domain="), !line.ends_with("; Path=/"));
        assert!(line.contains("; Max-Age=0") && (planted || path), "{line}");
    }
    lines
}

#[test]
fn ses_07_planted_cookies_cost_nobody_their_session() {
    let app = app::start();
    let member = app.member();
    let name = "Member of acme";
    member.get("/me").expect(200).shows(name);
    let foreign = app.stranger().cookie(SESSION).unwrap();
    let viewer = app.viewer().cookie(SESSION).unwrap();
    let staff = app.staff(StaffRole::Owner).cookie("__Host-staff").unwrap();
    for planted in [
        many(60, 64),
        many(60, 8 * 1024 / 60),
        many(1, 8 * 1024),
        many(60, 1000),
        "session=x; =x; x; =; ;; __Host-session".to_owned(),
        format!("session={viewer}; Session={viewer}; host-session={viewer}"),
        // A parent domain may set these: their names are ours only when somebody decodes or folds them.
        format!("%5F%5FHost-session={viewer}"),
        format!("__Host%2Dsession={foreign}"),
        format!("__host-session={viewer}; __HOST-SESSION={foreign}"),
        format!("__Host-staff={staff}"),
        format!("__Secure-session={viewer}"),
        "\u{e9}t\u{e9}=\u{fc}".to_owned(),
    ] {
        among(&member, &planted).expect(200).shows(name);
    }
    // Bytes that are no text come from a header that a page can set in the browser's store.
    let head = format!(
        "GET /me HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n",
        member.authority()
    );
    let own = member.cookies();
    let lines = [
        [&b"Cookie: x="[..], b"\xff\xfe; ", own.as_bytes()].concat(),
        [&b"Cookie: "[..], own.as_bytes(), b"\r\nCookie: \xe9=\xff"].concat(),
    ];
    for line in lines {
        let bytes = [head.as_bytes(), &line, b"\r\n\r\n"].concat();
        let answer = crate::support::client::exchange(app.port, &bytes);
        answer.expect(200).shows(name);
    }
    // Whoever is nobody stays nobody, whatever is planted.
    for planted in [
        format!("%5F%5FHost-session={viewer}"),
        format!("__host-session={viewer}"),
    ] {
        let visitor = app.visitor();
        let ask = visitor.ask("GET", "/me").header("Cookie", &planted);
        ask.send().expect(303);
    }
}

#[test]
fn ses_07_of_two_values_neither_is_used_and_the_planted_one_is_taken_back() {
    let app = app::start();
    let (member, viewer) = (app.member(), app.viewer().cookie(SESSION).unwrap());
    let foreign = app.stranger().cookie(SESSION).unwrap();
    for planted in [viewer.as_str(), &foreign, "x", ""] {
        for path in ["/me", "/sign-in", "/", "/users", "/no-such-page"] {
            let cookies = format!("{SESSION}={planted}; {}", member.cookies());
            let answer = member.ask("GET", path).header("Cookie", &cookies).send();
            assert_eq!(answer.location(), None, "{answer}");
            let ended = taken_back(&answer);
            let at_host = format!("{SESSION}=; Max-Age=0; Path=/; Domain={}", ACME.host());
            assert!(ended.contains(&at_host), "{answer}");
            let answer = answer.expect(400).shows("Please load this page again");
            answer.hides("Member of").hides("Viewer of");
        }
    }
    let twice = format!("{SESSION}=x; {}", member.cookies());
    let write = member.ask("POST", "/me/sessions/others/end");
    write.header("Cookie", &twice).form(&[]).send().expect(400);
    let asset = member.get("/me").text();
    let asset = asset.split("href=\"/assets/").nth(1).unwrap();
    let asset = format!("/assets/{}", asset.split('"').next().unwrap());
    let style = member.ask("GET", &asset).header("Cookie", &twice).send();
    style.expect(200);
    // The browser did as it was told: what is left is its own, and the session goes on.
    member.get("/me").expect(200).shows("Member of acme");
    // The same at the platform's door, and at every other.
    for (browser, name) in [
        (app.staff(StaffRole::Owner), "__Host-staff"),
        (app.signed_in(GLOBEX, "owner"), SESSION),
    ] {
        let cookies = format!("{}; {name}=x", browser.cookies());
        let answer = browser.ask("GET", "/").header("Cookie", &cookies).send();
        assert!(
            taken_back(&answer)
                .iter()
                .any(|line| line.starts_with(name))
        );
        answer.expect(400);
    }
}

#[test]
fn ses_07_more_than_a_head_may_hold_ends_at_once() {
    let app = app::start();
    let member = app.member();
    among(&member, &many(60, 4096)).expect(431);
    member.get("/me").expect(200);
}
