//! A conversation as one HTML file that needs nothing else: no script, no picture, nothing from elsewhere.

use std::fmt::Write as _;

use hub_contract::conversation::{ConversationDetail, MessageView, Role};
use hub_markdown::openable;

use super::answer::Painter;
use super::{speaker, state_word};

/// Styles of the file, for both kinds of light.
const STYLE: &str = "\
:root{color-scheme:light dark}\
body{font:16px/1.7 system-ui,sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem;overflow-wrap:anywhere}\
h2.who{font-size:1rem;margin:2rem 0 .5rem}\
.question,.files,.as-written{white-space:pre-wrap}\
pre{overflow-x:auto;padding:.75rem;border:1px solid #8884;border-radius:6px}\
figure{margin:1rem 0}figure pre{margin:0}figcaption{font-size:.8rem;opacity:.75}\
table{border-collapse:collapse;display:block;overflow-x:auto}\
th,td{border:1px solid #8886;padding:.25rem .6rem;text-align:left}\
th.num,td.num{text-align:right}th.c,td.c{text-align:center}\
blockquote{margin-left:0;padding-left:1rem;border-left:3px solid #8886}\
.footnote{display:flex;gap:.5rem;font-size:.9rem}\
.state,.files{opacity:.75}\
.math{unicode-bidi:isolate}\
.math.display{display:block;padding:.5rem .75rem;overflow:auto hidden;white-space:pre}\
math{font-family:\"STIX Two Math\",\"Cambria Math\",\"Latin Modern Math\",math,serif;white-space:nowrap}\
.math.display>math{width:max-content;min-width:100%}\
mtext{font-family:system-ui,sans-serif}\
math .to-start{text-align:left}math .to-end{text-align:right}\
math .tight-start{padding-left:0}math .tight-end{padding-right:0}math .apart{padding-left:1em}\
math .wide{width:100%}math .side{width:50%}\
math .line-left{border-left:1px solid}math .line-right{border-right:1px solid}\
math .line-top{border-top:1px solid}math .line-bottom{border-bottom:1px solid}\
math .strong{font-weight:600}math .slanted{font-style:italic}math .mono{font-family:monospace}\
math .struck{background:linear-gradient(to top right,transparent calc(50% - .6px),currentcolor,\
transparent calc(50% + .6px))}";
/// What a browser may do with the file, should anything in it ask for more.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'";

/// The whole file. It reads formulas, so it is called on a large stack.
pub(super) fn page(detail: &ConversationDetail) -> String {
    let title = escape(&detail.conversation.title);
    let mut out = format!(
        "<!doctype html>\n<html><head><meta charset=\"utf-8\"><meta http-equiv=\"Content-Security-Policy\" \
         content=\"{POLICY}\"><title>{title}</title>\n<style>{STYLE}</style></head>\n<body>\n<h1>{title}</h1>\n"
    );
    let mut painter = Painter::new();
    for message in &detail.messages {
        let _ = writeln!(out, "<h2 class=\"who\">{}</h2>", escape(&speaker(detail, message)));
        match message.role {
            // What a person typed is shown as it was typed.
            Role::User => {
                let _ = writeln!(out, "<div class=\"question\">{}</div>", escape(&message.text));
            }
            Role::Assistant => answer(message, &mut painter, &mut out),
        }
        for file in &message.attachments {
            let _ = writeln!(out, "<div class=\"files\">{}</div>", escape(&file.name));
        }
        if let Some(state) = state_word(message) {
            let _ = writeln!(out, "<p class=\"state\">{state}</p>");
        }
    }
    out.push_str("</body></html>\n");
    out
}

fn answer(message: &MessageView, painter: &mut Painter, out: &mut String) {
    let parts = message.body.parts.iter().map(|part| part.text.as_str());
    for text in std::iter::once(message.text.as_str()).chain(parts) {
        painter.markdown(text, out);
    }
    if message.body.sources.is_empty() {
        return;
    }
    out.push_str("<ol>\n");
    for source in &message.body.sources {
        let title = escape(&source.title);
        let _ = match source.url.as_deref().and_then(openable) {
            Some(url) => writeln!(out, "<li><a href=\"{}\">{title}</a></li>", escape(url)),
            None => writeln!(out, "<li>{title}</li>"),
        };
    }
    out.push_str("</ol>\n");
}

pub(super) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
#[path = "html_tests.rs"]
mod tests;
