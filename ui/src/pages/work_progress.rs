//! How far a copy of the Hub or a bundle is, while a page waits for it.

use gloo_timers::callback::Interval;
use hub_contract::command::ReadProgress;
use yew::prelude::*;

use crate::components::Progress;
use crate::state::{use_load, use_texts};

/// How often it is looked at, in milliseconds: often enough to seem steady.
const EVERY: u32 = 250;

/// Stands where something is under way, for as long as it is.
#[component]
pub fn WorkProgress() -> Html {
    let t = use_texts();
    let work = use_load::<ReadProgress>(());
    let look = work.reload.clone();
    use_effect_with((), move |()| {
        let timer = Interval::new(EVERY, move || look.emit(()));
        move || drop(timer)
    });
    let Some(progress) = work.state.ready().and_then(|progress| **progress) else { return html! {} };
    let words = t.progress(&progress);
    html! {
        <div class="col" role="status">
            if let Some(percent) = progress.percent() {
                <Progress label={words.clone()} value={u32::from(percent)} max={100} />
            }
            <span class="help">{ words }</span>
        </div>
    }
}
