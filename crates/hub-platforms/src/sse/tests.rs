use std::convert::Infallible;
use std::time::{Duration, Instant};

use futures_util::StreamExt;
use proptest::prelude::*;

use super::*;

const LIMIT: usize = 8 * 1024 * 1024;

fn decode_cut(chunks: &[&[u8]]) -> Vec<Item> {
    let mut decoder = Decoder::new(LIMIT);
    let mut items = Vec::new();
    for chunk in chunks {
        decoder.push(chunk, &mut items).expect("within the limit");
    }
    decoder.finish(&mut items);
    items
}

fn decode(text: &str) -> Vec<Item> {
    decode_cut(&[text.as_bytes()])
}

fn decode_by(bytes: &[u8], size: usize) -> Vec<Item> {
    decode_cut(&bytes.chunks(size).collect::<Vec<_>>())
}

fn data(text: &str) -> Item {
    Item::Frame(Frame { data: text.to_owned(), ..Frame::default() })
}

fn cut(text: &str) -> Item {
    Item::Frame(Frame { data: text.to_owned(), cut: true, ..Frame::default() })
}

fn named(name: &str, text: &str) -> Item {
    Item::Frame(Frame { name: name.to_owned(), data: text.to_owned(), ..Frame::default() })
}

fn stray(name: &str, value: &str) -> Item {
    Item::Stray { name: name.to_owned(), value: value.to_owned() }
}

#[test]
fn r1_p1_q39_characters_cut_by_chunks_are_whole() {
    let text = "data: 世界 🌏\n\n";
    assert_eq!(decode_by(text.as_bytes(), 1), vec![data("世界 🌏")]);
}

#[test]
fn r2_p2_q38_every_line_end_and_a_byte_order_mark() {
    for text in [
        "data: a\n\ndata: b\n\n",
        "data: a\r\n\r\ndata: b\r\n\r\n",
        "data: a\r\rdata: b\r\r",
        "data: a\r\n\ndata: b\n\r\n",
    ] {
        for text in [text.to_owned(), format!("\u{FEFF}{text}")] {
            assert_eq!(decode(&text), vec![data("a"), data("b")], "{text:?}");
            assert_eq!(decode_by(text.as_bytes(), 1), vec![data("a"), data("b")], "{text:?} in bytes");
        }
    }
}

#[test]
fn a_lone_cr_ends_its_line_at_once() {
    let mut decoder = Decoder::new(LIMIT);
    let mut items = Vec::new();
    decoder.push(b"data: a\r\r", &mut items).expect("small");
    assert_eq!(items, vec![data("a")], "no waiting for a line feed that may never come");
}

#[test]
fn r3_p3_q40_one_space_after_the_colon_is_optional() {
    assert_eq!(decode("event:x\ndata:{}\n\nevent: x\ndata: {}\n\n"), vec![named("x", "{}"), named("x", "{}")]);
    assert_eq!(decode("data:  two\n\n"), vec![data(" two")]);
}

#[test]
fn r4_p6_data_lines_are_joined() {
    assert_eq!(decode("data: a\ndata: b\ndata:\n\n"), vec![data("a\nb\n")]);
}

#[test]
fn r5_p4_comments_are_told_and_blank_lines_make_nothing() {
    assert_eq!(
        decode(": keep-alive\n\n\n\n:HTTP_STATUS/200\n\n"),
        vec![Item::Comment("keep-alive".into()), Item::Comment("HTTP_STATUS/200".into()),]
    );
}

#[test]
fn r6_unknown_fields_are_told() {
    assert_eq!(
        decode("error: {\"code\":400}\n\ndata: [DONE]\n\n"),
        vec![stray("error", "{\"code\":400}"), data("[DONE]"),]
    );
    assert_eq!(decode("status: 400\n"), vec![stray("status", "400")]);
}

#[test]
fn r7_bare_json_is_told_whole() {
    assert_eq!(
        decode("data: a\n\n{\"error\":{\"message\":\"x\"}}\n\n"),
        vec![data("a"), stray("", "{\"error\":{\"message\":\"x\"}}"),]
    );
}

#[test]
fn r8_p5_events_without_data_are_frames_with_empty_data() {
    assert_eq!(decode("event: ping\n\ndata:\n\ndata: \n\n"), vec![named("ping", ""), data(""), data("")]);
}

#[test]
fn q40_retry_and_id_make_no_event_of_their_own() {
    assert_eq!(decode("retry: 3000\n\n"), vec![]);
    assert_eq!(
        decode("id: 7\ndata: a\n\n"),
        vec![Item::Frame(Frame { id: "7".into(), data: "a".into(), ..Frame::default() })]
    );
}

