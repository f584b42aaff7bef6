//! The conversation on the screen: its branch of messages, and the run that lets the last answer grow.
//!
//! Frames of a run may come twice (a page that re-attaches) but are taken once: each has its place in the run.

use std::ops::Deref;
use std::rc::Rc;

use hub_contract::conversation::{ConversationDetail, ConversationView, MessageState, MessageView, Role, Sent};
use hub_contract::id::{MessageId, RunId};
use hub_contract::run::{ActiveRun, RunFrame};
use hub_contract::{RunEvent, UtcMs};
use yew::Reducible;

/// A message as components share it. Two are equal when they are the same one: comparing texts would cost more than
/// drawing them.
#[derive(Debug, Clone)]
pub struct SharedMessage(Rc<MessageView>);

impl From<MessageView> for SharedMessage {
    fn from(message: MessageView) -> Self {
        Self(Rc::new(message))
    }
}

impl Deref for SharedMessage {
    type Target = MessageView;

    fn deref(&self) -> &MessageView {
        &self.0
    }
}

impl PartialEq for SharedMessage {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

/// A run that this page follows.
#[derive(Debug, Clone, PartialEq)]
pub struct Followed {
    /// Which.
    pub run: RunId,
    /// The answer that grows.
    pub message: MessageId,
    /// The first frame not yet taken.
    pub next: u64,
    /// When the reasoning began, as far as this page saw it.
    pub reasoning_since: Option<UtcMs>,
    /// The person asked to stop it.
    pub stopping: bool,
}

/// A conversation with one branch of its messages.
#[derive(Debug, Clone, PartialEq)]
pub struct Thread {
    /// The conversation.
    pub conversation: ConversationView,
    /// How many messages of the branch stand above these and were not read yet.
    pub before: usize,
    /// The branch, oldest first; its end, until the rest was read.
    pub messages: Vec<SharedMessage>,
    /// The run that is followed.
    pub run: Option<Followed>,
}

impl Thread {
    /// The message with that id.
    pub fn find(&self, id: &MessageId) -> Option<&SharedMessage> {
        self.messages.iter().find(|message| message.id == *id)
    }

    /// The run, while that message grows.
    pub fn run_of(&self, id: &MessageId) -> Option<&Followed> {
        self.run.as_ref().filter(|run| run.message == *id)
    }

    fn of(detail: ConversationDetail) -> Self {
        let messages = detail.messages.into_iter().map(SharedMessage::from).collect();
        Self { conversation: detail.conversation, before: detail.before as usize, messages, run: None }
    }

    /// How many messages the branch has, read or not.
    pub fn count(&self) -> usize {
        self.before + self.messages.len()
    }

    /// Where in the branch that message stands, if it was read.
    pub fn place_of(&self, id: &MessageId) -> Option<usize> {
        self.index_of(id).map(|index| self.before + index)
    }

    fn index_of(&self, id: &MessageId) -> Option<usize> {
        self.messages.iter().position(|message| message.id == *id)
    }

    /// What stands above the first message that was read. Of what is there already the one that is there is kept; what
    /// belongs to another branch is passed over.
    fn read_above(&mut self, mut earlier: Vec<MessageView>) {
        let parent = self.messages.first().and_then(|first| first.parent.as_ref());
        let Some(nearest) = parent.and_then(|parent| earlier.iter().position(|message| message.id == *parent)) else {
            return;
        };
        earlier.truncate(nearest + 1);
        let is_first = earlier.first().is_some_and(|first| first.parent.is_none());
        self.before = if is_first { 0 } else { self.before.saturating_sub(earlier.len()) };
        self.messages.splice(0..0, earlier.into_iter().map(SharedMessage::from));
    }

    /// A question and its empty answer stand below what they follow; what stood there before was another branch.
    fn begin(&mut self, sent: Sent) {
        let Sent { run, conversation, question, answer } = sent;
        let keep = match &question.parent {
            Some(parent) => match self.index_of(parent) {
                Some(index) => index + 1,
                None if self.before > 0 => 0,
                None => self.messages.len(),
            },
            None => 0,
        };
        // The question was not read yet, but its answer.
        if self.messages.first().is_some_and(|first| keep == 0 && first.parent.as_ref() == Some(&question.id)) {
            self.before = self.before.saturating_sub(1);
        }
        let known_question = self.messages.get(keep).filter(|message| message.id == question.id).cloned();
        self.messages.truncate(keep);
        self.messages.push(known_question.unwrap_or_else(|| question.into()));
        self.run = Some(Followed { run, message: answer.id.clone(), next: 0, reasoning_since: None, stopping: false });
        self.messages.push(answer.into());
        self.conversation = conversation;
    }

    /// Follows a run that was going on before this page was there. All of it comes again, from the first frame.
    fn resume(&mut self, active: ActiveRun) {
        if self.run.as_ref().is_some_and(|run| run.run == active.run) {
            return;
        }
        let Some(message) = self.find(&active.message) else { return };
        let since = (message.state == MessageState::Streaming).then_some(message.created_at);
        self.run = Some(Followed {
            run: active.run,
            message: active.message,
            next: 0,
            reasoning_since: since,
            stopping: false,
        });
    }

