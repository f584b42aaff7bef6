//! The details of a message: how it ended, how long what took, what was asked, in the platform's own words.

use hub_contract::HubError;
use hub_contract::conversation::{MessageState, MessageView, RunFacts};
use hub_contract::run::Usage;
use hub_text::Texts;
use yew::prelude::*;

use super::answer::Speaker;
use super::look::platform_name;
use crate::components::{CopyButton, Drawer, Status, StatusKind};
use crate::format;
use crate::markdown::CodeBlock;
use crate::state::chat::SharedMessage;
use crate::state::use_texts;

#[derive(Properties, PartialEq)]
pub(super) struct DetailsProps {
    pub(super) message: Option<SharedMessage>,
    pub(super) speaker: Speaker,
    /// A run lets it grow.
    pub(super) growing: bool,
    pub(super) on_close: Callback<()>,
}

#[component]
pub(super) fn Details(props: &DetailsProps) -> Html {
    let t = use_texts();
    let title = t.get("details-title");
    let Some(message) = &props.message else {
        return html! {
            <Drawer {title} on_close={props.on_close.clone()}><p class="help">{ t.get("details-none") }</p></Drawer>
        };
    };
    let facts = facts(message, &props.speaker, props.growing, &t);
    let foot = html! {
        <CopyButton text={for_support(&facts, message)} label={t.get("details-copy")} />
    };
    let words = error_of(message).and_then(|error| error.detail.text.clone());
    html! {
        <Drawer {title} on_close={props.on_close.clone()} foot={Some(foot)}>
            <section class="dsec">
                <h3>{ t.get("details-result") }</h3>
                <dl class="kv">
                    <dt>{ t.get("details-state") }</dt>
                    <dd><Status kind={facts.kind} text={facts.state.clone()} /></dd>
                    { rows(&facts.result) }
                </dl>
            </section>
            if let Some(run) = message.body.facts.as_ref() { <Times facts={run.clone()} /> }
            if let Some(words) = words {
                <section class="dsec">
                    <h3>{ t.get("details-words") }</h3>
                    <CodeBlock language={language(&words)} text={words} small=true />
                </section>
            }
            if !facts.sent.is_empty() {
                <section class="dsec">
                    <h3>{ t.get("details-sent") }</h3>
                    <dl class="kv">{ rows(&facts.sent) }</dl>
                </section>
            }
            if !facts.tokens.is_empty() {
                <section class="dsec">
                    <h3>{ t.get("details-tokens") }</h3>
                    <dl class="kv">{ rows(&facts.tokens) }</dl>
                </section>
            }
        </Drawer>
    }
}

#[derive(Properties, PartialEq)]
struct TimesProps {
    facts: RunFacts,
}

/// The times as bars of the whole.
#[component]
fn Times(props: &TimesProps) -> Html {
    let t = use_texts();
    let RunFacts { first_byte_ms, first_text_ms, total_ms, .. } = props.facts;
    let whole = [first_byte_ms, first_text_ms, total_ms].into_iter().flatten().max().unwrap_or(0);
    if whole == 0 {
        return html! {};
    }
    let bar = |label: String, ms: Option<u64>| {
        let value = ms.map_or(0, |ms| ms.saturating_mul(100) / whole);
        html! {
            <>
                <span class="l">{ label.clone() }</span>
                <progress max="100" value={value.to_string()} aria-label={label}></progress>
                <span class={classes!("num", ms.is_none().then_some("dim"))}>
                    { ms.map_or_else(|| t.get("details-no-time"), |ms| format::duration(ms, t.language())) }
                </span>
            </>
        }
    };
    html! {
        <section class="dsec">
            <h3>{ t.get("details-time") }</h3>
            <div class="bars">
                { bar(t.get("details-first-byte"), first_byte_ms) }
                { bar(t.get("details-first-text"), first_text_ms) }
                { bar(t.get("details-total"), total_ms) }
            </div>
        </section>
    }
}

/// A named fact; `mono` for what is copied character by character.
struct Fact {
    name: String,
    value: String,
    mono: bool,
}

/// What is known of a message, in the language shown.
struct Facts {
    state: String,
    kind: StatusKind,
    result: Vec<Fact>,
    sent: Vec<Fact>,
    tokens: Vec<Fact>,
}

