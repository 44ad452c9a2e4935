//! Keys of the cast, and a program that asks with one.

use domain::permission::{ManageKeys, Permission};
use domain::staff::ManagePlatformKeys;
use domain::{ApiKey, Permissions, StaffPermissions};
use serde_json::Value as Json;
use services::{Credential, StaffCredential, VerbError, keys, platform_keys};

use super::app::App;
use super::cast::{self, World};
use super::client::{Answer, Browser};

/// A program with a key, or without one.
pub(crate) struct Program {
    pub(crate) browser: Browser,
    pub(crate) key: Option<String>,
}

impl App {
    /// A key of this tenant that may do this, made by nobody whose rights bound it.
    pub(crate) fn key(&self, world: World, permissions: &[Permission]) -> ApiKey {
        let scope = self
            .inner()
            .store
            .resolve_tenant(world.id())
            .unwrap()
            .unwrap()
            .scope;
        let wish = keys::Wish {
            name: "Test key".to_owned(),
            permissions: Permissions::of(permissions),
            lives: None,
        };
        self.inner()
            .store
            .tenant::<ManageKeys, _, VerbError>(
                &scope,
                Credential::System("test"),
                &cast::asked(self.clock.now()),
                |tx| keys::create(tx, &wish),
            )
            .unwrap()
            .key
    }

    /// A program with a key that this person made on the page, with these of their rights.
    pub(crate) fn program_of(&self, person: &Browser, permissions: &Permissions) -> Program {
        let mut form: Vec<(&str, &str)> = permissions
            .iter()
            .map(|one| ("permissions", one.key()))
            .collect();
        form.push(("name", "Test key"));
        let made = person.post("/keys", &form).expect(303);
        let page = person.follow(&made).text();
        let mut keys = page.split("data-copy=\"").skip(1);
        let key = keys.find_map(|rest| {
            rest.split('"')
                .next()
                .filter(|text| text.starts_with("tnt_"))
        });
        self.program_at("localhost", key)
    }

    /// A key of the platform that may do this.
    pub(crate) fn platform_key(&self, permissions: StaffPermissions) -> ApiKey {
        let wish = platform_keys::Wish {
            name: "Test key".to_owned(),
            permissions,
            lives: None,
        };
        self.inner()
            .store
            .staff::<ManagePlatformKeys, _, VerbError>(
                StaffCredential::System("test"),
                &cast::asked(self.clock.now()),
                |tx| platform_keys::create(tx, &wish),
            )
            .unwrap()
            .key
    }

    /// A program at the API's own name, with this key.
    pub(crate) fn program(&self, key: &ApiKey) -> Program {
        self.program_at("localhost", Some(key.reveal()))
    }

    /// A program at any host.
    pub(crate) fn program_at(&self, host: &str, key: Option<&str>) -> Program {
        Program {
            browser: self.visitor_at(host),
            key: key.map(ToOwned::to_owned),
        }
    }
}

impl Program {
    pub(crate) fn get(&self, path: &str) -> Answer {
        self.ask("GET", path, &[], None)
    }

    pub(crate) fn send(&self, method: &str, path: &str, body: &Json) -> Answer {
        self.ask(method, path, &[], Some(body.to_string().as_bytes()))
    }

    /// With headers and a body of JSON.
    pub(crate) fn ask(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<&[u8]>,
    ) -> Answer {
        let path = format!("/api/v1{path}");
        let mut ask = self.browser.ask(method, &path);
        if let Some(key) = &self.key {
            ask = ask.header("Authorization", &format!("Bearer {key}"));
        }
        for (name, value) in headers {
            ask = ask.header(name, value);
        }
        if let Some(body) = body {
            ask = ask.body("application/json", body);
        }
        ask.send()
    }
}

impl Answer {
    /// The body as JSON.
    pub(crate) fn json(&self) -> Json {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {self}"))
    }

    /// The error's code.
    pub(crate) fn code(&self) -> String {
        let json = self.json();
        json["error"]["code"]
            .as_str()
            .unwrap_or_default()
            .to_owned()
    }
}

impl App {
    /// Puts a tenant into a state, as the platform would.
    pub(crate) fn set_status(&self, slug: &str, status: &str) {
        use diesel::RunQueryDsl;
        super::postgres::query("update catalogue.tenants set status = $1 where slug = $2")
            .bind::<diesel::sql_types::Text, _>(status)
            .bind::<diesel::sql_types::Text, _>(slug)
            .execute(&mut self.sql())
            .unwrap();
        self.inner().directory.forget();
    }
}
