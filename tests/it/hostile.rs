//! ISO-11: SQL that somebody slips into a tenant's transaction reaches that tenant and no other, whatever it sets, calls or
//! becomes. It runs here as the product's own login, after the product's own entry, in the protocol that takes several
//! statements at once.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::{Nullable, Text};
use domain::TenantId;
use services::boot;

use crate::isolation::digest;
use crate::support::app;
use crate::support::cast::{ACME, GLOBEX};
use crate::support::postgres::{context_key, entry, query, superuser_url};

#[derive(QueryableByName)]
struct Told {
    #[diesel(sql_type = Nullable<Text>)]
    text: Option<String>,
}

/// Asked after each of the deeds. `{b}` is the other tenant, `{theirs}` its people, `{own}` the attacker's table of people.
const ASKS: &[&str] = &[
    "select string_agg(tenant_id::text, ' ') as text from {theirs}",
    "select string_agg(tenant_id::text, ' ') as text from {own}",
    "select string_agg(tenant_id::text, ' ') as text from {theirs} where tenant_id = '{b}'",
    "select query_to_xml('select tenant_id from {theirs}', false, false, '')::text as text",
    "select app.own_rows(1000)::text as text from (select set_config('search_path', '{schema}', true)) s",
];

const DEEDS: &[&str] = &[
    "select 1",
    // The setting that says which tenant it is.
    "set local app.tenant_id = '{b}'",
    "set app.tenant_id = '{b}'",
    "select set_config('app.tenant_id', '{b}', true)",
    "update pg_settings set setting = '{b}' where name = 'app.tenant_id'",
    // The proof beside it.
    "set local app.tenant_id = '{b}'; set local app.proof = ''",
    "set local app.tenant_id = '{b}'; reset app.proof",
    "set local app.tenant_id = '{b}'; reset all",
    "set local app.tenant_id = '{b}'; set local app.proof = 'v1.9999999999.true.'",
    "set local app.tenant_id = '{b}'; set local app.proof = 'v1.9999999999.true.0000000000000000000000000000000000000000000000000000000000000000'",
    "select set_config('app.tenant_id', '{b}', true), set_config('app.proof', replace(current_setting('app.proof'), 'false', 'true'), true)",
    "select set_config('app.tenant_id', '{b}', true), set_config('app.proof', current_setting('app.proof') || '.' || current_setting('app.proof'), true)",
    "select set_config('app.tenant_id', '{b}|x', true)",
    "select set_config('app.tenant_id', '{a}|', true)",
    // The seal that an entry leaves for the walls of its own transaction.
    "set local app.tenant_id = '{b}'; set local app.sealed = 'yes'",
    "set local app.tenant_id = '{b}'; set local app.sealed = 'yes'; discard sequences",
    "select setval('app.seal', 1); set local app.tenant_id = '{b}'",
    "select nextval('app.salt'); set local app.tenant_id = '{b}'",
    "reset role; select app.admit('{b}', current_setting('app.proof'), 'portal'); set local role tnt_tenant; set local app.tenant_id = '{b}'",
    "set local timezone = '-01:00'; set local app.tenant_id = '{b}'",
    // Coming in again.
    "reset role; select app.enter_tenant('{b}', 1, current_setting('app.proof'))",
    "reset role; select app.enter_tenant('{b}', 1, '')",
    "reset role; select app.enter_tenant('{b}', 1, null)",
    "reset role; select app.enter_tenant('{b}', 1, 'v1.9999999999.false.' || encode(sha256('{b}'), 'hex'))",
    "reset role; set local role tnt_tenant; set local search_path = {schema}; set local app.tenant_id = '{b}'",
    "commit; begin; set local role tnt_tenant; set local search_path = {schema}; set local app.tenant_id = '{b}'",
    "savepoint s; set local app.tenant_id = '{b}'; release s",
    // Becoming somebody else.
    "set local role tnt_owner",
    "set local role tnt_platform",
    "set local role tnt_platform_app",
    "set local role tnt_console",
    "set session authorization default; set role postgres",
    "set session authorization tnt_owner",
    "set local row_security = off; set local app.tenant_id = '{b}'",
    // Taking the wall down.
    "alter table {theirs} disable row level security",
    "alter table {theirs} no force row level security",
    "drop policy tenant_wall on {theirs}",
    "alter policy tenant_wall on {theirs} using (true)",
    "create policy mine on {theirs} for all to tnt_tenant using (true)",
    "create or replace function app.proven_tenant_id() returns uuid language sql as $$ select '{b}'::uuid $$",
    "create function pg_temp.proven_tenant_id() returns uuid language sql as $$ select '{b}'::uuid $$",
    "create view pg_temp.people as select * from {theirs}; set local app.tenant_id = '{b}'",
    "insert into node.context_keys (mark, audience, inner_pad, outer_pad) values ('mine', 'portal', '', '')",
    "update node.placements set role_name = 'tnt_owner'",
    // Statements that began as one tenant and go on as another.
    "prepare p as select * from {theirs}; execute p; set local app.tenant_id = '{b}'; execute p",
    "declare c cursor for select * from {theirs}; fetch 1 from c; set local app.tenant_id = '{b}'; fetch all from c",
    "do $$ begin perform set_config('app.tenant_id', '{b}', true); perform 1 from {theirs}; end $$",
    // Writing as the other.
    "set local app.tenant_id = '{b}'; update {theirs} set name = 'theirs'",
    "set local app.tenant_id = '{b}'; delete from {theirs}",
    "update {own} set tenant_id = '{b}'",
    "set local app.tenant_id = '{b}'; insert into {schema}.user_words (tenant_id, user_id, word) select '{b}', id, 'x' from {theirs}",
    "set local app.tenant_id = '{b}'; insert into node.jobs (id, tenant_id, kind, payload, run_at, max_attempts, created_at) values (gen_random_uuid(), '{b}', 'letter.send', '{}', now(), 1, now())",
    // Functions that run as the owner.
    "set local app.tenant_id = '{b}'; select {schema}.append_audit(gen_random_uuid(), now(), 'system', null, 'x', 'user.created', 'user', 'success', null, 'x', null, null, null, null, null)",
    "set local app.tenant_id = '{b}'; select app.end_job(id, lease_token, 'dead', '', now()) from node.jobs",
    "select app.run_text('{schema}', 'update users set name = ''theirs''')",
    "select app.seats(array['{b}']::uuid[])",
    "call app.protect('{theirs}')",
];

