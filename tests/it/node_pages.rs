//! The pages of servers, with the one that every installation has: what they say, who may do what, what a form gives back.

use domain::StaffRole;

use crate::support::app;

const BAD: &str = "postgresql://owner:copper-lantern@127.0.0.1:1/postgres?sslmode=require";

#[test]
fn the_first_server_is_shown_and_another_is_offered() {
    let app = app::start();
    let (owner, analyst) = (app.staff(StaffRole::Owner), app.staff(StaffRole::Analyst));
    owner
        .get("/nodes")
        .expect(200)
        .shows("With the catalogue")
        .shows("One server holds everything")
        .shows("/nodes/new");
    owner
        .get("/nodes/main")
        .expect(200)
        .shows("Close to newcomers")
        .shows("/nodes/main/room")
        .hides("/nodes/main/removal")
        .hides("/nodes/main/address")
        .hides("/nodes/main/password");
    analyst
        .get("/nodes")
        .expect(200)
        .shows("main")
        .hides("/nodes/new");
    analyst
        .get("/nodes/main")
        .expect(200)
        .hides("Close to newcomers");
    owner.get("/nodes/eu-9").expect(404);
    for path in ["address", "removal", "password"] {
        let path = format!("/nodes/main/{path}");
        owner.get(&path).expect(409);
        let form: &[(&str, &str)] = match path.ends_with("address") {
            true => &[("address", BAD)],
            false => &[],
        };
        owner.post(&path, form).expect(409);
    }
}

#[test]
fn an_address_comes_back_without_its_password() {
    let app = app::start();
    let owner = app.staff(StaffRole::Owner);
    let bad = [("name", "EU 2"), ("address", BAD), ("room", "many")];
    owner
        .post("/nodes", &bad)
        .expect(422)
        .shows("small letters")
        .shows("Choose 0 to 10000 databases")
        .shows("Type the password again")
        .shows("postgresql://owner@127.0.0.1:1/postgres?sslmode=require")
        .hides("lantern");
    let away = [("name", "eu-2"), ("address", BAD), ("room", "")];
    owner
        .post("/nodes", &away)
        .expect(422)
        .shows("It does not answer")
        .hides("lantern");
    let taken = [("name", "main"), ("address", BAD), ("room", "")];
    let taken = owner.post("/nodes", &taken).expect(422);
    taken.shows("Another server has this name.");
    // Nobody is called at an address before it is known who asks.
    app.staff(StaffRole::Analyst)
        .post("/nodes", &away)
        .expect(403);
    assert_eq!(app.count("catalogue.nodes"), 1);
}

#[test]
fn the_first_server_is_closed_given_room_and_opened() {
    let app = app::start();
    let owner = app.staff(StaffRole::Owner);
    owner
        .post("/nodes/main/room", &[("room", "-1")])
        .expect(422)
        .shows("Choose 0 to");
    owner
        .post("/nodes/main/room", &[("room", "40")])
        .leads_to("/nodes/main");
    owner.get("/nodes").expect(200).shows("0 of 40");
    owner
        .post("/nodes/main/cordon", &[])
        .leads_to("/nodes/main");
    owner
        .get("/nodes/main")
        .expect(200)
        .shows("Closed to newcomers");
    owner
        .get("/nodes/main/drain")
        .expect(200)
        .shows("No other server takes databases.");
    owner.post("/nodes/main/drain", &[]).expect(409);
    owner
        .post("/nodes/main/opening", &[])
        .leads_to("/nodes/main");
    owner.post("/nodes/main/test", &[]).leads_to("/nodes/main");
    owner
        .get("/nodes/main")
        .expect(200)
        .shows("main answers")
        .shows("PostgreSQL");
    owner
        .post("/nodes/main/preparation", &[])
        .expect(409)
        .shows("main is ready.");
}
