//! The decoder of server-sent events beside two others, in one run: `cargo xtask bench sse`. One large event in small
//! chunks, many small events in one chunk and in ordinary ones; medians of several runs.

use std::convert::Infallible;
use std::fmt::Debug;
use std::task::{Context, Poll, Waker};
use std::time::Instant;

use anyhow::{Result, bail, ensure};
use bytes::Bytes;
use eventsource_stream::Eventsource;
use futures_util::{Stream, StreamExt, stream};
use hub_platforms::Limits;
use hub_platforms::sse::{Decoder, Item};
use hub_tests_core::figures::{Figures, median};
use sse_stream::SseStream;

const MIB: usize = 1024 * 1024;
const CHUNK: usize = 16 * 1024;
const RUNS: usize = 100;

/// A stream to decode, and how many events it holds.
struct Case {
    name: &'static str,
    chunks: Vec<Bytes>,
    events: usize,
    /// Milliseconds that the product's own decoder may take.
    goal: Option<f64>,
}

fn main() -> Result<()> {
    let cases = [
        Case { name: "line_4_mib", chunks: cut(&line(4 * MIB), CHUNK), events: 1, goal: Some(40.0) },
        // Near the largest event that the product takes.
        Case { name: "line_8_mib", chunks: cut(&line(8 * MIB - 64), CHUNK), events: 1, goal: None },
        Case {
            name: "events_40000_in_one_chunk",
            chunks: vec![Bytes::from(events(40_000))],
            events: 40_000,
            goal: Some(60.0),
        },
        Case { name: "events_40000_in_4_kib_chunks", chunks: cut(&events(40_000), 4096), events: 40_000, goal: None },
    ];
    let mut figures = Figures::new("sse");
    let mut line_4_mib = f64::NAN;
    for case in &cases {
        let (ours, peer) = beside(case, decode, |case| count(SseStream::from_bytes_stream(body(case))))?;
        figures.add(&format!("{}_ms", case.name), ours, case.goal);
        figures.add(&format!("{}_sse_stream_ms", case.name), peer, None);
        // "No slower than sse-stream" is a ratio, so that it holds on every machine.
        figures.add(&format!("{}_to_sse_stream", case.name), ours / peer, Some(1.0));
        match case.name {
            "line_4_mib" => line_4_mib = ours,
            // Linear: twice the bytes take twice the time, with room for noise.
            "line_8_mib" => figures.add("line_8_mib_to_4_mib", ours / line_4_mib, Some(2.2)),
            _ => {}
        }
        // Quadratic, so once is enough, and twice as much is too much.
        if case.name != "line_8_mib" {
            let peer = once(case, |case| count(body(case).eventsource()))?;
            figures.add(&format!("{}_eventsource_stream_ms", case.name), peer, None);
        }
    }
    figures.print();
    Ok(())
}

/// With the product's own limit on.
fn decode(case: &Case) -> Result<usize> {
    let mut decoder = Decoder::new(Limits::default().event_bytes);
    let mut items = Vec::new();
    let mut frames = 0;
    for chunk in &case.chunks {
        ensure!(decoder.push(chunk, &mut items).is_ok(), "{} is within the limit", case.name);
        frames += items.drain(..).filter(|item| matches!(item, Item::Frame(_))).count();
    }
    decoder.finish(&mut items);
    Ok(frames + items.len())
}

fn body(case: &Case) -> impl Stream<Item = std::result::Result<Bytes, Infallible>> + Unpin + use<> {
    stream::iter(case.chunks.clone().into_iter().map(Ok))
}

/// All events of a stream that never waits.
fn count<T, E: Debug>(events: impl Stream<Item = std::result::Result<T, E>>) -> Result<usize> {
    let mut events = std::pin::pin!(events);
    let mut context = Context::from_waker(Waker::noop());
    let mut count = 0;
    loop {
        match events.poll_next_unpin(&mut context) {
            Poll::Ready(Some(Ok(_))) => count += 1,
            Poll::Ready(Some(Err(error))) => bail!("not readable: {error:?}"),
            Poll::Ready(None) => return Ok(count),
            Poll::Pending => {}
        }
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

/// The median times in milliseconds in which the two find all events of a case. They take turns, and each goes first as
/// often as the other: whoever always went first would find the memory cold.
fn beside(
    case: &Case,
    ours: impl Fn(&Case) -> Result<usize>,
    peer: impl Fn(&Case) -> Result<usize>,
) -> Result<(f64, f64)> {
    let (mut our_times, mut peer_times) = (Vec::new(), Vec::new());
    for run in 0..RUNS {
        if run % 2 == 0 {
            our_times.push(once(case, &ours)?);
        }
        peer_times.push(once(case, &peer)?);
        if run % 2 == 1 {
            our_times.push(once(case, &ours)?);
        }
    }
    Ok((median(&our_times), median(&peer_times)))
}

/// The milliseconds in which `work` finds all events of a case.
fn once(case: &Case, work: impl Fn(&Case) -> Result<usize>) -> Result<f64> {
    let began = Instant::now();
    let found = work(case)?;
    let time = began.elapsed().as_secs_f64() * 1000.0;
    ensure!(found == case.events, "{}: {found} events instead of {}", case.name, case.events);
    Ok(time)
}
