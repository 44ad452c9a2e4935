//! Passwords of the logins. They are sent as SCRAM verifiers, so that no log of the server holds one.

use data_encoding::BASE64;
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

use super::BootError;

const ROUNDS: u32 = 4096;

/// Gives a login its password.
///
/// # Errors
/// No connection, a password outside ASCII, or a server that does not let this role do it.
pub fn set_password(owner_url: &str, login: &'static str, password: &str) -> Result<(), BootError> {
    // Past ASCII both sides would have to normalise alike; generated ones never leave it.
    if password.is_empty() || !password.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(BootError::Password { login });
    }
    let mut connection = PgConnection::establish(owner_url)?;
    let verifier = verifier(password.as_bytes(), uuid::Uuid::new_v4().as_bytes());
    connection
        .batch_execute(&format!("alter role {login} password '{verifier}'"))
        .map_err(|error| BootError::Refused {
            statement: format!("alter role {login} password '…'"),
            who: "a superuser, or whoever made this role,".to_owned(),
            reason: error.to_string(),
        })
}

/// What PostgreSQL stores for a password: RFC 5803 with PBKDF2 of RFC 8018.
pub(crate) fn verifier(password: &[u8], salt: &[u8]) -> String {
    let mut block = salt.to_vec();
    block.extend_from_slice(&1_u32.to_be_bytes());
    let mut last = keyed(password, &block);
    let mut salted = last;
    for _ in 1..ROUNDS {
        last = keyed(password, &last);
        for (sum, byte) in salted.iter_mut().zip(last) {
            *sum ^= byte;
        }
    }
    let stored_key = Sha256::digest(keyed(&salted, b"Client Key"));
    let server_key = keyed(&salted, b"Server Key");
    format!(
        "SCRAM-SHA-256${ROUNDS}:{}${}:{}",
        BASE64.encode(salt),
        BASE64.encode(&stored_key),
        BASE64.encode(&server_key)
    )
}

pub(crate) fn keyed(key: &[u8], message: &[u8]) -> [u8; 32] {
    // HMAC takes keys of every length: this cannot fail.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else {
        return [0; 32];
    };
    mac.update(message);
    mac.finalize().into_bytes().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_verifier_is_the_one_of_rfc_7677() {
        // The RFC's example: user "user", password "pencil".
        let salt = BASE64.decode(b"W22ZaJ0SNY7soEsUEjb6gQ==").unwrap();
        assert_eq!(
            verifier(b"pencil", &salt),
            "SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU="
        );
    }
}