fn facts(message: &MessageView, speaker: &Speaker, growing: bool, t: &Texts) -> Facts {
    let run = message.body.facts.clone().unwrap_or_default();
    let error = error_of(message);
    let detail = error.map(|error| error.detail.clone()).unwrap_or_default();
    let (state, kind) = state_words(&message.state, growing, t);
    let platform = speaker.platform.map(|id| platform_name(id, t.language()).to_owned());
    let connection = match (platform, run.connection.is_empty()) {
        (Some(platform), false) if platform != run.connection => Some(format!("{platform} · {}", run.connection)),
        (_, false) => Some(run.connection.clone()),
        (platform, true) => platform,
    };
    let fact = |name: String, value: Option<String>, mono: bool| {
        value.filter(|value| !value.is_empty()).map(|value| Fact { name, value, mono })
    };
    let known = message.body.facts.is_some();
    let method = (!run.url.is_empty()).then(|| format!("{} {}", run.method, run.url));
    let proxy = known.then(|| run.proxy.clone().unwrap_or_else(|| t.get("details-proxy-none")));
    let history = known.then(|| match run.history_not_sent {
        0 => t.with("details-history-all", &[("n", run.history_sent.into())]),
        left_out => t.with("details-history-cut", &[("n", run.history_sent.into()), ("left", left_out.into())]),
    });
    let Usage { input, output, total, cached, reasoning } = message.body.usage.clone().unwrap_or_default();
    let count = |tokens: Option<u64>| tokens.map(format::count);
    Facts {
        state,
        kind,
        result: [
            fact(t.get("details-code"), error.map(|error| error.code.as_str().to_owned()), true),
            fact(t.get("details-status"), run.status.or(detail.status).map(|status| status.to_string()), false),
            fact(t.get("details-platform-code"), detail.platform_code, true),
            fact(t.get("details-request-id"), run.request_id.clone().or(detail.request_id), true),
            fact(t.get("details-connection"), connection, false),
            fact(t.get("details-model"), run.model.clone(), true),
            fact(t.get("details-retries"), (run.retries > 0).then(|| run.retries.to_string()), false),
        ]
        .into_iter()
        .flatten()
        .collect(),
        sent: [
            fact(t.get("details-method"), method, true),
            fact(t.get("details-http"), run.http.clone(), true),
            fact(t.get("details-proxy"), proxy, false),
            fact(t.get("details-history"), history, false),
            fact(t.get("details-authorization"), known.then(|| t.get("details-never-recorded")), false),
        ]
        .into_iter()
        .flatten()
        .collect(),
        tokens: [
            fact(t.get("details-tokens-in"), count(input), false),
            fact(t.get("details-tokens-cached"), count(cached), false),
            fact(t.get("details-tokens-out"), count(output), false),
            fact(t.get("details-tokens-reasoning"), count(reasoning), false),
            fact(t.get("details-tokens-total"), count(total), false),
        ]
        .into_iter()
        .flatten()
        .collect(),
    }
}

/// The facts as text for the platform's support: no question, no answer, nothing secret.
fn for_support(facts: &Facts, message: &MessageView) -> String {
    let mut lines = vec![facts.state.clone()];
    let all = facts.result.iter().chain(&facts.sent).chain(&facts.tokens);
    lines.extend(all.map(|fact| format!("{}: {}", fact.name, fact.value)));
    if let Some(run) = &message.body.facts {
        let times = [("first byte", run.first_byte_ms), ("first text", run.first_text_ms), ("total", run.total_ms)];
        lines.extend(times.into_iter().filter_map(|(name, ms)| ms.map(|ms| format!("{name}: {ms} ms"))));
    }
    if let Some(error) = error_of(message) {
        lines.push(error.message.clone());
        lines.extend(error.detail.text.clone());
    }
    lines.join("\n")
}

/// How far an answer is, in a word.
pub(super) fn state_words(state: &MessageState, growing: bool, t: &Texts) -> (String, StatusKind) {
    match state {
        MessageState::Streaming if growing => (t.get("state-answering"), StatusKind::Wait),
        MessageState::Streaming | MessageState::Truncated { .. } => (t.get("state-interrupted"), StatusKind::Warn),
        MessageState::Finished { .. } => (t.get("state-finished"), StatusKind::Ok),
        MessageState::Failed { .. } => (t.get("state-failed"), StatusKind::Bad),
        MessageState::Cancelled { .. } => (t.get("state-stopped"), StatusKind::Hollow),
    }
}

fn error_of(message: &MessageView) -> Option<&HubError> {
    error_of_state(&message.state)
}

/// Why an answer is not whole, as far as it is known.
pub(super) fn error_of_state(state: &MessageState) -> Option<&HubError> {
    match state {
        MessageState::Failed { error } => Some(error),
        MessageState::Truncated { error } => error.as_ref(),
        MessageState::Streaming | MessageState::Finished { .. } | MessageState::Cancelled { .. } => None,
    }
}

fn rows(facts: &[Fact]) -> Html {
    facts
        .iter()
        .map(|fact| {
            let mono = fact.mono.then_some("mono");
            html! { <><dt>{ &fact.name }</dt><dd class={classes!(mono)}>{ &fact.value }</dd></> }
        })
        .collect()
}

fn language(words: &str) -> &'static str {
    if words.trim_start().starts_with(['{', '[']) { "json" } else { "text" }
}

#[cfg(test)]
mod tests {
    use hub_contract::ErrorCode;
    use hub_contract::conversation::{MessageBody, Role, Target};
    use hub_contract::platform::Language;

    use super::*;

    #[test]
    fn support_gets_the_facts_and_neither_question_nor_answer() {
        let mut error = HubError::new(ErrorCode::PermissionDenied, "refused");
        error.detail.platform_code = Some("4101".into());
        error.detail.text = Some("no permission".into());
        let facts_of_run = RunFacts {
            connection: "青禾".into(),
            method: "POST".into(),
            url: "https://api.example/v1/chat".into(),
            status: Some(403),
            request_id: Some("req-1".into()),
            total_ms: Some(431),
            ..RunFacts::default()
        };
        let message = MessageView {
            id: "a".into(),
            conversation: "c".into(),
            parent: None,
            role: Role::Assistant,
            state: MessageState::Failed { error },
            text: "the partial answer".into(),
            body: MessageBody { facts: Some(facts_of_run), ..MessageBody::default() },
            attachments: Vec::new(),
            siblings: Vec::new(),
            created_at: 0,
        };
        let speaker = Speaker {
            name: "m".into(),
            platform: Some(hub_contract::PlatformId::Deepseek),
            target: Target::Model { connection: "k".into(), model: "m".into() },
        };
        let facts = facts(&message, &speaker, false, &Texts::new(Language::En));
        let text = for_support(&facts, &message);
        for wanted in ["403", "4101", "req-1", "POST https://api.example/v1/chat", "431 ms", "no permission", "青禾"]
        {
            assert!(text.contains(wanted), "{wanted} is missing in {text}");
        }
        assert!(!text.contains("the partial answer"));
    }
}
