//! The chat page: the list at the left, the conversation in the middle, details at the right.

mod answer;
mod attach;
mod attached;
mod candidates;
mod compare;
mod composer;
mod conversations;
mod days;
mod details;
mod draft;
mod export;
mod history;
mod inputs;
mod keys;
mod list;
mod look;
mod mention;
mod menu;
mod mounted;
mod mounting;
mod other_words;
mod past_runs;
mod paste;
mod people;
mod picker;
mod question;
mod reading;
mod scroll;
mod session;
mod several;
mod start;
mod task;
mod text_area;
mod thread;
mod viewport;

use std::rc::Rc;

use hub_contract::agent::{Access, AgentSource, AgentView};
use hub_contract::conversation::{ConversationView, MessageState, Target};
use hub_contract::id::{ConversationId, MessageId};
use hub_contract::platform::ConnectedAs;
use hub_contract::run::FinishReason;
use hub_contract::{PlatformId, catalogue};
use serde::{Deserialize, Serialize};
use yew::prelude::*;
use yew_router::prelude::*;

pub(crate) use self::attach::{Attached, files_of, read as read_file};
pub(crate) use self::candidates::{Candidate, candidates};
pub(crate) use self::compare::ComparePage;
pub(crate) use self::look::{TargetMark, clock, glyph, tint};

use self::answer::{AnswerActions, Rating, Speaker};
use self::candidates::{model_of, takes_images};
use self::composer::Composer;
use self::conversations::use_conversations;
use self::days::{Day, use_days};
use self::details::Details;
use self::inputs::{InputLabels, Inputs, Place, StartInputs, WorkflowComposer, use_inputs};
use self::list::ChatList;
use self::past_runs::PastRunsDrawer;
use self::people::use_people;
use self::picker::Picker;
use self::session::{Question, Session, use_session};
use self::several::{OthersInHead, Several, use_several};
use self::start::{NewConversation, Nobody};
use self::thread::{Goal, ThreadView};
use crate::components::{
    Badge, Banner, Button, ButtonKind, ButtonSize, Empty, ErrorBanner, Icon, IconButton, IconName, MonogramSize,
    NavLink, Skeleton, SkeletonShape,
};
use crate::dom;
use crate::route::Route;
use crate::state::chat::{Phase, last_answer, phase};
use crate::state::{Loadable, use_connections, use_prefs, use_texts, use_viewing};

/// What stands behind the question mark of a conversation's path.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct ConversationQuery {
    /// A message to show and mark.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) message: Option<String>,
}

#[derive(Properties, PartialEq)]
pub struct ChatPageProps {
    /// Its id; absent for a new one.
    pub conversation: Option<String>,
}

