//! The conversations that stand side by side. Pure: what is asked and what comes changes them.

use std::rc::Rc;

use hub_contract::HubError;
use hub_contract::comparison::ComparisonView;
use hub_contract::conversation::{ConversationView, Sent};
use hub_contract::id::ConversationId;
use yew::{AttrValue, Reducible};

use crate::state::Loadable;

/// A comparison on the screen.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct CompareState {
    pub(super) shown: Loadable<Rc<ComparisonView>>,
    /// What was asked of all last, for the columns to take over.
    sent: Vec<Rc<Sent>>,
}

/// What happens to it.
#[derive(Debug)]
pub(super) enum CompareAction {
    /// It was read, or one of it was chosen.
    Read(Result<ComparisonView, HubError>),
    /// A further question was asked of all.
    Asked(Vec<Sent>),
    /// A run of a column began or ended, or the conversation got another title.
    Changed(Box<ConversationView>),
}

impl CompareState {
    /// The conversations, in their order.
    pub(super) fn conversations(&self) -> &[ConversationView] {
        self.shown.ready().map_or(&[], |shown| &shown.conversations)
    }

    /// What the person had begun to ask all.
    pub(super) fn draft(&self) -> AttrValue {
        self.shown.ready().map(|shown| shown.draft.clone().into()).unwrap_or_default()
    }

    /// How many answers are coming.
    pub(super) fn running(&self) -> usize {
        self.conversations().iter().filter(|one| one.run.is_some()).count()
    }

    /// Those that a further question goes to; nobody once one was chosen.
    pub(super) fn asked_further(&self) -> Vec<&ConversationView> {
        let open: Vec<_> = self.conversations().iter().filter(|one| !one.archived).collect();
        if open.len() < 2 { Vec::new() } else { open.into_iter().filter(|one| one.usable).collect() }
    }

    /// The one that was chosen: the others are put away.
    pub(super) fn chosen(&self) -> Option<&ConversationView> {
        let mut open = self.conversations().iter().filter(|one| !one.archived);
        let first = open.next()?;
        (open.next().is_none() && self.conversations().len() > 1).then_some(first)
    }

    /// The last question to all, as it was asked in that conversation.
    pub(super) fn sent_to(&self, id: &ConversationId) -> Option<Rc<Sent>> {
        self.sent.iter().find(|sent| sent.conversation.id == *id).cloned()
    }
}

impl Reducible for CompareState {
    type Action = CompareAction;

    fn reduce(self: Rc<Self>, action: CompareAction) -> Rc<Self> {
        let put = |changed: &[ConversationView]| match self.shown.ready() {
            Some(shown) => {
                let newer = |one: &ConversationView| changed.iter().find(|new| new.id == one.id).unwrap_or(one).clone();
                let conversations = shown.conversations.iter().map(newer).collect();
                Loadable::Ready(Rc::new(ComparisonView { conversations, ..(**shown).clone() }))
            }
            None => self.shown.clone(),
        };
        Rc::new(match action {
            CompareAction::Read(Ok(view)) => Self { shown: Loadable::Ready(Rc::new(view)), sent: self.sent.clone() },
            CompareAction::Read(Err(error)) => Self { shown: Loadable::Failed(error), sent: Vec::new() },
            CompareAction::Changed(view) => Self { shown: put(&[*view]), sent: self.sent.clone() },
            CompareAction::Asked(sent) => {
                let running =
                    |sent: &Sent| ConversationView { run: Some(sent.run.clone()), ..sent.conversation.clone() };
                let changed: Vec<_> = sent.iter().map(running).collect();
                Self { shown: put(&changed), sent: sent.into_iter().map(Rc::new).collect() }
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use hub_contract::conversation::{MessageBody, MessageState, MessageView, Role, Target};

    use super::*;

    fn conversation(id: &str) -> ConversationView {
        ConversationView {
            id: id.into(),
            title: "which?".into(),
            target: Target::Agent { agent: id.into() },
            target_name: id.into(),
            platform: None,
            usable: true,
            pinned: false,
            archived: false,
            created_at: 0,
            updated_at: 0,
            run: None,
            comparison: Some("v".into()),
        }
    }

    fn sent(id: &str) -> Sent {
        let message = |name: &str, role| MessageView {
            id: format!("{name}-{id}").into(),
            conversation: id.into(),
            parent: None,
            role,
            state: MessageState::Streaming,
            text: String::new(),
            body: MessageBody::default(),
            attachments: Vec::new(),
            siblings: Vec::new(),
            created_at: 0,
        };
        Sent {
            run: format!("r-{id}").into(),
            conversation: conversation(id),
            question: message("q", Role::User),
            answer: message("a", Role::Assistant),
        }
    }

    fn read(conversations: Vec<ConversationView>) -> Rc<CompareState> {
        let view = ComparisonView { id: "v".into(), conversations, draft: "and".into() };
        Rc::new(CompareState::default()).reduce(CompareAction::Read(Ok(view)))
    }

    fn names(conversations: Vec<&ConversationView>) -> Vec<&str> {
        conversations.into_iter().map(|one| one.id.as_str()).collect()
    }

    #[test]
    fn runs_are_counted_from_the_question_to_each_end() {
        let state = read(vec![conversation("a"), conversation("b"), conversation("c")]);
        assert_eq!(state.running(), 0);
        let state = state.reduce(CompareAction::Asked(vec![sent("a"), sent("c")]));
        assert_eq!(state.running(), 2);
        assert_eq!(state.sent_to(&"c".into()).map(|sent| sent.run.clone()), Some("r-c".into()));
        assert_eq!(state.sent_to(&"b".into()), None);
        let state = state.reduce(CompareAction::Changed(Box::new(conversation("a"))));
        assert_eq!(state.running(), 1);
        let state = state.reduce(CompareAction::Changed(Box::new(conversation("stranger"))));
        assert_eq!(names(state.conversations().iter().collect()), ["a", "b", "c"]);
    }

    #[test]
    fn a_further_question_goes_to_those_who_are_there_until_one_is_chosen() {
        let gone = ConversationView { usable: false, ..conversation("gone") };
        let away = ConversationView { archived: true, ..conversation("away") };
        let state = read(vec![conversation("a"), gone, conversation("c")]);
        assert_eq!((names(state.asked_further()), state.chosen()), (vec!["a", "c"], None));
        let state = read(vec![away.clone(), conversation("b")]);
        assert_eq!(names(state.asked_further()), Vec::<&str>::new());
        assert_eq!(state.chosen().map(|one| one.id.as_str()), Some("b"));
        let state = read(vec![away.clone(), away]);
        assert_eq!((names(state.asked_further()), state.chosen()), (vec![], None));
        assert_eq!(read(vec![conversation("left")]).chosen(), None, "nothing was chosen: the others were removed");
    }

    #[test]
    fn what_cannot_be_read_is_told() {
        let state = Rc::new(CompareState::default()).reduce(CompareAction::Read(Err(HubError::internal("x"))));
        assert!(state.shown.error().is_some());
        let state = state.reduce(CompareAction::Changed(Box::new(conversation("a"))));
        assert!(state.conversations().is_empty());
    }
}
