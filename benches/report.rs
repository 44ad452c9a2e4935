//! The lines that go into docs/PERFORMANCE.md.

/// Names the machine.
pub(crate) fn machine() {
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let cpu = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpu
        .lines()
        .find_map(|line| line.strip_prefix("model name"))
        .unwrap_or(" an unnamed processor");
    let model = model.trim_start_matches([' ', '\t', ':']);
    println!(
        "Machine: {cores} cores of {model}, load generator, server and PostgreSQL on the same machine.\n"
    );
}

/// A table's head.
pub(crate) fn head(title: &str, columns: &[&str]) {
    println!("\n### {title}\n");
    line(columns);
    line(&columns.iter().map(|_| "---").collect::<Vec<_>>());
}

/// A table's line.
pub(crate) fn line(cells: &[impl AsRef<str>]) {
    let cells: Vec<&str> = cells.iter().map(AsRef::as_ref).collect();
    println!("| {} |", cells.join(" | "));
}

/// The middle one.
pub(crate) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
