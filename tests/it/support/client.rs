//! A browser for tests: one host, its cookies, one connection a request. It follows no redirect by itself
//! and says exactly what it is told, so that wrong requests can be made too.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Mutex;
use std::time::Duration;

use domain::UserId;

/// Somebody at a host, signed in or not.
#[derive(Debug)]
pub(crate) struct Browser {
    pub(crate) host: String,
    pub(crate) port: u16,
    /// Who is signed in here.
    pub(crate) user: Option<UserId>,
    cookies: Mutex<BTreeMap<String, String>>,
}

/// What came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

/// A request in the making.
#[derive(Debug)]
pub(crate) struct Ask<'b> {
    browser: &'b Browser,
    method: String,
    path: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl Browser {
    pub(crate) fn new(host: impl Into<String>, port: u16) -> Self {
        Self {
            host: host.into(),
            port,
            user: None,
            cookies: Mutex::default(),
        }
    }

    /// Host and port, as the address bar shows them.
    pub(crate) fn authority(&self) -> String {
        format!("{}:{}", self.host, self.port)
    }

    /// Asks for a page.
    pub(crate) fn get(&self, path: &str) -> Answer {
        self.ask("GET", path).send()
    }

    /// Submits a form.
    pub(crate) fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        self.ask("POST", path).form(fields).send()
    }

    /// Asks for a page as htmx does.
    pub(crate) fn get_part(&self, path: &str) -> Answer {
        self.ask("GET", path).header("HX-Request", "true").send()
    }

    /// Submits a form as htmx does.
    pub(crate) fn post_part(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let ask = self.ask("POST", path).header("HX-Request", "true");
        ask.form(fields).send()
    }

    /// Goes where an answer points.
    pub(crate) fn follow(&self, answer: &Answer) -> Answer {
        let location = answer
            .location()
            .unwrap_or_else(|| panic!("no redirect: {answer}"));
        self.get(&location)
    }

    /// Begins a request that `get` and `post` cannot make.
    pub(crate) fn ask(&self, method: &str, path: &str) -> Ask<'_> {
        Ask {
            browser: self,
            method: method.to_owned(),
            path: path.to_owned(),
            headers: Vec::new(),
            body: Vec::new(),
        }
    }

    /// Takes a cookie as it stands in `Set-Cookie`.
    pub(crate) fn keep_cookie(&self, set: &str) {
        let (pair, rest) = set.split_once(';').unwrap_or((set, ""));
        let (name, value) = pair.split_once('=').unwrap();
        // A name that binds a cookie to its host is refused with a domain or for a part of the host alone.
        if rest.contains("Domain=")
            || !rest.is_empty() && !rest.contains("Path=/;") && !rest.ends_with("Path=/")
        {
            return;
        }
        let mut cookies = self.cookies.lock().unwrap();
        if value.is_empty() || rest.contains("Max-Age=0") {
            cookies.remove(name.trim());
        } else {
            cookies.insert(name.trim().to_owned(), value.trim().to_owned());
        }
    }

    /// The value of a cookie.
    pub(crate) fn cookie(&self, name: &str) -> Option<String> {
        self.cookies.lock().unwrap().get(name).cloned()
    }

    /// The `Cookie` header; empty without cookies.
    pub(crate) fn cookies(&self) -> String {
        let cookies = self.cookies.lock().unwrap();
        let pairs: Vec<String> = cookies.iter().map(|(n, v)| format!("{n}={v}")).collect();
        pairs.join("; ")
    }

    /// The same browser at another host: it takes its cookies along, as no real one would.
    pub(crate) fn carried_to(&self, host: impl Into<String>) -> Self {
        Self {
            host: host.into(),
            port: self.port,
            user: self.user,
            cookies: Mutex::new(self.cookies.lock().unwrap().clone()),
        }
    }
}

