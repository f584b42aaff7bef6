//! Forms in a conversation: the input variables of an app, the form of a workflow, and what a platform waits for.

mod form;
mod sent;
mod state;
mod values;
mod waiting;
mod workflow;

use std::collections::BTreeMap;
use std::rc::Rc;

use hub_contract::agent::AgentView;
use hub_contract::conversation::{MessageState, MessageView, Role};
use hub_contract::run::{FinishReason, InputField, NeedInput};
use hub_contract::{ErrorCode, HubError};
use serde_json::Value;
use yew::prelude::*;

pub(super) use self::form::InputForm;
pub(super) use self::sent::{InputLabels, SentInputs};
pub(super) use self::waiting::Waiting;
pub(super) use self::workflow::WorkflowComposer;

use self::form::focus_field;
use self::state::{InputsAction, InputsState};
use self::values::Kind;
use super::session::{Question, Session};
use crate::state::chat::Thread;

/// Begins the ids of the controls of the one form that a page shows.
const FORM_ID: &str = "input";

/// Where the form of an agent stands now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// There is none, or it was sent already.
    Nowhere,
    /// Above the composer, before the first question of a chat app.
    Start,
    /// In the composer's place: each run of a workflow is a form of its own.
    Composer,
}

impl Place {
    /// The place for an agent with these fields, when these messages are on the screen.
    pub(super) fn of(fields: &[InputField], workflow: bool, thread: Option<&Thread>) -> Self {
        let messages = thread.map_or(&[][..], |thread| thread.messages.as_slice());
        let waits = messages.last().is_some_and(|last| waits_for(last).is_some());
        match (workflow, messages.is_empty()) {
            _ if fields.is_empty() => Self::Nowhere,
            (true, _) if !waits => Self::Composer,
            (false, true) => Self::Start,
            (true | false, _) => Self::Nowhere,
        }
    }
}

/// The form of the agent that is asked.
#[derive(Clone, PartialEq)]
pub(super) struct Inputs {
    pub(super) state: UseReducerHandle<InputsState>,
    pub(super) place: Place,
}

impl Inputs {
    /// Fills the form with what was sent to it earlier; files have to be chosen anew.
    pub(super) fn refill(&self, sent: BTreeMap<String, Value>) {
        self.state.dispatch(InputsAction::Begin(Rc::clone(&self.state.fields), Some(sent)));
        focus_field(FORM_ID, 0);
    }

    /// The field on the screen that the error is about.
    fn blamed<'a>(&self, error: &'a HubError) -> Option<&'a str> {
        let field = error.detail.field.as_deref().filter(|_| error.code == ErrorCode::InputRequired)?;
        (self.place != Place::Nowhere && self.state.has(field)).then_some(field)
    }
}

/// The form of an agent, and the session with its questions going through it. What stands in the form is kept while
/// the conversation is open.
#[hook]
pub(super) fn use_inputs(session: Session, agent: Option<&AgentView>) -> (Inputs, Session) {
    let state = use_reducer(InputsState::default);
    let fields = agent.map(|agent| agent.inputs.clone()).unwrap_or_default();
    let workflow = agent.and_then(|agent| agent.source.as_ref()).is_some_and(|source| source.is_workflow());
    let place = Place::of(&fields, workflow, session.thread.as_ref());
    let inputs = Inputs { state, place };
    {
        let dispatch = inputs.state.dispatcher();
        let sent = session.thread.as_ref().and_then(last_inputs).filter(|_| workflow);
        let who = (session.generation, agent.map(|agent| agent.id.clone()), Rc::new(fields));
        use_effect_with(who, move |(_, _, fields)| dispatch.dispatch(InputsAction::Begin(Rc::clone(fields), sent)));
    }
    {
        let (dispatch, inputs) = (inputs.state.dispatcher(), inputs.clone());
        use_effect_with(session.problem.clone(), move |problem| {
            if let Some(field) = problem.as_ref().and_then(|error| inputs.blamed(error)) {
                dispatch.dispatch(InputsAction::Blamed(field.to_owned()));
            }
        });
    }
    // Callbacks stay the same while the form is typed into, so that no answer is drawn again.
    let now = use_mut_ref(|| inputs.clone());
    now.replace(inputs.clone());
    let ask = use_callback(session.ask.clone(), move |question: Question, ask: &Callback<Question>| {
        let inputs = now.borrow().clone();
        if inputs.place == Place::Nowhere || !question.answer.is_empty() {
            ask.emit(question);
            return;
        }
        let Some(filled) = inputs.state.filled() else {
            inputs.state.dispatch(InputsAction::Submitted);
            focus_field(FORM_ID, inputs.state.first_fault().unwrap_or_default());
            question.done.emit(false);
            return;
        };
        let attachments = filled.files.into_iter().chain(question.attachments).collect();
        ask.emit(Question { inputs: filled.values, attachments, ..question });
    });
    // What stands at its field needs no banner.
    let is_marked = |error: &HubError| inputs.blamed(error).is_some_and(|field| inputs.state.is_blamed(field));
    let problem = session.problem.clone().filter(|error| !is_marked(error));
    (inputs, Session { ask, problem, ..session })
}

