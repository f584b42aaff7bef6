//! What a page does with the conversation on the screen: open it, ask, follow the run, stop it, ask again.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use gloo_timers::callback::Timeout;
use hub_contract::HubError;
use hub_contract::command::{BranchConversation, ChooseBranch, EditQuestion, Regenerate, Send, StopRun};
use hub_contract::conversation::{
    AttachmentInput, ConversationView, EditQuestionRequest, MessageState, MessageView, RegenerateRequest, SendRequest,
    Sent, Target,
};
use hub_contract::id::{ConversationId, MessageId};
use hub_contract::run::{ActiveRun, RunFrame, StopRunRequest};
use serde_json::Value;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;
use yew_router::prelude::*;

use super::answer::keep_focus_on_versions;
use super::attach::Attached;
use super::reading::{read_above, show, show_end};
use super::task::Task;
use crate::route::Route;
use crate::state::Loadable;
use crate::state::chat::{ChatAction, ChatState, SharedMessage, Thread};
use crate::{dom, ipc};

/// Frames are drawn together, at most this often, in milliseconds. A timer and not an animation frame: a hidden window
/// has no animation frames, and an answer must end there too.
const DRAW_EVERY: u32 = 16;

/// A question as the composer or a form hands it over.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Question {
    pub(super) text: String,
    pub(super) attachments: Vec<AttachmentInput>,
    /// The input variables of an app.
    pub(super) inputs: BTreeMap<String, Value>,
    /// The answer to what the platform waits for, by field.
    pub(super) answer: BTreeMap<String, Value>,
    /// Told whether it was stored. Until then the composer keeps the text.
    pub(super) done: Callback<bool>,
}

/// An earlier question in other words.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct OtherWords {
    pub(super) question: MessageId,
    pub(super) text: String,
    /// Told whether it was stored. Until then the field keeps the text.
    pub(super) done: Callback<bool>,
}

/// A question that was begun and not asked yet.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Begun {
    pub(super) text: AttrValue,
    pub(super) files: Vec<Rc<Attached>>,
}

/// The conversation on the screen, and what can be done with it.
#[derive(Clone, PartialEq)]
pub(super) struct Session {
    pub(super) thread: Option<Thread>,
    /// How opening the conversation of the path went.
    pub(super) opening: Loadable<()>,
    /// Counts what was opened; a question that begins a conversation does not count.
    pub(super) generation: u32,
    /// What the person had begun to write when it was opened.
    pub(super) begun: Begun,
    /// Why the last question or stop did not work.
    pub(super) problem: Option<HubError>,
    /// The messages of this moment, as far as they were read.
    pub(super) messages: Callback<(), Vec<SharedMessage>>,
    pub(super) ask: Callback<Question>,
    /// Takes over a question that was asked elsewhere, and follows its run.
    pub(super) sent: Callback<Sent>,
    pub(super) regenerate: Callback<MessageId>,
    pub(super) edit: Callback<OtherWords>,
    /// Shows the branch that passes through a message, now and whenever the conversation is opened.
    pub(super) show_version: Callback<MessageId>,
    /// Begins a conversation with what was said up to an answer.
    pub(super) branch: Callback<MessageId>,
    /// Goes to a new conversation with a question that was begun in this one.
    pub(super) begin: Callback<Begun>,
    pub(super) stop: Callback<()>,
    pub(super) reopen: Callback<()>,
    pub(super) edited: Callback<ConversationView>,
}

#[derive(Clone, PartialEq, Default)]
struct Opened {
    state: Loadable<()>,
    generation: u32,
    begun: Begun,
}

/// Which branch of a conversation is opened.
#[derive(Clone, PartialEq)]
enum Through {
    /// The one that was written or chosen last.
    Shown,
    /// The one through a message, for this time.
    Found(MessageId),
    /// The one through a message, from now on. The page stays where it is.
    Chosen(MessageId),
}

/// What callbacks need to know of the moment they are called in.
#[derive(Default)]
struct Now {
    thread: Option<Thread>,
    target: Option<Target>,
    generation: u32,
    /// For the new conversation that is opened next.
    begun: Begun,
}

