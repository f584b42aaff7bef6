//! Tells the platform whether an answer was helpful.

use hub_contract::HubError;
use hub_contract::command::SendFeedback;
use hub_contract::conversation::FeedbackRequest;
use hub_contract::id::MessageId;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use crate::components::{IconButton, IconName};
use crate::ipc;
use crate::state::use_texts;

/// Whether answers of a platform can be rated, as far as it is known.
#[derive(Clone, PartialEq)]
pub(in super::super) struct Rating {
    /// False for models, and once the platform turned out to take none.
    pub(in super::super) offered: bool,
    /// The platform takes none.
    pub(in super::super) refused: Callback<()>,
}

#[derive(Properties, PartialEq)]
pub(super) struct FeedbackProps {
    pub(super) message: MessageId,
    pub(super) rating: Rating,
}

/// Two buttons; the same one again takes the opinion back.
#[component]
pub(super) fn Feedback(props: &FeedbackProps) -> Html {
    let t = use_texts();
    let given = use_state_eq(|| None::<bool>);
    let sending = use_state_eq(|| false);
    let failure = use_state(|| None::<HubError>);
    if !props.rating.offered {
        return html! {};
    }
    let rate = |helpful: bool| {
        let (given, sending, failure) = (given.clone(), sending.clone(), failure.clone());
        let (message, refused) = (props.message.clone(), props.rating.refused.clone());
        Callback::from(move |()| {
            if *sending {
                return;
            }
            let opinion = Some(helpful).filter(|_| *given != Some(helpful));
            let (given, sending, failure) = (given.clone(), sending.clone(), failure.clone());
            let (request, refused) =
                (FeedbackRequest { message: message.clone(), helpful: opinion, reason: None }, refused.clone());
            sending.set(true);
            spawn_local(async move {
                match ipc::call::<SendFeedback>(request).await {
                    Ok(()) => {
                        given.set(opinion);
                        failure.set(None);
                    }
                    Err(error) if error.detail.hint.as_deref() == Some("no_feedback") => refused.emit(()),
                    Err(error) => failure.set(Some(error)),
                }
                sending.set(false);
            });
        })
    };
    html! {
        <>
            <IconButton
                icon={IconName::Good}
                label={t.get("chat-helpful")}
                pressed={*given == Some(true)}
                onclick={rate(true)}
            />
            <IconButton
                icon={IconName::Bad}
                label={t.get("chat-not-helpful")}
                pressed={*given == Some(false)}
                onclick={rate(false)}
            />
            if let Some(error) = &*failure { <span class="feedback-failed" role="alert">{ t.error(error).title }</span> }
        </>
    }
}
