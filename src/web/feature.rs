//! What the features of a plan are called on pages.

/// The feature's key as it is read: `api_access` is "API access".
#[must_use]
pub fn title(key: &str) -> String {
    let words = key.split('_').map(|word| match word {
        "api" | "csv" | "gdpr" | "sso" => word.to_uppercase(),
        _ => word.to_owned(),
    });
    let text = words.collect::<Vec<_>>().join(" ");
    let mut letters = text.chars();
    let first = letters
        .next()
        .map(|first| first.to_uppercase().to_string())
        .unwrap_or_default();
    first + letters.as_str()
}

#[cfg(test)]
mod tests {
    use super::title;

    #[test]
    fn short_words_that_are_letters_stay_large() {
        assert_eq!(title("gdpr_compliance"), "GDPR compliance");
        assert_eq!(title("priority_support"), "Priority support");
        assert_eq!(title("sso"), "SSO");
        assert_eq!(title(""), "");
    }
}
