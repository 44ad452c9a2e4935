//! What tenants do besides people, roles and the log: imports, invitations that are accepted, preferences, keys and
//! what programs do with them, settings, visits.

use domain::PlacementKind;

use crate::support::app::App;
use crate::support::cast::placement;
use crate::support::client::Answer;

use super::{ADDRESSES, Dice, NAMES, PERMISSIONS, Side};

const ZONES: [&str; 4] = [
    "Europe/Berlin",
    "America/New_York",
    "Asia/Tokyo",
    "Mars/Base",
];
const LOCALES: [&str; 4] = ["en-US", "en-GB", "de-DE", "xx"];
const PASSWORDS: [&str; 2] = ["copper meadow violin", "12345678"];

/// How long the secret of a key is that the text begins with, or what is shown of it.
pub(super) fn secret(text: &str) -> usize {
    let part = |c: char| c.is_ascii_alphanumeric() || "_-".contains(c);
    text.find(|c| !part(c)).unwrap_or(text.len())
}

impl Side {
    /// Takes the links out of the letters to this tenant's people.
    pub(super) fn open_letters(&mut self, app: &App) {
        let place = format!("http://{}", self.visitor.host);
        for letter in app.letters() {
            for kind in ["/invitations/", "/password-reset/", "/ownership-offers/"] {
                let Some(at) = letter.text.find(kind) else {
                    continue;
                };
                let link = letter.text[at..].split_whitespace().next().unwrap();
                let link = (letter.to.to_string(), link.to_owned());
                if letter.text[..at].ends_with(&place) && !self.seen.links.contains(&link) {
                    self.seen.links.push(link);
                }
            }
        }
    }

    pub(super) fn act_on_nouns(&mut self, dice: &mut Dice, who: &str) {
        match dice.below(9) {
            0 => self.import(dice, who),
            1 => self.use_link(dice),
            2 => {
                let version = self.version(who, "/me");
                let mut fields = vec![("version", version.as_str())];
                fields.push(("locale", dice.of(&LOCALES)));
                fields.push(("timezone", dice.of(&ZONES)));
                fields.extend([("notify_email", "1")].iter().take(dice.below(2)));
                self.post(who, "/me/preferences", &fields);
            }
            3 => self.make_key(dice, who),
            4 => {
                let key = format!("/keys/{}", self.id(dice, "key"));
                self.get(who, "/keys");
                self.get(who, &key);
                if dice.below(2) == 0 {
                    let rotation = format!("{key}/rotation");
                    self.keep_secret(who, &rotation, &[("overlap", dice.of(&["0", "7", "9"]))]);
                } else {
                    self.post(who, &format!("{key}/revocation"), &[]);
                }
            }
            5 => self.program(dice),
            6 => self.settle(dice, who),
            7 => {
                // What the platform is told is the platform's: only what the tenant sees is compared.
                let fields = [("reason", "Ticket 4711"), ("hours", "2"), ("reach", "read")];
                let path = format!("/tenants/{}/visits", self.tenant);
                let staff = self.staff.as_ref().unwrap();
                let answer = staff.post(&path, &fields);
                assert!([303, 409].contains(&answer.status), "{answer}");
                self.get(who, "/visits");
            }
            _ => {
                self.get(who, "/visits");
                let visit = format!("/visits/{}", self.id(dice, "visit"));
                self.get(who, &visit);
                match dice.below(4) {
                    0 => self.post(who, &format!("{visit}/approval"), &[("reach", "read")]),
                    1 => self.post(who, &format!("{visit}/refusal"), &[]),
                    2 => self.post(who, &format!("{visit}/end"), &[]),
                    _ => {
                        let version = self.version(who, "/visits");
                        let policy = dice.of(&["ask_first", "allow", "never"]);
                        let fields = [("version", version.as_str()), ("policy", policy)];
                        self.post(who, "/visits/policy", &fields);
                    }
                }
            }
        }
    }

    /// Reads a file, and confirms it or another one.
    fn import(&mut self, dice: &mut Dice, who: &str) {
        let (one, two) = (dice.of(&ADDRESSES), dice.of(&ADDRESSES));
        let role = dice.of(&["member", "viewer", "Helpdesk", "boss"]);
        let file = format!(
            "email,name,role\n{one},{},{role}\n{two},,\n",
            dice.of(&NAMES)
        );
        let ask = self.browser(who).ask("POST", "/users/import");
        let answer = ask
            .upload(&[], ("file", "people.csv", file.as_bytes()))
            .send();
        self.note(&format!("POST /users/import {file:?} as {who}"), &answer);
        if let Some(path) = answer.location().filter(|path| path.contains("/import/")) {
            self.seen.imports.push(path.clone());
            self.get(who, &path);
        }
        let foreign = self.foreign_imports.last().cloned();
        let own = self.seen.imports.last().cloned();
        let which = if dice.below(4) == 0 { foreign } else { own };
        if let Some(path) = which.filter(|_| dice.below(3) > 0) {
            self.post(who, &path, &[]);
            self.get(who, &format!("{path}/bad-lines.csv"));
        }
    }

