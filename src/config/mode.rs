//! One tenant or many, and which one. What holds in the catalogue is compared with it when a process starts.

use domain::{Addresses, Mode, Slug};
use services::demo;

use super::server::Server;
use super::sheet::Sheet;
use super::sign_up::SignUp;

/// The two words.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Word {
    Multi,
    Single,
}

impl std::fmt::Display for Word {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Multi => "multi",
            Self::Single => "single",
        })
    }
}

pub(super) fn read(sheet: &mut Sheet, server: &Server, sign_up: &SignUp) -> Addresses {
    let word = sheet.value("mode", Word::Multi, |text| match text {
        "multi" => Ok(Word::Multi),
        "single" => Ok(Word::Single),
        other => Err(format!("\"{other}\" is neither multi nor single")),
    });
    let usual = sheet.demo && word == Word::Single;
    let absent = if usual { demo::ALONE } else { "none" };
    let told = sheet.optional(
        "default_tenant",
        absent,
        |text| Slug::parse(text).map_err(|error| format!("\"{text}\" is no slug: {error}")),
        ToString::to_string,
    );
    let told = told.or_else(|| Slug::parse(demo::ALONE).ok().filter(|_| usual));
    let mode = match (word, told) {
        (Word::Multi, _) => Mode::Multi,
        (Word::Single, Some(told)) => Mode::Single(told),
        (Word::Single, None) => {
            // One that was wrong is told already.
            if !sheet.is_faulty("default_tenant") {
                sheet.fault(
                    "default_tenant",
                    "is missing; with mode = \"single\" it names the one tenant, by its slug, like acme",
                );
            }
            Mode::Multi
        }
    };
    if word == Word::Single && sign_up.is_enabled() {
        sheet.fault(
            "sign_up.enabled",
            "is yes, and with mode = \"single\" there is no room for another tenant; one of the two has to go",
        );
    }
    Addresses {
        base_domain: server.base_domain.clone(),
        mode,
    }
}