/// The conversation of the path. `target` is whom a new one is held with; `changed` hears of every changed one.
#[hook]
pub(super) fn use_session(
    conversation: Option<ConversationId>,
    through: Option<MessageId>,
    target: Option<Target>,
    changed: Callback<ConversationView>,
) -> Session {
    let state = use_reducer(ChatState::default);
    let opened = use_state(Opened::default);
    let problem = use_state(|| None::<HubError>);
    let navigator = use_navigator();
    let follower = {
        let (dispatch, changed) = (state.dispatcher(), changed.clone());
        use_mut_ref(move || Follower { dispatch, changed, task: None })
    };
    // Reads what stands above the end.
    let reader = use_mut_ref(|| None::<Task>);
    let now = use_mut_ref(Now::default);
    {
        let mut now = now.borrow_mut();
        now.thread = state.thread.clone();
        now.target = target;
    }

    let open = {
        let (state, opened, now, follower, problem) =
            (state.dispatcher(), opened.setter(), now.clone(), follower.clone(), problem.setter());
        let reader = reader.clone();
        use_callback((), move |(id, through): (Option<ConversationId>, Through), ()| {
            problem.set(None);
            let generation = {
                let mut now = now.borrow_mut();
                now.generation += 1;
                now.generation
            };
            let Some(id) = id else {
                follower.borrow_mut().task = None;
                *reader.borrow_mut() = None;
                state.dispatch(ChatAction::Close);
                let begun = std::mem::take(&mut now.borrow_mut().begun);
                opened.set(Opened { state: Loadable::Ready(()), generation, begun });
                return;
            };
            let (state, opened, now, follower, problem) =
                (state.clone(), opened.clone(), now.clone(), follower.clone(), problem.clone());
            let reader = reader.clone();
            spawn_local(async move {
                let chosen = match &through {
                    Through::Chosen(message) => Some((message.clone(), keep_focus_on_versions())),
                    _ => None,
                };
                let reply = match through {
                    Through::Chosen(message) => ipc::call::<ChooseBranch>(message).await,
                    Through::Found(message) => show(id, message).await,
                    Through::Shown => show_end(id, None).await,
                };
                if now.borrow().generation != generation {
                    return;
                }
                match reply {
                    Ok(detail) => {
                        let run =
                            running(&detail.conversation, detail.messages.last().map(|last| (&last.id, &last.state)));
                        let begun = Begun { text: detail.draft.clone().into(), files: Vec::new() };
                        let rest = detail.messages.first().filter(|_| detail.before > 0).map(|first| first.id.clone());
                        state.dispatch(ChatAction::Open(Box::new(detail)));
                        match chosen {
                            Some((message, focus)) => focus(message),
                            None => opened.set(Opened { state: Loadable::Ready(()), generation, begun }),
                        }
                        *reader.borrow_mut() = rest.map(|first| {
                            let (state, problem) = (state.clone(), problem.clone());
                            Task::spawn(async move {
                                let read = |earlier| state.dispatch(ChatAction::Earlier(earlier));
                                if let Err(error) = read_above(first, read).await {
                                    problem.set(Some(error));
                                }
                            })
                        });
                        let mut follower = follower.borrow_mut();
                        follower.task = None;
                        if let Some(run) = run {
                            state.dispatch(ChatAction::Resume(run.clone()));
                            follower.follow(run);
                        }
                    }
                    Err(error) if chosen.is_some() => problem.set(Some(error)),
                    Err(error) => {
                        opened.set(Opened { state: Loadable::Failed(error), generation, begun: Begun::default() });
                    }
                }
            });
        })
    };
    {
        let (open, now) = (open.clone(), now.clone());
        use_effect_with((conversation.clone(), through), move |(conversation, through)| {
            // The question that began this conversation put it on the screen already.
            let shown = now.borrow().thread.as_ref().map(|thread| thread.conversation.id.clone());
            if conversation.is_none() || shown != *conversation || through.is_some() {
                let through = through.clone().map_or(Through::Shown, Through::Found);
                open.emit((conversation.clone(), through));
            }
        });
    }
    {
        let (follower, reader) = (follower.clone(), reader);
        use_effect_with((), move |()| {
            move || {
                follower.borrow_mut().task = None;
                *reader.borrow_mut() = None;
            }
        });
    }

    let begin = {
        let now = now.clone();
        use_callback(navigator.clone(), move |begun: Begun, navigator: &Option<Navigator>| {
            if let Some(navigator) = navigator {
                now.borrow_mut().begun = begun;
                navigator.push(&Route::Chat);
            }
        })
    };
    let branched = navigator.clone();
    let begun = {
        let (state, follower, changed) = (state.dispatcher(), follower.clone(), changed.clone());
        use_callback(navigator, move |sent: Sent, navigator: &Option<Navigator>| {
            let run = ActiveRun {
                run: sent.run.clone(),
                conversation: sent.conversation.id.clone(),
                message: sent.answer.id.clone(),
            };
            let mut conversation = sent.conversation.clone();
            conversation.run = Some(sent.run.clone());
            let has_siblings = |message: &MessageView| message.siblings.len() > 1;
            let is_new = sent.question.parent.is_none() && !has_siblings(&sent.question) && !has_siblings(&sent.answer);
            state.dispatch(ChatAction::Sent(Box::new(sent)));
            follower.borrow_mut().follow(run);
            if let Some(navigator) = navigator.as_ref().filter(|_| is_new) {
                navigator.replace(&Route::Conversation { conversation: conversation.id.0.clone() });
            }
            changed.emit(conversation);
        })
    };
    let ask = {
        let (now, problem) = (now.clone(), problem.setter());
        use_callback(begun.clone(), move |question: Question, begun: &Callback<Sent>| {
            let request = {
                let now = now.borrow();
                let thread = now.thread.as_ref();
                SendRequest {
                    conversation: thread.map(|thread| thread.conversation.id.clone()),
                    target: now.target.clone().filter(|_| thread.is_none()),
                    parent: thread.and_then(|thread| thread.messages.last()).map(|last| last.id.clone()),
                    text: question.text,
                    attachments: question.attachments,
                    inputs: question.inputs,
                    answer: question.answer,
                }
            };
            let asked = Asked { problem: problem.clone(), begun: begun.clone(), done: question.done };
            spawn_local(async move { asked.answered(ipc::call::<Send>(request).await) });
        })
    };
    let edit = {
        let problem = problem.setter();
        use_callback(begun.clone(), move |other: OtherWords, begun: &Callback<Sent>| {
            let OtherWords { question, text, done } = other;
            let asked = Asked { problem: problem.clone(), begun: begun.clone(), done };
            let request = EditQuestionRequest { message: question, text };
            spawn_local(async move { asked.answered(ipc::call::<EditQuestion>(request).await) });
        })
    };
    let branch = {
        let problem = problem.setter();
        use_callback(
            (branched, changed.clone()),
            move |message: MessageId, (navigator, changed): &(Option<Navigator>, Callback<ConversationView>)| {
                let (problem, navigator, changed) = (problem.clone(), navigator.clone(), changed.clone());
                spawn_local(async move {
                    match ipc::call::<BranchConversation>(message).await {
                        Ok(view) => {
                            changed.emit(view.clone());
                            if let Some(navigator) = navigator {
                                navigator.push(&Route::Conversation { conversation: view.id.0 });
                            }
                        }
                        Err(error) => problem.set(Some(error)),
                    }
                });
            },
        )
    };
    let regenerate = {
        let problem = problem.setter();
        use_callback(begun.clone(), move |message: MessageId, begun: &Callback<Sent>| {
            let asked = Asked { problem: problem.clone(), begun: begun.clone(), done: Callback::noop() };
            let request = RegenerateRequest { message };
            spawn_local(async move { asked.answered(ipc::call::<Regenerate>(request).await) });
        })
    };
    let show_version = {
        let now = now.clone();
        use_callback(open.clone(), move |message: MessageId, open: &Callback<(Option<ConversationId>, Through)>| {
            let id = now.borrow().thread.as_ref().map(|thread| thread.conversation.id.clone());
            open.emit((id, Through::Chosen(message)));
        })
    };
    let messages = {
        let now = now.clone();
        use_callback((), move |(), ()| {
            now.borrow().thread.as_ref().map(|thread| thread.messages.clone()).unwrap_or_default()
        })
    };
    let stop = {
        let (state, now, problem) = (state.dispatcher(), now.clone(), problem.setter());
        use_callback((), move |(), ()| {
            let Some(run) = now.borrow().thread.as_ref().and_then(|thread| thread.run.clone()) else { return };
            if run.stopping {
                return;
            }
            state.dispatch(ChatAction::Stopping);
            let (state, problem) = (state.clone(), problem.clone());
            spawn_local(async move {
                if let Err(error) = ipc::call::<StopRun>(StopRunRequest { run: run.run }).await {
                    state.dispatch(ChatAction::NotStopping);
                    problem.set(Some(error));
                }
            });
        })
    };
    let reopen = use_callback((open, conversation), |(), (open, conversation)| {
        open.emit((conversation.clone(), Through::Shown));
    });
    let edited = {
        let state = state.dispatcher();
        use_callback((), move |view: ConversationView, ()| state.dispatch(ChatAction::Edited(Box::new(view))))
    };

    Session {
        thread: state.thread.clone(),
        opening: opened.state.clone(),
        generation: opened.generation,
        begun: opened.begun.clone(),
        problem: (*problem).clone(),
        messages,
        ask,
        sent: begun,
        regenerate,
        edit,
        show_version,
        branch,
        begin,
        stop,
        reopen,
        edited,
    }
}

