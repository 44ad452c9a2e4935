//! Sealing what the catalogue keeps and must not know: the addresses of other servers, with their passwords. AES-256-GCM
//! with a nonce drawn each time; what is sealed is bound to the row that it is of.

use aes_gcm::aead::{Aead, AeadCore, OsRng, Payload};
use aes_gcm::{Aes256Gcm, KeyInit, Nonce};
use uuid::Uuid;

use crate::boot::password::keyed;

/// The first byte of what is sealed: how.
const FORM: u8 = 1;
const NONCE_BYTES: usize = 12;

/// The key by which addresses are sealed. No database has it.
#[derive(Clone)]
pub struct SealKey([u8; 32]);

impl std::fmt::Debug for SealKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SealKey")
    }
}

/// It was sealed by another key, for another row, or is no seal at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("it was sealed with another secret")]
pub(crate) struct Sealed;

impl SealKey {
    /// The key that is made of the operator's secret.
    #[must_use]
    pub fn of(secret: &[u8]) -> Self {
        Self(keyed(secret, b"tenantry: addresses of servers, 1"))
    }

    /// Seals a text for a row.
    pub(crate) fn seal(&self, row: Uuid, text: &str) -> Vec<u8> {
        let nonce = Aes256Gcm::generate_nonce(&mut OsRng);
        let payload = Payload {
            msg: text.as_bytes(),
            aad: row.as_bytes(),
        };
        // Fails past 64 GB alone, which no address has.
        let sealed = self.cipher().encrypt(&nonce, payload).unwrap_or_default();
        [&[FORM], nonce.as_slice(), &sealed].concat()
    }

    /// Opens what was sealed for this row.
    pub(crate) fn open(&self, row: Uuid, sealed: &[u8]) -> Result<String, Sealed> {
        let (nonce, sealed) = match sealed.split_first() {
            Some((&FORM, rest)) => rest.split_at_checked(NONCE_BYTES).ok_or(Sealed)?,
            _ => return Err(Sealed),
        };
        let payload = Payload {
            msg: sealed,
            aad: row.as_bytes(),
        };
        let opened = self.cipher().decrypt(Nonce::from_slice(nonce), payload);
        String::from_utf8(opened.map_err(|_| Sealed)?).map_err(|_| Sealed)
    }

    fn cipher(&self) -> Aes256Gcm {
        Aes256Gcm::new(&self.0.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sealed_opens_for_its_row_and_key_alone() {
        let (key, row) = (SealKey::of(&[7; 32]), Uuid::from_u128(1));
        let sealed = key.seal(row, "postgresql://a:b@c/d");
        assert_eq!(
            key.open(row, &sealed).as_deref(),
            Ok("postgresql://a:b@c/d")
        );
        assert_ne!(key.seal(row, "x"), key.seal(row, "x"));
        assert_eq!(key.open(Uuid::from_u128(2), &sealed), Err(Sealed));
        assert_eq!(SealKey::of(&[8; 32]).open(row, &sealed), Err(Sealed));
        let mut bent = sealed.clone();
        *bent.last_mut().unwrap() ^= 1;
        for bad in [&bent[..], &[], &[FORM], &[2; 40]] {
            assert_eq!(key.open(row, bad), Err(Sealed));
        }
    }
}
