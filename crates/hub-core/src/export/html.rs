//! A conversation as one HTML file that needs nothing else: no script, no picture, nothing from elsewhere.

use std::fmt::Write as _;

use hub_contract::conversation::{ConversationDetail, MessageView, Role};
use pulldown_cmark::{CowStr, Event, LinkType, Options, Parser, Tag, TagEnd};

use super::{speaker, state_word};

/// Styles of the file, for both kinds of light.
const STYLE: &str = "\
:root{color-scheme:light dark}\
body{font:16px/1.7 system-ui,sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem;overflow-wrap:anywhere}\
h2.who{font-size:1rem;margin:2rem 0 .5rem}\
.question,.files{white-space:pre-wrap}\
pre{overflow-x:auto;padding:.75rem;border:1px solid #8884;border-radius:6px}\
table{border-collapse:collapse;display:block;overflow-x:auto}\
th,td{border:1px solid #8886;padding:.25rem .6rem;text-align:left}\
blockquote{margin-left:0;padding-left:1rem;border-left:3px solid #8886}\
.state,.files{opacity:.75}";
/// What a browser may do with the file, should anything in it ask for more.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'";

/// The whole file.
pub(super) fn page(detail: &ConversationDetail) -> String {
    let title = escape(&detail.conversation.title);
    let mut out = format!(
        "<!doctype html>\n<html><head><meta charset=\"utf-8\"><meta http-equiv=\"Content-Security-Policy\" \
         content=\"{POLICY}\"><title>{title}</title>\n<style>{STYLE}</style></head>\n<body>\n<h1>{title}</h1>\n"
    );
    for message in &detail.messages {
        let _ = writeln!(out, "<h2 class=\"who\">{}</h2>", escape(&speaker(detail, message)));
        match message.role {
            // What a person typed is shown as it was typed.
            Role::User => {
                let _ = writeln!(out, "<div class=\"question\">{}</div>", escape(&message.text));
            }
            Role::Assistant => answer(message, &mut out),
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

fn answer(message: &MessageView, out: &mut String) {
    let parts = message.body.parts.iter().map(|part| part.text.as_str());
    for text in std::iter::once(message.text.as_str()).chain(parts) {
        rendered(text, out);
    }
    if message.body.sources.is_empty() {
        return;
    }
    out.push_str("<ol>\n");
    for source in &message.body.sources {
        let title = escape(&source.title);
        let _ = match source.url.as_deref().filter(|url| may_lead_to(url)) {
            Some(url) => writeln!(out, "<li><a href=\"{}\">{title}</a></li>", escape(url)),
            None => writeln!(out, "<li>{title}</li>"),
        };
    }
    out.push_str("</ol>\n");
}

/// Markdown as HTML: raw HTML stays text, a picture becomes a link, and a link that leads nowhere good is only its words.
fn rendered(markdown: &str, out: &mut String) {
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS;
    let mut open = Vec::new();
    let events = Parser::new_ext(markdown, options).filter_map(move |event| match event {
        Event::Html(text) | Event::InlineHtml(text) => Some(Event::Text(text)),
        Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
            let leads = may_lead_to(&dest_url);
            open.push(leads);
            leads.then(|| Event::Start(link(dest_url)))
        }
        Event::End(TagEnd::Link | TagEnd::Image) => open.pop()?.then_some(Event::End(TagEnd::Link)),
        other => Some(other),
    });
    pulldown_cmark::html::push_html(out, events);
}

fn link(dest_url: CowStr<'_>) -> Tag<'_> {
    Tag::Link { link_type: LinkType::Inline, dest_url, title: CowStr::Borrowed(""), id: CowStr::Borrowed("") }
}

fn may_lead_to(url: &str) -> bool {
    let scheme = url.split_once(':').map(|(scheme, _)| scheme.to_ascii_lowercase());
    matches!(scheme.as_deref(), Some("http" | "https" | "mailto"))
}

fn escape(text: &str) -> String {
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
mod tests {
    use super::*;

    fn html(markdown: &str) -> String {
        let mut out = String::new();
        rendered(markdown, &mut out);
        out
    }

    #[test]
    fn markdown_is_rendered() {
        assert_eq!(html("**A** | b"), "<p><strong>A</strong> | b</p>\n");
        assert!(html("|a|\n|-|\n|1|").contains("<td>1</td>"));
        assert_eq!(html("```rust\nfn\n```"), "<pre><code class=\"language-rust\">fn\n</code></pre>\n");
    }

    #[test]
    fn nothing_in_a_message_becomes_markup_or_leads_astray() {
        assert_eq!(escape("<img src=x onerror='a'>"), "&lt;img src=x onerror=&#39;a&#39;&gt;");
        assert!(html("<script>alert(1)</script>").contains("&lt;script&gt;"));
        assert_eq!(html("a <b onclick=x>c</b>"), "<p>a &lt;b onclick=x&gt;c&lt;/b&gt;</p>\n");
        for url in ["javascript:alert(1)", "JaVaScRiPt:x", "data:text/html,x", "file:///etc/passwd", "//host", "rel"] {
            assert_eq!(html(&format!("[words](<{url}>)")), "<p>words</p>\n", "{url}");
        }
        let picture = html("![a plan](https://host.example/p.png)");
        assert_eq!(picture, "<p><a href=\"https://host.example/p.png\">a plan</a></p>\n");
        assert!(html("[x](https://h.example/?a=\"><script>)").find("<script").is_none());
    }

    #[test]
    fn ten_thousand_quotes_are_no_trouble() {
        assert!(html(&(">".repeat(10_000) + " x")).contains('x'));
    }
}
