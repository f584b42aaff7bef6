//! What is shown while something is loaded: nothing for 200 ms, then its shape.

use std::rc::Rc;

use gloo_timers::callback::Timeout;
use yew::prelude::*;

use super::error_banner::ErrorBanner;
use crate::state::{Loadable, Loaded, use_texts};

/// How long a page may stay still before it shows that it loads, in milliseconds.
const DELAY: u32 = 200;

/// The shape of what is loaded.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum SkeletonShape {
    /// Lines of text.
    #[default]
    Lines,
    /// Rows of a list.
    Rows,
    /// Cards.
    Cards,
}

#[derive(Properties, PartialEq)]
pub struct SkeletonProps {
    #[prop_or_default]
    pub shape: SkeletonShape,
}

#[component]
pub fn Skeleton(props: &SkeletonProps) -> Html {
    let t = use_texts();
    let due = use_state_eq(|| false);
    {
        let due = due.clone();
        use_effect_with((), move |()| {
            let timer = Timeout::new(DELAY, move || due.set(true));
            move || drop(timer)
        });
    }
    if !*due {
        return html! {};
    }
    let shape = match props.shape {
        SkeletonShape::Lines => html! {
            <div class="col gap-12"><span class="sk w2"></span><span class="sk w1"></span><span class="sk w3"></span></div>
        },
        SkeletonShape::Rows => html! {
            <div class="col gap-16">
                { for (0..6).map(|_| html! { <div class="row"><span class="sk sq s"></span><span class="sk w1"></span></div> }) }
            </div>
        },
        SkeletonShape::Cards => html! {
            <div class="cards">
                { for (0..6).map(|_| html! {
                    <div class="card pcard">
                        <div class="id">
                            <span class="sk sq"></span>
                            <div class="grow col"><span class="sk w1"></span><span class="sk w3"></span></div>
                        </div>
                        <div class="acts"></div>
                    </div>
                }) }
            </div>
        },
    };
    html! { <div aria-busy="true"><span class="vh" role="status">{ t.get("loading") }</span>{ shape }</div> }
}

/// The skeleton, the error with a way to try again, or what `show` makes of the value.
pub fn loaded_view<T>(loaded: &Loaded<T>, shape: SkeletonShape, show: impl FnOnce(&Rc<T>) -> Html) -> Html {
    match &loaded.state {
        Loadable::Loading => html! { <Skeleton {shape} /> },
        Loadable::Ready(value) => show(value),
        Loadable::Failed(error) => html! { <ErrorBanner error={error.clone()} on_retry={loaded.reload.clone()} /> },
    }
}