impl Ask<'_> {
    /// Adds a header. One that the browser would send by itself takes its place.
    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The fields of a form as the body.
    pub(crate) fn form(self, fields: &[(&str, &str)]) -> Self {
        let body = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(fields)
            .finish();
        self.body("application/x-www-form-urlencoded", body)
    }

    /// A form with a file in it.
    pub(crate) fn upload(
        self,
        fields: &[(&str, &str)],
        (field, name, content): (&str, &str, &[u8]),
    ) -> Self {
        const MARK: &str = "----between-the-parts-7f3a";
        let mut body = Vec::new();
        for (key, value) in fields {
            body.extend(
                format!(
                    "--{MARK}\r\nContent-Disposition: form-data; name=\"{key}\"\r\n\r\n{value}\r\n"
                )
                .into_bytes(),
            );
        }
        body.extend(format!("--{MARK}\r\nContent-Disposition: form-data; name=\"{field}\"; filename=\"{name}\"\r\nContent-Type: text/csv\r\n\r\n").into_bytes());
        body.extend_from_slice(content);
        body.extend(format!("\r\n--{MARK}--\r\n").into_bytes());
        self.body(&format!("multipart/form-data; boundary={MARK}"), body)
    }

    /// Any body.
    pub(crate) fn body(mut self, kind: &str, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self.header("Content-Type", kind)
    }

    /// Sends it, and keeps the cookies that come back.
    pub(crate) fn send(self) -> Answer {
        let browser = self.browser;
        let answer = exchange(browser.port, &self.bytes());
        for (name, value) in &answer.headers {
            if name == "set-cookie" {
                browser.keep_cookie(value);
            }
        }
        answer
    }

    /// Where it would be sent to.
    pub(crate) fn port(&self) -> u16 {
        self.browser.port
    }

    /// As it goes over the line.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        let browser = self.browser;
        let mut own = vec![
            ("Host", browser.authority()),
            (
                "User-Agent",
                "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0".to_owned(),
            ),
            ("Accept", "text/html".to_owned()),
            ("Sec-Fetch-Site", "same-origin".to_owned()),
            ("Connection", "close".to_owned()),
        ];
        if !["GET", "HEAD"].contains(&self.method.as_str()) {
            own.push(("Origin", format!("http://{}", browser.authority())));
            own.push(("Content-Length", self.body.len().to_string()));
        }
        let cookies = browser.cookies();
        if !cookies.is_empty() {
            own.push(("Cookie", cookies));
        }
        let mut text = format!("{} {} HTTP/1.1\r\n", self.method, self.path);
        for (name, value) in own {
            let replaced = |(other, _): &(String, String)| other.eq_ignore_ascii_case(name);
            if !self.headers.iter().any(replaced) {
                text.push_str(&format!("{name}: {value}\r\n"));
            }
        }
        for (name, value) in &self.headers {
            text.push_str(&format!("{name}: {value}\r\n"));
        }
        text.push_str("\r\n");
        let mut bytes = text.into_bytes();
        bytes.extend_from_slice(&self.body);
        bytes
    }
}

/// Sends these bytes over a connection of their own and reads the answer to its end.
pub(crate) fn exchange(port: u16, request: &[u8]) -> Answer {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    stream.set_nodelay(true).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_secs(30)))
        .unwrap();
    // A server that turns a long body away may close before all of it was sent.
    let sent = stream.write_all(request);
    let mut bytes = Vec::new();
    let mut part = [0; 16 * 1024];
    // The server may keep the line open for a moment after its last word: nobody has to wait for that.
    let read = loop {
        match stream.read(&mut part) {
            Ok(0) => break Ok(()),
            Ok(length) => bytes.extend_from_slice(&part[..length]),
            Err(error) => break Err(error),
        }
        if is_whole(&bytes) {
            break Ok(());
        }
    };
    Answer::parse(&bytes).unwrap_or_else(|| {
        let text = String::from_utf8_lossy(&bytes);
        panic!("no answer: sent {sent:?}, read {read:?}: {text}")
    })
}

/// Whether these are all bytes of an answer that says how long it is.
fn is_whole(bytes: &[u8]) -> bool {
    let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") else {
        return false;
    };
    let head = String::from_utf8_lossy(&bytes[..end]).to_ascii_lowercase();
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length:"))
        .and_then(|value| value.trim().parse::<usize>().ok());
    // What answers HEAD has a length and no body: its end is the end of the connection.
    length.is_some_and(|length| bytes.len() == end + 4 + length)
}

impl Answer {
    fn parse(bytes: &[u8]) -> Option<Self> {
        let end = bytes.windows(4).position(|four| four == b"\r\n\r\n")?;
        let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
        let mut lines = head.split("\r\n");
        let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
        let headers: Vec<(String, String)> = lines
            .filter_map(|line| line.split_once(':'))
            .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
            .collect();
        let rest = &bytes[end + 4..];
        let chunked = headers
            .iter()
            .any(|(name, value)| name == "transfer-encoding" && value == "chunked");
        let body = if chunked {
            unchunked(rest)?
        } else {
            rest.to_vec()
        };
        Some(Self {
            status,
            headers,
            body,
        })
    }

