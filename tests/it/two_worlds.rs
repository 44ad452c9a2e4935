//! Non-interference: what a tenant is told does not depend on who else lives in the database. The same
//! seeded deeds of acme are done where globex sleeps and where globex is busy with the same addresses, the
//! same role names and acme's own ids; acme's answers must be the same, byte for byte.
//!
//! What is made plain before comparing is new in every run, of one world or two, and nothing else is:
//! - ids become numbers in the order in which acme first sees them, so that a number that another tenant
//!   used up, or one id in the place of another, still shows;
//! - the seconds of a moment, and moments in microseconds, because a run takes the time it takes. Day,
//!   hour and minute are compared: each action has its own minute of the test's clock;
//! - the hashes of the log's chain, because ids and moments go into them;
//! - the secrets of keys and of links, which are drawn;
//! - the port, and of cookies all but their names.

mod nouns;

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, NaiveTime, TimeDelta, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Text, Uuid as SqlUuid};
use domain::StaffRole;
use tenantry::clock::Clock;

use crate::support::app::{self, App};
use crate::support::cast::{ACME, GLOBEX, World};
use crate::support::client::{Answer, Browser};
use crate::support::postgres::query;

/// Actions of acme's a seed; each is one to three requests.
const ACTIONS: usize = 40;

/// Both tenants invite and rename to these, on purpose.
const ADDRESSES: [&str; 9] = [
    "ada@new.test",
    "grace@new.test",
    "linus@new.test",
    "MIA@new.test",
    "owner@acme.test",
    "member@acme.test",
    "owner@globex.test",
    "member@globex.test",
    "nobody",
];
const NAMES: [&str; 6] = ["Ada", "Grace", "Mia Lind", "Owner of globex", "Zed", ""];
const ROLE_NAMES: [&str; 5] = ["Helpdesk", "Keeper", "Warden", "Guard", "helpdesk"];
const PERMISSIONS: [&str; 4] = ["users:read", "roles:read", "audit:read", "overview:read"];
const ACTORS: [&str; 8] = [
    "owner", "owner", "owner", "admin", "admin", "manager", "analyst", "member",
];
const CAST: [&str; 9] = [
    "owner",
    "admin",
    "manager",
    "analyst",
    "member",
    "viewer",
    "suspended",
    "invited",
    "removed",
];

/// Numbers that are the same for the same seed (splitmix64).
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % end as u64) as usize
    }

    fn of<T: Clone>(&mut self, all: &[T]) -> T {
        all[self.below(all.len())].clone()
    }
}

/// What a tenant has seen so far.
#[derive(Default)]
struct Seen {
    numbers: HashMap<String, usize>,
    people: Vec<String>,
    roles: Vec<String>,
    entries: Vec<String>,
    moments: Vec<String>,
    keys: Vec<String>,
    visits: Vec<String>,
    imports: Vec<String>,
    /// Links of letters, with whom each was for.
    links: Vec<(String, String)>,
}

impl Seen {
    /// The text without what is new in each run; ids and moments are learned on the way.
    fn plain(&mut self, text: &str) -> String {
        let mut told = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(first) = rest.chars().next() {
            let length = if let Some(id) = told.ends_with('_').then(|| id(rest)).flatten() {
                let places = [
                    ("/users/user_", &mut self.people),
                    ("/roles/role_", &mut self.roles),
                    ("/audit/audit_", &mut self.entries),
                    ("/keys/key_", &mut self.keys),
                    ("/visits/visit_", &mut self.visits),
                ];
                learn(places, &told, id);
                let of_key = told.ends_with("tnt_");
                told.push_str(&self.number(id));
                let secret = of_key.then(|| nouns::secret(&rest[id.len()..]));
                id.len() + secret.unwrap_or_default()
            } else if let Some(id) = rest.get(..36).filter(|word| is_uuid(word)) {
                told.push_str(&self.number(id));
                id.len()
            } else if rest.get(..64).is_some_and(|word| word.bytes().all(is_hex)) {
                told.push_str("(hash)");
                64
            } else if let Some(moment) = rest.get(..16).filter(|word| is_number(word)) {
                learn([("/removals/", &mut self.moments)], &told, moment);
                told.push_str("(moment)");
                16
            } else if rest.get(..8).is_some_and(is_time) {
                told.push_str(&rest[..6]);
                told.push_str("(s)");
                let fraction = rest[8..].strip_prefix('.').map_or(0, |digits| {
                    let end = digits.find(|c: char| !c.is_ascii_digit());
                    1 + end.unwrap_or(digits.len())
                });
                8 + fraction
            } else {
                told.push(first);
                first.len_utf8()
            };
            rest = &rest[length..];
        }
        told
    }

