//! Gathers every browser asset at build time: our own `static/` files, and htmx and Inter through npm,
//! so that the repository holds no third-party code. Serving them is `src/web/assets.rs`.
//!
//! With npm: `npm ci` in `OUT_DIR` from the committed lock file (integrity-checked), then embedded.
//! Without npm: one warning, and the pages work as plain HTML in the system's own typeface.
//! `TENANTRY_ASSETS=require` (CI, releases) fails without npm; `=skip` never looks.

#![allow(
    clippy::panic,
    clippy::expect_used,
    clippy::disallowed_methods,
    reason = "a build script stops the build by failing, and cargo speaks to it through the environment"
)]

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

/// A file of the folder that npm filled, its public name, its media type.
/// The typeface is the part that `static/vendor/font.mjs` cut out.
const VENDORED: &[(&str, &str, &str)] = &[
    (
        "node_modules/htmx.org/dist/htmx.min.js",
        "htmx.js",
        "text/javascript; charset=utf-8",
    ),
    (
        "node_modules/htmx.org/dist/ext/hx-sse.min.js",
        "hx-sse.js",
        "text/javascript; charset=utf-8",
    ),
    ("inter.woff2", "inter.woff2", "font/woff2"),
];

/// Our stylesheets, in the order of the cascade. `font.css` joins when the font was found.
const STYLES: &[&str] = &[
    "tokens",
    "layout",
    "controls",
    "content",
    "charts",
    "tables",
    "overlays",
    "pages",
    "utilities",
];

/// Our scripts, each a file of its own, and what is copied as it is.
const OWN: &[(&str, &str)] = &[
    ("base.js", "text/javascript; charset=utf-8"),
    ("app.js", "text/javascript; charset=utf-8"),
    ("icon.svg", "image/svg+xml"),
];

fn main() {
    println!("cargo::rerun-if-changed=static");
    println!("cargo::rerun-if-env-changed=TENANTRY_ASSETS");
    println!("cargo::rerun-if-env-changed=TENANTRY_NPM");
    println!("cargo::rerun-if-env-changed=TENANTRY_NODE");
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));
    let root =
        PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets CARGO_MANIFEST_DIR"));
    let modules = vendored(&root.join("static/vendor"), &out.join("npm"));

    let mut list = String::from("&[\n");
    let mut add = |name: &str, mime: &str, path: &Path| {
        list += &format!("    ({name:?}, {mime:?}, include_bytes!({path:?})),\n");
    };
    let styles = out.join("app.css");
    fs::write(&styles, stylesheet(&root, modules.is_some())).expect("OUT_DIR is writable");
    add("app.css", "text/css; charset=utf-8", &styles);
    for (name, mime) in OWN {
        let from = root.join("static").join(name);
        let to = out.join(name);
        let text = fs::read_to_string(&from).unwrap_or_else(|e| panic!("static/{name}: {e}"));
        let text = if name.ends_with(".js") {
            slim_script(&text)
        } else {
            text
        };
        fs::write(&to, text).expect("OUT_DIR is writable");
        add(name, mime, &to);
    }
    if let Some(modules) = modules {
        for (from, name, mime) in VENDORED {
            let path = modules.join(from);
            assert!(path.is_file(), "the npm package lacks {from}");
            add(name, mime, &path);
        }
    }
    list += "]\n";
    fs::write(out.join("assets.rs"), list).expect("OUT_DIR is writable");
}

/// The folder that npm filled, or nothing where npm is missing and nobody insists.
fn vendored(manifest: &Path, dir: &Path) -> Option<PathBuf> {
    let mode = env::var("TENANTRY_ASSETS").unwrap_or_default();
    if mode == "skip" {
        return None;
    }
    match install(manifest, dir) {
        Ok(()) => Some(dir.to_owned()),
        Err(why) if mode == "require" => panic!("browser assets: {why}"),
        Err(why) if why.contains("EINTEGRITY") => {
            panic!("browser assets do not match static/vendor/package-lock.json: {why}")
        }
        Err(why) => {
            println!(
                "cargo::warning=browser assets left out ({why}); pages work, without live updates. \
                 Install Node.js and build again to bundle them."
            );
            None
        }
    }
}

fn install(manifest: &Path, dir: &Path) -> Result<(), String> {
    const FILES: [&str; 3] = ["package.json", "package-lock.json", "font.mjs"];
    fs::create_dir_all(dir).map_err(|e| e.to_string())?;
    let stamp = dir.join("stamp");
    let mut wanted = Vec::new();
    for file in FILES {
        let bytes = fs::read(manifest.join(file)).map_err(|e| format!("{file}: {e}"))?;
        fs::write(dir.join(file), &bytes).map_err(|e| format!("{file}: {e}"))?;
        wanted.extend(bytes);
    }
    if fs::read(&stamp).is_ok_and(|seen| seen == wanted) {
        return Ok(());
    }
    let npm = env::var("TENANTRY_NPM")
        .unwrap_or_else(|_| if cfg!(windows) { "npm.cmd" } else { "npm" }.into());
    let mut install = Command::new(&npm);
    install
        .args([
            "ci",
            "--ignore-scripts",
            "--no-audit",
            "--no-fund",
            "--loglevel=error",
        ])
        .args([
            "--prefer-offline",
            "--fetch-retries=1",
            "--fetch-retry-mintimeout=500",
        ])
        .args(["--fetch-retry-maxtimeout=2000", "--fetch-timeout=20000"]);
    run(install, dir)?;
    let node = env::var("TENANTRY_NODE").unwrap_or_else(|_| "node".into());
    let mut cut = Command::new(node);
    cut.arg("font.mjs");
    run(cut, dir)?;
    fs::write(stamp, wanted).map_err(|e| e.to_string())
}

fn run(mut command: Command, dir: &Path) -> Result<(), String> {
    let name = command.get_program().to_string_lossy().into_owned();
    let done = command
        .current_dir(dir)
        .output()
        .map_err(|e| format!("{name}: {e}"))?;
    if done.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&done.stderr);
    Err(format!(
        "{name}: {}",
        said.lines().take(3).collect::<Vec<_>>().join(" ").trim()
    ))
}

fn stylesheet(root: &Path, with_font: bool) -> String {
    let font = with_font.then_some("font");
    let mut all = String::new();
    for name in STYLES.iter().copied().chain(font) {
        let path = root.join("static/css").join(name).with_extension("css");
        all += &fs::read_to_string(&path).unwrap_or_else(|e| panic!("static/css/{name}.css: {e}"));
    }
    slim_style(&all)
}

/// Without comments and indentation; what is left compresses as well as a minifier's output.
fn slim_style(text: &str) -> String {
    let mut bare = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("/*") {
        bare += before;
        rest = after.split_once("*/").map_or("", |(_, tail)| tail);
    }
    bare += rest;
    let lines = bare.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.collect::<Vec<_>>().join("\n")
}

/// Without whole-line comments and indentation. Our scripts keep every string on one line.
fn slim_script(text: &str) -> String {
    let lines = text
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with("//"));
    lines.collect::<Vec<_>>().join("\n")
}
