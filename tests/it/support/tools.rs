//! Programs of others that some tests need: where everything must be there (`.ci/run`), one that is missing is a failure.

/// Says that a program is missing and what was not tried; fails where `TENANTRY_TOOLS=require`.
#[allow(
    clippy::disallowed_methods,
    reason = "a wish of whoever runs the tests, and no configuration"
)]
pub(crate) fn missing(program: &str) {
    let wish = std::env::var("TENANTRY_TOOLS").unwrap_or_default();
    assert_ne!(wish, "require", "{program} is not installed");
    eprintln!("{program} is not installed: not tried");
}

/// The interpreter with the packages of the example in Python: `PYTHON`, as for `deploy/check`.
#[allow(
    clippy::disallowed_methods,
    reason = "a wish of whoever runs the tests, and no configuration"
)]
pub(crate) fn python() -> String {
    std::env::var("PYTHON").unwrap_or_else(|_| "python3".to_owned())
}