#[component]
pub fn ChatPage(props: &ChatPageProps) -> Html {
    let t = use_texts();
    let prefs = use_prefs();
    let connections = use_connections();
    let viewing = use_viewing();
    let people = use_people();
    let conversations = use_conversations();
    let found = use_location()
        .and_then(|location| location.query::<ConversationQuery>().ok())
        .and_then(|query| query.message)
        .map(MessageId);

    let candidates = &people.candidates;
    let last = prefs.preferences().last_target.as_ref();
    let preferred =
        last.and_then(|target| candidates.iter().find(|one| one.target == *target)).or(candidates.first()).cloned();

    let session = use_session(
        props.conversation.clone().map(ConversationId),
        found.clone(),
        preferred.as_ref().map(|one| one.target.clone()),
        conversations.put.clone(),
    );
    let target = session.thread.as_ref().map(|thread| thread.conversation.target.clone());
    let asked_now = target.clone().or_else(|| preferred.as_ref().map(|one| one.target.clone()));
    let agent = people.agents.iter().find(|agent| Some(Target::Agent { agent: agent.id.clone() }) == asked_now);
    let (inputs, session) = use_inputs(session, agent);
    let is_open = props.conversation.is_none() && inputs.place == Place::Nowhere;
    let (several, session) = use_several(session, preferred.as_ref(), candidates, is_open, conversations.put.clone());
    let platform = session.thread.as_ref().and_then(|thread| thread.conversation.platform);
    let rating = use_rating(platform);
    let drawer = use_state(|| None::<InDrawer>);
    let show_details = {
        let drawer = drawer.setter();
        use_callback((), move |id: MessageId, ()| drawer.set(Some(InDrawer::Details(id))))
    };
    let close_drawer = {
        let drawer = drawer.setter();
        use_callback((), move |(), ()| drawer.set(None))
    };
    let newest = session.thread.as_ref().and_then(last_answer).map(|answer| answer.id.clone());
    let toggle_details = {
        let (drawer, newest) = (drawer.clone(), newest.clone());
        Callback::from(move |()| {
            let is_open = matches!(*drawer, Some(InDrawer::Details(_)));
            drawer.set(newest.clone().filter(|_| !is_open).map(InDrawer::Details));
        })
    };
    let toggle_runs = {
        let drawer = drawer.clone();
        Callback::from(move |()| {
            drawer.set((*drawer != Some(InDrawer::PastRuns)).then_some(InDrawer::PastRuns));
        })
    };
    // Who is asked by a form has runs. Another conversation may be with somebody who has none.
    let has_runs = |agent: &&AgentView| {
        let by_form = agent.source.as_ref().is_some_and(AgentSource::is_workflow) || !agent.inputs.is_empty();
        by_form && agent.access == Access::Allowed && several.count() < 2
    };
    let of_runs = agent.filter(has_runs).map(|agent| agent.id.clone());
    let open_drawer = drawer.as_ref().filter(|open| **open != InDrawer::PastRuns || of_runs.is_some());
    let ask_text = use_callback(session.ask.clone(), |text: String, ask: &Callback<Question>| {
        ask.emit(Question { text, ..Question::default() });
    });
    let actions = AnswerActions {
        regenerate: session.regenerate.clone(),
        edit: session.edit.clone(),
        branch: session.branch.clone(),
        show_version: session.show_version.clone(),
        details: show_details,
        ask: ask_text.clone(),
        reply: session.ask.clone(),
        rating,
        edit_connection: use_edit_connection(target.as_ref()),
        can_ask: session.thread.as_ref().is_some_and(|thread| thread.conversation.usable && thread.run.is_none()),
        can_edit: session.thread.as_ref().is_some_and(|thread| thread.conversation.usable),
    };
    let pick = use_callback(prefs.clone(), |target: Target, prefs| {
        prefs.change(move |preferences| preferences.last_target = Some(target));
    });

    let speaker = session.thread.as_ref().map(|thread| Speaker {
        name: thread.conversation.target_name.clone().into(),
        platform: thread.conversation.platform,
        target: thread.conversation.target.clone(),
    });
    // Another conversation or branch has another answer to tell about.
    let detailed = session
        .thread
        .as_ref()
        .zip(open_drawer)
        .and_then(|(thread, open)| thread.find(open.message()?).or_else(|| last_answer(thread)));
    let days = use_days(session.thread.as_ref());
    let goal = use_state_eq(|| None::<Goal>);
    let on_go = {
        let goal = goal.clone();
        Callback::from(move |message: Option<MessageId>| {
            let number = goal.as_ref().map_or(0, |goal| goal.number + 1);
            goal.set(Some(Goal { message, number }));
        })
    };
    let nobody = candidates.is_empty() && !people.loading;
    let head = html! {
        <Head
            conversation={session.thread.as_ref().map(|thread| thread.conversation.clone())}
            new={props.conversation.is_none()}
            candidates={candidates.clone()}
            chosen={preferred.clone()}
            several={several.clone()}
            on_pick={pick.clone()}
            details_open={open_drawer.is_some_and(|open| open.message().is_some())}
            {toggle_details}
            toggle_runs={of_runs.is_some().then_some(toggle_runs)}
            runs_open={open_drawer == Some(&InDrawer::PastRuns)}
            days={days.clone()}
            {on_go}
        />
    };
    let middle = match (&session.thread, &session.opening) {
        (Some(thread), _) => html! {
            <ThreadView
                key={format!("{}-{}", thread.conversation.id, session.generation)}
                thread={thread.clone()}
                speaker={speaker.clone().unwrap_or_else(|| speaker_of(preferred.as_ref()))}
                {actions}
                found={found.clone()}
                {days}
                goal={(*goal).clone()}
            />
        },
        (None, Loadable::Failed(error)) => html! {
            <div
                class="view-frame"
            >
                <div class="thread"><ErrorBanner error={error.clone()} on_retry={session.reopen.clone()} /></div>
            </div>
        },
        (None, _) if props.conversation.is_some() => html! {
            <div class="view-frame"><div class="thread"><Skeleton shape={SkeletonShape::Lines} /></div></div>
        },
        (None, _) => match &preferred {
            Some(one) if several.count() > 1 => several::start(&t, one, &several),
            Some(one) => {
                let opening = agent.map(|agent| agent.opening.clone()).filter(|opening| !opening.is_empty());
                let about_run = (inputs.place == Place::Composer).then(|| t.get("inputs-about"));
                let opening = opening.or(about_run).unwrap_or_default();
                html! {
                    <NewConversation
                        name={one.name.clone()}
                        platform={one.platform}
                        target={one.target.clone()}
                        model={model_of(&people.models, &one.target).cloned().map(Rc::new)}
                        {opening}
                        suggestions={agent.map(|agent| agent.suggestions.clone()).unwrap_or_default()}
                        ask={ask_text}
                    >
                        <StartInputs inputs={inputs.clone()} />
                    </NewConversation>
                }
            }
            None if people.error.is_some() => html! {
                <div class="view-frame"><div class="thread">
                    if let Some(error) = &people.error {
                        <ErrorBanner error={error.clone()} on_retry={people.reload.clone()} />
                    }
                </div></div>
            },
            None if nobody && viewing.whom().is_some() => html! {
                <div class="start">
                    <Empty icon={IconName::Lock} title={t.get("view-as-none")} about={t.get("view-as-none-about")} />
                </div>
            },
            None if nobody => {
                html! { <Nobody connected={!connections.all().is_empty()} /> }
            }
            None => html! { <div class="start"></div> },
        },
    };
    let side = match (open_drawer, of_runs) {
        (Some(InDrawer::Details(_)), _) => html! {
            <Details
                message={detailed.cloned()}
                growing={detailed.zip(session.thread.as_ref()).is_some_and(|(message, thread)| thread.run_of(&message.id).is_some())}
                speaker={speaker.clone().unwrap_or_else(|| speaker_of(preferred.as_ref()))}
                on_close={close_drawer}
            />
        },
        (Some(InDrawer::PastRuns), Some(agent)) => {
            let is_running = session.thread.as_ref().is_some_and(|thread| thread.run.is_some());
            html! {
                <PastRunsDrawer
                    key={agent.0.clone()}
                    agent={agent.clone()}
                    inputs={inputs.clone()}
                    newest={newest.map(|answer| (answer, is_running))}
                    on_close={close_drawer}
                />
            }
        }
        _ => html! {},
    };
    let can_see = |target: &Target| takes_images(target, &people.agents, &people.models);
    let images = asked_now.as_ref().is_some_and(can_see) && several.others().all(can_see);
    let several_name = (several.count() > 1).then(|| t.with("several-all", &[("n", several.count().into())]));
    let name = several_name.map(AttrValue::from);
    let name = name
        .or_else(|| speaker.as_ref().map(|speaker| speaker.name.clone()))
        .or_else(|| preferred.as_ref().map(|one| one.name.clone()));
    let also = several.can_add().then(|| several.add.clone());
    let mentioned = Mentioned { candidates: candidates.clone(), pick, also };
    html! {
        <ContextProvider<InputLabels> context={InputLabels(inputs.state.fields.clone())}>
            <ChatList
                agents={people.agents.clone()}
                models={people.open_models.clone()}
                conversations={conversations.clone()}
                shown={props.conversation.clone().map(ConversationId)}
                target={asked_now}
                changed={session.edited.clone()}
            />
            <div class={classes!("chat-frame", open_drawer.is_some().then_some("with-drawer"))}>
                <main class="main chat" tabindex="-1" data-region="main">
                    { head }
                    { middle }
                    { foot(&session, props.conversation.is_some(), nobody, images, name, &inputs, mentioned) }
                    <Announcer session={session.clone()} />
                </main>
                { side }
            </div>
        </ContextProvider<InputLabels>>
    }
}

