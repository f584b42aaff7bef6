//! The models of one connection: what is known of it, search, filters, the table and what is done with many at once.

use std::rc::Rc;

use hub_contract::connection::ConnectionView;
use hub_contract::id::ModelId;
use hub_contract::model::CatalogView;
use yew::prelude::*;

use super::catalog::{Catalog, Work, use_catalog};
use super::rows::{Filter, Selection, Told};
use super::table::ModelTable;
use super::type_in::TypeInDialog;
use crate::components::{
    Address, Button, ButtonKind, ButtonSize, CheckMark, Checkbox, Empty, ErrorBanner, Icon, IconButton, IconName,
    IconSize, MonogramSize, PlatformMonogram, SearchField, SkeletonShape, Status, StatusKind, Switch, loaded_view,
};
use crate::pages::connection_words::{secret_words, test_words};
use crate::pages::platforms::connect::ConnectDialog;
use crate::pages::platforms::{DeleteDialog, use_tests};
use crate::state::{use_info, use_membership, use_texts};
use crate::{dom, format};

/// The dialog that is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Open {
    Edit,
    Delete,
    TypeIn,
}

#[derive(Properties, PartialEq)]
pub(super) struct ModelsPaneProps {
    pub connection: ConnectionView,
}

#[component]
pub(super) fn ModelsPane(props: &ModelsPaneProps) -> Html {
    let t = use_texts();
    let connection = &props.connection;
    let catalog = use_catalog(connection.id.clone());
    let open = use_state_eq(|| None::<Open>);
    let show = {
        let open = open.clone();
        Callback::from(move |dialog| open.set(Some(dialog)))
    };
    let close = {
        let open = open.clone();
        Callback::from(move |()| open.set(None))
    };
    // Models carry no grants, so those of a bundle are reached through its agents.
    let managed = use_membership().manages(&connection.id);
    let content = loaded_view(&catalog.list, SkeletonShape::Rows, |view| {
        html! {
            <Models
                view={Rc::clone(view)}
                typed_in={Rc::clone(&catalog.typed_in)}
                work={catalog.work}
                fetch={catalog.fetch.clone()}
                enable={catalog.enable.clone()}
                type_in={show.reform(|()| Open::TypeIn)}
            />
        }
    });
    html! {
        <div class="models">
            <ConnectionHead connection={connection.clone()} fetched_at={fetched_at(&catalog)} on_open={show} />
            if let Some(error) = &catalog.failure {
                <div class="models-error">
                    <ErrorBanner error={error.clone()} connection={Some(AttrValue::from(connection.name.clone()))} />
                </div>
            }
            if managed {
                <Empty icon={IconName::Agent} title={t.get("models-managed")} about={t.get("models-managed-about")} />
            } else {
                { content }
            }
            { match *open {
                Some(Open::Edit) => html! {
                    <ConnectDialog platform={connection.platform} connection={Some(connection.clone())} on_close={close} />
                },
                Some(Open::Delete) => html! { <DeleteDialog connection={connection.clone()} on_close={close} /> },
                Some(Open::TypeIn) => html! {
                    <TypeInDialog on_enable={catalog.enable.reform(|ids: Vec<ModelId>| (ids, true))} on_close={close} />
                },
                None => html! {},
            } }
        </div>
    }
}

fn fetched_at(catalog: &Catalog) -> Option<hub_contract::UtcMs> {
    catalog.list.state.ready().and_then(|view| view.fetched_at)
}

#[derive(Properties, PartialEq)]
struct ConnectionHeadProps {
    connection: ConnectionView,
    fetched_at: Option<hub_contract::UtcMs>,
    on_open: Callback<Open>,
}

