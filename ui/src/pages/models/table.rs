//! The table of models. Only the rows near the view are in the page, so thousands stay quick.

use std::rc::Rc;

use hub_contract::model::{CatalogItem, CatalogView};
use yew::prelude::*;

use super::rows::{Selection, Told};
use crate::components::{
    Badge, Button, ButtonKind, ButtonSize, CheckMark, Checkbox, IconName, Status, StatusKind, use_rows_in_view,
};
use crate::format;
use crate::state::use_texts;

#[derive(Properties, PartialEq)]
pub(super) struct ModelTableProps {
    /// The whole list.
    pub view: Rc<CatalogView>,
    /// The places of the models to show, after search and filters.
    pub shown: Rc<Vec<usize>>,
    /// Ids that the operator typed in.
    pub typed_in: Rc<Vec<String>>,
    pub selection: Selection,
    pub told: Told,
    /// How the box for all stands.
    pub all: CheckMark,
    pub on_toggle: Callback<String>,
    pub on_toggle_all: Callback<()>,
    /// A model and whether it shall be enabled.
    pub on_enable: Callback<(String, bool)>,
}

#[component]
pub(super) fn ModelTable(props: &ModelTableProps) -> Html {
    let t = use_texts();
    let told = Told { badges: props.told.badges || !props.typed_in.is_empty(), ..props.told };
    let total = props.shown.len();
    let drawn = use_rows_in_view(total);
    let rows = props.shown.iter().enumerate().skip(drawn.range.start).take(drawn.range.len());
    let rows = rows.filter_map(|(index, place)| Some((index, props.view.items.get(*place)?)));
    html! {
        <div class="rows-scroll" ref={drawn.scroller} tabindex="0" role="region" aria-label={t.get("models-table")}>
            <table class="table rows-table models-table" aria-rowcount={(total + 1).to_string()}>
                <thead>
                    <tr>
                        <th class="check-cell">
                        // The bar above has the box once something is chosen.
                        if props.selection.count() == 0 {
                            <Checkbox
                                bare=true
                                label={t.get("models-select-all")}
                                checked={props.all}
                                onchange={props.on_toggle_all.reform(|_| ())}
                            />
                        }
                        </th>
                        <th>{ t.get("models-column-model") }</th>
                        if told.badges { <th class="caps">{ t.get("models-column-capabilities") }</th> }
                        if told.context { <th class="ctx num">{ t.get("models-column-context") }</th> }
                        <th class="state">{ t.get("models-column-state") }</th>
                        <th class="act"><span class="vh">{ t.get("models-column-actions") }</span></th>
                    </tr>
                </thead>
                <tbody>
                    <tr class="spacer" aria-hidden="true"><td ref={drawn.above}></td></tr>
                    { for rows.map(|(index, item)| html! {
                        <ModelRow
                            key={item.remote_id.as_str()}
                            {index}
                            item={item.clone()}
                            {told}
                            typed_in={props.typed_in.contains(&item.remote_id)}
                            chosen={props.selection.has(&item.remote_id)}
                            on_toggle={props.on_toggle.clone()}
                            on_enable={props.on_enable.clone()}
                        />
                    }) }
                    <tr class="spacer" aria-hidden="true"><td ref={drawn.below}></td></tr>
                </tbody>
            </table>
        </div>
    }
}

#[derive(Properties, PartialEq)]
struct ModelRowProps {
    index: usize,
    item: CatalogItem,
    /// Which columns the table has.
    told: Told,
    typed_in: bool,
    chosen: bool,
    on_toggle: Callback<String>,
    on_enable: Callback<(String, bool)>,
}

#[component]
fn ModelRow(props: &ModelRowProps) -> Html {
    let t = use_texts();
    let item = &props.item;
    let id = item.remote_id.clone();
    let (kind, state) = if item.enabled {
        (StatusKind::Ok, t.get("model-enabled"))
    } else {
        (StatusKind::Hollow, t.get("model-not-enabled"))
    };
    let action = if item.enabled { t.get("action-disable") } else { t.get("action-enable") };
    let toggle = {
        let id = id.clone();
        props.on_toggle.reform(move |_: bool| id.clone())
    };
    let enable = {
        let (id, enabled) = (id.clone(), !item.enabled);
        props.on_enable.reform(move |()| (id.clone(), enabled))
    };
    html! {
        <tr class={props.chosen.then_some("is-on")} aria-rowindex={(props.index + 2).to_string()}>
            <td class="check-cell">
                <Checkbox bare=true label={id.clone()} checked={CheckMark::from(props.chosen)} onchange={toggle} />
            </td>
            <td class="mono name" title={id.clone()}>{ &id }</td>
            if props.told.badges {
                <td class="caps">
                    <div class="row">
                        if item.capabilities.reasoning == Some(true) {
                            <Badge text={t.get("model-reasoning")} icon={IconName::Think} />
                        }
                        if item.capabilities.vision == Some(true) {
                            <Badge text={t.get("model-vision")} icon={IconName::Image} />
                        }
                        if props.typed_in { <Badge text={t.get("model-typed-in")} tone="line" /> }
                        if let Some(day) = &item.shutdown_date {
                            <Badge
                                text={t.get("model-ends")}
                                tone="warn"
                                icon={IconName::Clock}
                                title={t.with("model-ends-on", &[("day", day.as_str().into())])}
                            />
                        }
                        if !item.chats { <Badge text={t.get("model-no-chat")} tone="line" /> }
                    </div>
                </td>
            }
            if props.told.context {
                <td class="ctx num dim">{ item.capabilities.context.map_or_else(|| "—".to_owned(), format::tokens) }</td>
            }
            <td class="state"><Status {kind} text={state} /></td>
            <td class="act num">
                <Button
                    name={format!("{action} {id}")}
                    label={action}
                    kind={ButtonKind::Quiet}
                    size={ButtonSize::Small}
                    onclick={enable}
                />
            </td>
        </tr>
    }
}
