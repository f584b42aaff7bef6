//! The form of a member: name, plan with its end, user groups.

use hub_contract::command::{AddMember, EditMember};
use hub_contract::id::{GroupId, PlanId};
use hub_contract::people::{AddMemberRequest, EditMemberRequest, MemberView};
use hub_contract::{HubError, UtcMs};
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use super::named::Kind;
use super::names;
use super::people::People;
use crate::components::{Button, ButtonKind, Choice, Dialog, ErrorBanner, Select, TextField, Tick, TickList};
use crate::pages::agents::field_fault;
use crate::state::{Toast, use_texts, use_toasts};
use crate::{dom, format, ipc};

/// What the form holds.
#[derive(Debug, Clone, Default, PartialEq)]
struct MemberForm {
    name: String,
    /// The plan's id; empty is none.
    plan: String,
    /// The last day of the plan, as typed; empty is none.
    until: String,
    groups: Vec<String>,
}

impl MemberForm {
    fn of(member: &MemberView, offset_minutes: impl Fn(UtcMs) -> i32) -> Self {
        let day = |until: UtcMs| format::file_date(until, offset_minutes(until));
        Self {
            name: member.name.clone(),
            plan: member.plan.as_ref().map(|plan| plan.0.clone()).unwrap_or_default(),
            until: member.until.map(day).unwrap_or_default(),
            groups: member.groups.iter().map(|group| group.0.clone()).collect(),
        }
    }

    /// Whether the day was left empty or is one. Without a plan there is nothing that ends.
    fn has_good_day(&self, offset_minutes: impl Fn(UtcMs) -> i32) -> bool {
        self.until.trim().is_empty()
            || self.plan.is_empty()
            || format::end_of_day(&self.until, offset_minutes).is_some()
    }

    /// The member as the form says. A day that was not changed keeps its moment.
    fn request(&self, before: Option<&MemberView>, offset_minutes: impl Fn(UtcMs) -> i32) -> AddMemberRequest {
        let plan = Some(PlanId(self.plan.clone())).filter(|plan| !plan.0.is_empty());
        let kept = before.filter(|before| Self::of(before, &offset_minutes).until == self.until);
        let until = kept.map_or_else(|| format::end_of_day(&self.until, &offset_minutes), |before| before.until);
        let until = until.filter(|_| plan.is_some());
        AddMemberRequest {
            name: self.name.clone(),
            plan,
            until,
            groups: self.groups.iter().cloned().map(GroupId).collect(),
        }
    }
}

#[derive(Properties, PartialEq)]
pub(super) struct MemberDialogProps {
    pub people: People,
    /// The one to change; absent adds a new one.
    #[prop_or_default]
    pub member: Option<MemberView>,
    pub on_changed: Callback<()>,
    pub on_close: Callback<()>,
}

#[component]
pub(super) fn MemberDialog(props: &MemberDialogProps) -> Html {
    let t = use_texts();
    let before =
        props.member.as_ref().map(|member| MemberForm::of(member, dom::utc_offset_minutes)).unwrap_or_default();
    let form = {
        let before = before.clone();
        use_state_eq(move || before)
    };
    let tried = use_state_eq(|| false);
    let own = props.member.as_ref().map(|member| &member.id);
    let others = props.people.members.iter().filter(|one| Some(&one.id) != own);
    let name_fault = names::fault(&form.name, others.map(|one| one.name.as_str()));
    let has_good_day = form.has_good_day(dom::utc_offset_minutes);
    let is_good = name_fault.is_none() && has_good_day;
    let saving = use_save(
        own.cloned(),
        form.request(props.member.as_ref(), dom::utc_offset_minutes),
        props.on_changed.clone(),
        props.on_close.clone(),
    );
    let submit = {
        let (tried, save) = (tried.clone(), saving.save.clone());
        Callback::from(move |()| {
            tried.set(true);
            if is_good {
                save.emit(());
            }
        })
    };
    let name_typed = form.name != before.name || *tried;
    let shown = names::shown(saving.refused.as_ref(), name_fault, name_typed);
    let until_error = (!has_good_day && *tried).then(|| AttrValue::from(t.get("member-until-fault")));
    let change = |apply: fn(&mut MemberForm, String)| {
        let (form, forget) = (form.clone(), saving.forget.clone());
        Callback::from(move |text: String| {
            let mut changed = (*form).clone();
            apply(&mut changed, text);
            form.set(changed);
            forget.emit(());
        })
    };
    let set_groups = {
        let form = form.clone();
        Callback::from(move |groups| form.set(MemberForm { groups, ..(*form).clone() }))
    };
    let no_plan = Choice { value: "".into(), label: t.get("member-no-plan").into() };
    let plans = props.people.all(Kind::Plan).iter();
    let plans = plans.map(|plan| Choice { value: plan.id.clone().into(), label: plan.name.clone().into() });
    let groups = props.people.all(Kind::Group).iter().map(|group| Tick {
        id: group.id.clone(),
        label: group.name.clone().into(),
        about: t.with("people-count", &[("n", group.members.into())]).into(),
    });
    let (title, label) = match &props.member {
        None => (t.get("members-add"), t.get("members-add")),
        Some(member) => (t.with("agent-edit-title", &[("name", member.name.as_str().into())]), t.get("action-save")),
    };
    html! {
        <Dialog
            {title}
            dirty={*form != before}
            busy={saving.busy}
            on_close={props.on_close.clone()}
            on_submit={Some(submit)}
            primary={html! {
                <Button
                    {label}
                    kind={ButtonKind::Primary}
                    submit=true
                    busy={saving.busy.then(|| AttrValue::from(t.get("saving")))}
                />
            }}
        >
            <TextField
                id="member-name"
                label={t.get("agent-name")}
                value={form.name.clone()}
                autofocus=true
                error={field_fault(shown.as_ref(), "name", &t)}
                oninput={change(|form, text| form.name = text)}
            />
            <Select
                id="member-plan"
                label={t.get("members-column-plan")}
                value={form.plan.clone()}
                choices={std::iter::once(no_plan).chain(plans).collect::<Vec<_>>()}
                onchange={change(|form, id| form.plan = id)}
            />
            if !form.plan.is_empty() {
                <TextField
                    id="member-until"
                    label={t.get("member-until")}
                    value={form.until.clone()}
                    placeholder={t.get("member-until-example")}
                    help={Some(AttrValue::from(t.get("member-until-about")))}
                    error={until_error}
                    optional=true
                    oninput={change(|form, text| form.until = text)}
                />
            }
            <TickList
                label={t.get("members-column-groups")}
                ticks={groups.collect::<Vec<_>>()}
                ticked={form.groups.clone()}
                empty={t.get("member-no-groups")}
                onchange={set_groups}
            />
            if let Some(error) = saving.refused.as_ref().filter(|error| error.detail.field.as_deref() != Some("name")) {
                <ErrorBanner error={error.clone()} />
            }
        </Dialog>
    }
}