#[test]
fn r10_p7_what_stands_at_the_end_is_handed_over_as_cut() {
    assert_eq!(decode("data: a\n"), vec![cut("a")]);
    assert_eq!(decode("data: {\"a"), vec![cut("{\"a")]);
    assert_eq!(decode("data: a\n\n"), vec![data("a")]);
    assert_eq!(decode(": bye"), vec![Item::Comment("bye".into())]);
}

#[test]
fn r12_p13_q41_the_limit_counts_line_and_event() {
    let line = vec![b'x'; 300 * 1024];
    let text = [b"data: ".as_slice(), &line, b"\n\n"].concat();
    assert_eq!(decode_by(&text, 7), vec![data(&String::from_utf8(line).expect("ascii"))]);

    let mut decoder = Decoder::new(1000);
    let mut items = Vec::new();
    assert_eq!(decoder.push(b"data: ok\n\n", &mut items), Ok(()));
    assert_eq!(decoder.push(&[b'x'; 1001], &mut items), Err(TooLarge));
    assert_eq!(items, vec![data("ok")], "what came before stays");

    let mut decoder = Decoder::new(1000);
    let grown = (0..1000).try_for_each(|_| decoder.push(b"data: more\n", &mut Vec::new()));
    assert_eq!(grown, Err(TooLarge), "many short lines of one event count together");
}

#[test]
fn ten_megabytes_in_small_pieces_take_no_quadratic_time() {
    let text = [b"data: ".as_slice(), &vec![b'x'; 10 * 1024 * 1024], b"\n\n"].concat();
    let began = Instant::now();
    let mut decoder = Decoder::new(usize::MAX);
    let mut items = Vec::new();
    for chunk in text.chunks(64) {
        decoder.push(chunk, &mut items).expect("no limit");
    }
    assert_eq!(items.len(), 1);
    // Quadratic work would be about 10^12 steps; the guard is far above any machine's linear time.
    assert!(began.elapsed() < Duration::from_secs(30));
}

/// What the reference decoder makes of a text in one piece, as (event, data).
fn reference(text: &str) -> Vec<(String, String)> {
    let bytes = bytes::Bytes::copy_from_slice(text.as_bytes());
    let body = futures_util::stream::iter([Ok::<_, Infallible>(bytes)]);
    let mut stream = Box::pin(sse_stream::SseStream::from_bytes_stream(body));
    let mut frames = Vec::new();
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    while let std::task::Poll::Ready(Some(frame)) = stream.poll_next_unpin(&mut context) {
        let frame = frame.expect("readable");
        frames.push((frame.event.unwrap_or_default(), frame.data.unwrap_or_default()));
    }
    frames
}

fn field() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "data: ?[a-z世🌏{}:\" ]{0,12}",
        1 => "event: ?[a-z]{1,6}",
        1 => ": ?[a-z]{0,6}",
        1 => Just("retry: 10".to_owned()),
    ]
}

/// Whole events: each has a data line, and ends with a blank line.
fn events() -> impl Strategy<Value = String> {
    let event = (prop::collection::vec(field(), 0..4), "data: [a-z世]{1,8}").prop_map(|(fields, data)| {
        fields.into_iter().chain([data, String::new(), String::new()]).collect::<Vec<_>>().join("\n")
    });
    prop::collection::vec(event, 0..6).prop_map(|events| events.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn any_cut_gives_the_same_items(bytes in prop::collection::vec(prop_oneof![
        Just(b'\n'), Just(b'\r'), Just(b':'), Just(b' '), Just(b'd'), Just(0xE4u8), Just(0xB8), Just(0x96), any::<u8>()
    ], 0..200), cuts in prop::collection::vec(1usize..20, 1..40)) {
        let mut rest = bytes.as_slice();
        let mut chunks = Vec::new();
        for size in cuts.iter().cycle() {
            if rest.is_empty() { break; }
            let (chunk, behind) = rest.split_at((*size).min(rest.len()));
            chunks.push(chunk);
            rest = behind;
        }
        prop_assert_eq!(decode_cut(&chunks), decode_cut(&[&bytes]));
    }

    #[test]
    fn frames_agree_with_another_decoder(text in events()) {
        let ours: Vec<(String, String)> = decode(&text).into_iter().filter_map(|item| match item {
            Item::Frame(frame) => Some((frame.name, frame.data)),
            _ => None,
        }).collect();
        prop_assert_eq!(ours, reference(&text));
    }

    #[test]
    fn line_ends_make_no_difference(text in events()) {
        let expected = decode(&text);
        prop_assert_eq!(&decode(&text.replace('\n', "\r\n")), &expected);
        prop_assert_eq!(&decode(&text.replace('\n', "\r")), &expected);
    }
}
