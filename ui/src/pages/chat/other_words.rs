//! The field in which a question is asked in other words, in the place where it stands.

use std::rc::Rc;

use web_sys::HtmlTextAreaElement;
use yew::prelude::*;

use super::keys::{Composition, EnterMeans};
use super::text_area::{fit, press_of, put, use_composition};
use crate::components::{Button, ButtonKind, ButtonSize, Icon, IconName, IconSize};
use crate::dom;
use crate::state::{use_prefs, use_texts};

#[derive(Properties, PartialEq)]
pub(super) struct OtherWordsFieldProps {
    /// The words so far.
    pub(super) text: AttrValue,
    /// What to know before it is sent.
    pub(super) note: Option<AttrValue>,
    /// The new words, with somebody to tell whether they were stored; or nothing when it was given up.
    pub(super) done: Callback<(Option<String>, Callback<bool>)>,
}

#[component]
pub(super) fn OtherWordsField(props: &OtherWordsFieldProps) -> Html {
    let t = use_texts();
    let send_key = use_prefs().preferences().send_key;
    let area = use_node_ref();
    let sending = use_state_eq(|| false);
    let is_other = use_state_eq(|| false);
    let composition = use_mut_ref(Composition::default);
    use_composition(&area, &composition);
    {
        let (area, text) = (area.clone(), props.text.clone());
        use_effect_with((), move |()| {
            dom::focus(&area);
            put(&area, &text);
        });
    }

    let can_send = *is_other && !*sending;
    let send = {
        let (area, sending, done) = (area.clone(), sending.clone(), props.done.clone());
        Callback::from(move |()| {
            let Some(element) = area.cast::<HtmlTextAreaElement>().filter(|_| can_send) else { return };
            sending.set(true);
            let sending = sending.clone();
            done.emit((Some(element.value()), Callback::from(move |_: bool| sending.set(false))));
        })
    };
    let cancel = props.done.reform(|()| (None, Callback::noop()));
    let oninput = {
        let (area, is_other, text) = (area.clone(), is_other.clone(), props.text.clone());
        Callback::from(move |event: InputEvent| {
            let now = dom::value_of(&event);
            is_other.set(!now.trim().is_empty() && now != *text);
            fit(&area);
        })
    };
    let onkeydown = {
        let (composition, send, cancel) = (Rc::clone(&composition), send.clone(), cancel.clone());
        Callback::from(move |event: KeyboardEvent| {
            let means = composition.borrow().enter(press_of(&event), send_key);
            match event.key().as_str() {
                "Enter" if means == EnterMeans::Send => send.emit(()),
                "Escape" if means != EnterMeans::InputMethod => cancel.emit(()),
                _ => return,
            }
            event.prevent_default();
            event.stop_propagation();
        })
    };
    let onblur = Callback::from(move |_: FocusEvent| composition.borrow_mut().leave());
    html! {
        <div class="other-words">
            <textarea
                ref={area}
                class="text"
                rows="1"
                aria-label={t.get("chat-edit-question")}
                readonly={*sending}
                {oninput}
                {onkeydown}
                {onblur}
            />
            if let Some(note) = &props.note {
                <p class="help"><Icon name={IconName::Info} size={IconSize::S14} /><span>{ note }</span></p>
            }
            <div class="bar">
                <Button
                    label={t.get("action-cancel")}
                    kind={ButtonKind::Quiet}
                    size={ButtonSize::Small}
                    onclick={cancel}
                />
                <Button
                    label={t.get("chat-send")}
                    icon={IconName::Send}
                    kind={ButtonKind::Primary}
                    size={ButtonSize::Small}
                    disabled={!can_send}
                    onclick={send}
                />
            </div>
        </div>
    }
}
