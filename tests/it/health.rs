//! What a load balancer and a stranger see first.

use crate::support::app;

#[test]
fn ovl_09_the_process_says_whether_it_lives_and_whether_it_may_be_sent_requests() {
    let app = app::start();
    for path in ["/livez", "/readyz"] {
        app.visitor().get(path).expect(200).shows("ok");
    }
}

#[test]
fn an_unknown_host_is_told_nothing() {
    let app = app::start();
    let answer = app
        .visitor_at("nobody.localhost")
        .get("/sign-in")
        .expect(404);
    answer.shows("Nothing here").hides("acme");
}