/// How saving stands.
struct Saving {
    busy: bool,
    /// Why the core refused it.
    refused: Option<HubError>,
    save: Callback<()>,
    /// Forgets the refusal, because something else was typed.
    forget: Callback<()>,
}

#[hook]
fn use_save(
    id: Option<hub_contract::id::MemberId>,
    member: AddMemberRequest,
    on_changed: Callback<()>,
    on_close: Callback<()>,
) -> Saving {
    let t = use_texts();
    let toasts = use_toasts();
    let busy = use_state_eq(|| false);
    let refused = use_state(|| None::<HubError>);
    let forget = {
        let refused = refused.clone();
        Callback::from(move |()| refused.set(None))
    };
    let save = {
        let (busy, refused) = (busy.clone(), refused.clone());
        Callback::from(move |()| {
            if *busy {
                return;
            }
            let (busy, refused, toasts, t) = (busy.clone(), refused.clone(), toasts.clone(), t.clone());
            let (on_changed, on_close, id, member) = (on_changed.clone(), on_close.clone(), id.clone(), member.clone());
            busy.set(true);
            spawn_local(async move {
                let reply = match id {
                    None => ipc::call::<AddMember>(member).await,
                    Some(id) => ipc::call::<EditMember>(EditMemberRequest { id, member }).await,
                };
                busy.set(false);
                match reply {
                    Ok(saved) => {
                        on_close.emit(());
                        on_changed.emit(());
                        toasts.show(Toast::done(t.with("agent-saved", &[("name", saved.name.into())])));
                    }
                    Err(error) => refused.set(Some(error)),
                }
            });
        })
    };
    Saving { busy: *busy, refused: (*refused).clone(), save, forget }
}

#[cfg(test)]
mod tests {
    use super::*;

    const UTC: fn(UtcMs) -> i32 = |_| 0;

    #[test]
    fn a_day_needs_a_plan_and_has_to_be_one() {
        let form = MemberForm { plan: "p".into(), until: "2026-13-01".into(), ..MemberForm::default() };
        assert!(!form.has_good_day(UTC));
        let without_plan = MemberForm { plan: String::new(), ..form.clone() };
        assert!(without_plan.has_good_day(UTC), "the field is not shown then");
        assert_eq!((without_plan.request(None, UTC).plan, without_plan.request(None, UTC).until), (None, None));
        let good = MemberForm { until: " 1970-01-01 ".into(), ..form.clone() };
        assert_eq!(good.request(None, UTC).until, Some(86_399_999), "its last moment");
        let open = MemberForm { until: " ".into(), ..form };
        assert!(open.has_good_day(UTC) && open.request(None, UTC).until.is_none());
    }

    #[test]
    fn an_unchanged_day_keeps_its_moment() {
        let noon = 43_200_000;
        let member = MemberView {
            id: "m".into(),
            name: "陈晓".into(),
            plan: Some("p".into()),
            until: Some(noon),
            groups: Vec::new(),
        };
        let form = MemberForm { name: "陈小晓".into(), ..MemberForm::of(&member, UTC) };
        assert_eq!(form.request(Some(&member), UTC).until, Some(noon));
        let moved = MemberForm { until: "1970-01-02".into(), ..form };
        assert_eq!(moved.request(Some(&member), UTC).until, Some(2 * 86_400_000 - 1));
    }
}