    /// The first header of this name, in lower case.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(header, _)| header == name);
        found.map(|(_, value)| value.as_str())
    }

    /// Where it redirects to.
    pub(crate) fn location(&self) -> Option<String> {
        self.header("location").map(ToOwned::to_owned)
    }

    /// The body as text.
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// Whether the body holds this.
    pub(crate) fn has(&self, text: &str) -> bool {
        self.text().contains(text)
    }

    /// The answer, which must have this status.
    #[track_caller]
    pub(crate) fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{self}");
        self
    }

    /// The answer, which must hold this text.
    #[track_caller]
    pub(crate) fn shows(self, text: &str) -> Self {
        assert!(self.has(text), "{text:?} is missing: {self}");
        self
    }

    /// The answer, which must not hold this text.
    #[track_caller]
    pub(crate) fn hides(self, text: &str) -> Self {
        assert!(!self.has(text), "{text:?} is shown: {self}");
        self
    }

    /// The answer, which must be a 303 to this path.
    #[track_caller]
    pub(crate) fn leads_to(self, path: &str) -> Self {
        assert_eq!(
            (self.status, self.header("location")),
            (303, Some(path)),
            "{self}"
        );
        self
    }

    /// The value of the first input of this name.
    pub(crate) fn input(&self, name: &str) -> Option<String> {
        let text = self.text();
        let mark = format!("name=\"{name}\"");
        let tag = text.split('<').find(|tag| {
            tag.starts_with("input") && tag.split('>').next().is_some_and(|tag| tag.contains(&mark))
        })?;
        let value = tag.split('>').next()?.split("value=\"").nth(1)?;
        Some(unescaped(value.split('"').next()?))
    }
}

/// The text behind HTML's entities.
pub(crate) fn unescaped(text: &str) -> String {
    [
        ("&#34;", "\""),
        ("&#39;", "'"),
        ("&#60;", "<"),
        ("&#62;", ">"),
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#38;", "&"),
        ("&amp;", "&"),
    ]
    .iter()
    .fold(text.to_owned(), |text, (entity, plain)| {
        text.replace(entity, plain)
    })
}

/// An answer without what is new in each: ids, tokens, request ids, moments. Two that are equal then tell
/// nobody apart.
pub(crate) fn settled(answer: &Answer) -> Answer {
    let kept = |(name, _): &&(String, String)| {
        !["x-request-id", "date", "set-cookie"].contains(&name.as_str())
    };
    let headers = answer
        .headers
        .iter()
        .filter(kept)
        .map(|(name, value)| (name.clone(), plain(value)))
        .filter(|(name, _)| name != "content-length")
        .collect();
    Answer {
        status: answer.status,
        headers,
        body: plain(&answer.text()).into_bytes(),
    }
}

/// Long words are ids and tokens, words of digits with two colons or a `T` are moments.
fn plain(text: &str) -> String {
    let mut told = String::with_capacity(text.len());
    let part = |c: char| c.is_ascii_alphanumeric() || "_-:.".contains(c);
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let end = rest.find(|c| part(c) != part(first)).unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        let moment = word.contains(':') && word.starts_with(|c: char| c.is_ascii_digit());
        let long = word.len() >= 26 && word.contains(|c: char| c.is_ascii_digit());
        told.push_str(if part(first) && (moment || long) {
            "…"
        } else {
            word
        });
        rest = after;
    }
    told
}

fn unchunked(mut rest: &[u8]) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let line = rest.windows(2).position(|two| two == b"\r\n")?;
        let size = std::str::from_utf8(&rest[..line]).ok()?;
        let size = usize::from_str_radix(size.split(';').next()?.trim(), 16).ok()?;
        rest = &rest[line + 2..];
        if size == 0 {
            return Some(body);
        }
        body.extend_from_slice(rest.get(..size)?);
        rest = rest.get(size + 2..)?;
    }
}

impl std::fmt::Display for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(f, "{}", self.status)?;
        for (name, value) in &self.headers {
            writeln!(f, "{name}: {value}")?;
        }
        writeln!(f, "\n{}", self.text())
    }
}
