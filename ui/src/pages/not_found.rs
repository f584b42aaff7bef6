//! A path that leads nowhere.

use yew::prelude::*;

use crate::components::{Empty, IconName, NavLink};
use crate::route::Route;
use crate::state::use_texts;

#[component]
pub fn NotFoundPage() -> Html {
    let t = use_texts();
    html! {
        <main class="main" tabindex="-1" data-region="main">
            <div class="page">
                <Empty icon={IconName::Search} title={t.get("not-found-title")}>
                    <NavLink to={Route::Chat} class="btn primary">{ t.get("not-found-back") }</NavLink>
                </Empty>
            </div>
        </main>
    }
}
