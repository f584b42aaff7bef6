//! Recomputes the contrast of the colour tokens (WCAG 2.2).

use std::collections::BTreeMap;

use super::sources::sources;

type Colours = BTreeMap<String, [f64; 3]>;

/// Text colours and the surfaces each may stand on; at least 4.5 to 1.
const TEXT: [(&str, &[&str]); 13] = [
    ("--text", &["--bg-main", "--bg-side", "--bg-raised", "--bg-sunken", "--bg-hover", "--bg-active", "--bg-selected"]),
    ("--text-2", &["--bg-main", "--bg-side", "--bg-rail", "--bg-raised", "--bg-sunken", "--bg-hover", "--bg-active"]),
    ("--text-3", &["--bg-main", "--bg-side", "--bg-raised", "--bg-sunken", "--bg-hover", "--bg-selected"]),
    ("--accent-text", &["--bg-main", "--bg-side", "--bg-raised", "--bg-selected", "--accent-soft"]),
    ("--ok", &["--bg-main", "--bg-raised", "--ok-soft"]),
    ("--warn", &["--bg-main", "--bg-raised", "--warn-soft"]),
    ("--bad", &["--bg-main", "--bg-raised", "--bad-soft"]),
    ("--text-on-fill", &["--accent", "--accent-hover", "--bad-fill", "--bad-fill-hover"]),
    ("--tint-1-fg", &["--tint-1"]),
    ("--tint-2-fg", &["--tint-2"]),
    ("--tint-3-fg", &["--tint-3"]),
    ("--code-com", &["--code-bg"]),
    ("--code-kw", &["--code-bg"]),
];

/// Edges of controls and the focus ring; at least 3 to 1.
const EDGES: [(&str, &[&str]); 3] = [
    ("--line-control", &["--bg-main", "--bg-raised"]),
    ("--focus", &["--bg-main", "--bg-side", "--bg-rail", "--bg-raised"]),
    ("--sw-off", &["--bg-main", "--bg-raised"]),
];

#[test]
fn text_and_edges_can_be_told_from_their_grounds() {
    for (theme, colours) in themes() {
        check(&theme, &colours, &TEXT, 4.5);
        check(&theme, &colours, &EDGES, 3.0);
    }
}

fn check(theme: &str, colours: &Colours, pairs: &[(&str, &[&str])], least: f64) {
    for (front, grounds) in pairs {
        for ground in *grounds {
            let ratio = contrast(colours[*front], colours[*ground]);
            assert!(ratio >= least, "{theme}: {front} on {ground} is {ratio:.2}, less than {least}");
        }
    }
}

#[test]
fn black_on_white_is_21_to_1() {
    assert!((contrast([0.0; 3], [1.0; 3]) - 21.0).abs() < 1e-9);
}

/// The colours of both themes. The blocks for more contrast only raise them, so they are left out.
fn themes() -> [(String, Colours); 2] {
    let tokens = sources("static/styles", "tokens.css").remove(0).text;
    let (usual, _) = tokens.split_once("@media").unwrap();
    let (light, dark) = usual.split_once("\n[data-theme=\"dark\"] {").unwrap();
    [("light".into(), colours(light)), ("dark".into(), colours(dark))]
}

fn colours(css: &str) -> Colours {
    css.split([';', '{'])
        .filter_map(|rule| rule.trim().rsplit_once(": #"))
        .filter_map(|(name, hex)| {
            let name = name.rsplit(char::is_whitespace).next()?.to_owned();
            let channel = |at: usize| Some(f64::from(u8::from_str_radix(hex.get(at..at + 2)?, 16).ok()?) / 255.0);
            Some((name, [channel(0)?, channel(2)?, channel(4)?]))
        })
        .collect()
}

fn contrast(front: [f64; 3], ground: [f64; 3]) -> f64 {
    let (a, b) = (luminance(front), luminance(ground));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

fn luminance(colour: [f64; 3]) -> f64 {
    let linear = |channel: f64| {
        if channel <= 0.04045 { channel / 12.92 } else { ((channel + 0.055) / 1.055).powf(2.4) }
    };
    let [red, green, blue] = colour.map(linear);
    0.2126 * red + 0.7152 * green + 0.0722 * blue
}
