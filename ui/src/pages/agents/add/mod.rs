//! 添加智能体: choose a connection, say what stands behind the agent, name it. From an account that lists its apps
//! several are added at once.

mod flow;
mod form;
mod pick;
mod source;
mod submit;

use std::rc::Rc;

use hub_contract::agent::{AgentSource, AgentView};
use hub_contract::catalogue;
use hub_contract::command::ListModels;
use hub_contract::connection::ConnectionView;
use hub_contract::id::ConnectionId;
use yew::prelude::*;

use self::flow::Flow;
use self::form::{AddAction, AddForm, Draft};
use self::pick::Pick;
use self::source::{AppFields, PromptFields, act};
use self::submit::use_submit;
use super::basics::{self, GroupField};
use super::grants::Grants;
use super::groups::group_names;
use crate::components::{
    Button, ButtonKind, Choice, Dialog, DialogSize, Empty, ErrorBanner, IconName, NavLink, Select, TextArea, TextField,
};
use crate::route::Route;
use crate::state::{use_connections, use_load, use_texts};

#[derive(Properties, PartialEq)]
pub(super) struct AddDialogProps {
    /// The connection that is chosen already.
    pub connection: Option<ConnectionId>,
    /// The agents that exist.
    pub agents: Vec<AgentView>,
    pub on_added: Callback<()>,
    pub on_close: Callback<()>,
}

#[component]
pub(super) fn AddDialog(props: &AddDialogProps) -> Html {
    let t = use_texts();
    let connections = use_connections();
    let models = use_load::<ListModels>(());
    let form = use_reducer(AddForm::default);
    {
        // The connections may still be on their way when the page opens with one of them chosen.
        let wanted = props.connection.clone().or_else(|| only(connections.all()));
        let wanted = wanted.and_then(|id| connections.find(&id)).map(|one| (one.id.clone(), flow_of(one)));
        let form = form.clone();
        use_effect_with(wanted, move |wanted| {
            if form.chosen.is_none() && wanted.is_some() {
                form.dispatch(AddAction::Choose(wanted.clone()));
            }
        });
    }
    let own_models: Vec<String> = match (&form.chosen, models.state.ready()) {
        (Some((connection, Flow::Prompt)), Some(models)) => {
            let own = models.iter().filter(|model| model.enabled && model.connection == *connection);
            own.map(|model| model.id.0.clone()).collect()
        }
        _ => Vec::new(),
    };
    let submit = use_submit(form.clone(), own_models.first().cloned(), props.on_added.clone(), props.on_close.clone());

    if connections.list.ready().is_some_and(|list| list.is_empty()) {
        return html! { <NoConnection on_close={props.on_close.clone()} /> };
    }
    let picks = form.flow() == Some(Flow::Pick) && !form.naming;
    let next = {
        let form = form.clone();
        Callback::from(move |()| {
            if !form.drafts.is_empty() {
                form.dispatch(AddAction::Naming(true));
            }
        })
    };
    let missing = match form.flow() {
        None => Some(t.get("add-agent-choose-first")),
        Some(Flow::Pick) if form.drafts.is_empty() => Some(t.get("add-agent-pick-first")),
        Some(Flow::Prompt) if own_models.is_empty() => Some(t.get("add-agent-no-models")),
        Some(_) => None,
    };
    let reason = missing.clone().map(AttrValue::from);
    let is_ready = missing.is_none();
    let primary = if picks {
        html! { <Button label={t.with("add-agent-next", &[("n", form.drafts.len().into())])} kind={ButtonKind::Primary} submit=true {reason} /> }
    } else {
        html! {
            <Button
                label={t.with("add-agent-save", &[("n", form.drafts.len().max(1).into())])}
                kind={ButtonKind::Primary}
                submit=true
                {reason}
                busy={form.busy.then(|| AttrValue::from(t.get("add-agent-adding")))}
            />
        }
    };
    let back = (form.flow() == Some(Flow::Pick) && form.naming).then(|| {
        let (dispatch, disabled) = (form.dispatcher(), form.busy);
        let onclick = Callback::from(move |()| dispatch.dispatch(AddAction::Naming(false)));
        html! {
            <Button label={t.get("action-back")} icon={IconName::Left} kind={ButtonKind::Quiet} {disabled} {onclick} />
        }
    });
    html! {
        <Dialog
            title={t.get("agents-add")}
            size={DialogSize::Medium}
            dirty={form.is_dirty()}
            busy={form.busy}
            on_close={props.on_close.clone()}
            on_submit={Some(if !is_ready { Callback::noop() } else if picks { next } else { submit })}
            foot_left={back.unwrap_or_default()}
            {primary}
        >
            if form.flow() == Some(Flow::Pick) { <Stepper naming={form.naming} /> }
            if !form.naming { <ConnectionChoice form={form.clone()} /> }
            { match &form.chosen {
                Some((connection, Flow::Pick)) if !form.naming => html! {
                    <Pick
                        key={connection.as_str()}
                        connection={connection.clone()}
                        form={form.clone()}
                        taken={Rc::new(taken(&props.agents, connection))}
                    />
                },
                Some((_, Flow::App { asks_id })) => html! { <AppFields form={form.clone()} asks_id={*asks_id} /> },
                Some((connection, Flow::Prompt)) => html! {
                    <PromptFields form={form.clone()} connection={connection.clone()} models={own_models} />
                },
                Some((_, Flow::Pick)) | None => html! {},
            } }
            if form.chosen.is_some() && !picks {
                <Basics form={form.clone()} groups={group_names(&props.agents)} />
            }
        </Dialog>
    }
}

