//! `tenantry mode`: one tenant or many. It says which holds, what would change, and turns one into the other in place.

use clap::{Args, Subcommand};
use domain::staff::ManageTenants;
use serde_json::{Value as Json, json};
use services::letters::Links;
use services::mode::{self, Conversion, Earnest, Standing};

use super::Exit;
use super::desk::{self, Desk};
use super::talk::Talk;
use super::trouble::Trouble;
use crate::config::Config;
use crate::worker::scheme;

/// Which mode holds, or which is to hold.
#[derive(Debug, Args)]
pub(super) struct Asked {
    #[command(flatten)]
    talk: Talk,
    #[command(subcommand)]
    to: Option<To>,
}

#[derive(Debug, Subcommand)]
enum To {
    /// Room for any number of tenants, each at a name of its own below the base domain
    Multi {
        /// Check and say what would change, and change nothing
        #[arg(long)]
        dry_run: bool,
    },
    /// One tenant, at the base domain itself
    Single {
        /// Its slug, to be sure that it is the one
        #[arg(long, value_name = "SLUG")]
        tenant: Option<String>,
        /// Check and say what would change, and change nothing
        #[arg(long)]
        dry_run: bool,
    },
}

pub(super) fn run(config: &Config, asked: &Asked) -> Exit {
    desk::in_any_mode(config, |desk| match &asked.to {
        None => shown(desk, asked.talk),
        Some(to) => turned(desk, asked.talk, to),
    })
}

fn shown(desk: &Desk<'_>, talk: Talk) -> Result<Exit, Trouble> {
    let addresses = &desk.config.addresses;
    let base = &addresses.base_domain;
    let (standing, agrees) = desk.store.platform(desk.now, |tx| {
        let agrees = mode::compare(tx, addresses)?;
        Ok::<_, services::StoreError>((mode::standing(tx, base)?, agrees))
    })?;
    let (word, tenant, told) = match &standing {
        Standing::Single(tenant) => {
            let told = format!("{} is at {}.", tenant.name, address(desk, base));
            ("single", Some(tenant), told)
        }
        Standing::Multi { former: None } => {
            let below = address(desk, &addresses.below("NAME"));
            ("multi", None, format!("Tenants are at {below}."))
        }
        Standing::Multi { former: Some(one) } => {
            let below = address(desk, &addresses.below(&one.slug));
            let told = format!("{base} leads to {}, at {below}.", one.name);
            ("multi", None, told)
        }
    };
    let disagreement = agrees.err().map(|error| error.to_string());
    let json = json!({
        "mode": word,
        "tenant": tenant.map(|tenant| &tenant.slug),
        "configured": addresses.mode.as_str(),
        "disagreement": disagreement,
    });
    talk.done(&format!("{word}: {told}"), &json)?;
    match disagreement {
        None => Ok(Exit::Done),
        Some(words) => Err(Trouble::new(Exit::Config, words)),
    }
}

fn turned(desk: &Desk<'_>, talk: Talk, to: &To) -> Result<Exit, Trouble> {
    let rehearsed = convert(desk, to, Earnest::Rehearsed)?;
    if to.is_dry() {
        let words = format!("{}\nNothing was changed.", would(desk, to, &rehearsed));
        return talk.done(&words, &json(to, &rehearsed));
    }
    if !talk.yes {
        eprintln!("{}", would(desk, to, &rehearsed));
    }
    talk.confirm(&format!("Turn to {} mode?", to.word()))?;
    let done = convert(desk, to, Earnest::Done)?;
    let words = would(desk, to, &done);
    talk.done(&format!("{words}\nDone."), &json(to, &done))
}

fn convert(desk: &Desk<'_>, to: &To, earnest: Earnest) -> Result<Conversion, Trouble> {
    let base = desk.config.addresses.base_domain.as_str();
    desk.platform::<ManageTenants, _>(|tx| match to {
        To::Multi { .. } => mode::to_multi(tx, base, earnest),
        To::Single { tenant, .. } => mode::to_single(tx, tenant.as_deref(), base, earnest),
    })
}

/// What a person has to know before and after: addresses, sign-ins, links, settings.
fn would(desk: &Desk<'_>, to: &To, conversion: &Conversion) -> String {
    let Conversion {
        tenant,
        from,
        to: host,
    } = conversion;
    let settings = match to {
        To::Multi { .. } => "mode = \"multi\"".to_owned(),
        To::Single { .. } => format!("mode = \"single\" and default_tenant = \"{}\"", tenant.slug),
    };
    [
        format!("{} moves from {} to {}.", tenant.name, address(desk, from), address(desk, host)),
        format!("Everybody of {} signs in again there, and visits of support are entered again: sessions are bound to a host. Staff at {} stay signed in.", tenant.name, desk.config.platform.host),
        format!("Pages at {from} lead there, so links in letters under way and bookmarks still work. API keys stay; programs ask at the new address."),
        "No row of the tenant is changed.".to_owned(),
        format!("Every process needs {settings}: put it into the configuration first. One that was told otherwise ends now (75), and starts again only with these."),
    ]
    .join("\n")
}

fn json(to: &To, conversion: &Conversion) -> Json {
    json!({
        "mode": to.word(),
        "tenant": conversion.tenant.slug,
        "from": conversion.from,
        "to": conversion.to,
        "dry_run": to.is_dry(),
    })
}

fn address(desk: &Desk<'_>, host: &str) -> String {
    let config = desk.config;
    let links = Links::of_platform(host, scheme(config), config.server.public_port);
    links.to("/").trim_end_matches('/').to_owned()
}

impl To {
    const fn word(&self) -> &'static str {
        match self {
            Self::Multi { .. } => "multi",
            Self::Single { .. } => "single",
        }
    }

    const fn is_dry(&self) -> bool {
        match self {
            Self::Multi { dry_run } | Self::Single { dry_run, .. } => *dry_run,
        }
    }
}
