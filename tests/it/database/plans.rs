//! What the planner makes of a tenant's wall: the order of an index is kept, and a plan that was made once serves every tenant.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};

use crate::support::app;
use crate::support::cast::ACME;
use crate::support::postgres::{entry, query};

/// The first page of people, as the product asks for it.
const LIST: &str = "select id, name from users where tenant_id = $1 and status <> 'removed' \
     order by last_sign_in_at desc nulls last, id limit 25";

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text, column_name = "QUERY PLAN")]
    plan: String,
}

#[derive(QueryableByName)]
struct Kept {
    #[diesel(sql_type = BigInt)]
    generic_plans: i64,
}

#[test]
fn the_wall_leaves_a_list_its_index_and_its_plan() {
    let mut app = app::start();
    app.allow_any_statement();
    let users = app.table(ACME, "users");
    let tenant = ACME.id().uuid();
    app.sql()
        .batch_execute(&format!(
            "insert into {users} (tenant_id, id, email, email_folded, name, name_folded, status, role, last_sign_in_at, created_at, updated_at)
             select '{tenant}', gen_random_uuid(), 'p' || n || '@x.example', 'p' || n || '@x.example', 'P ' || n, 'p ' || n, 'active', 'member',
                    now() - n * interval '1 minute', now(), now()
             from generate_series(1, 3000) n;
             analyze {users}"
        ))
        .unwrap();
    let mut login = app.sql_as(services::boot::APP_LOGIN);
    login
        .batch_execute(&format!(
            "begin; {}; prepare list as {LIST}",
            entry(ACME.id())
        ))
        .unwrap();
    for mode in ["force_generic_plan", "force_custom_plan"] {
        login
            .batch_execute(&format!("set local plan_cache_mode = {mode}"))
            .unwrap();
        let explain = format!("explain (costs off) execute list ('{tenant}')");
        let lines: Vec<Line> = query(&explain).load(&mut login).unwrap();
        let plan: Vec<String> = lines.into_iter().map(|line| line.plan).collect();
        let plan = plan.join("\n");
        // The proof stands before the rows, so that it is asked for whether there are any or not.
        for part in ["One-Time Filter", "users_last_sign_in", "COALESCE"] {
            assert!(plan.contains(part), "{mode}: no {part} in\n{plan}");
        }
        assert!(!plan.contains("Sort"), "{mode}:\n{plan}");
    }
    login
        .batch_execute("set local plan_cache_mode = auto")
        .unwrap();
    for _ in 0..8 {
        login
            .batch_execute(&format!("execute list ('{tenant}')"))
            .unwrap();
    }
    let kept: Kept = query("select generic_plans from pg_prepared_statements where name = 'list'")
        .get_result(&mut login)
        .unwrap();
    assert!(kept.generic_plans > 0, "it is planned anew each time");
}
