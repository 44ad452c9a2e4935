//! What a rule has to look at first has no way around it.
use domain::email_address::EmailAddress;

fn main() {
    let _ = EmailAddress("not an address".to_owned());
    let _: EmailAddress = "not an address".into();
}
