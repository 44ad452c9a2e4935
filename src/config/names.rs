//! The names of settings: which variable stands for a key, which variables are ours, and what a wrong one may have meant.

/// What keeps the name that other tools know it by.
const WELL_KNOWN: [(&str, &str); 3] = [
    ("database.url", "DATABASE_URL"),
    ("database.platform_url", "PLATFORM_DATABASE_URL"),
    ("database.binaries", "PG_BIN"),
];

/// Variables of our prefix that are no settings: the file's own name, the tests' demand for built assets.
const NO_SETTING: [&str; 2] = ["TENANTRY_CONFIG", "TENANTRY_ASSETS"];

/// The environment variable of a key.
pub(super) fn variable(key: &str) -> String {
    WELL_KNOWN
        .iter()
        .find(|(known, _)| *known == key)
        .map_or_else(
            || format!("TENANTRY_{}", key.replace('.', "_").to_uppercase()),
            |(_, name)| (*name).to_owned(),
        )
}

/// Whether a variable of the environment speaks to us.
pub(super) fn is_ours(name: &str) -> bool {
    if WELL_KNOWN.iter().any(|(_, known)| *known == name) {
        return true;
    }
    // Kubernetes gives each pod the addresses of a Service called "tenantry" under these names.
    let from_kubernetes =
        name.starts_with("TENANTRY_SERVICE_") || name.starts_with("TENANTRY_PORT_");
    name.starts_with("TENANTRY_") && !NO_SETTING.contains(&name) && !from_kubernetes
}

/// What to say of a name that nobody asked for.
pub(super) fn unknown<'a>(typed: &str, known: impl Iterator<Item = &'a str>) -> String {
    let typed = typed.to_lowercase();
    let nearest = known
        .map(|name| (distance(&typed, &name.to_lowercase()), name))
        .min();
    match nearest {
        Some((steps, name)) if steps <= 3 => format!("is not a setting; did you mean {name}?"),
        _ => "is not a setting; `tenantry config` lists them all".to_owned(),
    }
}

/// Levenshtein's distance: how many letters differ.
fn distance(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.chars().collect();
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (i, letter) in left.chars().enumerate() {
        let mut next = vec![i + 1];
        for (cells, other) in row.windows(2).zip(&right) {
            let [diagonal, above] = cells else { continue };
            let before = next.last().copied().unwrap_or_default();
            next.push(
                (diagonal + usize::from(letter != *other))
                    .min(above + 1)
                    .min(before + 1),
            );
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}