    fn number(&mut self, id: &str) -> String {
        let next = self.numbers.len();
        format!("#{}", self.numbers.entry(id.to_owned()).or_insert(next))
    }
}

fn learn<const N: usize>(places: [(&str, &mut Vec<String>); N], before: &str, word: &str) {
    for (path, known) in places {
        if before.ends_with(path) {
            let kind = path.rsplit('/').next().unwrap();
            let word = format!("{kind}{word}");
            if !known.contains(&word) {
                known.push(word);
            }
        }
    }
}

fn is_hex(byte: u8) -> bool {
    matches!(byte, b'0'..=b'9' | b'a'..=b'f')
}

fn is_number(word: &str) -> bool {
    word.bytes().all(|byte| byte.is_ascii_digit())
}

/// What follows `user_`.
fn id(text: &str) -> Option<&str> {
    let word = text.get(..26)?;
    let fits = |byte: u8| byte.is_ascii_digit() || byte.is_ascii_lowercase();
    (word.starts_with('0') && word.bytes().all(fits)).then_some(word)
}

fn is_uuid(word: &str) -> bool {
    let mut bytes = word.bytes().enumerate();
    bytes.all(|(place, byte)| match place {
        8 | 13 | 18 | 23 => byte == b'-',
        _ => is_hex(byte),
    })
}

/// `14:02:11`
fn is_time(word: &str) -> bool {
    let mut bytes = word.bytes().enumerate();
    bytes.all(|(place, byte)| match place {
        2 | 5 => byte == b':',
        _ => byte.is_ascii_digit(),
    })
}

/// A tenant at its doors, with a log of what it was told.
struct Side {
    browsers: BTreeMap<&'static str, Browser>,
    visitor: Browser,
    seen: Seen,
    /// Somebody of the staff at the platform's door, who asks to come in here.
    staff: Option<Browser>,
    /// The tenant itself, as the platform names it.
    tenant: String,
    /// The keys that were shown here.
    secrets: Vec<String>,
    /// Ids of nothing here: the other tenant's.
    foreign: Vec<String>,
    foreign_imports: Vec<String>,
    log: Vec<String>,
}

type Fields<'f> = &'f [(&'f str, &'f str)];

impl Side {
    fn of(app: &App, world: World, other: World) -> Self {
        let signed_in = |name| (name, app.signed_in(world, name));
        let ids = |world: World| CAST.map(|name| world.person(name).to_string()).to_vec();
        Self {
            browsers: CAST[..6].iter().copied().map(signed_in).collect(),
            visitor: app.visitor_at(&world.host()),
            seen: Seen {
                people: ids(world),
                ..Seen::default()
            },
            staff: None,
            tenant: world.id().to_string(),
            secrets: Vec::new(),
            foreign: ids(other),
            foreign_imports: Vec::new(),
            log: Vec::new(),
        }
    }

    fn get(&mut self, who: &str, path: &str) -> Answer {
        let answer = self.browser(who).get(path);
        self.note(&format!("GET {path} as {who}"), &answer);
        answer
    }

    /// Submits a form and goes where the answer leads.
    fn post(&mut self, who: &str, path: &str, fields: Fields<'_>) {
        let answer = self.browser(who).post(path, fields);
        self.note(&format!("POST {path} {fields:?} as {who}"), &answer);
        if let Some(next) = answer.location() {
            self.get(who, &next);
        }
    }

    fn browser(&self, who: &str) -> &Browser {
        self.browsers.get(who).unwrap_or(&self.visitor)
    }

