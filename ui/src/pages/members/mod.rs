//! Members, plans and user groups: who there is to grant agents to.

mod member_form;
mod member_table;
mod named;
mod named_form;
mod named_table;
mod names;
mod people;
mod remove;
mod shown;

use hub_contract::id::MemberId;
use yew::prelude::*;
use yew_router::prelude::*;

use self::member_form::MemberDialog;
use self::member_table::MemberTable;
use self::named::{Kind, Named};
use self::named_form::NamedDialog;
use self::named_table::NamedTable;
use self::people::{People, use_people};
use self::remove::{Removal, RemoveDialog};
use self::shown::{Filter, expired_count, shown_members};
use crate::components::{
    Button, ButtonKind, Empty, ErrorBanner, IconName, PageHead, SearchField, Skeleton, SkeletonShape, Tab, Tabs,
};
use crate::route::Route;
use crate::state::{Loadable, Viewed, use_texts, use_viewing};
use crate::{dom, format};

/// A section of the page.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Section {
    #[default]
    Members,
    Named(Kind),
}

impl Section {
    const ALL: [Self; 3] = [Self::Members, Self::Named(Kind::Plan), Self::Named(Kind::Group)];

    fn id(self) -> &'static str {
        match self {
            Self::Members => "members",
            Self::Named(kind) => kind.word(),
        }
    }
}

/// The dialog that is open, at most one.
#[derive(Debug, Clone, PartialEq)]
enum Open {
    /// The form of a member; without an id of a new one.
    Member(Option<MemberId>),
    RemoveMember(MemberId),
    /// The form of a plan or user group; without an id of a new one.
    Named(Kind, Option<String>),
    RemoveNamed(Kind, String),
}

#[component]
pub fn MembersPage() -> Html {
    let t = use_texts();
    let people = use_people();
    let section = use_state_eq(Section::default);
    let open = use_state_eq(|| None::<Open>);
    let show = {
        let open = open.clone();
        use_callback((), move |dialog: Open, ()| open.set(Some(dialog)))
    };
    let close = {
        let open = open.clone();
        use_callback((), move |(), ()| open.set(None))
    };
    let (add_label, add) = match *section {
        Section::Members => (t.get("members-add"), Open::Member(None)),
        Section::Named(kind) => (t.with("named-add", &[("kind", kind.word().into())]), Open::Named(kind, None)),
    };
    let content = match &people.list {
        Loadable::Loading => html! { <Skeleton shape={SkeletonShape::Rows} /> },
        Loadable::Failed(error) => html! { <ErrorBanner error={error.clone()} on_retry={people.reload.clone()} /> },
        Loadable::Ready(people) => {
            html! { <Sections people={people.clone()} section={section.clone()} on_open={show.clone()} /> }
        }
    };
    let known = people.list.ready().cloned().unwrap_or_default();
    html! {
        <main class="main" tabindex="-1" data-region="main">
            <div class="rows-page">
                <PageHead title={t.get("members-title")} about={t.get("members-about")}>
                    <Button
                        label={add_label}
                        icon={IconName::Plus}
                        kind={ButtonKind::Primary}
                        onclick={show.reform(move |()| add.clone())}
                    />
                </PageHead>
                { content }
            </div>
            { dialog((*open).as_ref(), &known, &people.reload, &close) }
        </main>
    }
}

/// The dialog that is open. What it was opened for may be gone since.
fn dialog(open: Option<&Open>, people: &People, changed: &Callback<()>, close: &Callback<()>) -> Html {
    let (on_changed, on_close) = (changed.clone(), close.clone());
    match open {
        None => html! {},
        Some(Open::Member(None)) => html! { <MemberDialog people={people.clone()} {on_changed} {on_close} /> },
        Some(Open::Member(Some(id))) => people.member(id).map_or_else(Html::default, |member| {
            html! { <MemberDialog people={people.clone()} member={Some(member.clone())} {on_changed} {on_close} /> }
        }),
        Some(Open::RemoveMember(id)) => people.member(id).map_or_else(Html::default, |member| {
            let removal = Removal::Member(member.clone());
            html! { <RemoveDialog {removal} people={people.clone()} {on_changed} {on_close} /> }
        }),
        Some(Open::Named(kind, id)) => {
            let named: Option<Named> = id.as_ref().and_then(|id| people.named(*kind, id)).cloned();
            html! { <NamedDialog kind={*kind} people={people.clone()} {named} {on_changed} {on_close} /> }
        }
        Some(Open::RemoveNamed(kind, id)) => people.named(*kind, id).map_or_else(Html::default, |named| {
            let removal = Removal::Named(*kind, named.clone());
            html! { <RemoveDialog {removal} people={people.clone()} {on_changed} {on_close} /> }
        }),
    }
}

