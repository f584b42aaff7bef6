//! Characters: cut, broken, missing, dangerous.

use hub_contract::{ErrorCode, PlatformId};
use hub_sim::Reply;

use crate::dialects::{Asks, speaking};

#[tokio::test]
async fn s01_characters_cut_between_chunks_are_whole() {
    for dialect in speaking(1) {
        for text in ["你", "😀", "👨‍👩‍👧‍👦", "e\u{301}", "你好，世界 🌏 👩🏽‍🚀"] {
            for size in 1..=4 {
                let asked = dialect.ask(Reply::sse_body(dialect.answer(text)).pieces_of(size)).await;
                asked.stopped(text);
            }
        }
    }
}

#[tokio::test]
async fn s02_twenty_kilobytes_in_single_bytes() {
    for dialect in speaking(2) {
        let text = "返修率 ".repeat(2048);
        assert!(text.len() >= 20 * 1024);
        dialect.ask(Reply::sse_body(dialect.answer(&text)).pieces_of(1)).await.stopped(&text);
    }
}

#[tokio::test]
async fn s03_a_byte_order_mark_whole_and_cut() {
    for dialect in speaking(3) {
        let body = format!("\u{FEFF}{}", dialect.answer("first"));
        for size in [1, 2, 3, 4096] {
            dialect.ask(Reply::sse_body(body.clone()).pieces_of(size)).await.stopped("first");
        }
    }
}

#[tokio::test]
async fn s04_a_second_byte_order_mark_is_a_character() {
    for dialect in speaking(4) {
        let body = format!("\u{FEFF}{}", dialect.answer("a\u{FEFF}b"));
        dialect.ask_stream(body).await.stopped("a\u{FEFF}b");
        // Before a field it makes the field an unknown one, which costs that line and nothing else.
        let lost = dialect.says("lost").replace("data:", "\u{FEFF}data:");
        let body = format!("{}{lost}{}", dialect.says("a"), dialect.answer("b"));
        dialect.ask_stream(body).await.stopped("ab");
    }
}

#[tokio::test]
async fn s05_a_broken_byte_costs_one_character() {
    for dialect in speaking(5) {
        let body = with_bytes(&dialect.answer("a#b"), b"\xFF");
        dialect.ask_stream(body).await.stopped("a\u{FFFD}b");
    }
}

#[tokio::test]
async fn s06_overlong_forms_and_surrogates_in_utf8_are_replaced() {
    for dialect in speaking(6) {
        // An overlong slash, and the two halves of an emoji as CESU-8 writes them.
        for bytes in [b"\xC0\xAF".as_slice(), b"\xED\xA0\xBD\xED\xB8\x80"] {
            let body = with_bytes(&dialect.answer("a#b"), bytes);
            let asked = dialect.ask_stream(body).await;
            let text = asked.text();
            assert!(text.starts_with('a') && text.ends_with('b'), "{text:?}");
            assert!(text.chars().skip(1).take_while(|c| *c != 'b').all(|c| c == '\u{FFFD}'), "{text:?}");
            asked.stopped(&text);
        }
    }
}

#[tokio::test]
async fn s07_a_character_that_the_end_cuts_keeps_the_text() {
    for dialect in speaking(7) {
        let mut body = dialect.says("kept").into_bytes();
        let next = dialect.says("世").into_bytes();
        let cut = next.windows(3).position(|bytes| bytes == "世".as_bytes()).expect("the character") + 2;
        body.extend_from_slice(&next[..cut]);
        assert_eq!(dialect.ask_stream(body).await.truncated("kept"), None);
    }
}