/// What waits for a question to be stored, however it was asked.
struct Asked {
    problem: UseStateSetter<Option<HubError>>,
    begun: Callback<Sent>,
    done: Callback<bool>,
}

impl Asked {
    fn answered(self, reply: Result<Sent, HubError>) {
        match reply {
            Ok(sent) => {
                self.problem.set(None);
                self.done.emit(true);
                self.begun.emit(sent);
            }
            Err(error) => {
                self.problem.set(Some(error));
                self.done.emit(false);
            }
        }
    }
}

/// The run of a conversation, if its last answer on this branch is the one that grows.
fn running(conversation: &ConversationView, last: Option<(&MessageId, &MessageState)>) -> Option<ActiveRun> {
    let (message, state) = last?;
    let run = conversation.run.clone().filter(|_| *state == MessageState::Streaming)?;
    Some(ActiveRun { run, conversation: conversation.id.clone(), message: message.clone() })
}

/// Follows one run at a time; a newer one takes its place.
struct Follower {
    dispatch: UseReducerDispatcher<ChatState>,
    changed: Callback<ConversationView>,
    task: Option<Task>,
}

impl Follower {
    fn follow(&mut self, active: ActiveRun) {
        let (dispatch, changed) = (self.dispatch.clone(), self.changed.clone());
        let batch = Batch::new(dispatch.clone());
        self.task = Some(Task::spawn(async move {
            // Whether the run ended or is unknown by now: what is stored tells how it ended.
            let _ = ipc::attach(active.run, 0, move |frame| batch.push(frame)).await;
            if let Ok(detail) = show_end(active.conversation, Some(active.message)).await {
                changed.emit(detail.conversation.clone());
                dispatch.dispatch(ChatAction::Settled(Box::new(detail)));
            }
        }));
    }
}

/// Frames that wait to be drawn together.
#[derive(Clone)]
struct Batch {
    dispatch: UseReducerDispatcher<ChatState>,
    waiting: Rc<RefCell<Vec<RunFrame>>>,
    timer: Rc<RefCell<Option<Timeout>>>,
}

impl Batch {
    fn new(dispatch: UseReducerDispatcher<ChatState>) -> Self {
        Self { dispatch, waiting: Rc::default(), timer: Rc::default() }
    }

    fn push(&self, frame: RunFrame) {
        let ends = frame.event.ends_run();
        self.waiting.borrow_mut().push(frame);
        if ends {
            *self.timer.borrow_mut() = None;
            self.flush();
        } else if self.timer.borrow().is_none() {
            let batch = self.clone();
            let timer = Timeout::new(DRAW_EVERY, move || {
                batch.timer.borrow_mut().take().map(Timeout::forget);
                batch.flush();
            });
            *self.timer.borrow_mut() = Some(timer);
        }
    }

    fn flush(&self) {
        let frames = std::mem::take(&mut *self.waiting.borrow_mut());
        if !frames.is_empty() {
            self.dispatch.dispatch(ChatAction::Frames(frames, dom::now()));
        }
    }
}
