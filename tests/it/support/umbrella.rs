//! A tenant that staff ask for, as its form is typed.

const FORM: [(&str, &str); 12] = [
    ("name", "Umbrella Works"),
    ("slug", ""),
    ("suggested", ""),
    ("plan", "professional"),
    ("trial", "plan"),
    ("admin_name", "Ada Byron"),
    ("admin_email", "ada@umbrella.test"),
    ("locale", "de-DE"),
    ("timezone", "Europe/Berlin"),
    ("currency", "EUR"),
    ("primary_color", "#0a7d55"),
    ("seats", "7"),
];

/// The form with these fields in place of its own, or beside them.
pub(crate) fn umbrella(
    changes: &[(&'static str, &'static str)],
) -> Vec<(&'static str, &'static str)> {
    let other = |field: &(&str, &str)| changes.iter().all(|(name, _)| *name != field.0);
    let kept = FORM.into_iter().filter(other);
    kept.chain(changes.iter().copied()).collect()
}
