//! One Argon2id computation in a given work area, and the comparison. No thread, no queue.

use argon2::{Algorithm, Argon2, Block, Params, Version};
use domain::password::Password;
use domain::phc::{HashCost, HashParts, PhcString};
use subtle::ConstantTimeEq;

use super::Verdict;

/// Compares; where there is nobody, the same work is done for nothing.
pub(super) fn verify(
    stored: Option<&PhcString>,
    password: &Password,
    area: &mut Vec<Block>,
) -> Verdict {
    let known = stored.and_then(|stored| stored.parts().ok());
    let is_known = known.is_some();
    let parts = known.unwrap_or_else(nobody);
    let computed = argon2id(password, &parts.salt, parts.hash.len(), parts.cost, area);
    let same = computed.is_some_and(|computed| bool::from(computed.ct_eq(&parts.hash)));
    match (same && is_known, parts.cost == HashCost::NOW) {
        (false, _) => Verdict::Wrong,
        (true, true) => Verdict::Right,
        (true, false) => Verdict::RightButOld,
    }
}

/// What a password is compared with where there is nobody: the same sizes and cost as a real hash.
fn nobody() -> HashParts {
    HashParts {
        cost: HashCost::NOW,
        salt: vec![0x5a; 16],
        hash: vec![0; 32],
    }
}

/// The hash, or `None` where the parameters or the memory do not allow one.
pub(super) fn argon2id(
    password: &Password,
    salt: &[u8],
    length: usize,
    cost: HashCost,
    area: &mut Vec<Block>,
) -> Option<Vec<u8>> {
    let params = Params::new(cost.memory_kib, cost.passes, cost.lanes, Some(length)).ok()?;
    let blocks = params.block_count();
    let ordinary = usize::try_from(HashCost::NOW.memory_kib).ok()?;
    if area.len() < blocks {
        area.try_reserve_exact(blocks - area.len()).ok()?;
        area.resize(blocks, Block::default());
    }
    let mut hash = vec![0; length];
    let computed = Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into_with_memory(password.as_bytes(), salt, &mut hash, area.as_mut_slice());
    if area.len() > ordinary {
        // A hash from elsewhere wanted more than ours; that is not kept.
        *area = Vec::new();
    }
    computed.ok().map(|()| hash)
}
