//! The decoder of server-sent events beside two others, in one run: one large event in small chunks, many small events in
//! one chunk, an ordinary stream. Prints one JSON line; times are medians in milliseconds.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a bench that fails must say so")]

use std::convert::Infallible;
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use bytes::Bytes;
use eventsource_stream::Eventsource;
use futures_util::{Stream, StreamExt, stream};
use hub_platforms::Limits;
use hub_platforms::sse::{Decoder, Item};
use serde_json::{Map, Value, json};
use sse_stream::SseStream;

const MIB: usize = 1024 * 1024;
const CHUNK: usize = 16 * 1024;

/// A stream to decode, and how many events it holds.
struct Case {
    name: &'static str,
    chunks: Vec<Bytes>,
    events: usize,
}

fn main() {
    let cases = [
        Case { name: "line_4_mib", chunks: cut(&line(4 * MIB), CHUNK), events: 1 },
        // Near the largest event that the product takes.
        Case { name: "line_8_mib", chunks: cut(&line(8 * MIB - 64), CHUNK), events: 1 },
        Case { name: "events_40000_in_one_chunk", chunks: vec![Bytes::from(events(40_000))], events: 40_000 },
        Case { name: "events_40000_in_4_kib_chunks", chunks: cut(&events(40_000), 4096), events: 40_000 },
    ];
    let mut figures = Map::new();
    for case in &cases {
        let ours = median(15, || assert_eq!(decode(case), case.events));
        let sse_stream = median(15, || assert_eq!(count(SseStream::from_bytes_stream(body(case))), case.events));
        // Quadratic, so once is enough, and twice as much is too much.
        let eventsource =
            (case.name != "line_8_mib").then(|| median(1, || assert_eq!(count(body(case).eventsource()), case.events)));
        figures.insert(format!("{}_ms", case.name), ms(ours));
        figures.insert(format!("{}_sse_stream_ms", case.name), ms(sse_stream));
        if let Some(eventsource) = eventsource {
            figures.insert(format!("{}_eventsource_stream_ms", case.name), ms(eventsource));
        }
        if case.name == "line_8_mib" {
            let half = figures.get("line_4_mib_ms").and_then(Value::as_f64).unwrap_or(f64::NAN);
            figures.insert("line_8_to_4_mib".to_owned(), json!(ours.as_secs_f64() * 1000.0 / half));
        }
    }
    println!("{}", json!({ "bench": "sse", "figures": figures }));
}

/// With the product's own limit on.
fn decode(case: &Case) -> usize {
    let mut decoder = Decoder::new(Limits::default().event_bytes);
    let mut items = Vec::new();
    let mut frames = 0;
    for chunk in &case.chunks {
        decoder.push(chunk, &mut items).expect("within the limit");
        frames += items.drain(..).filter(|item| matches!(item, Item::Frame(_))).count();
    }
    decoder.finish(&mut items);
    frames + items.len()
}

fn body(case: &Case) -> impl Stream<Item = Result<Bytes, Infallible>> + Unpin + use<> {
    stream::iter(case.chunks.clone().into_iter().map(Ok))
}

/// All events of a stream that never waits.
fn count<T, E: std::fmt::Debug>(events: impl Stream<Item = Result<T, E>>) -> usize {
    let mut events = std::pin::pin!(events);
    let mut context = Context::from_waker(Waker::noop());
    let mut count = 0;
    loop {
        match events.poll_next_unpin(&mut context) {
            Poll::Ready(Some(event)) => drop(event.expect("readable")),
            Poll::Ready(None) => return count,
            Poll::Pending => continue,
        }
        count += 1;
    }
}

fn line(bytes: usize) -> Vec<u8> {
    [b"data: ".as_slice(), &vec![b'x'; bytes], b"\n\n"].concat()
}

fn events(count: usize) -> Vec<u8> {
    b"data: {\"t\":\"hi\"}\n\n".repeat(count)
}

fn cut(bytes: &[u8], size: usize) -> Vec<Bytes> {
    bytes.chunks(size).map(Bytes::copy_from_slice).collect()
}

fn median(runs: usize, mut work: impl FnMut()) -> Duration {
    let mut times: Vec<Duration> = (0..runs)
        .map(|_| {
            let began = Instant::now();
            work();
            began.elapsed()
        })
        .collect();
    times.sort_unstable();
    times.get(runs / 2).copied().unwrap_or_default()
}

fn ms(time: Duration) -> Value {
    json!((time.as_secs_f64() * 1_000_000.0).round() / 1000.0)
}