/// Name, final URL, last test, key, and what can be done with the connection.
#[component]
fn ConnectionHead(props: &ConnectionHeadProps) -> Html {
    let t = use_texts();
    let tests = use_tests();
    let vault = use_info().vault_word();
    let connection = &props.connection;
    let managed = use_membership().manages(&connection.id);
    let testing = tests.has(&connection.id);
    let (kind, words) = if testing { (StatusKind::Wait, t.get("testing")) } else { test_words(connection, &t) };
    let test = {
        let (tests, id) = (tests.clone(), connection.id.clone());
        Callback::from(move |()| tests.run(vec![id.clone()]))
    };
    let fetched = props.fetched_at.map(|at| {
        let when = format::when(at, dom::now(), dom::utc_offset_minutes(at), &t);
        t.with("models-fetched", &[("when", when.into())])
    });
    html! {
        <>
            <header class="page-head">
                <PlatformMonogram platform={connection.platform} size={MonogramSize::S48} />
                <div class="grow">
                    <h1>{ &connection.name }</h1>
                    <p><Address url={connection.final_url.clone()} /></p>
                </div>
                <Button
                    label={t.get("action-test")}
                    icon={IconName::Test}
                    busy={testing.then(|| AttrValue::from(t.get("testing")))}
                    onclick={test}
                />
                <Button label={t.get("action-edit-connection")} onclick={props.on_open.reform(|()| Open::Edit)} />
                if !managed {
                    <IconButton
                        icon={IconName::Trash}
                        large=true
                        label={t.get("delete-action")}
                        onclick={props.on_open.reform(|()| Open::Delete)}
                    />
                }
            </header>
            <div class="facts-line">
                <Status {kind} text={words} />
                <span class="help"><Icon name={IconName::Key} size={IconSize::S14} />{ secret_words(connection, vault, &t) }</span>
                if let Some(fetched) = fetched { <span class="help">{ fetched }</span> }
            </div>
            if let hub_contract::connection::ConnectionState::Attention { error } = &connection.state {
                <div class="models-error">
                    <ErrorBanner error={error.clone()} connection={Some(AttrValue::from(connection.name.clone()))} />
                </div>
            }
        </>
    }
}

#[derive(Properties, PartialEq)]
struct ModelsProps {
    view: Rc<CatalogView>,
    typed_in: Rc<Vec<String>>,
    work: Work,
    fetch: Callback<()>,
    enable: Callback<(Vec<ModelId>, bool)>,
    type_in: Callback<()>,
}

