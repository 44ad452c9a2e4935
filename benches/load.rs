//! A load: so many connections, each sending its next request when the last one is answered.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// What one connection sends; called with the number of the request on it.
pub(crate) trait Requests: Sync {
    fn next(&self, connection: usize, number: usize) -> String;
    /// The status that every answer must have; 0 for any.
    fn status(&self) -> u16;
}

/// What came of a load.
#[derive(Debug, Clone)]
pub(crate) struct Outcome {
    pub(crate) per_second: f64,
    pub(crate) median: Duration,
    pub p99: Duration,
}

/// Loads the address for this long, after a fifth of it as warm-up.
pub(crate) fn run(
    address: SocketAddr,
    connections: usize,
    time: Duration,
    requests: &impl Requests,
) -> Outcome {
    let stop = AtomicBool::new(false);
    let start = Instant::now();
    let warm = time / 5;
    let mut samples: Vec<Duration> = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..connections)
            .map(|connection| {
                let stop = &stop;
                scope.spawn(move || one(address, connection, requests, stop, start + warm))
            })
            .collect();
        std::thread::sleep(warm + time);
        stop.store(true, Ordering::Relaxed);
        workers
            .into_iter()
            .flat_map(|worker| worker.join().unwrap())
            .collect()
    });
    samples.sort_unstable();
    let at = |share: f64| samples[((samples.len() - 1) as f64 * share) as usize];
    Outcome {
        per_second: samples.len() as f64 / time.as_secs_f64(),
        median: at(0.5),
        p99: at(0.99),
    }
}

fn one(
    address: SocketAddr,
    connection: usize,
    requests: &impl Requests,
    stop: &AtomicBool,
    from: Instant,
) -> Vec<Duration> {
    let mut stream = BufReader::new(TcpStream::connect(address).unwrap());
    stream.get_ref().set_nodelay(true).unwrap();
    let mut samples = Vec::new();
    for number in 0.. {
        if stop.load(Ordering::Relaxed) {
            break;
        }
        let request = requests.next(connection, number);
        let begun = Instant::now();
        stream.get_mut().write_all(request.as_bytes()).unwrap();
        let (status, _, _) = answer(&mut stream);
        assert!(
            [0, status].contains(&requests.status()),
            "{status}: {request}"
        );
        if begun > from {
            samples.push(begun.elapsed());
        }
    }
    samples
}

/// Reads one answer: status, bytes on the wire, head.
pub(crate) fn answer(stream: &mut BufReader<TcpStream>) -> (u16, usize, String) {
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        assert!(
            stream.read_line(&mut head).unwrap() > 0,
            "the server hung up: {head}"
        );
    }
    let status = head[9..12].parse().unwrap();
    let lower = head.to_ascii_lowercase();
    let length = lower
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "))
        .map(|length| length.trim().parse::<usize>().unwrap());
    let bytes = match length {
        Some(length) => {
            std::io::copy(
                &mut stream.by_ref().take(length as u64),
                &mut std::io::sink(),
            )
            .unwrap();
            length
        }
        None if lower.contains("transfer-encoding: chunked") => chunks(stream),
        None => 0,
    };
    (status, head.len() + bytes, head)
}

fn chunks(stream: &mut BufReader<TcpStream>) -> usize {
    let mut bytes = 0;
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).unwrap();
        let length = usize::from_str_radix(line.trim(), 16).unwrap();
        std::io::copy(
            &mut stream.by_ref().take(length as u64 + 2),
            &mut std::io::sink(),
        )
        .unwrap();
        bytes += line.len() + length + 2;
        if length == 0 {
            return bytes;
        }
    }
}

/// Opens a connection, sends one request, reads its answer.
pub(crate) fn once(address: SocketAddr, request: &str) -> (u16, usize, String) {
    let mut stream = BufReader::new(TcpStream::connect(address).unwrap());
    stream.get_mut().write_all(request.as_bytes()).unwrap();
    answer(&mut stream)
}
