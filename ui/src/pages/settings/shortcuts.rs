//! 快捷键: the keys that work everywhere.

use yew::prelude::*;

use crate::components::Card;
use crate::dom;
use crate::state::use_texts;

#[component]
pub(super) fn ShortcutsSection() -> Html {
    let t = use_texts();
    let modifier = if dom::is_mac() { "⌘" } else { "Ctrl" };
    let keys = [
        (t.get("key-new-chat"), format!("{modifier} N")),
        (t.get("key-search"), format!("{modifier} K")),
        (t.get("key-list"), format!("{modifier} [")),
        (t.get("key-settings"), format!("{modifier} ,")),
        (t.get("key-region"), "F6".to_owned()),
        (t.get("key-close"), "Esc".to_owned()),
        (t.get("key-quit"), format!("{modifier} Q")),
    ];
    html! {
        <Card flush=true>
            { for keys.into_iter().map(|(what, key)| html! {
                <div class="keys-row"><span>{ what }</span><kbd>{ key }</kbd></div>
            }) }
        </Card>
    }
}