    fn note(&mut self, asked: &str, answer: &Answer) {
        let mut told = format!("{asked}\n{}\n", answer.status);
        // The server writes them in no order.
        let mut headers = answer.headers.clone();
        headers.sort();
        for (name, value) in &headers {
            let value = match name.as_str() {
                "date" | "x-request-id" | "content-length" => continue,
                // They move with the database's clock, which is nobody's here.
                "ratelimit-remaining" | "ratelimit-reset" => String::new(),
                "set-cookie" => value.split('=').next().unwrap().to_owned(),
                "access-control-expose-headers" => {
                    let mut names: Vec<&str> = value.split(", ").collect();
                    names.sort_unstable();
                    names.join(", ")
                }
                _ => value.clone(),
            };
            told.push_str(&format!("{name}: {value}\n"));
        }
        told.push_str(&answer.text());
        let mut told = told.replace(&format!(":{}", self.visitor.port), ":(port)");
        for (_, link) in &self.seen.links {
            told = told.replace(link, "(link)");
        }
        let told = self.seen.plain(&told);
        self.log.push(told);
    }

    /// One of its own ids mostly, one of the other tenant's now and then.
    fn id(&self, dice: &mut Dice, kind: &str) -> String {
        let own = match kind {
            "user" => &self.seen.people,
            "role" => &self.seen.roles,
            "key" => &self.seen.keys,
            "visit" => &self.seen.visits,
            _ => &self.seen.entries,
        };
        if own.is_empty() || dice.below(6) == 0 {
            return self.foreign(dice, kind);
        }
        dice.of(own)
    }

    /// An id of the other tenant's, or one of this kind that nothing has.
    fn foreign(&self, dice: &mut Dice, kind: &str) -> String {
        let kin = |id: &&String| id.starts_with(kind);
        let kin: Vec<String> = self.foreign.iter().filter(kin).cloned().collect();
        if kin.is_empty() {
            return dice.of(&self.foreign).replace("user_", &format!("{kind}_"));
        }
        dice.of(&kin)
    }

    fn person(&self, dice: &mut Dice) -> String {
        self.id(dice, "user")
    }

    fn role(&self, dice: &mut Dice) -> String {
        match dice.below(3) {
            0 => self.id(dice, "role"),
            _ => dice
                .of(&["member", "viewer", "analyst", "manager"])
                .to_owned(),
        }
    }

