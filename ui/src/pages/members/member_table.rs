//! The table of members. Only the rows near the view are in the page, so thousands stay quick.

use hub_contract::agent::ViewAs;
use hub_contract::people::MemberView;
use yew::prelude::*;

use super::Open;
use super::people::People;
use super::shown::has_expired;
use crate::components::{Badge, IconButton, IconName, Monogram, MonogramSize, Status, StatusKind, use_rows_in_view};
use crate::pages::chat::{glyph, tint};
use crate::state::{Viewed, use_texts};
use crate::{dom, format};

/// So many groups of a member are named in the row; the others are counted.
const GROUPS_NAMED: usize = 2;

#[derive(Properties, PartialEq)]
pub(super) struct MemberTableProps {
    pub people: People,
    /// The places of the members to show.
    pub shown: Vec<usize>,
    pub on_open: Callback<Open>,
    pub on_view: Callback<Viewed>,
}

#[component]
pub(super) fn MemberTable(props: &MemberTableProps) -> Html {
    let t = use_texts();
    let total = props.shown.len();
    let drawn = use_rows_in_view(total);
    let rows = props.shown.iter().enumerate().skip(drawn.range.start).take(drawn.range.len());
    let rows = rows.filter_map(|(index, place)| Some((index, props.people.members.get(*place)?)));
    html! {
        <div class="rows-scroll" ref={drawn.scroller} tabindex="0" role="region" aria-label={t.get("members-table")}>
            <table class="table rows-table people-table" aria-rowcount={(total + 1).to_string()}>
                <thead>
                    <tr>
                        <th>{ t.get("members-column-name") }</th>
                        <th class="plan">{ t.get("members-column-plan") }</th>
                        <th class="until">{ t.get("members-column-until") }</th>
                        <th class="of">{ t.get("members-column-groups") }</th>
                        <th class="act"><span class="vh">{ t.get("agents-column-actions") }</span></th>
                    </tr>
                </thead>
                <tbody>
                    <tr class="spacer" aria-hidden="true"><td ref={drawn.above}></td></tr>
                    { for rows.map(|(index, member)| html! {
                        <MemberRow
                            key={member.id.as_str()}
                            {index}
                            member={member.clone()}
                            people={props.people.clone()}
                            on_open={props.on_open.clone()}
                            on_view={props.on_view.clone()}
                        />
                    }) }
                    <tr class="spacer" aria-hidden="true"><td ref={drawn.below}></td></tr>
                </tbody>
            </table>
        </div>
    }
}

#[derive(Properties, PartialEq)]
struct MemberRowProps {
    index: usize,
    member: MemberView,
    people: People,
    on_open: Callback<Open>,
    on_view: Callback<Viewed>,
}

#[component]
fn MemberRow(props: &MemberRowProps) -> Html {
    let t = use_texts();
    let member = &props.member;
    let groups: Vec<&str> = props.people.groups_of(member).collect();
    let named = |action: &str| {
        t.with("agents-of-row", &[("action", t.get(action).into()), ("name", member.name.as_str().into())])
    };
    let view = {
        let viewed = Viewed { view: ViewAs::Member { member: member.id.clone() }, name: member.name.clone() };
        props.on_view.reform(move |()| viewed.clone())
    };
    let open = |dialog: fn(hub_contract::id::MemberId) -> Open| {
        let id = member.id.clone();
        props.on_open.reform(move |()| dialog(id.clone()))
    };
    html! {
        <tr aria-rowindex={(props.index + 2).to_string()}>
            <td>
                <div class="row">
                    <Monogram
                        glyph={glyph(&member.name)}
                        tint={tint(member.id.as_str())}
                        size={MonogramSize::S24}
                        person=true
                    />
                    <span class="clip" title={member.name.clone()}>{ &member.name }</span>
                </div>
            </td>
            <td class="plan"><div class="clip">{ props.people.plan_of(member).unwrap_or("—") }</div></td>
            <td class="until">{ until(member, &t) }</td>
            <td class="of">
                <div class="row row-4" title={groups.join(t.get("list-comma").as_str())}>
                    { for groups.iter().take(GROUPS_NAMED).map(|group| html! { <Badge text={(*group).to_owned()} /> }) }
                    if groups.len() > GROUPS_NAMED { <Badge text={format!("+{}", groups.len() - GROUPS_NAMED)} /> }
                    if groups.is_empty() { <span class="dim">{ "—" }</span> }
                </div>
            </td>
            <td class="act">
                <div class="row row-4 end">
                    <IconButton icon={IconName::Eye} label={named("view-as-action")} onclick={view} />
                    <IconButton icon={IconName::Edit} label={named("action-edit")} onclick={open(|id| Open::Member(Some(id)))} />
                    <IconButton icon={IconName::Trash} label={named("action-delete")} onclick={open(Open::RemoveMember)} />
                </div>
            </td>
        </tr>
    }
}

/// When the plan ends.
fn until(member: &MemberView, t: &hub_text::Texts) -> Html {
    let Some(until) = member.until else { return html! { <span class="dim">{ "—" }</span> } };
    let day = format::file_date(until, dom::utc_offset_minutes(until));
    if has_expired(member, dom::now()) {
        let text = t.with("members-expired-on", &[("day", day.into())]);
        html! { <Status kind={StatusKind::Warn} {text} /> }
    } else {
        html! { <span class="dim">{ day }</span> }
    }
}
