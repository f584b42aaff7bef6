//! Code blocks: a bar with the language, wrap and copy, and the code, which scrolls inside itself.

use gloo_timers::callback::Timeout;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use super::view::keyed;
use crate::components::{IconButton, IconName};
use crate::dom;
use crate::state::use_texts;

/// Lines in one text node. A node that is full never changes again, so a selection in it survives new lines.
const LINES: usize = 8;

/// How long the copy button says that it has copied, in milliseconds.
const COPIED: u32 = 1_600;

#[derive(Properties, PartialEq)]
pub struct CodeBlockProps {
    pub language: AttrValue,
    pub text: AttrValue,
    /// For the details panel: smaller and always wrapped.
    #[prop_or_default]
    pub small: bool,
}

#[component]
pub fn CodeBlock(props: &CodeBlockProps) -> Html {
    let t = use_texts();
    let wrap = use_state_eq(|| false);
    let copied = use_state_eq(|| false);
    let timer = use_mut_ref(|| None::<Timeout>);
    let copy = {
        let (text, copied, timer) = (props.text.clone(), copied.clone(), timer);
        Callback::from(move |()| {
            let (text, copied, timer) = (text.clone(), copied.clone(), timer.clone());
            spawn_local(async move {
                if dom::copy(&text).await {
                    copied.set(true);
                    *timer.borrow_mut() = Some(Timeout::new(COPIED, move || copied.set(false)));
                }
            });
        })
    };
    let toggle = {
        let wrap = wrap.clone();
        Callback::from(move |()| wrap.set(!*wrap))
    };
    let (copy_icon, copy_label) =
        if *copied { (IconName::Check, t.get("chat-copied")) } else { (IconName::Copy, t.get("chat-copy-code")) };
    let language = if props.language.is_empty() { t.get("chat-code") } else { props.language.to_string() };
    html! {
        <div class={classes!("codeblock", props.small.then_some("small"), wrap.then_some("is-wrapped"))}>
            <div class="bar">
                <span class="clip">{ language }</span>
                <span class="grow"></span>
                if !props.small {
                    <IconButton
                        icon={IconName::Output}
                        label={t.get("chat-wrap-lines")}
                        pressed={*wrap}
                        onclick={toggle}
                    />
                }
                <IconButton icon={copy_icon} label={copy_label} onclick={copy} />
            </div>
            // Scrolls by keys, so it takes the focus.
            <pre tabindex="0"><code>{ lines(&props.text) }</code></pre>
        </div>
    }
}

fn lines(text: &str) -> Html {
    let mut nodes = Vec::new();
    let mut piece = String::new();
    for (index, line) in text.split_inclusive('\n').enumerate() {
        if index > 0 && index % LINES == 0 {
            nodes.push(html! { { std::mem::take(&mut piece) } });
        }
        piece.push_str(line);
    }
    nodes.push(html! { { piece } });
    keyed(nodes)
}