/// What the drawer shows.
#[derive(Clone, PartialEq)]
enum InDrawer {
    /// The details of an answer.
    Details(MessageId),
    /// What was run earlier with the agent.
    PastRuns,
}

impl InDrawer {
    fn message(&self) -> Option<&MessageId> {
        match self {
            Self::Details(message) => Some(message),
            Self::PastRuns => None,
        }
    }
}

/// Whether answers of that platform can be rated: agent platforms are asked until one says that it takes no opinion.
#[hook]
fn use_rating(platform: Option<PlatformId>) -> Rating {
    let without = use_state_eq(Vec::<PlatformId>::new);
    let offered = platform.is_some_and(|platform| {
        catalogue::spec(platform).connected_as != ConnectedAs::Models && !without.contains(&platform)
    });
    let refused = use_callback((platform, without), |(), (platform, without)| {
        without.set(without.iter().copied().chain(*platform).collect());
    });
    Rating { offered, refused }
}

/// Who can be asked with `@`, and what happens then.
#[derive(Clone, PartialEq)]
struct Mentioned {
    candidates: Rc<[Candidate]>,
    pick: Callback<Target>,
    also: Option<Callback<Target>>,
}

/// The composer or a workflow's form, or why there is none.
fn foot(
    session: &Session,
    wants_conversation: bool,
    nobody: bool,
    images: bool,
    name: Option<AttrValue>,
    inputs: &Inputs,
    mentioned: Mentioned,
) -> Html {
    let thread = session.thread.as_ref();
    if wants_conversation && thread.is_none() || !wants_conversation && nobody {
        return html! {};
    }
    if let Some(thread) = thread.filter(|thread| !thread.conversation.usable) {
        return html! { <Unusable name={thread.conversation.target_name.clone()} /> };
    }
    let run = thread.and_then(|thread| thread.run.as_ref());
    if inputs.place == Place::Composer {
        return html! {
            <WorkflowComposer
                key={session.generation.to_string()}
                inputs={inputs.clone()}
                name={name.unwrap_or_default()}
                running={run.is_some()}
                stopping={run.is_some_and(|run| run.stopping)}
                problem={session.problem.clone()}
                on_ask={session.ask.clone()}
                on_stop={session.stop.clone()}
            />
        };
    }
    html! {
        <ComposerFor
            key={session.generation.to_string()}
            session={session.clone()}
            {images}
            {name}
            {mentioned}
            running={run.is_some()}
            stopping={run.is_some_and(|run| run.stopping)}
        />
    }
}

