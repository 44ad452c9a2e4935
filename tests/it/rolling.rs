//! Replacing one process after the other behind HAProxy, by the very file in `deploy/`, while 20,000
//! requests are on their way: none fails, and no write is done twice.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use rustix::process::Signal;

use crate::support::app::{self, App};
use crate::support::cast::{ACME, GLOBEX, World};
use crate::support::client::Browser;
use crate::support::process::{Process, free_port};

const REQUESTS: usize = 20_000;
/// Everybody of the cast who may sign in, in both tenants.
const PEOPLE: [&str; 6] = ["owner", "admin", "manager", "analyst", "member", "viewer"];

/// HAProxy with the configuration of `deploy/`; dropping it ends it.
struct Proxy {
    child: Child,
    port: u16,
    _folder: tempfile::TempDir,
}

impl Proxy {
    /// `None` where HAProxy is not installed.
    fn before(servers: [u16; 2]) -> Option<Self> {
        let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
        let port = free_port();
        let file = folder.path().join("haproxy.cfg");
        std::fs::write(&file, configuration(port, servers)).unwrap();
        let program = ["/usr/sbin/haproxy", "haproxy"].into_iter();
        let child = program.map(|name| {
            let mut command = Command::new(name);
            command.arg("-f").arg(&file).arg("-db");
            command.stdout(Stdio::null()).stderr(Stdio::null());
            command.spawn()
        });
        let child = child.filter_map(Result::ok).next()?;
        Some(Self {
            child,
            port,
            _folder: folder,
        })
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The file in `deploy/` with ports of the test's own. There is no certificate here, so pages are asked for
/// on the first listener, as if it were the second.
fn configuration(port: u16, servers: [u16; 2]) -> String {
    let root = env!("CARGO_MANIFEST_DIR");
    let text = std::fs::read_to_string(format!("{root}/deploy/haproxy.cfg")).unwrap();
    let changes = [
        ("    bind :80\n", format!("    bind 127.0.0.1:{port}\n")),
        (
            "    bind :443 ssl crt /etc/haproxy/certs/ alpn h2,http/1.1\n",
            String::new(),
        ),
        (
            "    http-request redirect scheme https code 308 unless { ssl_fc }\n",
            String::new(),
        ),
        ("127.0.0.1:8081", format!("127.0.0.1:{}", servers[0])),
        ("127.0.0.1:8082", format!("127.0.0.1:{}", servers[1])),
    ];
    changes.iter().fold(text, |text, (from, to)| {
        assert_eq!(
            text.matches(from).count(),
            1,
            "{from} is not in haproxy.cfg once"
        );
        text.replace(from, to)
    })
}

/// A browser that keeps its connection to the proxy, as browsers do.
struct Client {
    browser: Browser,
    line: Option<BufReader<TcpStream>>,
    version: usize,
    saved: usize,
}

impl Client {
    fn of(app: &App, world: World, name: &str, port: u16) -> Self {
        let signed_in = app.signed_in(world, name);
        let version = signed_in.get("/me").expect(200).input("version");
        let mut browser = Browser::new(signed_in.host.clone(), port);
        browser.user = signed_in.user;
        for pair in signed_in.cookies().split("; ") {
            browser.keep_cookie(pair);
        }
        Self {
            browser,
            line: None,
            version: version.unwrap().parse().unwrap(),
            saved: 0,
        }
    }

    /// The n-th request of all: mostly reading, every tenth writes.
    fn step(&mut self, n: usize) -> Result<(), String> {
        match n % 10 {
            0 => self.save(n),
            1..=3 => self.expect("GET", "/me", "", 200),
            4 => self.expect("GET", "/me/sessions", "", 200),
            _ => self.expect("GET", "/theme.css", "", 200),
        }
    }

    /// A write that counts: the form's version fits once, and never again.
    fn save(&mut self, n: usize) -> Result<(), String> {
        let body = format!("version={}&name=Rolling+{n}", self.version);
        self.expect("POST", "/me", &body, 303)?;
        self.version += 1;
        self.saved += 1;
        Ok(())
    }

    fn expect(&mut self, method: &str, path: &str, body: &str, status: u16) -> Result<(), String> {
        match self.ask(method, path, body) {
            Ok(got) if got == status => Ok(()),
            Ok(got) => Err(format!("{method} {path} answered {got}")),
            Err(error) => Err(format!("{method} {path}: {error}")),
        }
    }

    fn ask(&mut self, method: &str, path: &str, body: &str) -> std::io::Result<u16> {
        let mut line = match self.line.take() {
            Some(line) => line,
            None => {
                let stream = TcpStream::connect(("127.0.0.1", self.browser.port))?;
                stream.set_nodelay(true)?;
                stream.set_read_timeout(Some(Duration::from_secs(60)))?;
                BufReader::new(stream)
            }
        };
        let host = self.browser.authority();
        let cookies = self.browser.cookies();
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: {host}\r\nCookie: {cookies}\r\nAccept: text/html\r\n\
             Origin: https://{host}\r\nSec-Fetch-Site: same-origin\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        line.get_mut().write_all(request.as_bytes())?;
        let (status, closes) = self.answer(&mut line)?;
        if !closes {
            self.line = Some(line);
        }
        Ok(status)
    }

    /// Reads one whole answer. Answers its status, and whether the connection ends with it.
    fn answer(&self, line: &mut BufReader<TcpStream>) -> std::io::Result<(u16, bool)> {
        let mut first = String::new();
        if line.read_line(&mut first)? == 0 {
            return Err(std::io::Error::other("closed without an answer"));
        }
        let status = first.get(9..12).and_then(|digits| digits.parse().ok());
        let status = status.ok_or_else(|| std::io::Error::other(first.clone()))?;
        let (mut length, mut closes, mut chunked) = (0, false, false);
        loop {
            let mut header = String::new();
            line.read_line(&mut header)?;
            let header = header.trim_end();
            if header.is_empty() {
                break;
            }
            let (name, value) = header.split_once(':').unwrap_or((header, ""));
            match (name.to_ascii_lowercase().as_str(), value.trim()) {
                ("content-length", value) => length = value.parse().unwrap(),
                ("transfer-encoding", "chunked") => chunked = true,
                ("connection", "close") => closes = true,
                ("set-cookie", value) => self.browser.keep_cookie(value),
                _ => {}
            }
        }
        if chunked {
            read_chunks(line)?;
        } else {
            std::io::copy(&mut line.take(length), &mut std::io::sink())?;
        }
        Ok((status, closes))
    }
}

fn read_chunks(line: &mut BufReader<TcpStream>) -> std::io::Result<()> {
    loop {
        let mut size = String::new();
        line.read_line(&mut size)?;
        let size = u64::from_str_radix(size.trim(), 16).map_err(std::io::Error::other)?;
        // The chunk and its line end.
        std::io::copy(&mut line.take(size + 2), &mut std::io::sink())?;
        if size == 0 {
            return Ok(());
        }
    }
}

fn started(app: &App, port: u16) -> Process {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tenantry"));
    command.arg("serve");
    let settings = [
        ("TENANTRY_PROXIES_TRUSTED", "127.0.0.1/32"),
        ("TENANTRY_JOBS_WORKERS", "0"),
        ("TENANTRY_DATABASE_POOL", "12"),
        ("TENANTRY_LOG_FILTER", "warn"),
    ];
    let (tenants, platform) = (app.url_as("tnt_app"), app.url_as("tnt_platform_app"));
    let process = Process::run(command, &tenants, &platform, port, &settings);
    process.becomes(Duration::from_secs(60), "/readyz", 200);
    process
}

/// Replaces the process by another on the same port, as `systemctl restart` does.
fn replaced(app: &App, old: Process) -> Process {
    let port = old.port;
    old.signal(Signal::TERM);
    let (status, words) = old.ended(Duration::from_secs(30));
    assert_eq!(status.code(), Some(0), "{words}");
    let new = started(app, port);
    // As long as the proxy needs to see it.
    std::thread::sleep(Duration::from_millis(600));
    new
}

#[test]
fn upg_01_none_of_20_000_requests_fails_while_both_processes_are_replaced() {
    let app = app::start();
    let ports = [free_port(), free_port()];
    let mut processes = ports.map(|port| Some(started(&app, port)));
    let Some(proxy) = Proxy::before(ports) else {
        eprintln!("HAProxy is not installed: not tried");
        return;
    };
    std::thread::sleep(Duration::from_millis(600));
    let before = app.count("shared.audit_entries where action = 'profile.changed'");
    let (sent, replacing) = (AtomicUsize::new(0), AtomicBool::new(true));
    let failures = Arc::new(std::sync::Mutex::new(Vec::new()));
    let started_at = Instant::now();
    let everybody = [ACME, GLOBEX]
        .into_iter()
        .flat_map(|world| PEOPLE.map(|name| (world, name)));
    let mut clients: Vec<Client> = everybody
        .map(|(world, name)| Client::of(&app, world, name, proxy.port))
        .collect();
    std::thread::scope(|scope| {
        for client in &mut clients {
            let (sent, replacing, failures) = (&sent, &replacing, Arc::clone(&failures));
            scope.spawn(move || {
                loop {
                    let n = sent.fetch_add(1, Ordering::Relaxed);
                    if n >= REQUESTS && !replacing.load(Ordering::Relaxed) {
                        return;
                    }
                    if let Err(failure) = client.step(n) {
                        failures.lock().unwrap().push(failure);
                        return;
                    }
                }
            });
        }
        for round in 0..4 {
            std::thread::sleep(Duration::from_secs(1));
            let place = &mut processes[round % 2];
            let old = place.take().unwrap();
            *place = Some(replaced(&app, old));
        }
        replacing.store(false, Ordering::Relaxed);
    });
    let took = started_at.elapsed();
    let sent = sent.load(Ordering::Relaxed) - clients.len();
    let failures = failures.lock().unwrap();
    assert!(
        failures.is_empty(),
        "{} of {sent} failed: {failures:?}",
        failures.len()
    );
    assert!(sent >= REQUESTS, "{sent}");
    let saved: usize = clients.iter().map(|client| client.saved).sum();
    let written = app.count("shared.audit_entries where action = 'profile.changed'") - before;
    assert_eq!(i64::try_from(saved).unwrap(), written, "each write once");
    eprintln!("{sent} requests, {saved} of them writes, 4 replacements, {took:?}: none failed");
    for process in processes.into_iter().flatten() {
        process.signal(Signal::TERM);
        assert_eq!(process.ended(Duration::from_secs(30)).0.code(), Some(0));
    }
}
