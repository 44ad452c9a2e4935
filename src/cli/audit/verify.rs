//! Reads the chains of the platform and all tenants, or one of them, and says which entry is wrong. It changes nothing, and works
//! beside a running server.

use std::time::Duration;

use domain::permission::System;
use domain::staff::ReadPlatformAudit;
use serde_json::{Value as Json, json};
use services::TenantEntry;
use services::audit::log::{self, Anchor, Proof};
use services::platform_audit;

use super::Which;
use crate::cli::Exit;
use crate::cli::desk::{self, Desk};
use crate::cli::talk::Talk;
use crate::cli::trouble::Trouble;
use crate::config::Config;

/// How long reading one chain may take: one of millions takes minutes, and nobody waits for a page here.
const PATIENCE: Duration = Duration::from_secs(3600);

pub(super) fn run(config: &Config, talk: Talk, which: Which<'_>, anchor: Option<&Anchor>) -> Exit {
    let mut patient = config.clone();
    patient.database.statement_timeout = Some(PATIENCE);
    desk::at(&patient, |desk| {
        let proofs = match which {
            Which::Tenant(name) => vec![prove(desk, &desk.tenant(name)?, anchor)?],
            Which::Platform => vec![platforms(desk, anchor)?],
            Which::All if anchor.is_some() => {
                return Err(Trouble::usage(
                    "an anchor is of one chain: say --tenant or --platform",
                ));
            }
            Which::All => all(desk, talk)?,
        };
        let holds = proofs
            .iter()
            .all(|(_, proof)| proof.verdict.reason.is_none());
        let rows: Vec<_> = proofs
            .iter()
            .map(|(slug, proof)| row(slug, proof))
            .collect();
        let chains: Vec<_> = proofs
            .iter()
            .map(|(slug, proof)| told(slug, proof))
            .collect();
        let head = ["log", "holds", "entries", "end, or what is wrong"];
        talk.list(&head, rows, &json!({ "chains": chains }))?;
        Ok(if holds { Exit::Done } else { Exit::Disproved })
    })
}

fn all(desk: &Desk<'_>, talk: Talk) -> Result<Vec<(String, Proof)>, Trouble> {
    let ids = desk.store.platform(desk.now, |tx| tx.tenant_ids())?;
    let bar = talk.bar(u64::try_from(ids.len()).unwrap_or(0), "tenants");
    let mut proofs = vec![platforms(desk, None)?];
    for id in ids {
        if let Some(tenant) = desk.store.resolve_tenant(id)? {
            bar.set_message(tenant.slug.clone());
            proofs.push(prove(desk, &tenant, None)?);
        }
        bar.inc(1);
    }
    bar.finish_and_clear();
    Ok(proofs)
}

fn platforms(desk: &Desk<'_>, anchor: Option<&Anchor>) -> Result<(String, Proof), Trouble> {
    let verify = platform_audit::log::verify::<ReadPlatformAudit>;
    let proof = desk.platform(|tx| Ok(verify(tx, anchor)?))?;
    // No tenant's slug has a blank in it.
    Ok(("the platform".to_owned(), proof))
}

fn prove(
    desk: &Desk<'_>,
    tenant: &TenantEntry,
    anchor: Option<&Anchor>,
) -> Result<(String, Proof), Trouble> {
    let proof = desk.within::<System, _>(tenant, |tx| Ok(log::verify(tx, anchor)?))?;
    Ok((tenant.slug.clone(), proof))
}

fn row(slug: &str, proof: &Proof) -> Vec<String> {
    let verdict = &proof.verdict;
    let holds = if verdict.reason.is_none() {
        "yes"
    } else {
        "NO"
    };
    let last = match (&verdict.reason, verdict.bad_seq, &proof.end) {
        (Some(reason), Some(seq), _) => format!("entry {seq}: {reason}"),
        (Some(reason), None, _) => reason.clone(),
        (None, _, Some(end)) => end.to_string(),
        (None, _, None) => String::new(),
    };
    vec![
        slug.to_owned(),
        holds.to_owned(),
        verdict.entries.to_string(),
        last,
    ]
}

fn told(slug: &str, proof: &Proof) -> Json {
    let verdict = &proof.verdict;
    json!({
        "log": slug,
        "holds": verdict.reason.is_none(),
        "entries": verdict.entries,
        "bad_seq": verdict.bad_seq,
        "reason": verdict.reason,
        "end": proof.end.as_ref().map(Anchor::to_string),
    })
}
