//! The table of plans or of user groups.

use yew::prelude::*;

use super::Open;
use super::named::{Kind, Named};
use crate::components::{IconButton, IconName, use_rows_in_view};
use crate::state::{Viewed, use_texts};

#[derive(Properties, PartialEq)]
pub(super) struct NamedTableProps {
    pub kind: Kind,
    pub shown: Vec<Named>,
    pub on_open: Callback<Open>,
    pub on_view: Callback<Viewed>,
}

#[component]
pub(super) fn NamedTable(props: &NamedTableProps) -> Html {
    let t = use_texts();
    let kind = props.kind;
    let total = props.shown.len();
    let drawn = use_rows_in_view(total);
    let label = t.with("named-tab", &[("kind", kind.word().into())]);
    let rows = props.shown.iter().enumerate().skip(drawn.range.start).take(drawn.range.len());
    let row = |(index, named): (usize, &Named)| {
        let of_row = |action: &str| {
            t.with("agents-of-row", &[("action", t.get(action).into()), ("name", named.name.as_str().into())])
        };
        let view = {
            let viewed = Viewed { view: kind.view(&named.id), name: named.name.clone() };
            props.on_view.reform(move |()| viewed.clone())
        };
        let edit = {
            let id = named.id.clone();
            props.on_open.reform(move |()| Open::Named(kind, Some(id.clone())))
        };
        let remove = {
            let id = named.id.clone();
            props.on_open.reform(move |()| Open::RemoveNamed(kind, id.clone()))
        };
        html! {
            <tr key={named.id.clone()} aria-rowindex={(index + 2).to_string()}>
                <td><div class="clip" title={named.name.clone()}>{ &named.name }</div></td>
                <td class="num count">{ named.members }</td>
                <td class="num count">{ named.agents }</td>
                <td class="act">
                    <div class="row row-4 end">
                        <IconButton icon={IconName::Eye} label={of_row("view-as-action")} onclick={view} />
                        <IconButton icon={IconName::Edit} label={of_row("action-rename")} onclick={edit} />
                        <IconButton icon={IconName::Trash} label={of_row("action-delete")} onclick={remove} />
                    </div>
                </td>
            </tr>
        }
    };
    html! {
        <div class="rows-scroll" ref={drawn.scroller} tabindex="0" role="region" aria-label={label}>
            <table class="table rows-table people-table" aria-rowcount={(total + 1).to_string()}>
                <thead>
                    <tr>
                        <th>{ t.get("agents-column-name") }</th>
                        <th class="num count">{ t.get("named-column-members") }</th>
                        <th class="num count">{ t.get("named-column-agents") }</th>
                        <th class="act"><span class="vh">{ t.get("agents-column-actions") }</span></th>
                    </tr>
                </thead>
                <tbody>
                    <tr class="spacer" aria-hidden="true"><td ref={drawn.above}></td></tr>
                    { for rows.map(row) }
                    <tr class="spacer" aria-hidden="true"><td ref={drawn.below}></td></tr>
                </tbody>
            </table>
        </div>
    }
}
