//! 对话: what Enter does, and how much history a model is sent.

use hub_contract::HubError;
use hub_contract::command::{EditSettings, ReadSettings};
use hub_contract::policy::SettingKey;
use hub_contract::settings::{EditSettingsRequest, SendKey, Settings};
use hub_text::Texts;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use super::policy;
use super::row::Row;
use crate::components::{Card, Choice, ErrorBanner, Segment, Segments, Select, SkeletonShape, loaded_view};
use crate::state::{use_load, use_policy, use_prefs, use_texts};
use crate::{dom, ipc};

/// The limits offered, in earlier messages; 0 is as many as fit.
const LIMITS: [u32; 6] = [0, 4, 10, 20, 50, 100];

#[component]
pub(super) fn ChatSection() -> Html {
    let t = use_texts();
    let prefs = use_prefs();
    let policy = use_policy();
    let settings = use_load::<ReadSettings>(());
    let (enter, mod_enter) = if dom::is_mac() {
        (t.get("send-key-enter"), t.get("send-key-command"))
    } else {
        (t.get("send-key-enter"), t.get("send-key-ctrl"))
    };
    let keys = vec![Segment::new(SendKey::Enter, enter), Segment::new(SendKey::ModEnter, mod_enter)];
    let key = prefs.preferences().send_key;
    let choose = Callback::from(move |key| prefs.change(move |preferences| preferences.send_key = key));
    let put = settings.put.clone();
    html! {
        <>
            <Card flush=true>
                <Row title={t.get("send-key")} help={t.get("send-key-about")}>
                    <Segments<SendKey> label={t.get("send-key")} segments={keys} value={key} onchange={choose} />
                </Row>
            </Card>
            { loaded_view(&settings, SkeletonShape::Lines, |settings| html! {
                if policy.locks(SettingKey::HistoryLimit) {
                    { policy::locked(t.get("history-limit"), limit_words(settings.history_limit, &t), &t) }
                } else {
                    <HistoryLimit settings={(**settings).clone()} {put} />
                }
            }) }
        </>
    }
}

fn limit_words(limit: u32, t: &Texts) -> String {
    match limit {
        0 => t.get("history-all"),
        n => t.with("history-n", &[("n", n.into())]),
    }
}

#[derive(Properties, PartialEq)]
struct HistoryLimitProps {
    settings: Settings,
    put: Callback<Settings>,
}

#[component]
fn HistoryLimit(props: &HistoryLimitProps) -> Html {
    let t = use_texts();
    let failure = use_state(|| None::<HubError>);
    let limit = props.settings.history_limit;
    let mut limits = LIMITS.to_vec();
    if !limits.contains(&limit) {
        limits.push(limit);
    }
    let choices = limits
        .into_iter()
        .map(|limit| Choice { value: limit.to_string().into(), label: limit_words(limit, &t).into() });
    let onchange = {
        let (failure, put) = (failure.clone(), props.put.clone());
        Callback::from(move |value: String| {
            let (failure, put) = (failure.clone(), put.clone());
            let request = EditSettingsRequest { history_limit: value.parse().ok(), ..Default::default() };
            spawn_local(async move {
                match ipc::call::<EditSettings>(request).await {
                    Ok(settings) => {
                        failure.set(None);
                        put.emit(settings);
                    }
                    Err(error) => failure.set(Some(error)),
                }
            });
        })
    };
    html! {
        <>
            <Card>
                <div class="set-form">
                    <Select
                        id="history-limit"
                        label={t.get("history-limit")}
                        help={Some(AttrValue::from(t.get("history-limit-about")))}
                        value={limit.to_string()}
                        choices={choices.collect::<Vec<_>>()}
                        {onchange}
                    />
                </div>
            </Card>
            if let Some(error) = &*failure { <ErrorBanner error={error.clone()} /> }
        </>
    }
}