    /// Does something.
    fn act(&mut self, dice: &mut Dice) {
        let who = dice.of(&ACTORS);
        let person = format!("/users/{}", self.person(dice));
        let role = self.role(dice);
        let address = dice.of(&ADDRESSES);
        let name = dice.of(&NAMES);
        match dice.below(31) {
            // One address at a time: of two made in one instant, either may come first in a list.
            0..=2 => {
                let fields = [("addresses", address), ("role", role.as_str())];
                self.post(who, "/users/invitations", &fields);
                self.get(who, "/users?sort=created");
            }
            3 | 4 => {
                let path = format!("{person}/edit");
                let version = self.version(who, &path);
                let mut fields = vec![("version", version.as_str()), ("name", name)];
                fields.extend([("email", address), ("role", &role), ("department", "Navy")]);
                self.post(who, &path, &fields);
            }
            5 => self.post(who, &format!("{person}/role"), &[("role", &role)]),
            6 => self.post(who, &format!("{person}/suspension"), &[("reason", name)]),
            7 => self.post(who, &format!("{person}/restoration"), &[]),
            8 => self.post(who, &format!("{person}/removal"), &[]),
            9 => self.post(who, &format!("{person}/removal/undo"), &[]),
            10 => {
                let deed = dice.of(&["deactivation", "invitation", "invitation/revocation"]);
                self.post(who, &format!("{person}/{deed}"), &[]);
            }
            11 => {
                let (one, two) = (self.person(dice), self.person(dice));
                let deed = dice.of(&["role", "suspension", "restoration", "removal", "removal"]);
                let mut fields = vec![("id", one.as_str()), ("id", &two), ("sure", "1")];
                fields.push(if deed == "role" {
                    ("role", &role)
                } else {
                    ("reason", name)
                });
                self.post(who, &format!("/users/bulk/{deed}"), &fields);
                if let Some(moment) = self.seen.moments.last().filter(|_| dice.below(2) == 0) {
                    let path = format!("/users/removals/{moment}/undo");
                    self.post(who, &path, &[]);
                }
            }
            12 | 13 => {
                let fields = [("name", dice.of(&ROLE_NAMES)), ("description", name)];
                let given = ("permissions", dice.of(&PERMISSIONS));
                self.post(who, "/roles", &[fields[0], fields[1], given]);
                self.get(who, "/roles");
            }
            14 => {
                let path = format!("/roles/{}", self.id(dice, "role"));
                let version = self.version(who, &path);
                let fields = [
                    ("version", version.as_str()),
                    ("name", dice.of(&ROLE_NAMES)),
                ];
                let given = ("permissions", dice.of(&PERMISSIONS));
                self.post(who, &path, &[fields[0], fields[1], given]);
            }
            15 => {
                let path = format!("/roles/{}/removal", self.id(dice, "role"));
                self.post(who, &path, &[]);
            }
            16 => {
                let version = self.version(who, "/me");
                let fields = [("version", version.as_str()), ("name", name), ("phone", "")];
                self.post(who, "/me", &fields);
            }
            17 => {
                let sort = dice.of(&["name", "email", "created", "last_sign_in", "role"]);
                let filter = dice.of(&["search=a", "search=new.test&anywhere=1", "status=active"]);
                self.get(who, &format!("/users?{filter}&sort={sort}&page_size=10"));
                self.get(who, &format!("/users?role={role}&search={name}"));
            }
            18 => {
                let filter = dice.of(&["", "?outcome=refused", "?q=ada", "?action=user.invited"]);
                self.get(who, &format!("/audit{filter}"));
                let entry = self.id(dice, "audit");
                self.get(who, &format!("/audit/{entry}"));
            }
            19 => {
                let (path, kind) =
                    dice.of(&[("users", "user"), ("roles", "role"), ("audit", "audit")]);
                let other = self.foreign(dice, kind);
                self.get(who, &format!("/{path}/{other}"));
                let nothing = self.foreign(dice, "user");
                self.get(
                    who,
                    &format!("/audit?actor={nothing}&target=user:{nothing}"),
                );
                self.post(who, &format!("/me/sessions/{nothing}/end"), &[]);
            }
            20 => {
                let pages = ["/", "/roles", "/me", "/me/sessions", "/palette/people?q=a"];
                let files = ["/users/export.csv", "/audit.ndjson", "/audit/verification"];
                let path = dice.of(&[&pages[..], &files[..]].concat());
                self.get(who, path);
                self.get(who, &format!("{person}/activity"));
            }
            21..=29 => self.act_on_nouns(dice, who),
            _ => {
                self.post("a visitor", "/password-reset", &[("email", address)]);
                let wrong = [("email", address), ("password", "wrong-password")];
                self.post("a visitor", "/sign-in", &wrong);
            }
        }
    }

    fn version(&mut self, who: &str, path: &str) -> String {
        let form = self.get(who, path);
        form.input("version").unwrap_or_else(|| "1".to_owned())
    }
}

/// The rows of a tenant, a mark for each table, cheap enough to be looked at after every action.
struct Rows {
    places: Vec<PgConnection>,
    marks: String,
}

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    text: String,
}

impl Rows {
    fn of(app: &App) -> Self {
        let mut places = app.places();
        let marks: Line = query(
            "select string_agg(format('select %L || coalesce(md5(string_agg(t::text, ''|'' order by t::text)), '''') \
             as mark from %I.%I t where tenant_id = $1', table_schema || '.' || table_name || ' ', table_schema, \
             table_name), ' union all ') as text from information_schema.columns \
             where column_name = 'tenant_id' and table_schema in ('shared', 'node', 'catalogue')",
        )
        .get_result(&mut places[0])
        .unwrap();
        let marks = format!(
            "select string_agg(mark, E'\\n' order by mark) as text from ({}) marks",
            marks.text
        );
        Self { places, marks }
    }

    fn mark(&mut self, world: World) -> Vec<String> {
        let mut marks = Vec::new();
        for (number, place) in self.places.iter_mut().enumerate() {
            let line: Line = query(&self.marks)
                .bind::<SqlUuid, _>(world.id().uuid())
                .get_result(place)
                .unwrap();
            marks.extend(line.text.lines().map(|mark| format!("{number} {mark}")));
        }
        assert!(marks.len() > 15, "where are the tables?");
        marks
    }
}

