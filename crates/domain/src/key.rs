//! The text of an API key: what it names, its secret, and a checksum by which scanners know a leaked one
//! from chance. Whether a key still opens anything is the store's to say.

use std::fmt;

use data_encoding::BASE64URL_NOPAD;
use sha2::{Digest, Sha256};
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::ids::{self, TenantId};
use crate::token::TokenHash;

/// What a key of a tenant begins with.
const TENANT: &str = "tnt_";
/// What a key of the platform begins with.
const PLATFORM: &str = "tnp_";
const SECRET: usize = 43;
const CHECKSUM: usize = 6;
/// How much of the secret is kept to recognise a key by.
const SHOWN: usize = 6;
const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// Whose key it says it is. It opens nothing by that: only the catalogue turns the name into a tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyOf {
    /// A tenant, named as it is shown: `tenant_01h455vb4pex5vsknk084sn02q`.
    Tenant(String),
    /// The platform.
    Platform,
}

/// A whole key: `tnt_<tenant>_<256 bits>_<checksum>` or `tnp_<256 bits>_<checksum>`. It is never logged,
/// and wiped from memory when dropped.
#[derive(Clone, PartialEq, Eq)]
pub struct ApiKey(Zeroizing<String>);

impl ApiKey {
    /// A key of this tenant from 32 bytes that the caller drew from the system's random source.
    #[must_use]
    pub fn of_tenant(tenant: TenantId, secret: &[u8; 32]) -> Self {
        let name = tenant.to_string();
        let suffix = name.rsplit('_').next().unwrap_or_default();
        Self::of(&format!("{TENANT}{suffix}_"), secret)
    }

    /// A key of the platform.
    #[must_use]
    pub fn of_platform(secret: &[u8; 32]) -> Self {
        Self::of(PLATFORM, secret)
    }

    fn of(head: &str, secret: &[u8; 32]) -> Self {
        let mut text = Zeroizing::new(String::with_capacity(head.len() + SECRET + 1 + CHECKSUM));
        text.push_str(head);
        BASE64URL_NOPAD.encode_append(secret, &mut text);
        let sum = checksum(&text);
        text.push('_');
        text.push_str(&sum);
        Self(text)
    }

    /// Reads the text of a key, exactly as it was shown; anything else is `None`, without a reason.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let head = head_of(text)?;
        let (rest, sum) = text.split_at_checked(text.len().checked_sub(CHECKSUM)?)?;
        let body = rest.strip_suffix('_')?;
        let encoded = body.get(head.len()..)?;
        let mut secret = Zeroizing::new([0; 32]);
        if encoded.len() != SECRET {
            return None;
        }
        BASE64URL_NOPAD
            .decode_mut(encoded.as_bytes(), secret.as_mut())
            .ok()?;
        (checksum(body) == sum).then(|| Self(Zeroizing::new(text.to_owned())))
    }

    /// Whose key it says it is.
    #[must_use]
    pub fn names(&self) -> KeyOf {
        match self.0.strip_prefix(TENANT) {
            Some(rest) => {
                let suffix = rest.split('_').next().unwrap_or_default();
                KeyOf::Tenant(format!("{}_{suffix}", TenantId::PREFIX))
            }
            None => KeyOf::Platform,
        }
    }

    /// The text that its holder keeps. Shown once, stored nowhere.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// The beginning, by which a key is recognised in a list.
    #[must_use]
    pub fn prefix(&self) -> String {
        let head = head_of(&self.0).unwrap_or_default();
        let shown = head.len() + SHOWN;
        self.0.get(..shown).unwrap_or_default().to_owned()
    }

    /// The form that is stored and looked for.
    #[must_use]
    pub fn hash(&self) -> TokenHash {
        TokenHash::of(Sha256::digest(self.0.as_bytes()).into())
    }
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ApiKey(…)")
    }
}

