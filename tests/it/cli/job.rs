//! The queue from the command line.

use diesel::connection::SimpleConnection;

use crate::support::app;
use crate::support::cast::ACME;

#[test]
fn what_was_given_up_is_shown_tried_again_and_dropped() {
    let app = app::start();
    app.visitor()
        .post("/password-reset", &[("email", &ACME.email("member"))])
        .expect(200);
    let queued = app
        .tenantry(&["job", "list", "--state", "queued", "--json"])
        .ends(0)
        .json();
    let job = &queued["jobs"][0];
    assert_eq!(job["kind"], "password_reset.issue", "{queued}");
    assert_eq!(job["tenant_id"], ACME.id().to_string());
    assert!(
        !queued.to_string().contains(&ACME.email("member")),
        "never what is in it: {queued}"
    );
    let id = job["id"].as_str().unwrap().to_owned();
    app.sql()
        .batch_execute(
            "update node.jobs set state = 'dead', finished_at = now(), last_error = 'planted'",
        )
        .unwrap();
    let dead = app.tenantry(&["job", "list"]).ends(0);
    assert!(
        dead.line(&id).contains("Acme") && dead.out.contains("planted"),
        "{}",
        dead.out
    );
    assert!(
        app.tenantry(&["job", "show", &id])
            .ends(0)
            .line("Why")
            .contains("planted")
    );
    app.tenantry(&["job", "retry", &id]).ends(0);
    app.tenantry(&["job", "drop", &id]).ends(64);
    app.tenantry(&["job", "drop", &id, "--yes"]).ends(0);
    while app.run_jobs() > 0 {}
    assert!(app.letters().is_empty(), "it was dropped");
    app.tenantry(&["job", "show", "job_nonsense"]).ends(64);
    app.tenantry(&["job", "retry", "job_01h455vb4pex5vsknk084sn02q"])
        .ends(66);
}