/// Whether globex does anything while acme works.
#[derive(Clone, Copy, PartialEq)]
enum Globex {
    Asleep,
    Busy,
}

/// What acme is told when it does what the seed says, from this moment on.
fn life(seed: u64, start: DateTime<Utc>, actions: usize, globex: Globex) -> Vec<String> {
    let app = app::start_with(&[("sessions.idle", "100h"), ("sessions.absolute", "2000h")]);
    app.leaves_jobs();
    // Steps of 61 minutes, at half a minute: no "3 h ago" and no minute is near its edge, so that a slow
    // machine changes no word.
    let set = |step: usize| {
        let at = start + TimeDelta::minutes(61) * i32::try_from(step).unwrap();
        app.clock.advance(at - app.clock.now());
    };
    set(0);
    let (mut acme, mut other) = (Side::of(&app, ACME, GLOBEX), Side::of(&app, GLOBEX, ACME));
    let (mut dice, mut others_dice) = (Dice(seed), Dice(!seed));
    let mut rows = Rows::of(&app);
    for step in 1..=actions {
        set(step);
        app.run_jobs();
        acme.open_letters(&app);
        acme.staff = Some(app.staff(StaffRole::Operator));
        let told = acme.log.len();
        let theirs = rows.mark(GLOBEX);
        acme.act(&mut dice);
        let what = || format!("seed {seed}, action {step}: {}", heads(&acme.log[told..]));
        assert_eq!(rows.mark(GLOBEX), theirs, "{}", what());
        if globex == Globex::Busy {
            let own = rows.mark(ACME);
            other.open_letters(&app);
            other.staff = Some(app.staff(StaffRole::Operator));
            let known = &acme.seen;
            let foreign = [&known.people[..], &known.roles, &known.entries];
            other.foreign = [&foreign.concat()[..], &known.keys, &known.visits].concat();
            other.foreign_imports.clone_from(&known.imports);
            other.seen.moments.extend(acme.seen.moments.last().cloned());
            let told = other.log.len();
            for _ in 0..=others_dice.below(2) {
                other.act(&mut others_dice);
            }
            let what = || format!("seed {seed}, after {step}: {}", heads(&other.log[told..]));
            assert_eq!(rows.mark(ACME), own, "{}", what());
        }
    }
    // Nobody is kept apart who does nothing.
    assert!(app.audit().len() > actions / 4, "seed {seed}: acme is idle");
    let busy = app.audit_of(GLOBEX).len() > actions / 4;
    assert_eq!(busy, globex == Globex::Busy, "seed {seed}: globex");
    acme.log
}

/// What was asked and with which status it was answered.
fn heads(log: &[String]) -> String {
    let head = |told: &String| told.lines().take(2).collect::<Vec<_>>().join(" -> ");
    log.iter().map(head).collect::<Vec<_>>().join("; ")
}

fn compare(seed: u64, actions: usize) {
    let tomorrow = (Clock::default().now() + TimeDelta::days(1)).date_naive();
    let start = tomorrow.and_time(NaiveTime::from_hms_opt(9, 0, 30).unwrap());
    let alone = life(seed, start.and_utc(), actions, Globex::Asleep);
    let beside = life(seed, start.and_utc(), actions, Globex::Busy);
    for (place, (one, two)) in alone.iter().zip(&beside).enumerate() {
        if one == two {
            continue;
        }
        let mut lines = one.lines().zip(two.lines());
        let differs = lines.find(|(one, two)| one != two);
        let asked = heads(&alone[..=place]).replace("; ", "\n");
        panic!("seed {seed}: acme is told something else beside globex\n{asked}\n{differs:#?}");
    }
    assert_eq!(alone.len(), beside.len(), "seed {seed}");
    eprintln!("seed {seed}: {} answers are the same", alone.len());
}

#[test]
fn iso_03_a_tenant_is_told_the_same_whoever_else_is_busy() {
    for seed in 1..=4 {
        compare(seed, ACTIONS);
    }
}

#[test]
#[ignore = "takes many minutes: the whole measure of the catalogue, 20 seeds of 500 actions"]
fn iso_03_the_same_for_much_longer() {
    for seed in 101..=120 {
        compare(seed, 500);
    }
}