/// The fields for files that something was sent in, by their labels.
pub(super) fn files_among(fields: &[InputField], sent: &BTreeMap<String, Value>) -> Vec<String> {
    let holds_files = |field: &&InputField| {
        matches!(Kind::of(field), Kind::Files { .. }) && sent.get(&field.name).is_some_and(|value| !value.is_null())
    };
    fields.iter().filter(holds_files).map(|field| label_of(field).to_owned()).collect()
}

/// What a field is called.
fn label_of(field: &InputField) -> &str {
    if field.label.trim().is_empty() { &field.name } else { &field.label }
}

/// What the platform waits for since that message.
pub(super) fn waits_for(message: &MessageView) -> Option<&NeedInput> {
    let waits = matches!(message.state, MessageState::Finished { reason: FinishReason::NeedsInput });
    message.body.need_input.as_ref().filter(|_| waits)
}

/// The variables of the last question that brought some.
fn last_inputs(thread: &Thread) -> Option<BTreeMap<String, Value>> {
    let questions = thread.messages.iter().rev().filter(|message| message.role == Role::User);
    questions.map(|question| &question.body.inputs).find(|inputs| !inputs.is_empty()).cloned()
}

#[derive(Properties, PartialEq)]
pub(super) struct StartInputsProps {
    pub(super) inputs: Inputs,
}

/// The input variables of a chat app, before its first question.
#[component]
pub(super) fn StartInputs(props: &StartInputsProps) -> Html {
    if props.inputs.place != Place::Start {
        return html! {};
    }
    html! { <div class="card start-inputs"><InputForm id={FORM_ID} state={props.inputs.state.clone()} /></div> }
}

#[cfg(test)]
mod tests {
    use hub_contract::conversation::{ConversationView, MessageBody, Target};
    use serde_json::json;

    use super::values::tests::field;
    use super::*;

    fn message(role: Role, state: MessageState) -> MessageView {
        let need = NeedInput { id: String::new(), kind: "text".into(), prompt: "?".into(), fields: Vec::new() };
        MessageView {
            id: "m".into(),
            conversation: "c".into(),
            parent: None,
            role,
            state,
            text: String::new(),
            body: MessageBody { need_input: Some(need), ..MessageBody::default() },
            attachments: Vec::new(),
            siblings: Vec::new(),
            created_at: 0,
        }
    }

    fn thread(messages: Vec<MessageView>) -> Thread {
        Thread {
            before: 0,
            conversation: ConversationView {
                id: "c".into(),
                title: String::new(),
                target: Target::Agent { agent: "a".into() },
                target_name: "a".into(),
                platform: None,
                usable: true,
                pinned: false,
                archived: false,
                created_at: 0,
                updated_at: 0,
                run: None,
                comparison: None,
            },
            messages: messages.into_iter().map(Into::into).collect(),
            run: None,
        }
    }

    fn finished(reason: FinishReason) -> MessageState {
        MessageState::Finished { reason }
    }

    #[test]
    fn a_chat_app_asks_for_its_variables_once_and_a_workflow_with_every_run() {
        let fields = [field("line", "text")];
        let answered = thread(vec![
            message(Role::User, finished(FinishReason::Stop)),
            message(Role::Assistant, finished(FinishReason::Stop)),
        ]);
        assert_eq!(Place::of(&fields, false, None), Place::Start);
        assert_eq!(Place::of(&fields, false, Some(&answered)), Place::Nowhere);
        assert_eq!(Place::of(&fields, true, None), Place::Composer);
        assert_eq!(Place::of(&fields, true, Some(&answered)), Place::Composer);
        assert_eq!(Place::of(&[], true, None), Place::Nowhere, "without fields a text is what it takes");
    }

    #[test]
    fn what_a_platform_waits_for_comes_before_the_next_run() {
        let waiting = thread(vec![message(Role::Assistant, finished(FinishReason::NeedsInput))]);
        assert_eq!(Place::of(&[field("line", "text")], true, Some(&waiting)), Place::Nowhere);
    }

    #[test]
    fn files_that_were_sent_are_named() {
        let nameless = InputField { label: " ".into(), ..field("plan", "files") };
        let fields = [field("topic", "text"), field("doc", "file"), nameless, field("never", "file")];
        let sent = [("topic", json!("x")), ("doc", json!("a.pdf")), ("plan", json!(["b.pdf"])), ("never", json!(null))];
        let sent = sent.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        assert_eq!(files_among(&fields, &sent), ["Label doc", "plan"]);
    }

    #[test]
    fn an_answer_waits_only_if_it_ended_so() {
        assert!(waits_for(&message(Role::Assistant, finished(FinishReason::NeedsInput))).is_some());
        assert!(waits_for(&message(Role::Assistant, finished(FinishReason::Stop))).is_none());
        assert!(waits_for(&message(Role::Assistant, MessageState::Streaming)).is_none());
    }
}
