//! Members, plans and groups: this page is not built yet, and says where they can be kept until then.

use yew::prelude::*;

use crate::components::{Card, Empty, IconName, PageHead};
use crate::state::use_texts;

#[component]
pub fn MembersPage() -> Html {
    let t = use_texts();
    html! {
        <main class="main" tabindex="-1" data-region="main">
            <div class="page"><div class="page-in">
                <PageHead title={t.get("members-title")} about={t.get("members-about")} />
                <Card>
                    <Empty icon={IconName::People} title={t.get("members-empty-title")} about={t.get("members-empty-about")} />
                </Card>
            </div></div>
        </main>
    }
}