#[derive(Properties, PartialEq)]
struct NoConnectionProps {
    on_close: Callback<()>,
}

/// Nothing is connected: the way to the platforms.
#[component]
fn NoConnection(props: &NoConnectionProps) -> Html {
    let t = use_texts();
    html! {
        <Dialog title={t.get("agents-add")} on_close={props.on_close.clone()}>
            <Empty icon={IconName::Platform} title={t.get("chat-no-platform")} about={t.get("agents-empty-connect")}>
                <NavLink to={Route::Platforms} class="btn primary">{ t.get("agents-action-connect") }</NavLink>
            </Empty>
        </Dialog>
    }
}

#[derive(Properties, PartialEq)]
struct StepperProps {
    naming: bool,
}

/// The two steps of picking from an account.
#[component]
fn Stepper(props: &StepperProps) -> Html {
    let t = use_texts();
    let step = |number: usize, label: String, done: bool, now: bool| {
        let class = if done { Some("done") } else { now.then_some("now") };
        html! { <li class={classes!(class)} aria-current={now.then_some("step")}><b>{ number }</b>{ label }</li> }
    };
    html! {
        <ol class="stepper" aria-label={t.get("add-agent-steps")}>
            { step(1, t.get("add-agent-step-pick"), props.naming, !props.naming) }
            { step(2, t.get("add-agent-step-basics"), false, props.naming) }
        </ol>
    }
}

#[derive(Properties, PartialEq)]
struct FormProps {
    form: UseReducerHandle<AddForm>,
}

#[component]
fn ConnectionChoice(props: &FormProps) -> Html {
    let t = use_texts();
    let connections = use_connections();
    let label = |one: &ConnectionView| {
        let platform = catalogue::spec(one.platform).name.get(t.language());
        if one.name == platform { one.name.clone() } else { format!("{platform} · {}", one.name) }
    };
    let mut choices = Vec::new();
    if props.form.chosen.is_none() {
        choices.push(Choice { value: "".into(), label: t.get("add-agent-choose").into() });
    }
    choices.extend(
        connections.all().iter().map(|one| Choice { value: one.id.0.clone().into(), label: label(one).into() }),
    );
    let value = props.form.chosen.as_ref().map(|(id, _)| id.0.clone()).unwrap_or_default();
    let onchange = {
        let (form, connections) = (props.form.clone(), connections.clone());
        Callback::from(move |id: String| {
            let chosen = connections.find(&ConnectionId(id)).map(|one| (one.id.clone(), flow_of(one)));
            form.dispatch(AddAction::Choose(chosen));
        })
    };
    html! { <Select id="agent-connection" label={t.get("add-agent-connection")} {value} {choices} {onchange} /> }
}

