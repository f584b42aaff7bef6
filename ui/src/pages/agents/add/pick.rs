//! The bots and workflows of an account, to pick from.

use std::rc::Rc;

use hub_contract::HubError;
use hub_contract::command::ListCatalog;
use hub_contract::connection::CatalogRequest;
use hub_contract::id::ConnectionId;
use hub_contract::model::{CatalogItem, CatalogKind, CatalogView};
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use super::form::{AddAction, AddForm};
use crate::components::{
    Badge, Button, ButtonSize, CheckMark, Checkbox, Empty, ErrorBanner, IconName, SearchField, Segment, Segments,
    SkeletonShape, loaded_view,
};
use crate::state::{use_load, use_texts};
use crate::{dom, format, ipc};

/// What the list is narrowed to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Filter {
    text: String,
    kind: Option<CatalogKind>,
}

impl Filter {
    fn of<'a>(&self, items: &'a [CatalogItem]) -> Vec<&'a CatalogItem> {
        let wanted = self.text.trim().to_lowercase();
        let holds = |text: &str| text.to_lowercase().contains(&wanted);
        items
            .iter()
            .filter(|item| item.kind != CatalogKind::Model && self.kind.is_none_or(|kind| item.kind == kind))
            .filter(|item| {
                holds(&item.name) || holds(&item.remote_id) || item.description.as_deref().is_some_and(holds)
            })
            .collect()
    }
}

#[derive(Properties, PartialEq)]
pub(super) struct PickProps {
    pub connection: ConnectionId,
    pub form: UseReducerHandle<AddForm>,
    /// Ids that are agents already.
    pub taken: Rc<Vec<String>>,
}

#[component]
pub(super) fn Pick(props: &PickProps) -> Html {
    let list = use_load::<ListCatalog>(request(&props.connection, false));
    let fetching = use_state_eq(|| false);
    let failure = use_state(|| None::<HubError>);
    let refresh = {
        let (connection, put) = (props.connection.clone(), list.put.clone());
        let (fetching, failure) = (fetching.clone(), failure.clone());
        Callback::from(move |()| {
            let (put, request) = (put.clone(), request(&connection, true));
            let (fetching, failure) = (fetching.clone(), failure.clone());
            fetching.set(true);
            failure.set(None);
            spawn_local(async move {
                match ipc::call::<ListCatalog>(request).await {
                    Ok(newer) => put.emit(newer),
                    // The stored list stays.
                    Err(error) => failure.set(Some(error)),
                }
                fetching.set(false);
            });
        })
    };
    let content = loaded_view(&list, SkeletonShape::Rows, |view| {
        html! {
            <Items
                view={Rc::clone(view)}
                form={props.form.clone()}
                taken={Rc::clone(&props.taken)}
                fetching={*fetching}
                refresh={refresh.clone()}
            />
        }
    });
    html! {
        <>
            if let Some(error) = &*failure { <ErrorBanner error={error.clone()} on_retry={refresh} /> }
            { content }
        </>
    }
}

#[derive(Properties, PartialEq)]
struct ItemsProps {
    view: Rc<CatalogView>,
    form: UseReducerHandle<AddForm>,
    taken: Rc<Vec<String>>,
    fetching: bool,
    refresh: Callback<()>,
}