/// What makes a plan read row by row, or leaves it as it is.
const PLANNERS: &[&str] = &[
    "select 1",
    "set local enable_indexscan = off; set local enable_indexonlyscan = off; set local enable_bitmapscan = off",
    "set local enable_seqscan = off; set local plan_cache_mode = force_generic_plan",
];

/// One statement that changes the setting on its way, in each of the orders in which a plan might take it.
const SWITCHES: &[&str] = &[
    "select string_agg(tenant_id::text, ' ') as text from {theirs} where tenant_id = current_setting('app.tenant_id')::uuid and set_config('app.tenant_id', '{b}', true) is not null",
    "select string_agg(tenant_id::text, ' ') as text from {theirs} where tenant_id = app.tenant_id() and set_config('app.tenant_id', '{b}', true) is not null",
    "select string_agg(t.tenant_id::text, ' ') as text from {own} o join {theirs} t on t.tenant_id = current_setting('app.tenant_id')::uuid where set_config('app.tenant_id', '{b}', true) is not null",
    "select string_agg(u.tenant_id::text, ' ') as text from (values ('{a}'), ('{b}')) v (t), lateral (select set_config('app.tenant_id', v.t, true) as s offset 0) c, lateral (select tenant_id from {theirs} where c.s is not null offset 0) u",
    "with s as materialized (select set_config('app.tenant_id', '{b}', true) as s) select string_agg(u.tenant_id::text, ' ') as text from s, {theirs} u where s.s is not null",
    "select string_agg(tenant_id::text, ' ') as text from {theirs} where set_config('app.tenant_id', '{b}', true) = '{b}'",
    "select string_agg(t, ' ') as text from (select set_config('app.tenant_id', '{b}', true), tenant_id::text as t from {own} union all select '', tenant_id::text from {theirs}) x",
    "select string_agg(x.tenant_id::text, ' ') as text from {own} o left join lateral (select t.tenant_id from {theirs} t where set_config('app.tenant_id', '{b}', true) is not null) x on true",
    "select string_agg(coalesce((select min(tenant_id::text) from {theirs} where g > 0 and set_config('app.tenant_id', case when g % 2 = 0 then '{b}' else '{a}' end, true) is not null), ''), ' ') as text from generate_series(1, 4) g",
    "select string_agg(query, ' ') as text from pg_stat_activity where query like '%{b}%' and pid <> pg_backend_pid()",
    "select string_agg(k.inner_pad::text, ' ') || '{b}' as text from node.context_keys k",
    "select '{b}' as text where app.opens('{b}', current_setting('app.proof'), 'portal')",
    "select schema_name || '{b}' as text from (select set_config('app.tenant_id', '{b}', true) offset 0) s, app.console_place() where schema_name is not null",
    "select '{b}' as text from (select set_config('app.tenant_id', '{b}', true) offset 0) s, app.own_figures()",
];

struct Stage {
    theirs: String,
    own: String,
    schema: String,
}