#[tokio::test]
async fn s17_a_nul_is_shown_and_ends_nothing() {
    for dialect in speaking(17) {
        let raw = with_bytes(&dialect.answer("a#b"), b"\0");
        dialect.ask_stream(raw).await.stopped("a\u{FFFD}b");
        let escaped = dialect.says_literally(r#""a\u0000b""#) + &dialect.ends();
        dialect.ask_stream(escaped).await.stopped("a\u{FFFD}b");
    }
}

#[tokio::test]
async fn s54_surrogates_alone_and_cut_between_texts() {
    for dialect in speaking(54) {
        for (literals, text) in [
            (vec![r#""a\ud800b""#], "a\u{FFFD}b"),
            (vec![r#""a\ud83d""#, r#""\ude00b""#], "a😀b"),
            (vec![r#""a\ud83d""#, r#""b""#], "a\u{FFFD}b"),
            (vec![r#""\ude00""#], "\u{FFFD}"),
        ] {
            let body: String = literals.iter().map(|literal| dialect.says_literally(literal)).collect();
            dialect.ask_stream(body + &dialect.ends()).await.stopped(text);
        }
    }
}

/// Neutralising them is the page's work (`ui/src/markdown` has the tests); what is copied is what was sent.
#[tokio::test]
async fn s55_dangerous_characters_arrive_as_they_were_sent() {
    for dialect in speaking(55) {
        let zalgo = format!("z{}", "\u{335}".repeat(10_000));
        for text in ["\u{1b}[31mred\u{1b}[0m", "\u{202E}txt.exe", "\u{7}\u{8}", "שלום عالم", &zalgo] {
            dialect.ask_stream(dialect.answer(text)).await.stopped(text);
        }
    }
}

/// Reading them in linear time is the page's work (`ui/src/markdown`); here they are text like any other.
#[tokio::test]
async fn s56_markup_arrives_as_it_was_sent() {
    for dialect in speaking(56) {
        let table = "| a ".repeat(250_000) + "|";
        for text in [
            "<script>alert(1)</script><img src=x onerror=alert(1)>",
            &">".repeat(10_000),
            &"[".repeat(10_000),
            &"*".repeat(10_000),
            &"`".repeat(100_000),
            &table,
        ] {
            dialect.ask_stream(dialect.answer(text)).await.stopped(text);
        }
    }
}

#[tokio::test]
async fn s57_no_name_and_no_key_writes_a_header() {
    use crate::support::{self, limits, platforms, serve};
    for dialect in speaking(57) {
        let server = serve(Reply::sse_body(dialect.answer("a"))).await;
        for name in ["m\r\nx-evil: 1", "模型", "m\n"] {
            let mut turn = dialect.turn();
            match dialect.asks {
                Asks::Model(_) => turn.model = Some(name.into()),
                Asks::App { .. } => turn.app.id = Some(name.to_owned()),
            }
            let endpoint = dialect.endpoint(&server.base_url());
            let asked = support::ask_of(&platforms(limits()), endpoint, turn).await;
            // Only 53AI Studio takes the name in a header, and no header can hold a line's end. One at the very end is cut off.
            if dialect.platform == PlatformId::Studio53 && name.trim().contains('\n') {
                asked.failed("", ErrorCode::InvalidRequest);
            } else {
                asked.stopped("a");
            }
        }
        let asked = server.requests().len();
        for (key, hint) in [
            ("sk-test-1\r\nx-evil: 1", "key_spaces"),
            ("sk-test-\u{5bc6}\u{94a5}-1", "key_characters"),
            ("sk-test\0-1", "key_characters"),
        ] {
            let mut endpoint = dialect.endpoint(&server.base_url());
            endpoint.secrets.insert(dialect.secrets[0].to_owned(), key.into());
            let asked = support::ask_of(&platforms(limits()), endpoint, dialect.turn()).await;
            let error = asked.failed("", ErrorCode::BadCredential);
            assert_eq!(error.detail.hint.as_deref(), Some(hint));
            assert!(!format!("{:?}", asked.events).contains("sk-test"), "the key is not told");
        }
        assert_eq!(server.requests().len(), asked, "a key that is none is not sent");
        for request in server.requests() {
            assert_eq!(request.header("x-evil"), None);
        }
    }
}

/// The body with `#` replaced by bytes that no text can hold.
fn with_bytes(body: &str, bytes: &[u8]) -> Vec<u8> {
    let (before, behind) = body.split_once('#').expect("a place");
    [before.as_bytes(), bytes, behind.as_bytes()].concat()
}