#[derive(Properties, PartialEq)]
struct ComposerForProps {
    session: Session,
    images: bool,
    name: Option<AttrValue>,
    mentioned: Mentioned,
    running: bool,
    stopping: bool,
}

#[component]
fn ComposerFor(props: &ComposerForProps) -> Html {
    let t = use_texts();
    let session = &props.session;
    let placeholder = match &props.name {
        Some(name) => t.with("chat-message-to", &[("name", name.as_str().into())]),
        None => t.get("chat-message"),
    };
    html! {
        <Composer
            conversation={session.thread.as_ref().map(|thread| thread.conversation.id.clone())}
            begun={session.begun.clone()}
            candidates={props.mentioned.candidates.clone()}
            on_target={props.mentioned.pick.clone()}
            on_also={props.mentioned.also.clone()}
            on_begin={session.begin.clone()}
            {placeholder}
            images={props.images}
            running={props.running}
            stopping={props.stopping}
            disabled={props.name.is_none()}
            problem={session.problem.clone()}
            messages={session.messages.clone()}
            on_ask={session.ask.clone()}
            on_stop={session.stop.clone()}
        />
    }
}

#[derive(Properties, PartialEq)]
struct UnusableProps {
    name: AttrValue,
}

/// The agent or model is gone: it can be read but not continued.
#[component]
fn Unusable(props: &UnusableProps) -> Html {
    let t = use_texts();
    let navigator = use_navigator();
    let begin = Callback::from(move |()| {
        if let Some(navigator) = &navigator {
            navigator.push(&Route::Chat);
        }
    });
    html! {
        <div class="compose-wrap">
            <div class="compose-problem">
                <Banner
                    title={t.with("chat-unusable", &[("name", props.name.as_str().into())])}
                    advice={t.get("chat-unusable-advice")}
                >
                    <div
                        class="acts"
                    >
                        <Button label={t.get("chat-new")} icon={IconName::Edit} size={ButtonSize::Small} onclick={begin} />
                    </div>
                </Banner>
            </div>
        </div>
    }
}

#[derive(Properties, PartialEq)]
struct HeadProps {
    conversation: Option<ConversationView>,
    /// No conversation is asked for.
    new: bool,
    candidates: Rc<[Candidate]>,
    chosen: Option<Candidate>,
    several: Several,
    on_pick: Callback<Target>,
    details_open: bool,
    toggle_details: Callback<()>,
    /// Absent for those who are not asked by a form.
    toggle_runs: Option<Callback<()>>,
    runs_open: bool,
    days: Rc<Vec<Day>>,
    on_go: Callback<Option<MessageId>>,
}