#[derive(Properties, PartialEq)]
struct SectionsProps {
    people: People,
    section: UseStateHandle<Section>,
    on_open: Callback<Open>,
}

/// Tabs, search and the table of the section.
#[component]
fn Sections(props: &SectionsProps) -> Html {
    let t = use_texts();
    let viewing = use_viewing();
    let navigator = use_navigator();
    let filter = use_state_eq(Filter::default);
    let (people, section) = (&props.people, *props.section);
    let now = dom::now();
    let tabs = Section::ALL.map(|one| {
        let (label, count) = match one {
            Section::Members => (t.get("members-tab"), people.members.len()),
            Section::Named(kind) => (t.with("named-tab", &[("kind", kind.word().into())]), people.all(kind).len()),
        };
        Tab { id: one.id().into(), label: label.into(), count: Some(count) }
    });
    let choose = {
        let (chosen, filter) = (props.section.clone(), filter.clone());
        Callback::from(move |id: AttrValue| {
            if let Some(section) = Section::ALL.into_iter().find(|one| one.id() == id.as_str()) {
                chosen.set(section);
                filter.set(Filter::default());
            }
        })
    };
    let search = {
        let filter = filter.clone();
        Callback::from(move |text| filter.set(Filter { text, ..(*filter).clone() }))
    };
    let only_expired = {
        let filter = filter.clone();
        Callback::from(move |_: MouseEvent| filter.set(Filter { expired: !filter.expired, ..(*filter).clone() }))
    };
    // Seeing is on the agents page, which says why each agent is open or closed.
    let view_as = Callback::from(move |viewed: Viewed| {
        viewing.begin(viewed);
        if let Some(navigator) = &navigator {
            navigator.push(&Route::Agents);
        }
    });
    let expired = expired_count(people, now);
    let (is_empty, search_label) = match section {
        Section::Members => {
            let count = format::count(people.members.len() as u64);
            (people.members.is_empty(), t.with("members-search", &[("n", count.into())]))
        }
        Section::Named(kind) => (people.all(kind).is_empty(), t.with("named-search", &[("kind", kind.word().into())])),
    };
    let none_found = html! {
        <Empty icon={IconName::Search} title={t.with("members-none-found", &[("text", filter.text.as_str().into())])} />
    };
    let table = match section {
        Section::Members => {
            let shown = shown_members(people, &filter, now);
            if shown.is_empty() {
                none_found
            } else {
                html! { <MemberTable people={people.clone()} {shown} on_open={props.on_open.clone()} on_view={view_as} /> }
            }
        }
        Section::Named(kind) => {
            let shown = shown::shown_named(people.all(kind), &filter.text);
            if shown.is_empty() {
                none_found
            } else {
                html! { <NamedTable {kind} {shown} on_open={props.on_open.clone()} on_view={view_as} /> }
            }
        }
    };
    html! {
        <>
            <div class="people-tabs">
                <Tabs label={t.get("members-tabs")} tabs={tabs.to_vec()} current={section.id()} onchange={choose} />
            </div>
            if is_empty {
                { nothing(section, &props.on_open, &t) }
            } else {
                <div class="toolbar">
                    <SearchField class="w-280" label={search_label} value={filter.text.clone()} oninput={search} />
                    if section == Section::Members && (expired > 0 || filter.expired) {
                        <button
                            type="button"
                            class="chip"
                            aria-pressed={if filter.expired { "true" } else { "false" }}
                            onclick={only_expired}
                        >
                            { t.with("members-expired", &[("n", expired.into())]) }
                        </button>
                    }
                </div>
                { table }
            }
        </>
    }
}

/// A section without anybody or anything: what it is for and the one next action.
fn nothing(section: Section, on_open: &Callback<Open>, t: &hub_text::Texts) -> Html {
    let (title, about, label, open) = match section {
        Section::Members => {
            (t.get("members-empty-title"), t.get("members-empty-about"), t.get("members-add"), Open::Member(None))
        }
        Section::Named(kind) => {
            let of = [("kind", kind.word().into())];
            (
                t.with("named-empty-title", &of),
                t.with("named-empty-about", &of),
                t.with("named-add", &of),
                Open::Named(kind, None),
            )
        }
    };
    html! {
        <Empty icon={IconName::People} {title} {about}>
            <Button {label} icon={IconName::Plus} onclick={on_open.reform(move |()| open.clone())} />
        </Empty>
    }
}