impl Stage {
    fn fill(&self, text: &str) -> String {
        text.replace("{theirs}", &self.theirs)
            .replace("{own}", &self.own)
            .replace("{schema}", &self.schema)
            .replace("{a}", &ACME.id().uuid().to_string())
            .replace("{b}", &GLOBEX.id().uuid().to_string())
    }
}

#[test]
fn iso_11_hostile_sql_in_a_tenants_transaction_reaches_no_other_tenant() {
    let mut app = app::start();
    app.allow_any_statement();
    let theirs = app.table(GLOBEX, "users");
    let stage = Stage {
        schema: theirs.split('.').next().unwrap().to_owned(),
        own: app.table(ACME, "users"),
        theirs,
    };
    let before = digest(&app, GLOBEX);
    let mut tried = 0;
    let mut attack = |deed: &str, ask: &str| {
        let mut login = app.login_of(ACME, boot::APP_LOGIN);
        login
            .batch_execute(&format!("begin; {}", entry(ACME.id())))
            .unwrap();
        // Refused or not: what counts is what can be seen and done after it.
        let _ = login.batch_execute(&stage.fill(deed));
        let told = query(&stage.fill(ask)).get_result::<Told>(&mut login);
        if let Ok(Told { text: Some(text) }) = told {
            let other = GLOBEX.id().uuid().to_string();
            assert!(!text.contains(&other), "{deed}: {ask}: {text}");
        }
        let _ = login.batch_execute("commit");
        tried += 1;
    };
    for deed in DEEDS {
        for ask in ASKS {
            attack(deed, ask);
        }
    }
    for planner in PLANNERS {
        for switch in SWITCHES {
            attack(planner, switch);
        }
    }
    assert!(tried > 200, "{tried}");
    assert_eq!(
        digest(&app, GLOBEX),
        before,
        "something of theirs was changed"
    );
}

/// That the attacks above are none of a blind man: the same questions, in the other tenant, are answered.
#[test]
fn iso_11_the_same_questions_in_the_tenant_itself_are_answered() {
    let mut app = app::start();
    app.allow_any_statement();
    let stage = Stage {
        schema: String::new(),
        own: app.table(GLOBEX, "users"),
        theirs: app.table(GLOBEX, "users"),
    };
    let mut login = app.login_of(GLOBEX, boot::APP_LOGIN);
    login
        .batch_execute(&format!("begin; {}", entry(GLOBEX.id())))
        .unwrap();
    for ask in ASKS.iter().take(4) {
        let told: Told = query(&stage.fill(ask)).get_result(&mut login).unwrap();
        let text = told.text.unwrap_or_default();
        assert!(text.contains(&GLOBEX.id().uuid().to_string()), "{ask}");
    }
}

/// Who looks at another tenant's table without a proof is told the same, whether what they guess is there or not.
#[test]
fn iso_11_a_look_without_a_proof_tells_nothing_of_what_is_there() {
    let mut app = app::start();
    app.allow_any_statement();
    let (theirs, b) = (app.table(GLOBEX, "users"), GLOBEX.id().uuid());
    let (there, nowhere) = (GLOBEX.person("owner").uuid(), ACME.person("owner").uuid());
    let known = GLOBEX.email("owner");
    let told = |deed: &str, rest: &str| {
        let mut login = app.login_of(ACME, boot::APP_LOGIN);
        login
            .batch_execute(&format!("begin; {}; {deed}", entry(ACME.id())))
            .unwrap();
        let ask = format!("select id::text as text from {theirs} {rest}");
        let told = query(&ask).load::<Told>(&mut login);
        told.map(|rows| rows.len())
            .map_err(|error| error.to_string())
    };
    for planner in PLANNERS {
        for (deed, of_both) in [
            (format!("{planner}; set local app.tenant_id = '{b}'"), None),
            ((*planner).to_owned(), Some(0)),
        ] {
            let mut answers = Vec::new();
            for guess in [
                format!("where tenant_id = '{b}'"),
                format!("where tenant_id = '{b}' and id = '{there}'"),
                format!("where tenant_id = '{b}' and id = '{nowhere}'"),
                format!("where id = '{there}'"),
                format!("where id = '{}'", uuid::Uuid::nil()),
                format!(
                    "where tenant_id = '{b}' and email_folded = '{known}' and status <> 'removed'"
                ),
                format!(
                    "where tenant_id = '{b}' and email_folded = 'nobody' and status <> 'removed'"
                ),
            ] {
                answers.push(told(&deed, &guess));
            }
            match of_both {
                None => assert!(
                    answers.iter().all(|answer| answer
                        .as_ref()
                        .is_err_and(|error| error.contains("not proven"))),
                    "{deed}: {answers:?}"
                ),
                Some(rows) => assert!(
                    answers.iter().all(|answer| *answer == Ok(rows)),
                    "{deed}: {answers:?}"
                ),
            }
        }
    }
}

