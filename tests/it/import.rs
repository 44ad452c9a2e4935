//! Importing and exporting people by the front door.

use crate::support::app;

#[test]
fn inp_13_a_dry_run_tells_each_wrong_line_and_nobody_is_invited() {
    let app = app::start();
    let admin = app.admin();
    let file = "\u{feff}email;name;role\r\na@new.test;Ada;member\r\nbad;=Mia;boss\r\n";
    let run = admin
        .ask("POST", "/users/import")
        .upload(&[], ("file", "people.csv", file.as_bytes()))
        .send()
        .expect(303);
    let page = admin
        .follow(&run)
        .expect(200)
        .shows("1 line is wrong")
        .shows("There is no role “boss”.");
    assert!(page.has("<td class=\"num\">3</td>"));
    let report = run.location().unwrap();
    let wrong = admin
        .get(&format!("{report}/bad-lines.csv"))
        .expect(200)
        .text();
    assert!(
        wrong.starts_with("email,name,role,problem\r\nbad,'=Mia,boss,Line 3: "),
        "{wrong}"
    );
    admin.post(&report, &[]).expect(409);
    assert_eq!(app.count("shared.users where email like '%@new.test'"), 0);
    app.owner().get(&report).expect(404);
}

#[test]
fn inp_13_a_right_file_invites_all_of_it_once() {
    let app = app::start();
    let admin = app.admin();
    let file = "email,name,role,department\na@new.test,Ada,member,=Sales\nb@new.test,,viewer,\n";
    let run = admin
        .ask("POST", "/users/import")
        .upload(&[], ("file", "people.csv", file.as_bytes()))
        .send()
        .expect(303);
    let report = run.location().unwrap();
    admin
        .follow(&run)
        .expect(200)
        .shows("Every line is right.")
        .shows("Send the invitations");
    admin.post(&report, &[]).leads_to("/users?status=invited");
    admin.post(&report, &[]).expect(404);
    app.run_jobs();
    assert_eq!(
        app.count("shared.users where email like '%@new.test' and status = 'invited'"),
        2
    );
    let export = admin
        .get("/users/export.csv?status=invited&search=ada")
        .expect(200);
    assert!(
        export
            .text()
            .contains("a@new.test,Ada,Member,invited,'=Sales,"),
        "{}",
        export.text()
    );
    assert!(
        export
            .header("content-disposition")
            .unwrap()
            .contains("acme-people-")
    );
    assert!(!export.text().contains("b@new.test"));
}

#[test]
fn inp_13_what_cannot_be_read_is_told_beside_the_field() {
    let app = app::start();
    let admin = app.admin();
    let upload = |bytes: &[u8]| {
        admin
            .ask("POST", "/users/import")
            .upload(&[], ("file", "p.csv", bytes))
            .send()
    };
    upload(b"").expect(422).shows("The file is empty.");
    upload(b"\xff\xfee\0").expect(422).shows("UTF-16");
    upload(b"email\nZo\xeb@x.test\n")
        .expect(422)
        .shows("Line 2 is not UTF-8");
    upload(b"email\n\0\n").expect(422).shows("NUL");
    upload(b"name\nAda\n").expect(422).shows("names no column");
    upload(b"email,colour\na@x.test,red\n")
        .expect(422)
        .shows("colour");
    upload("email\n".repeat(1_000_000).as_bytes())
        .expect(413)
        .shows("larger than 5 MB");
    admin
        .ask("POST", "/users/import")
        .upload(&[], ("other", "p.csv", b"email\n"))
        .send()
        .expect(400);
    assert_eq!(app.count("shared.imports"), 0);
}