/// Search, kinds and the list.
#[component]
fn Items(props: &ItemsProps) -> Html {
    let t = use_texts();
    let filter = use_state_eq(Filter::default);
    let shown = filter.of(&props.view.items);
    let search = {
        let filter = filter.clone();
        Callback::from(move |text| filter.set(Filter { text, ..(*filter).clone() }))
    };
    let choose_kind = {
        let filter = filter.clone();
        Callback::from(move |kind| filter.set(Filter { kind, ..(*filter).clone() }))
    };
    let kinds = vec![
        Segment::new(None, t.get("add-agent-all-kinds")),
        Segment::new(Some(CatalogKind::Bot), t.get("add-agent-bots")),
        Segment::new(Some(CatalogKind::Workflow), t.get("add-agent-workflows")),
    ];
    let fetched = props.view.fetched_at.map(|at| {
        let when = format::when(at, dom::now(), dom::utc_offset_minutes(at), &t);
        t.with("add-agent-fetched", &[("when", when.into())])
    });
    html! {
        <>
            <div class="pick-bar">
                <SearchField label={t.get("add-agent-search")} value={filter.text.clone()} oninput={search} class="w-200" />
                <Segments<Option<CatalogKind>>
                    label={t.get("add-agent-kinds")}
                    segments={kinds}
                    value={filter.kind}
                    onchange={choose_kind}
                />
                <span class="grow"></span>
                <Button
                    label={t.get("add-agent-refresh")}
                    icon={IconName::Refresh}
                    size={ButtonSize::Small}
                    busy={props.fetching.then(|| AttrValue::from(t.get("models-fetching")))}
                    onclick={props.refresh.clone()}
                />
            </div>
            if shown.is_empty() {
                <Empty
                    icon={IconName::Agent}
                    title={if props.view.items.is_empty() { t.get("add-agent-none") } else { t.get("add-agent-no-match") }}
                    about={if props.view.items.is_empty() { t.get("add-agent-none-about") } else { String::new() }}
                />
            } else {
                <div class="opts pick-list" role="group" aria-label={t.get("add-agent-list")}>
                    { for shown.into_iter().map(|item| html! {
                        <ItemRow
                            key={item.remote_id.as_str()}
                            item={item.clone()}
                            picked={props.form.has_picked(&item.remote_id)}
                            taken={props.taken.contains(&item.remote_id)}
                            on_toggle={toggle(&props.form)}
                        />
                    }) }
                </div>
            }
            if let Some(fetched) = fetched { <p class="help">{ fetched }</p> }
        </>
    }
}

#[derive(Properties, PartialEq)]
struct ItemRowProps {
    item: CatalogItem,
    picked: bool,
    /// It is an agent already; it may become another one.
    taken: bool,
    on_toggle: Callback<CatalogItem>,
}

#[component]
fn ItemRow(props: &ItemRowProps) -> Html {
    let t = use_texts();
    let item = &props.item;
    let toggle = {
        let item = item.clone();
        props.on_toggle.reform(move |_: bool| item.clone())
    };
    html! {
        <div class="pick-row">
            <Checkbox
                label={item.name.clone()}
                help={item.description.clone().filter(|about| !about.is_empty()).map(AttrValue::from)}
                checked={CheckMark::from(props.picked)}
                onchange={toggle}
            />
            if item.kind == CatalogKind::Workflow { <Badge text={t.get("agents-kind-workflow")} /> }
            if props.taken { <Badge text={t.get("add-agent-taken")} tone="line" icon={IconName::Check} /> }
        </div>
    }
}

fn toggle(form: &UseReducerHandle<AddForm>) -> Callback<CatalogItem> {
    let dispatch = form.dispatcher();
    Callback::from(move |item| dispatch.dispatch(AddAction::Toggle(item)))
}

fn request(connection: &ConnectionId, refresh: bool) -> CatalogRequest {
    CatalogRequest { connection: connection.clone(), search: None, refresh }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(id: &str, kind: CatalogKind, about: Option<&str>) -> CatalogItem {
        CatalogItem {
            remote_id: id.into(),
            kind,
            name: format!("Name {id}"),
            description: about.map(str::to_owned),
            capabilities: Default::default(),
            shutdown_date: None,
            chats: true,
            enabled: false,
        }
    }

    #[test]
    fn apps_are_found_by_name_id_and_description_within_their_kind() {
        let items = [
            item("bot-1", CatalogKind::Bot, Some("查备件")),
            item("flow-1", CatalogKind::Workflow, None),
            item("model-1", CatalogKind::Model, None),
        ];
        let found = |text: &str, kind: Option<CatalogKind>| -> Vec<String> {
            let filter = Filter { text: text.into(), kind };
            filter.of(&items).into_iter().map(|item| item.remote_id.clone()).collect()
        };
        assert_eq!(found("", None), ["bot-1", "flow-1"], "models are no apps");
        assert_eq!(found("备件", None), ["bot-1"]);
        assert_eq!(found("FLOW", None), ["flow-1"]);
        assert_eq!(found("name", Some(CatalogKind::Bot)), ["bot-1"]);
    }
}
