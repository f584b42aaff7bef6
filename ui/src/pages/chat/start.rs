//! What stands in the place of messages: a new conversation, or the way to the first one.

use std::rc::Rc;

use hub_contract::PlatformId;
use hub_contract::conversation::Target;
use hub_contract::model::ModelView;
use yew::prelude::*;
use yew_router::prelude::*;

use super::look::{TargetMark, platform_name};
use crate::components::{Badge, Button, ButtonKind, Empty, IconName, MonogramSize};
use crate::format;
use crate::route::Route;
use crate::state::use_texts;

#[derive(Properties, PartialEq)]
pub(super) struct NewConversationProps {
    pub(super) name: AttrValue,
    pub(super) platform: Option<PlatformId>,
    pub(super) target: Target,
    /// The model, where it is one.
    #[prop_or_default]
    pub(super) model: Option<Rc<ModelView>>,
    /// What an agent says first.
    #[prop_or_default]
    pub(super) opening: AttrValue,
    #[prop_or_default]
    pub(super) suggestions: Vec<String>,
    pub(super) ask: Callback<String>,
    /// What is filled in before the first question.
    #[prop_or_default]
    pub(super) children: Html,
}

/// A new conversation: who answers, and what can be asked.
#[component]
pub(super) fn NewConversation(props: &NewConversationProps) -> Html {
    let t = use_texts();
    let platform = props.platform.map(|platform| platform_name(platform, t.language()));
    let can = props.model.as_ref().map(|model| &model.capabilities);
    let about = if props.opening.is_empty() { t.get("chat-new-about").into() } else { props.opening.clone() };
    html! {
        <div class="start">
            <TargetMark
                name={props.name.clone()}
                platform={props.platform}
                target={props.target.clone()}
                size={MonogramSize::S48}
            />
            <h2 class="clip">{ &props.name }</h2>
            <div class="row wrap">
                if let Some(platform) = platform { <Badge text={platform} /> }
                if let Some(can) = can {
                    if can.reasoning == Some(true) { <Badge text={t.get("chat-can-reason")} /> }
                    if can.vision == Some(true) { <Badge text={t.get("chat-can-see")} /> }
                    if let Some(context) = can.context {
                        <Badge text={t.with("chat-context", &[("n", format::tokens(context).into())])} />
                    }
                }
            </div>
            <p>{ about }</p>
            { props.children.clone() }
            if !props.suggestions.is_empty() {
                <div class="follow">
                    { for props.suggestions.iter().map(|question| {
                        let onclick = {
                            let (ask, question) = (props.ask.clone(), question.clone());
                            Callback::from(move |_: MouseEvent| ask.emit(question.clone()))
                        };
                        html! { <button type="button" class="chip" {onclick}>{ question }</button> }
                    }) }
                </div>
            }
        </div>
    }
}

#[derive(Properties, PartialEq)]
pub(super) struct NobodyProps {
    /// There are connections, but none of their models is enabled.
    pub(super) connected: bool,
}

/// Nobody can be asked yet: the one next step.
#[component]
pub(super) fn Nobody(props: &NobodyProps) -> Html {
    let t = use_texts();
    let navigator = use_navigator();
    let go = |route: Route| {
        let navigator = navigator.clone();
        Callback::from(move |()| {
            if let Some(navigator) = &navigator {
                navigator.push(&route);
            }
        })
    };
    html! {
        <div class="start">
            if props.connected {
                <Empty icon={IconName::Model} title={t.get("chat-no-models")} about={t.get("chat-no-models-about")}>
                    <Button
                        label={t.get("chat-enable-models")}
                        kind={ButtonKind::Primary}
                        onclick={go(Route::Models)}
                    />
                </Empty>
            } else {
                <Empty icon={IconName::Platform} title={t.get("chat-no-platform")} about={t.get("chat-no-platform-about")}>
                    <Button
                        label={t.get("chat-connect-platform")}
                        kind={ButtonKind::Primary}
                        onclick={go(Route::Platforms)}
                    />
                </Empty>
            }
        </div>
    }
}