/// What an entry leaves behind in the session opens nothing once its transaction is over.
#[test]
fn a_seal_is_for_its_own_transaction() {
    let mut app = app::start();
    app.allow_any_statement();
    let own = app.table(ACME, "users");
    let mut login = app.login_of(ACME, boot::APP_LOGIN);
    login
        .batch_execute(&format!("begin; {}; commit", entry(ACME.id())))
        .unwrap();
    let told = login.batch_execute(&format!(
        "begin; set local role tnt_tenant; set local app.tenant_id = '{}'; set local app.sealed = 'yes'; select id from {own}",
        ACME.id().uuid()
    ));
    let error = told.unwrap_err().to_string();
    assert!(error.contains("not proven"), "{error}");
}

/// A transaction that only reads leaves no seal, and its walls ask for the proof itself.
#[test]
fn a_transaction_that_only_reads_is_entered_too() {
    let app = app::start();
    let own = app.table(ACME, "users");
    let mut login = app.login_of(ACME, boot::APP_LOGIN);
    login
        .batch_execute(&format!(
            "begin read only; {}; select id from {own} where tenant_id = '{}'; commit",
            entry(ACME.id()),
            ACME.id().uuid()
        ))
        .unwrap();
}

#[test]
fn a_proof_is_for_one_tenant_and_a_while_and_says_whether_it_opens_a_closed_one() {
    let app = app::start();
    let mut login = app.login_of(ACME, boot::APP_LOGIN);
    let mut enter = |tenant: TenantId, proof: &str| {
        let outcome = login.batch_execute(&format!(
            "begin; select app.enter_tenant('{}', 1, '{proof}')",
            tenant.uuid()
        ));
        let _ = login.batch_execute("rollback");
        outcome.map_err(|error| error.to_string())
    };
    let (acme, globex, key) = (ACME.id(), GLOBEX.id(), context_key());
    assert_eq!(enter(acme, &key.proof(acme, false)), Ok(()));
    let of_another = enter(globex, &key.proof(acme, false)).unwrap_err();
    assert!(of_another.contains("not proven"), "{of_another}");
    let old = enter(acme, &key.proof_until(acme, 1_700_000_000, false)).unwrap_err();
    assert!(old.contains("has ended"), "{old}");
    let ends_later = key.proof(acme, false).replacen("v1.1", "v1.9", 1);
    assert!(enter(acme, &ends_later).unwrap_err().contains("not proven"));
    query("update node.placements set closed = true where tenant_id = $1")
        .bind::<diesel::sql_types::Uuid, _>(acme.uuid())
        .execute(&mut app.sql_of(ACME))
        .unwrap();
    let closed = enter(acme, &key.proof(acme, false)).unwrap_err();
    assert!(closed.contains("the tenant is closed"), "{closed}");
    assert_eq!(enter(acme, &key.proof(acme, true)), Ok(()));
    let pretends = key.proof(acme, false).replace("false", "true");
    assert!(enter(acme, &pretends).unwrap_err().contains("not proven"));
}

#[test]
fn two_keys_hold_and_a_third_ends_the_first() {
    let app = app::start();
    let owner = superuser_url(app.database());
    let (first, tenant) = (context_key(), ACME.id());
    let keys: Vec<_> = ["second", "third"]
        .map(|secret| services::ContextKey::of(secret.as_bytes()))
        .into();
    let opens = |key: &services::ContextKey| {
        let mut login = app.login_of(ACME, boot::APP_LOGIN);
        login
            .batch_execute(&format!(
                "begin; select app.enter_tenant('{}', 1, '{}')",
                tenant.uuid(),
                key.proof(tenant, false)
            ))
            .is_ok()
    };
    assert!(opens(&first) && !opens(&keys[0]));
    boot::give_key(&owner, &keys[0], false).unwrap();
    assert!(opens(&first) && opens(&keys[0]));
    let check = |key| {
        boot::check(
            &app.url_as(boot::APP_LOGIN),
            &app.url_as(boot::PLATFORM_LOGIN),
            key,
        )
        .unwrap()
    };
    assert_eq!(check(&first), Ok(()));
    boot::give_key(&owner, &keys[1], false).unwrap();
    assert!(!opens(&first) && opens(&keys[0]) && opens(&keys[1]));
    assert_eq!(check(&first), Err(boot::Refusal::UnknownKey));
    boot::give_key(&owner, &keys[0], true).unwrap();
    assert!(opens(&keys[0]) && !opens(&keys[1]));
}
