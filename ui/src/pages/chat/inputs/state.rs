//! A form on the screen: its values, and which faults are shown.

use std::collections::BTreeMap;
use std::rc::Rc;

use hub_contract::run::InputField;
use serde_json::Value;
use yew::Reducible;

use super::values::{Entry, Fault, Filled, Values, fault, filled, first_values};

/// A form and what stands in it.
#[derive(Debug, Clone, Default, PartialEq)]
pub(in super::super) struct InputsState {
    pub(in super::super) fields: Rc<Vec<InputField>>,
    pub(in super::super) values: Values,
    /// Somebody tried to send it; every fault is shown.
    submitted: bool,
    /// The field that the core or the platform missed, until it is changed.
    blamed: Option<String>,
}

/// What happens to a form.
#[derive(Debug, Clone, PartialEq)]
pub(in super::super) enum InputsAction {
    /// Another form takes its place, with what was sent to it the last time.
    Begin(Rc<Vec<InputField>>, Option<BTreeMap<String, Value>>),
    Set(String, Entry),
    /// A file was read; it comes in addition to those that are there.
    AddFile(String, super::super::attach::Attached),
    Submitted,
    Blamed(String),
}

impl InputsState {
    /// The form of these fields.
    pub(in super::super) fn new(fields: Rc<Vec<InputField>>, sent: Option<&BTreeMap<String, Value>>) -> Self {
        Self { values: first_values(&fields, sent), fields, submitted: false, blamed: None }
    }

    /// The form as it is sent; `None` while something is wrong with it.
    pub(in super::super) fn filled(&self) -> Option<Filled> {
        let is_complete = self.fields.iter().all(|field| fault(field, &self.values).is_none());
        is_complete.then(|| filled(&self.fields, &self.values))
    }

    /// The place of the first field that something is wrong with.
    pub(in super::super) fn first_fault(&self) -> Option<usize> {
        self.fields.iter().position(|field| fault(field, &self.values).is_some())
    }

    /// What is shown to be wrong with a field.
    pub(in super::super) fn shown_fault(&self, field: &InputField) -> Option<Fault> {
        let own = fault(field, &self.values).filter(|_| self.submitted);
        own.or((self.blamed.as_ref() == Some(&field.name)).then_some(Fault::Missing))
    }

    /// Whether that field is marked as the one that was missed.
    pub(in super::super) fn is_blamed(&self, name: &str) -> bool {
        self.blamed.as_deref() == Some(name)
    }

    /// Whether there is such a field.
    pub(in super::super) fn has(&self, name: &str) -> bool {
        self.fields.iter().any(|field| field.name == name)
    }
}

impl Reducible for InputsState {
    type Action = InputsAction;

    fn reduce(self: Rc<Self>, action: InputsAction) -> Rc<Self> {
        let mut state = match action {
            InputsAction::Begin(fields, sent) => return Rc::new(Self::new(fields, sent.as_ref())),
            _ => (*self).clone(),
        };
        match action {
            InputsAction::Begin(..) => {}
            InputsAction::Set(name, entry) => {
                state.blamed = state.blamed.filter(|blamed| *blamed != name);
                state.values.insert(name, entry);
            }
            InputsAction::AddFile(name, file) => {
                state.blamed = state.blamed.filter(|blamed| *blamed != name);
                match state.values.get_mut(&name) {
                    Some(Entry::Files(files)) => files.push(file),
                    _ => drop(state.values.insert(name, Entry::Files(vec![file]))),
                }
            }
            InputsAction::Submitted => state.submitted = true,
            InputsAction::Blamed(name) => state.blamed = Some(name),
        }
        Rc::new(state)
    }
}

#[cfg(test)]
mod tests {
    use super::super::values::tests::field;
    use super::*;

    fn state() -> InputsState {
        let required = InputField { required: true, ..field("line", "text") };
        InputsState::new(Rc::new(vec![field("n", "number"), required]), None)
    }

    fn after(state: InputsState, action: InputsAction) -> InputsState {
        (*Rc::new(state).reduce(action)).clone()
    }

    #[test]
    fn faults_are_shown_after_sending_was_tried() {
        let state = state();
        let line = state.fields[1].clone();
        assert_eq!((state.shown_fault(&line), state.filled(), state.first_fault()), (None, None, Some(1)));
        let state = after(state, InputsAction::Submitted);
        assert_eq!(state.shown_fault(&line), Some(Fault::Missing));
        let state = after(state, InputsAction::Set("line".into(), Entry::Text("x".into())));
        assert_eq!(state.shown_fault(&line), None);
        assert!(state.filled().is_some());
    }

    #[test]
    fn a_blamed_field_is_marked_until_it_is_changed() {
        let state = after(state(), InputsAction::Blamed("n".into()));
        let n = state.fields[0].clone();
        assert_eq!(state.shown_fault(&n), Some(Fault::Missing));
        let other = after(state.clone(), InputsAction::Set("line".into(), Entry::Text("x".into())));
        assert_eq!(other.shown_fault(&n), Some(Fault::Missing));
        let state = after(state, InputsAction::Set("n".into(), Entry::Text("1".into())));
        assert_eq!(state.shown_fault(&n), None);
        assert!(state.has("n") && !state.has("m"));
    }
}