    fn take(&mut self, frames: &[RunFrame], now: UtcMs) {
        let Some(run) = self.run.as_mut() else { return };
        let Some(place) = self.messages.iter().position(|message| message.id == run.message) else { return };
        let mut ended = false;
        let mut changed: Option<MessageView> = None;
        for frame in frames.iter().filter(|frame| frame.run == run.run) {
            if frame.seq < run.next {
                continue;
            }
            run.next = frame.seq + 1;
            let Some(shared) = self.messages.get(place) else { return };
            let message = changed.get_or_insert_with(|| MessageView::clone(shared));
            match &frame.event {
                // The stored answer may hold a part of what comes again now.
                RunEvent::Started { .. } => {
                    message.text.clear();
                    message.body = Default::default();
                    message.state = MessageState::Streaming;
                }
                RunEvent::Reasoning { .. } => {
                    run.reasoning_since.get_or_insert(now);
                }
                RunEvent::Text { .. } if message.text.is_empty() && !message.body.reasoning.is_empty() => {
                    message.body.reasoning_ms = run.reasoning_since.and_then(|since| u64::try_from(now - since).ok());
                }
                _ => {}
            }
            message.apply(&frame.event);
            ended |= frame.event.ends_run();
        }
        if let (Some(message), Some(shared)) = (changed, self.messages.get_mut(place)) {
            *shared = message.into();
        }
        if ended {
            self.run = None;
            self.conversation.run = None;
        }
    }

    /// Takes over what is stored. What did not change keeps its identity; what another run lets grow stays as it is.
    fn settle(&mut self, detail: ConversationDetail) {
        let going_on = detail.conversation.run.clone();
        self.conversation = detail.conversation;
        self.run = self.run.take().filter(|run| going_on.as_ref() == Some(&run.run));
        let growing = self.run.as_ref().map(|run| run.message.clone());
        let settled: Vec<SharedMessage> = detail
            .messages
            .into_iter()
            .map(|newer| match self.find(&newer.id) {
                Some(known) if growing.as_ref() == Some(&newer.id) || **known == newer => known.clone(),
                _ => newer.into(),
            })
            .collect();
        // What stands above the end of the branch is the same as ever.
        let above = settled.first().and_then(|first| first.parent.as_ref()).and_then(|parent| self.index_of(parent));
        match above {
            Some(index) => self.messages.truncate(index + 1),
            None => {
                self.messages.clear();
                self.before = detail.before as usize;
            }
        }
        self.messages.extend(settled);
    }
}

/// What a page shows: nothing yet, or a conversation.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ChatState {
    /// The conversation.
    pub thread: Option<Thread>,
}

/// What happens to the conversation on the screen.
#[derive(Debug)]
pub enum ChatAction {
    /// Another one is shown.
    Open(Box<ConversationDetail>),
    /// None is shown.
    Close,
    /// What stands above the end of a branch was read.
    Earlier(Vec<MessageView>),
    /// A question was asked, or another answer to it.
    Sent(Box<Sent>),
    /// A run goes on that this page did not begin.
    Resume(ActiveRun),
    /// Frames of a run came.
    Frames(Vec<RunFrame>, UtcMs),
    /// The person asked to stop the run.
    Stopping,
    /// The run could not be stopped.
    NotStopping,
    /// The run is over, and what is stored was read again: it knows times and counts that no frame carries.
    Settled(Box<ConversationDetail>),
    /// The conversation got another title or mark.
    Edited(Box<ConversationView>),
}

impl Reducible for ChatState {
    type Action = ChatAction;

    fn reduce(self: Rc<Self>, action: ChatAction) -> Rc<Self> {
        let mut thread = match action {
            ChatAction::Open(detail) => return Rc::new(Self { thread: Some(Thread::of(*detail)) }),
            ChatAction::Close => return Rc::new(Self { thread: None }),
            ChatAction::Sent(sent) => {
                let known = self.thread.clone().filter(|thread| thread.conversation.id == sent.conversation.id);
                let mut thread = known.unwrap_or_else(|| Thread {
                    conversation: sent.conversation.clone(),
                    before: 0,
                    messages: Vec::new(),
                    run: None,
                });
                thread.begin(*sent);
                return Rc::new(Self { thread: Some(thread) });
            }
            _ => match &self.thread {
                Some(thread) => thread.clone(),
                None => return self,
            },
        };
        match action {
            ChatAction::Resume(active) if active.conversation == thread.conversation.id => thread.resume(active),
            ChatAction::Earlier(earlier) => thread.read_above(earlier),
            ChatAction::Frames(frames, now) => thread.take(&frames, now),
            ChatAction::Stopping | ChatAction::NotStopping => {
                if let Some(run) = &mut thread.run {
                    run.stopping = matches!(action, ChatAction::Stopping);
                }
            }
            ChatAction::Settled(detail) if detail.conversation.id == thread.conversation.id => thread.settle(*detail),
            ChatAction::Edited(view) if view.id == thread.conversation.id => thread.conversation = *view,
            _ => return self,
        }
        Rc::new(Self { thread: Some(thread) })
    }
}

/// How far an answer is, for the eye: what is shown in its place or below it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Nothing has come yet.
    Waiting,
    /// Reasoning comes.
    Reasoning,
    /// Text comes.
    Answering,
    /// It has ended, however it ended.
    Ended,
    /// It says that it grows, but no run goes on: the program ended meanwhile.
    Orphaned,
}

/// How far that answer is.
pub fn phase(message: &MessageView, followed: bool) -> Phase {
    match message.state {
        MessageState::Streaming if !followed => Phase::Orphaned,
        MessageState::Streaming if !message.text.is_empty() => Phase::Answering,
        MessageState::Streaming if !message.body.reasoning.is_empty() => Phase::Reasoning,
        MessageState::Streaming => Phase::Waiting,
        _ => Phase::Ended,
    }
}

/// The last answer of the branch.
pub fn last_answer(thread: &Thread) -> Option<&SharedMessage> {
    thread.messages.iter().rev().find(|message| message.role == Role::Assistant)
}

#[cfg(test)]
#[path = "chat_tests.rs"]
mod tests;
