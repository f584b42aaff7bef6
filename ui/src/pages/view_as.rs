//! 以…身份查看: choosing through whose eyes the Hub is looked at, and the line that says so and leads back.

use hub_contract::agent::ViewAs;
use hub_contract::command::{ListGroups, ListMembers, ListPlans};
use hub_text::Texts;
use yew::prelude::*;

use crate::components::{
    Button, ButtonSize, Dialog, Empty, Icon, IconName, SearchField, Segment, Segments, SkeletonShape, loaded_view,
};
use crate::format;
use crate::state::{Loaded, Viewed, use_load, use_texts, use_viewing};

/// So many are listed at once; the search finds the others.
const LISTED: usize = 50;

/// What is listed to choose from.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Kind {
    #[default]
    Members,
    Plans,
    Groups,
}

/// Whom the Hub is looked at as: a member, anybody with a plan, anybody in a user group.
pub fn as_whom(viewed: &Viewed, t: &Texts) -> String {
    t.with("view-as-whom", &[("kind", viewed.kind_word().into()), ("name", viewed.name.as_str().into())])
}

/// Says above every page through whose eyes it is seen. Nothing while that is the operator.
#[component]
pub fn ViewingLine() -> Html {
    let t = use_texts();
    let viewing = use_viewing();
    let choosing = use_state_eq(|| false);
    let Some(viewed) = viewing.whom() else { return html! {} };
    let choose = |on: bool| {
        let choosing = choosing.clone();
        Callback::from(move |()| choosing.set(on))
    };
    let end = {
        let viewing = viewing.clone();
        Callback::from(move |()| viewing.end())
    };
    html! {
        <div class="viewing">
            <Icon name={IconName::Eye} />
            <span class="grow" role="status">
                <span class="strong">{ t.with("view-as-line", &[("whom", as_whom(viewed, &t).into())]) }</span>
                { " " }
                { t.get("view-as-own") }
            </span>
            <Button label={t.get("view-as-change")} size={ButtonSize::Small} onclick={choose(true)} />
            <Button label={t.get("view-as-end")} size={ButtonSize::Small} onclick={end} />
            if *choosing { <ViewAsDialog on_close={choose(false)} /> }
        </div>
    }
}

#[derive(Properties, PartialEq)]
pub struct ViewAsDialogProps {
    pub on_close: Callback<()>,
}

/// The list of those through whose eyes the Hub can be looked at.
#[component]
pub fn ViewAsDialog(props: &ViewAsDialogProps) -> Html {
    let t = use_texts();
    let viewing = use_viewing();
    let members = use_load::<ListMembers>(());
    let plans = use_load::<ListPlans>(());
    let groups = use_load::<ListGroups>(());
    let kind = use_state_eq(Kind::default);
    let query = use_state_eq(String::new);
    let segments = vec![
        Segment::new(Kind::Members, t.get("members-tab")),
        Segment::new(Kind::Plans, t.with("named-tab", &[("kind", "plan".into())])),
        Segment::new(Kind::Groups, t.with("named-tab", &[("kind", "group".into())])),
    ];
    let choose_kind = {
        let kind = kind.clone();
        Callback::from(move |which| kind.set(which))
    };
    let oninput = {
        let query = query.clone();
        Callback::from(move |text: String| query.set(text))
    };
    let choose = {
        let on_close = props.on_close.clone();
        Callback::from(move |viewed: Viewed| {
            on_close.emit(());
            viewing.begin(viewed);
        })
    };
    let listed = match *kind {
        Kind::Members => choices(&members, &query, &choose, &t, |member| Viewed {
            view: ViewAs::Member { member: member.id.clone() },
            name: member.name.clone(),
        }),
        Kind::Plans => choices(&plans, &query, &choose, &t, |plan| Viewed {
            view: ViewAs::Plan { plan: plan.id.clone() },
            name: plan.name.clone(),
        }),
        Kind::Groups => choices(&groups, &query, &choose, &t, |group| Viewed {
            view: ViewAs::Group { group: group.id.clone() },
            name: group.name.clone(),
        }),
    };
    html! {
        <Dialog title={t.get("view-as-title")} on_close={props.on_close.clone()}>
            <p>{ t.get("view-as-about") }</p>
            <div class="pick-bar">
                <SearchField label={t.get("view-as-search")} value={(*query).clone()} {oninput} class="w-200" />
                <Segments<Kind> label={t.get("view-as-kinds")} {segments} value={*kind} onchange={choose_kind} />
            </div>
            { listed }
        </Dialog>
    }
}

/// The first of those whose name holds the text, as rows to choose.
fn choices<T>(
    loaded: &Loaded<Vec<T>>,
    query: &str,
    choose: &Callback<Viewed>,
    t: &Texts,
    viewed: impl Fn(&T) -> Viewed,
) -> Html {
    loaded_view(loaded, SkeletonShape::Rows, |all| {
        let wanted = query.trim().to_lowercase();
        let found: Vec<Viewed> =
            all.iter().map(&viewed).filter(|one| one.name.to_lowercase().contains(&wanted)).collect();
        if found.is_empty() {
            return html! { <Empty icon={IconName::People} title={t.get("view-as-nobody")} /> };
        }
        let more = found.len().saturating_sub(LISTED);
        html! {
            <>
                <div class="opts pick-list view-as-list" role="group" aria-label={t.get("view-as-kinds")}>
                    { for found.iter().take(LISTED).map(|one| {
                        let onclick = {
                            let one = one.clone();
                            choose.reform(move |_: MouseEvent| one.clone())
                        };
                        html! {
                            <button type="button" class="list-row" {onclick}>
                                <span class="clip">{ &one.name }</span>
                            </button>
                        }
                    }) }
                </div>
                if more > 0 {
                    <p class="help">{ t.with("view-as-more", &[("n", format::count(more as u64).into())]) }</p>
                }
            </>
        }
    })
}
