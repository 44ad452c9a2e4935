//! An answer that goes on: server-sent events, read one after the other.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use super::client::Ask;

/// How long the next event may take before a test takes it for missing.
const PATIENCE: Duration = Duration::from_secs(60);

/// The events of one answer.
#[derive(Debug)]
pub(crate) struct Listening {
    lines: BufReader<TcpStream>,
    /// What came and is no whole event yet.
    rest: String,
}

/// What one event says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Event {
    /// Empty for one without a name.
    pub(crate) name: String,
    pub(crate) data: String,
}

impl Listening {
    /// Asks for events, which the server must have.
    pub(crate) fn to(ask: Ask<'_>) -> Self {
        let ask = ask.header("Accept", "text/event-stream");
        let mut stream = TcpStream::connect(("127.0.0.1", ask.port())).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream.write_all(&ask.bytes()).unwrap();
        let mut lines = BufReader::new(stream);
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            assert!(lines.read_line(&mut head).unwrap() > 0, "{head}");
        }
        let head = head.to_ascii_lowercase();
        assert!(head.starts_with("http/1.1 200"), "{head}");
        assert!(head.contains("content-type: text/event-stream"), "{head}");
        assert!(head.contains("cache-control: private, no-store"), "{head}");
        assert!(
            !head.contains("content-encoding: br") && !head.contains("gzip"),
            "{head}"
        );
        Self {
            lines,
            rest: String::new(),
        }
    }

    /// The next event; `None` at the end. Words without an event are passed over.
    pub(crate) fn next(&mut self) -> Option<Event> {
        loop {
            if let Some((event, rest)) = self.rest.split_once("\n\n") {
                let (event, rest) = (Event::parse(event), rest.to_owned());
                self.rest = rest;
                match event {
                    Some(event) => return Some(event),
                    None => continue,
                }
            }
            let chunk = self.chunk()?;
            self.rest.push_str(&chunk);
        }
    }

    fn chunk(&mut self) -> Option<String> {
        let mut size = String::new();
        self.lines.read_line(&mut size).unwrap();
        let size = usize::from_str_radix(size.trim(), 16).unwrap_or(0);
        if size == 0 {
            return None;
        }
        let mut bytes = vec![0; size + 2];
        self.lines.read_exact(&mut bytes).unwrap();
        bytes.truncate(size);
        Some(String::from_utf8(bytes).unwrap())
    }
}

impl Event {
    fn parse(text: &str) -> Option<Self> {
        let of = |field: &str| -> Option<String> {
            let lines: Vec<&str> = text
                .lines()
                .filter_map(|line| line.strip_prefix(field))
                .collect();
            (!lines.is_empty()).then(|| lines.join("\n"))
        };
        let (name, data) = (of("event: "), of("data:"));
        (name.is_some() || data.is_some()).then(|| Self {
            name: name.unwrap_or_default(),
            data: data.unwrap_or_default(),
        })
    }
}