#[component]
fn Head(props: &HeadProps) -> Html {
    let t = use_texts();
    let runs = props.toggle_runs.clone().map(|onclick| {
        html! {
            <Button
                label={t.get("runs-title")}
                icon={IconName::Clock}
                kind={ButtonKind::Quiet}
                size={ButtonSize::Small}
                pressed={props.runs_open}
                {onclick}
            />
        }
    });
    let content = match &props.conversation {
        Some(one) => html! {
            <>
                <TargetMark
                    name={one.target_name.clone()}
                    platform={one.platform}
                    target={one.target.clone()}
                    size={MonogramSize::S24}
                />
                <h1 class="clip" title={one.title.clone()}>{ &one.title }</h1>
                <Badge text={one.target_name.clone()} />
                <span class="grow"></span>
                if let Some(comparison) = &one.comparison {
                    <NavLink
                        class="ib"
                        to={Route::Comparison { comparison: comparison.0.clone() }}
                        title={t.get("compare-show")}
                    >
                        <Icon name={IconName::Columns} />
                        <span class="vh">{ t.get("compare-show") }</span>
                    </NavLink>
                }
                { runs }
                { days::menu(&props.days, dom::now(), &t, &props.on_go) }
                <IconButton
                    icon={IconName::Drawer}
                    label={t.get("chat-details-panel")}
                    pressed={props.details_open}
                    onclick={props.toggle_details.clone()}
                />
            </>
        },
        None if props.new && !props.candidates.is_empty() => html! {
            <>
                <h1 class="vh">{ t.get("chat-new") }</h1>
                <Picker
                    candidates={props.candidates.clone()}
                    chosen={props.chosen.clone()}
                    onchange={props.on_pick.clone()}
                />
                <OthersInHead several={props.several.clone()} />
                <span class="grow"></span>
                { runs }
            </>
        },
        None => html! { <h1>{ if props.new { t.get("chat-new") } else { String::new() } }</h1> },
    };
    html! { <header class="head">{ content }</header> }
}

#[derive(Properties, PartialEq)]
struct AnnouncerProps {
    session: Session,
}

/// Says to a screen reader when an answer begins and how it ended; never the text while it grows.
#[component]
fn Announcer(props: &AnnouncerProps) -> Html {
    let t = use_texts();
    let thread = props.session.thread.as_ref();
    let now = thread.and_then(|thread| {
        let answer = last_answer(thread)?;
        Some((answer.clone(), phase(answer, thread.run_of(&answer.id).is_some())))
    });
    // What ended before the page was opened is not news.
    let heard = use_mut_ref(|| None::<MessageId>);
    let words = match now {
        Some((answer, Phase::Waiting | Phase::Reasoning)) => {
            *heard.borrow_mut() = Some(answer.id.clone());
            t.get("say-thinking")
        }
        Some((answer, Phase::Answering)) => {
            *heard.borrow_mut() = Some(answer.id.clone());
            t.get("say-answering")
        }
        Some((answer, _)) if heard.borrow().as_ref() == Some(&answer.id) => match &answer.state {
            MessageState::Failed { error } => t.with("chat-failed", &[("what", t.error(error).title.into())]),
            MessageState::Cancelled { .. } => t.get("state-stopped"),
            MessageState::Truncated { .. } | MessageState::Streaming => t.get("chat-interrupted"),
            MessageState::Finished { reason: FinishReason::NeedsInput } => t.get("chat-needs-input"),
            MessageState::Finished { .. } => t.with("say-finished", &[("n", answer.text.chars().count().into())]),
        },
        _ => String::new(),
    };
    html! { <div class="vh" role="status" aria-live="polite">{ words }</div> }
}

/// Goes to where the connection behind a conversation can be changed.
#[hook]
fn use_edit_connection(target: Option<&Target>) -> Option<Callback<()>> {
    let navigator = use_navigator();
    let connection = match target {
        Some(Target::Model { connection, .. }) => Some(connection.clone()),
        Some(Target::Agent { .. }) | None => None,
    };
    let go = use_callback((navigator, connection.clone()), |(), (navigator, connection)| {
        if let (Some(navigator), Some(connection)) = (navigator, connection) {
            navigator.push(&Route::ModelsOf { connection: connection.0.clone() });
        }
    });
    connection.map(|_| go)
}

fn speaker_of(one: Option<&Candidate>) -> Speaker {
    match one {
        Some(one) => Speaker { name: one.name.clone(), platform: one.platform, target: one.target.clone() },
        None => Speaker {
            name: AttrValue::default(),
            platform: None,
            target: Target::Model { connection: "".into(), model: "".into() },
        },
    }
}
