//! What each kind of job does, and what is left to do when it is given up.

use domain::permission::System;
use store::claims::Claim;
use store::{PlatformTx, StoreError, TenantTx};

use super::work::{Outcome, Work};
use crate::audit::{self, Action, Entry, Target, TargetKind};
use crate::jobs::JobKind;
use crate::users::invitations;
use crate::{
    VerbError, checkups, letters, limits, moves, nodes, password_reset, places, platform_letters,
    rollouts, scalings, staff, sweep, tenants, usage, visits,
};

/// Does the job.
#[must_use]
pub fn run(work: &Work<'_>) -> Outcome {
    match work.kind() {
        Some(JobKind::LetterSend | JobKind::NoticeSend) => letters::send(work),
        Some(JobKind::PasswordResetIssue) => issue_password_reset(work),
        Some(JobKind::InvitationsWrite) => write_invitations(work),
        Some(JobKind::SignInSweep) => sweep::tenant(work),
        Some(JobKind::SignInSweepAll) => sweep::all(work),
        Some(JobKind::PlatformLetterSend) => platform_letters::send(work),
        Some(JobKind::StaffResetIssue) => staff::password_reset::issue(work),
        Some(JobKind::StaffSweep) => sweep::staff(work),
        Some(JobKind::TenantProvision) => tenants::steps::work(work),
        Some(JobKind::TenantMove) => moves::work::work(work),
        Some(JobKind::CopiesDiscard) => moves::discard_ended(work),
        Some(JobKind::NodeReady) => nodes::ready(work),
        Some(JobKind::NodesLook) => nodes::look(work),
        Some(JobKind::NodesDrain) => nodes::drain(work),
        Some(JobKind::RolloutRun) => rollouts::work(work),
        Some(JobKind::DriftLook) => rollouts::drift_work(work),
        Some(JobKind::TenantNote) => tenants::note::work(work),
        Some(JobKind::VisitsEnd) => visits::work(work),
        Some(JobKind::LimitTell) => limits::tell_work(work),
        Some(JobKind::LimitsCheck) => limits::check_work(work),
        Some(JobKind::LimitsCheckAll) => limits::check_all(work),
        Some(JobKind::PlanMove) => tenants::plan_moves::work(work),
        Some(JobKind::TrialsEnd) => tenants::trial::work(work),
        Some(JobKind::ScalingTell) => scalings::work::tell(work),
        Some(JobKind::ScalingFinish) => scalings::work::finish(work),
        Some(JobKind::ScalingsDue) => scalings::work::due(work),
        Some(JobKind::OwnLimitsEnd) => tenants::own_limits_end::work(work),
        Some(JobKind::StockKeep) => places::keep_stock(work),
        Some(JobKind::PlacesSettle) => places::settle(work),
        Some(JobKind::UsageKeep) => usage::keep_work(work),
        Some(JobKind::UsageGather) => usage::gather_work(work),
        Some(JobKind::CheckupsRun) => checkups::work(work),
        Some(JobKind::JobsPrune) => sweep::jobs(work),
        // A newer version wrote it, and its worker will take it.
        None => Outcome::Retry(format!("this version does not know {:?}", work.claim.kind)),
    }
}

/// The letter that was asked for, if there is somebody to write to.
fn issue_password_reset(work: &Work<'_>) -> Outcome {
    let Some(links) = work.links() else {
        return Outcome::GiveUp("the job is no tenant's".to_owned());
    };
    work.conclude(|tx| Ok(password_reset::issue(tx, &links, work.payload())?))
        .map_or_else(Outcome::from, |_| Outcome::Done)
}

/// The letters of those who were invited and did not come yet.
fn write_invitations(work: &Work<'_>) -> Outcome {
    let Some(links) = work.links() else {
        return Outcome::GiveUp("the job is no tenant's".to_owned());
    };
    work.conclude(|tx| invitations::write_letters(tx, &links, work.payload()))
        .map_or_else(Outcome::from, |()| Outcome::Done)
}

/// Leaves things as they should be when a tenant's job is given up.
pub(super) fn bury(
    tx: &mut TenantTx<'_, System>,
    claim: &Claim,
    why: &str,
) -> Result<(), VerbError> {
    let kind = JobKind::from_key(&claim.kind);
    if matches!(kind, Some(JobKind::LetterSend | JobKind::NoticeSend)) {
        return letters::give_up(tx, &claim.payload, why);
    }
    let target = Target::of(TargetKind::Job, claim.id.uuid(), &claim.kind);
    let entry = Entry::refused(Action::JobGivenUp, target);
    Ok(audit::record(
        tx,
        entry.after(serde_json::json!({ "reason": why })),
    )?)
}

/// The same for one of the platform's own.
pub(super) fn bury_for_platform(
    tx: &mut PlatformTx<'_>,
    claim: &Claim,
    why: &str,
) -> Result<(), StoreError> {
    if JobKind::from_key(&claim.kind) == Some(JobKind::PlatformLetterSend) {
        return platform_letters::give_up(tx, &claim.payload, why);
    }
    Ok(())
}

/// As whom the job acts, in the log.
pub(super) fn name(kind: &str) -> &'static str {
    match JobKind::from_key(kind) {
        // What the tenant reads of the platform's deeds.
        Some(JobKind::TenantNote | JobKind::VisitsEnd) => "platform",
        other => other.map_or("worker", JobKind::key),
    }
}
