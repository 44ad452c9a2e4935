//! Drawing tokens from the system's random source. Storing and using them up is each verb's own work.

use domain::token::{Token, TokenKind};
use rand::Rng as _;

/// A fresh token of 256 random bits: `tokens::draw::<InvitationKind>()`.
#[must_use]
pub fn draw<K: TokenKind>() -> Token<K> {
    let mut secret = [0; 32];
    rand::rng().fill_bytes(&mut secret);
    Token::from_random(secret)
}

/// 256 random bits for a key of the API.
#[must_use]
pub fn secret() -> zeroize::Zeroizing<[u8; 32]> {
    let mut secret = zeroize::Zeroizing::new([0; 32]);
    rand::rng().fill_bytes(secret.as_mut());
    secret
}

/// A password for a login of the database: 256 random bits in letters and digits.
#[must_use]
pub fn password() -> String {
    let mut secret = [0; 32];
    rand::rng().fill_bytes(&mut secret);
    data_encoding::BASE32_NOPAD.encode(&secret).to_lowercase()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use domain::token::{InvitationKind, SessionKind};

    use super::draw;

    #[test]
    fn no_two_tokens_are_the_same() {
        let texts: HashSet<String> = (0..1_000)
            .map(|_| draw::<SessionKind>().reveal().to_string())
            .collect();
        assert_eq!(texts.len(), 1_000);
        assert!(draw::<InvitationKind>().reveal().starts_with("inv_"));
    }
}