/// Search, filters, selection and table.
#[component]
fn Models(props: &ModelsProps) -> Html {
    let t = use_texts();
    let filter = use_state_eq(Filter::default);
    let selection = use_state_eq(Selection::default);
    let shown = use_memo((Rc::clone(&props.view), (*filter).clone()), |(view, filter)| filter.of(&view.items));
    let all = selection.mark(&props.view.items, &shown);
    let told = use_memo(Rc::clone(&props.view), |view| Told::of(&view.items));
    let told = *told;
    let chatting = props.view.items.iter().filter(|item| item.chats || item.enabled).count();

    let change = |change: fn(&mut Filter)| {
        let filter = filter.clone();
        Callback::from(move |_: MouseEvent| {
            let mut next = (*filter).clone();
            change(&mut next);
            filter.set(next);
        })
    };
    let search = {
        let filter = filter.clone();
        Callback::from(move |text| filter.set(Filter { text, ..(*filter).clone() }))
    };
    let show_all = {
        let filter = filter.clone();
        Callback::from(move |()| filter.set(Filter { all_kinds: filter.all_kinds, ..Filter::default() }))
    };
    let all_kinds = {
        let filter = filter.clone();
        Callback::from(move |all_kinds| filter.set(Filter { all_kinds, ..(*filter).clone() }))
    };
    let toggle = {
        let selection = selection.clone();
        Callback::from(move |id: String| {
            let mut next = (*selection).clone();
            next.toggle(&id);
            selection.set(next);
        })
    };
    let toggle_all = {
        let (selection, view, shown) = (selection.clone(), Rc::clone(&props.view), Rc::clone(&shown));
        Callback::from(move |()| {
            let mut next = (*selection).clone();
            next.toggle_all(&view.items, &shown);
            selection.set(next);
        })
    };
    let clear = {
        let selection = selection.clone();
        Callback::from(move |()| {
            let mut next = (*selection).clone();
            next.clear();
            selection.set(next);
        })
    };
    let enable_chosen = |enabled: bool| {
        let (selection, enable, clear) = (selection.clone(), props.enable.clone(), clear.clone());
        Callback::from(move |()| {
            enable.emit((selection.ids().map(ModelId::from).collect(), enabled));
            clear.emit(());
        })
    };
    let chip = |label: String, icon: Option<IconName>, on: bool, onclick: Callback<MouseEvent>| {
        html! {
            <button type="button" class="chip" aria-pressed={if on { "true" } else { "false" }} {onclick}>
                if let Some(icon) = icon { <Icon name={icon} size={IconSize::S14} /> }
                { label }
            </button>
        }
    };
    let fetching = (props.work == Work::Fetching).then(|| AttrValue::from(t.get("models-fetching")));
    let saving = (props.work == Work::Saving).then(|| AttrValue::from(t.get("saving")));

    if props.view.items.is_empty() {
        return html! {
            <Empty icon={IconName::Model} title={t.get("models-none-title")} about={t.get("models-none-about")}>
                <div class="row">
                    <Button label={t.get("models-type-in")} onclick={props.type_in.clone()} />
                    <Button label={t.get("models-fetch")} kind={ButtonKind::Primary} busy={fetching} onclick={props.fetch.clone()} />
                </div>
            </Empty>
        };
    }
    html! {
        <>
            <div class="toolbar">
                <SearchField
                    label={t.with("models-search", &[("n", format::count(chatting as u64).into())])}
                    value={filter.text.clone()}
                    oninput={search}
                />
                if told.reasoning {
                    { chip(t.get("model-reasoning"), Some(IconName::Think), filter.reasoning, change(|filter| filter.reasoning = !filter.reasoning)) }
                }
                if told.vision {
                    { chip(t.get("model-vision"), Some(IconName::Image), filter.vision, change(|filter| filter.vision = !filter.vision)) }
                }
                { chip(t.get("model-enabled"), None, filter.enabled, change(|filter| filter.enabled = !filter.enabled)) }
                <span class="grow"></span>
                <Button label={t.get("models-type-in")} icon={IconName::Edit} kind={ButtonKind::Quiet} onclick={props.type_in.clone()} />
                <Button label={t.get("models-fetch")} icon={IconName::Refresh} kind={ButtonKind::Quiet} busy={fetching} onclick={props.fetch.clone()} />
            </div>
            if selection.count() > 0 {
                <div class="selbar">
                    <Checkbox
                        bare=true
                        label={t.get("models-select-all")}
                        checked={all}
                        onchange={toggle_all.reform(|_| ())}
                    />
                    <span class="strong" role="status">{ t.with("models-chosen", &[("n", format::count(selection.count() as u64).into())]) }</span>
                    if all != CheckMark::On {
                        <Button
                            label={t.with("models-choose-all", &[("n", format::count(shown.len() as u64).into())])}
                            kind={ButtonKind::Link}
                            size={ButtonSize::Small}
                            onclick={toggle_all.clone()}
                        />
                    }
                    <span class="grow"></span>
                    <Button label={t.get("models-choose-none")} kind={ButtonKind::Quiet} size={ButtonSize::Small} onclick={clear.clone()} />
                    <Button label={t.get("action-disable")} size={ButtonSize::Small} onclick={enable_chosen(false)} />
                    <Button
                        label={t.with("models-enable-n", &[("n", format::count(selection.count() as u64).into())])}
                        kind={ButtonKind::Primary}
                        size={ButtonSize::Small}
                        busy={saving}
                        onclick={enable_chosen(true)}
                    />
                </div>
            }
            if shown.is_empty() {
                <Empty icon={IconName::Search} title={t.get("models-no-match")} about={t.get("models-no-match-about")}>
                    <Button label={t.get("models-clear-filter")} onclick={show_all} />
                </Empty>
            } else {
                <ModelTable
                    view={Rc::clone(&props.view)}
                    shown={Rc::clone(&shown)}
                    {told}
                    {all}
                    typed_in={Rc::clone(&props.typed_in)}
                    selection={(*selection).clone()}
                    on_toggle={toggle}
                    on_toggle_all={toggle_all}
                    on_enable={props.enable.reform(|(id, enabled): (String, bool)| (vec![ModelId::from(id)], enabled))}
                />
            }
            <footer class="models-foot">
                <span class="help">{ t.with("models-shown", &[("shown", format::count(shown.len() as u64).into()), ("all", format::count(props.view.items.len() as u64).into())]) }</span>
                <span class="grow"></span>
                if chatting < props.view.items.len() {
                    <span class="help">{ t.with("models-hidden", &[("n", (props.view.items.len() - chatting).into())]) }</span>
                    <Switch label={t.get("models-show-all-kinds")} on={filter.all_kinds} onchange={all_kinds} />
                }
            </footer>
        </>
    }
}