/// What stands before the secret: the kind, and of a tenant's key the tenant.
fn head_of(text: &str) -> Option<&str> {
    if text.starts_with(PLATFORM) {
        return text.get(..PLATFORM.len());
    }
    let suffix = text.strip_prefix(TENANT)?.split('_').next()?;
    let name = format!("{}_{suffix}", TenantId::PREFIX);
    let _: Uuid = ids::uuid_of(TenantId::PREFIX, &name)?;
    text.get(..TENANT.len() + suffix.len() + 1)
        .filter(|head| head.ends_with('_'))
}

/// The CRC-32 of the text in six digits of base 62.
fn checksum(text: &str) -> String {
    let mut sum = !0_u32;
    for byte in text.bytes() {
        sum ^= u32::from(byte);
        for _ in 0..8 {
            sum = (sum >> 1) ^ (0xEDB8_8320 & 0_u32.wrapping_sub(sum & 1));
        }
    }
    sum = !sum;
    let mut digits = [b'0'; CHECKSUM];
    for place in digits.iter_mut().rev() {
        let digit = usize::try_from(sum % 62).unwrap_or(0);
        *place = DIGITS.get(digit).copied().unwrap_or(b'0');
        sum /= 62;
    }
    digits.iter().copied().map(char::from).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use proptest::prelude::*;

    use super::*;

    fn tenant() -> TenantId {
        TenantId::from_uuid("01890a5d-ac96-774b-bcce-b302099a8057".parse().unwrap())
    }

    #[test]
    fn a_key_says_whose_it_is() {
        let key = ApiKey::of_tenant(tenant(), &[7; 32]);
        assert_eq!(
            key.reveal(),
            "tnt_01h455vb4pex5vsknk084sn02q_BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc_2Td8uD"
        );
        assert_eq!(key.prefix(), "tnt_01h455vb4pex5vsknk084sn02q_BwcHBw");
        assert_eq!(key.names(), KeyOf::Tenant(tenant().to_string()));
        let key = ApiKey::of_platform(&[7; 32]);
        assert_eq!(key.names(), KeyOf::Platform);
        assert_eq!(key.prefix(), "tnp_BwcHBw");
        assert_eq!(ApiKey::parse(key.reveal()).unwrap().hash(), key.hash());
    }

    #[test]
    fn the_checksum_is_the_usual_one() {
        // CRC-32 of "123456789" is 0xCBF43926, 3421780262 in base 10.
        assert_eq!(checksum("123456789"), "3jZRME");
    }

    #[test]
    fn a_key_is_not_shown() {
        assert_eq!(format!("{:?}", ApiKey::of_platform(&[7; 32])), "ApiKey(…)");
    }

    proptest! {
        #[test]
        fn every_key_is_read_back(id: u128, secret: [u8; 32]) {
            let tenant = TenantId::from_uuid(Uuid::from_u128(id));
            for key in [ApiKey::of_tenant(tenant, &secret), ApiKey::of_platform(&secret)] {
                let read = ApiKey::parse(key.reveal()).unwrap();
                prop_assert_eq!(read.hash(), key.hash());
                prop_assert_eq!(read.names(), key.names());
                prop_assert!(key.reveal().chars().all(|c| c.is_ascii_alphanumeric() || "_-".contains(c)));
            }
        }

        #[test]
        fn one_changed_letter_is_no_key(secret: [u8; 32], at in 0_usize..81, letter in "[0-9A-Za-z_-]") {
            let key = ApiKey::of_tenant(tenant(), &secret);
            let mut text = key.reveal().to_owned();
            text.replace_range(at..=at, &letter);
            prop_assert_eq!(ApiKey::parse(&text).is_some(), text == key.reveal());
        }

        #[test]
        fn no_text_breaks_the_reader(text in "(tnt_|tnp_)?\\PC{0,100}") {
            if let Some(key) = ApiKey::parse(&text) {
                prop_assert_eq!(key.reveal(), &text);
            }
        }
    }
}
