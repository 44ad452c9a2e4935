//! The process as a whole: how fast the binary starts on an existing database, what it holds when idle,
//! and what a first and a later visit cost over the wire.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::world::World;
use crate::{load, report};

const STARTS: usize = 5;

pub(crate) fn run(world: &World) {
    let folder = world.folder.path().join("process");
    // The first start makes the database; those after it are measured.
    stop(start(&folder).0);
    let mut times = Vec::new();
    let mut idle = 0.0;
    for _ in 0..STARTS {
        let (child, time, _) = start(&folder);
        std::thread::sleep(Duration::from_secs(1));
        idle = memory_kib(child.id()) / 1024.0;
        times.push(time.as_secs_f64() * 1000.0);
        stop(child);
    }
    report::head("The process", &["what", "value", "aim"]);
    report::line(&[
        "start with an existing database, ms".to_owned(),
        format!("{:.0}", report::median(times)),
        "300".to_owned(),
    ]);
    report::line(&[
        "idle memory, MiB".to_owned(),
        format!("{idle:.0}"),
        "60".to_owned(),
    ]);
    let (first, later) = visits(&folder);
    report::line(&[
        "first visit over the wire, KiB".to_owned(),
        format!("{:.1}", first as f64 / 1024.0),
        "60".to_owned(),
    ]);
    report::line(&[
        "the page after it, KiB".to_owned(),
        format!("{:.1}", later as f64 / 1024.0),
        "15".to_owned(),
    ]);
}

/// Starts the real binary and waits for its greeting.
fn start(folder: &std::path::Path) -> (Child, Duration, u16) {
    let begun = Instant::now();
    let mut child = Command::new(env!("CARGO_BIN_EXE_tenantry"))
        .args(["demo", "--port", "0", "--data"])
        .arg(folder)
        .env("TENANTRY_LOG_FILTER", "warn")
        .stderr(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let port = lines
        .by_ref()
        .map_while(Result::ok)
        .find_map(|line| {
            line.split("http://acme.localhost:").nth(1).map(|rest| {
                rest.chars()
                    .take_while(char::is_ascii_digit)
                    .collect::<String>()
            })
        })
        .and_then(|port| port.parse().ok())
        .unwrap();
    let time = begun.elapsed();
    std::thread::spawn(move || lines.for_each(drop));
    (child, time, port)
}

fn stop(mut child: Child) {
    Command::new("kill")
        .arg(child.id().to_string())
        .status()
        .unwrap();
    assert!(child.wait().unwrap().success());
}

fn memory_kib(process: u32) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))
        .unwrap();
    line.split_whitespace().next().unwrap().parse().unwrap()
}

/// The sign-in page with everything that it names, and the page alone, as a browser asks for them.
fn visits(folder: &std::path::Path) -> (usize, usize) {
    let (child, _, port) = start(folder);
    let get = |path: &str| {
        let request = format!(
            "GET {path} HTTP/1.1\r\nHost: acme.localhost\r\nAccept-Encoding: br, gzip\r\nConnection: close\r\n\r\n"
        );
        load::once(([127, 0, 0, 1], port).into(), &request).1
    };
    let plain = page_text(port);
    let named: Vec<String> = plain
        .split('"')
        .filter(|text| {
            ["/assets/", "/theme.css", "/icon.svg"]
                .iter()
                .any(|start| text.starts_with(start))
        })
        .map(|text| text.replace("&amp;", "&"))
        .collect();
    let page = get("/sign-in");
    let rest: usize = named.iter().map(|path| get(path)).sum();
    let font: usize = fonts(port, &named).iter().map(|path| get(path)).sum();
    stop(child);
    (page + rest + font, page)
}

fn page_text(port: u16) -> String {
    text(port, "/sign-in")
}

/// The typefaces that the stylesheets name.
fn fonts(port: u16, named: &[String]) -> Vec<String> {
    let sheets = named.iter().filter(|path| path.ends_with(".css"));
    let css: String = sheets.map(|path| text(port, path)).collect();
    css.split(['(', ')', '"', '\''])
        .filter(|text| text.ends_with(".woff2"))
        .map(str::to_owned)
        .collect()
}

fn text(port: u16, path: &str) -> String {
    use std::io::{Read, Write};
    let mut stream = std::net::TcpStream::connect(("127.0.0.1", port)).unwrap();
    write!(
        stream,
        "GET {path} HTTP/1.1\r\nHost: acme.localhost\r\nConnection: close\r\n\r\n"
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}