    /// Follows a link of a letter, be it good or used up, as somebody who is nobody yet.
    fn use_link(&mut self, dice: &mut Dice) {
        if self.seen.links.is_empty() {
            return;
        }
        let (to, path) = dice.of(&self.seen.links);
        let visitor = self.visitor.carried_to(self.visitor.host.clone());
        let page = visitor.get(&path);
        self.note(&format!("GET (link) for {to}"), &page);
        let password = dice.of(&PASSWORDS);
        let mut fields = vec![("password", password)];
        if path.starts_with("/invitations/") {
            fields.push(("name", dice.of(&NAMES)));
        }
        let answer = visitor.post(&path, &fields);
        self.note(&format!("POST (link) {fields:?} for {to}"), &answer);
        if answer.status == 303 {
            let next = visitor.follow(&answer);
            self.note(&format!("after (link) for {to}"), &next);
        }
    }

    fn make_key(&mut self, dice: &mut Dice, who: &str) {
        let fields = [
            ("name", dice.of(&NAMES)),
            ("expires_in_days", dice.of(&["90", "365", "1000"])),
            ("permissions", dice.of(&PERMISSIONS)),
        ];
        self.keep_secret(who, "/keys", &fields);
    }

    /// Submits a form whose answer leads to a page that shows a key once.
    fn keep_secret(&mut self, who: &str, path: &str, fields: &[(&str, &str)]) {
        let answer = self.browser(who).post(path, fields);
        self.note(&format!("POST {path} {fields:?} as {who}"), &answer);
        let Some(next) = answer.location() else {
            return;
        };
        let page = self.get(who, &next).text();
        let shown = page.split("data-copy=\"").skip(1);
        let mut shown = shown.filter_map(|rest| rest.split('"').next());
        let key = shown.find(|text| text.starts_with("tnt_"));
        self.secrets.extend(key.map(ToOwned::to_owned));
    }

    /// A program asks with one of the keys, be it good, revoked or run out.
    fn program(&mut self, dice: &mut Dice) {
        if self.secrets.is_empty() {
            return;
        }
        let key = format!("Bearer {}", dice.of(&self.secrets));
        let person = self.person(dice);
        let path = dice.of(&[
            "/users?page_size=5",
            "/users?search=ada",
            "/roles",
            "/audit",
            "/schema",
            "",
        ]);
        let asked = [
            ("GET", format!("/api/v1/tenants/me{path}"), None),
            ("GET", format!("/api/v1/tenants/me/users/{person}"), None),
            (
                "POST",
                "/api/v1/tenants/me/users".to_owned(),
                Some(format!(
                    "{{\"user\":{{\"email\":\"{}\",\"name\":\"Ada\"}}}}",
                    dice.of(&ADDRESSES)
                )),
            ),
        ];
        let (method, path, body) = dice.of(&asked);
        let mut ask = self
            .visitor
            .ask(method, &path)
            .header("Authorization", &key);
        if let Some(body) = &body {
            ask = ask.body("application/json", body.as_bytes());
        }
        let answer: Answer = ask.send();
        self.note(&format!("{method} {path} {body:?} by a program"), &answer);
    }

    fn settle(&mut self, dice: &mut Dice, who: &str) {
        // In a schema of its own these are the server's statistics, which come when they come.
        if placement() == PlacementKind::Shared {
            self.get(who, "/data");
            self.get(who, "/data/audit_entries");
        }
        let version = self.version(who, "/settings");
        let version = ("version", version.as_str());
        if dice.below(2) == 0 {
            let fields = [
                version,
                ("name", dice.of(&["Acme", "Globex", "Acme Works", ""])),
                ("timezone", dice.of(&ZONES)),
                ("locale", dice.of(&LOCALES)),
                ("currency", "EUR"),
                ("date_format", "%d.%m.%Y"),
                ("time_format", "%H:%M"),
            ];
            self.post(who, "/settings/general", &fields);
        } else {
            let fields = [version, ("billing_email", dice.of(&ADDRESSES))];
            self.post(who, "/settings/contact", &fields);
        }
    }
}
