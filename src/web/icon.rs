//! The icons, as parts of an SVG on a 16 px grid. Drawn for this product; a template names one.

use std::fmt;

use askama::filters::HtmlSafe;

/// An icon, ready to be written into a page.
#[derive(Debug, Clone, Copy)]
pub struct Icon(&'static str);

impl HtmlSafe for Icon {}

impl fmt::Display for Icon {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            r#"<svg class="icon" viewBox="0 0 16 16" aria-hidden="true">{}</svg>"#,
            self.0
        )
    }
}

/// The icon of that name; a name that does not exist is a dot, and the tidy test says so.
#[must_use]
pub fn icon(name: &str) -> Icon {
    let found = ICONS.iter().find(|(known, _)| *known == name);
    Icon(found.map_or(
        r#"<circle cx="8" cy="8" r="1.5" class="f"/>"#,
        |(_, drawing)| drawing,
    ))
}

/// Whether an icon of that name exists.
#[must_use]
pub fn exists(name: &str) -> bool {
    ICONS.iter().any(|(known, _)| *known == name)
}

static ICONS: &[(&str, &str)] = &[
    ("up", r#"<path d="M4 9.9l4-3.9 4 3.9"/>"#),
    (
        "bell",
        r#"<path d="M4 7a4 4 0 0 1 8 0c0 3 1.25 3.9 1.25 4.2H2.75C2.75 10.9 4 10 4 7Z"/><path d="M6.7 13.4h2.6"/>"#,
    ),
    (
        "bin",
        r#"<path d="M2.75 4.25h10.5"/><path d="M6 4V2.5h4V4"/><path d="M4.1 4.5l.55 8.1c.05.75.6 1.3 1.35 1.3h4c.75 0 1.3-.55 1.35-1.3l.55-8.1"/>"#,
    ),
    (
        "block",
        r#"<circle cx="8" cy="8" r="5.75"/><path d="M4 12 12 4"/>"#,
    ),
    (
        "building",
        r#"<path d="M3.5 13.5V3.2h6v10.3"/><path d="M9.5 6.7h3v6.8"/><path d="M2.2 13.5h11.6"/><path d="M5.7 6h1.6"/><path d="M5.7 8.5h1.6"/><path d="M5.7 11h1.6"/>"#,
    ),
    (
        "chart",
        r#"<path d="M2.5 13.5h11"/><path d="M4.5 11V8.2"/><path d="M8 11V3.6"/><path d="M11.5 11V6"/>"#,
    ),
    ("check", r#"<path d="M3 8.6l3.2 3.1L13 4.7"/>"#),
    (
        "clock",
        r#"<circle cx="8" cy="8" r="5.75"/><path d="M8 4.8V8l2.2 1.5"/>"#,
    ),
    (
        "copy",
        r#"<rect x="5.5" y="5.5" width="8" height="8" rx="1.8"/><path d="M10.5 5.3V4.3a1.8 1.8 0 0 0-1.8-1.8H4.3a1.8 1.8 0 0 0-1.8 1.8v4.4a1.8 1.8 0 0 0 1.8 1.8h1"/>"#,
    ),
    (
        "device",
        r#"<rect x="2" y="2.75" width="12" height="8.5" rx="1.6"/><path d="M5.6 13.5h4.8"/><path d="M8 11.4v2"/>"#,
    ),
    (
        "disk",
        r#"<ellipse cx="8" cy="3.9" rx="5" ry="1.9"/><path d="M3 3.9v8.2c0 1.05 2.24 1.9 5 1.9s5-.85 5-1.9V3.9"/><path d="M3 8c0 1.05 2.24 1.9 5 1.9s5-.85 5-1.9"/>"#,
    ),
    (
        "dots",
        r#"<circle cx="3.5" cy="8" r="1.1" class="f"/><circle cx="8" cy="8" r="1.1" class="f"/><circle cx="12.5" cy="8" r="1.1" class="f"/>"#,
    ),
    ("down", r#"<path d="M4 6.2l4 3.9 4-3.9"/>"#),
    (
        "down-right",
        r#"<path d="M4.8 4.8 11 11"/><path d="M6 11.2h5.2V6"/>"#,
    ),
    (
        "download",
        r#"<path d="M8 2.5v7.6"/><path d="M4.8 7.1 8 10.3l3.2-3.2"/><path d="M2.75 13.4h10.5"/>"#,
    ),
    (
        "drop",
        r#"<path d="M8 2.1c2.4 2.6 4.1 4.9 4.1 7.2a4.1 4.1 0 0 1-8.2 0C3.9 7 5.6 4.7 8 2.1Z"/><path d="M6.1 9.6a2 2 0 0 0 1.6 1.9"/>"#,
    ),
    (
        "edit",
        r#"<path d="M10.9 2.9l2.2 2.2L5.4 12.8l-2.8.6.6-2.8Z"/><path d="M9.4 4.4l2.2 2.2"/>"#,
    ),
    (
        "enter",
        r#"<path d="M13 4v3.2a1.8 1.8 0 0 1-1.8 1.8H3.4"/><path d="M6.2 6 3.2 9l3 3"/>"#,
    ),
    (
        "exit",
        r#"<path d="M6.4 13.5H3.2v-11h3.2"/><path d="M10 5l3 3-3 3"/><path d="M12.8 8H6.4"/>"#,
    ),
    (
        "eye",
        r#"<path d="M1.8 8S4 3.9 8 3.9 14.2 8 14.2 8 12 12.1 8 12.1 1.8 8 1.8 8Z"/><circle cx="8" cy="8" r="1.9"/>"#,
    ),
    (
        "filter",
        r#"<path d="M2.5 4.2h11"/><path d="M4.75 8h6.5"/><path d="M6.9 11.8h2.2"/>"#,
    ),
    (
        "flat",
        r#"<path d="M3 8h10"/><path d="M9.6 4.6 13 8l-3.4 3.4"/>"#,
    ),
    (
        "gauge",
        r#"<path d="M2.9 12.2a6 6 0 1 1 10.2 0"/><path d="M8 9.4l2.7-3.1"/>"#,
    ),
    (
        "globe",
        r#"<circle cx="8" cy="8" r="5.75"/><ellipse cx="8" cy="8" rx="2.5" ry="5.75"/><path d="M2.4 8h11.2"/>"#,
    ),
    (
        "help",
        r#"<circle cx="8" cy="8" r="5.75"/><path d="M6.4 6.4a1.65 1.65 0 1 1 2.4 1.5c-.55.3-.8.65-.8 1.2"/><circle cx="8" cy="11.1" r="0.8" class="f"/>"#,
    ),
    (
        "home",
        r#"<rect x="2.5" y="2.5" width="4.6" height="4.6" rx="1.3"/><rect x="8.9" y="2.5" width="4.6" height="4.6" rx="1.3"/><rect x="2.5" y="8.9" width="4.6" height="4.6" rx="1.3"/><rect x="8.9" y="8.9" width="4.6" height="4.6" rx="1.3"/>"#,
    ),
    (
        "hook",
        r#"<circle cx="3.9" cy="11.2" r="1.75"/><circle cx="12.1" cy="11.2" r="1.75"/><circle cx="8" cy="4" r="1.75"/><path d="M7.1 5.5 4.8 9.7"/><path d="M8.9 5.5l2.3 4.2"/><path d="M5.65 11.2h4.7"/>"#,
    ),
    (
        "image",
        r#"<rect x="2.25" y="2.75" width="11.5" height="10.5" rx="1.8"/><circle cx="5.7" cy="6.2" r="1.1"/><path d="M2.6 11.6 6.4 8.4l2.3 2 2-1.7 2.9 2.5"/>"#,
    ),
    (
        "info",
        r#"<circle cx="8" cy="8" r="5.75"/><path d="M8 7.4v3.4"/><circle cx="8" cy="5.2" r="0.85" class="f"/>"#,
    ),
    (
        "key",
        r#"<circle cx="5.2" cy="10.8" r="2.7"/><path d="M7.2 8.8 13.2 2.8"/><path d="M10.6 5.4l2 2"/>"#,
    ),
    (
        "keyboard",
        r#"<rect x="1.75" y="4" width="12.5" height="8" rx="1.6"/><path d="M4.4 6.6h.1"/><path d="M7 6.6h.1"/><path d="M9.6 6.6h.1"/><path d="M11.6 6.6h.1"/><path d="M5.4 9.5h5.2"/>"#,
    ),
    ("left", r#"<path d="M9.8 4 5.9 8l3.9 4"/>"#),
    (
        "list",
        r#"<path d="M6 4h7.5"/><path d="M6 8h7.5"/><path d="M6 12h7.5"/><circle cx="2.9" cy="4" r="0.9" class="f"/><circle cx="2.9" cy="8" r="0.9" class="f"/><circle cx="2.9" cy="12" r="0.9" class="f"/>"#,
    ),
    (
        "lock",
        r#"<rect x="3.25" y="7" width="9.5" height="6.6" rx="1.7"/><path d="M5.25 6.9V5a2.75 2.75 0 0 1 5.5 0v1.9"/>"#,
    ),
    (
        "mail",
        r#"<rect x="2" y="3.5" width="12" height="9" rx="1.8"/><path d="M2.6 5 8 9l5.4-4"/>"#,
    ),
    (
        "menu",
        r#"<path d="M2.5 4.5h11"/><path d="M2.5 8h11"/><path d="M2.5 11.5h11"/>"#,
    ),
    (
        "moon",
        r#"<path d="M13.2 9.7A5.6 5.6 0 1 1 6.4 2.8a4.5 4.5 0 0 0 6.8 6.9Z"/>"#,
    ),
    (
        "out",
        r#"<path d="M6.2 3.5H3.5v9h9V9.8"/><path d="M9.2 2.6h4.2v4.2"/><path d="M13.1 2.9 7.6 8.4"/>"#,
    ),
    (
        "passkey",
        r#"<circle cx="5.9" cy="5" r="2.4"/><path d="M1.9 13.2c.3-2.6 1.9-4 4-4 .9 0 1.65.25 2.3.65"/><circle cx="11.6" cy="8.3" r="1.75"/><path d="M11.6 10.1v4l1.3-1.15"/><path d="M11.6 11.6h1.2"/>"#,
    ),
    (
        "person",
        r#"<circle cx="8" cy="5.2" r="2.6"/><path d="M3 13.6c.5-2.7 2.4-4.2 5-4.2s4.5 1.5 5 4.2"/>"#,
    ),
    (
        "phone",
        r#"<rect x="4.5" y="1.75" width="7" height="12.5" rx="1.8"/><path d="M7.2 12h1.6"/>"#,
    ),
    ("plus", r#"<path d="M8 3.25v9.5"/><path d="M3.25 8h9.5"/>"#),
    (
        "redo",
        r#"<path d="M13 6.6A5.3 5.3 0 0 0 3.4 5.1"/><path d="M3.1 2.7v2.6h2.6"/><path d="M3 9.4a5.3 5.3 0 0 0 9.6 1.5"/><path d="M12.9 13.3v-2.6h-2.6"/>"#,
    ),
    ("right", r#"<path d="M6.2 4l3.9 4-3.9 4"/>"#),
    (
        "search",
        r#"<circle cx="7" cy="7" r="4.4"/><path d="M10.4 10.4l3.1 3.1"/>"#,
    ),
    (
        "send",
        r#"<path d="M13.6 2.4 7 9"/><path d="M13.6 2.4 9.4 13.8 7 9 2.2 6.6Z"/>"#,
    ),
    (
        "server",
        r#"<rect x="2.5" y="3" width="11" height="4.2" rx="1.3"/><rect x="2.5" y="8.8" width="11" height="4.2" rx="1.3"/><path d="M5 5.1h.01"/><path d="M5 10.9h.01"/>"#,
    ),
    (
        "shield",
        r#"<path d="M8 1.9l5 1.8v3.9c0 3-2 5.3-5 6.5-3-1.2-5-3.5-5-6.5V3.7Z"/><path d="M5.7 7.9l1.7 1.6 2.9-3"/>"#,
    ),
    (
        "sliders",
        r#"<path d="M2.5 5h5.9"/><path d="M11.9 5h1.6"/><path d="M2.5 11h1.6"/><path d="M7.6 11h5.9"/><circle cx="10.15" cy="5" r="1.75"/><circle cx="5.85" cy="11" r="1.75"/>"#,
    ),
    (
        "sun",
        r#"<circle cx="8" cy="8" r="2.9"/><path d="M8 1.6v1.3"/><path d="M8 13.1v1.3"/><path d="M1.6 8h1.3"/><path d="M13.1 8h1.3"/><path d="M3.5 3.5l.9.9"/><path d="M11.6 11.6l.9.9"/><path d="M12.5 3.5l-.9.9"/><path d="M4.4 11.6l-.9.9"/>"#,
    ),
    (
        "undo",
        r#"<path d="M5.6 3.2 2.6 6.2l3 3"/><path d="M2.9 6.2h6.6a3.6 3.6 0 0 1 0 7.2H6.4"/>"#,
    ),
    (
        "up-right",
        r#"<path d="M4.8 11.2 11 5"/><path d="M6 4.8h5.2V10"/>"#,
    ),
    (
        "updown",
        r#"<path d="M5 6.2l3-3 3 3"/><path d="M5 9.8l3 3 3-3"/>"#,
    ),
    (
        "upload",
        r#"<path d="M8 13.4V5.8"/><path d="M4.8 8.8 8 5.6l3.2 3.2"/><path d="M2.75 2.6h10.5"/>"#,
    ),
    (
        "users",
        r#"<circle cx="6" cy="5.4" r="2.5"/><path d="M1.75 13.2c.35-2.5 2.05-3.85 4.25-3.85s3.9 1.35 4.25 3.85"/><path d="M10.6 3.15a2.45 2.45 0 0 1 0 4.5"/><path d="M12 9.75c1.25.55 2 1.75 2.25 3.45"/>"#,
    ),
    (
        "warn",
        r#"<path d="M8 2.6 14.1 13H1.9Z"/><path d="M8 6.6v2.9"/><circle cx="8" cy="11.2" r="0.8" class="f"/>"#,
    ),
    ("x", r#"<path d="M4 4l8 8"/><path d="M12 4l-8 8"/>"#),
];