#[derive(Properties, PartialEq)]
struct BasicsProps {
    form: UseReducerHandle<AddForm>,
    groups: Vec<String>,
}

/// 填写基础信息: name and description of each, then the group of all and who may use them.
#[component]
fn Basics(props: &BasicsProps) -> Html {
    let t = use_texts();
    let form = &props.form;
    let group_error = form.drafts.iter().find_map(|draft| basics::fault(draft.error.as_ref(), "group", &t));
    let several = form.drafts.len() > 1;
    html! {
        <>
            { for form.drafts.iter().enumerate().map(|(place, draft)| html! {
                <DraftFields key={draft.remote_id.clone()} {place} draft={draft.clone()} {several} form={form.clone()} />
            }) }
            <GroupField
                id="agent-group"
                value={form.group.clone()}
                groups={props.groups.clone()}
                error={group_error}
                oninput={act(form, AddAction::Group)}
            />
            <Grants granted={form.granted.clone()} onchange={act(form, AddAction::Grants)} />
        </>
    }
}

#[derive(Properties, PartialEq)]
struct DraftFieldsProps {
    place: usize,
    draft: Draft,
    /// It is one of several.
    several: bool,
    form: UseReducerHandle<AddForm>,
}

#[component]
fn DraftFields(props: &DraftFieldsProps) -> Html {
    let t = use_texts();
    let (place, draft) = (props.place, &props.draft);
    let needs_name = props.form.flow() == Some(Flow::Prompt);
    let set = |action: fn(usize, String) -> AddAction| {
        let dispatch = props.form.dispatcher();
        Callback::from(move |text: String| dispatch.dispatch(action(place, text)))
    };
    html! {
        <div class={classes!("draft", props.several.then_some("is-one-of-several"))}>
            <TextField
                id={format!("agent-name-{place}")}
                label={t.get("agent-name")}
                value={draft.name.clone()}
                help={(!needs_name).then(|| AttrValue::from(t.get("agent-name-about")))}
                optional={!needs_name}
                max_chars={basics::NAME_MAX}
                error={basics::fault(draft.error.as_ref(), "name", &t)}
                oninput={set(AddAction::Name)}
            />
            <TextArea
                id={format!("agent-description-{place}")}
                label={t.get("agent-description")}
                value={draft.description.clone()}
                optional=true
                short=true
                error={basics::fault(draft.error.as_ref(), "description", &t)}
                oninput={set(AddAction::Description)}
            />
            if let Some(error) = draft.error.as_ref().filter(|error| !basics::is_shown_at_a_field(error)) {
                <ErrorBanner error={error.clone()} />
            }
        </div>
    }
}

fn flow_of(connection: &ConnectionView) -> Flow {
    Flow::of(connection)
}

/// The one connection, where there is no other.
fn only(connections: &[ConnectionView]) -> Option<ConnectionId> {
    match connections {
        [only] => Some(only.id.clone()),
        _ => None,
    }
}

/// The apps of an account that are agents already.
fn taken(agents: &[AgentView], connection: &ConnectionId) -> Vec<String> {
    let ids = agents.iter().filter_map(|agent| match &agent.source {
        Some(AgentSource::Remote { connection: own, remote_id, .. }) if own == connection => remote_id.clone(),
        _ => None,
    });
    ids.collect()
}
