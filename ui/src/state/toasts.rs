//! Short notes about something done. Errors are never toasts: they stay where they belong.

use std::rc::Rc;

use yew::prelude::*;

use crate::components::IconName;

/// A note about something done.
#[derive(Clone, PartialEq)]
pub struct Toast {
    /// What was done.
    pub text: String,
    /// Its icon.
    pub icon: IconName,
    /// Takes it back, where that is possible.
    pub undo: Option<Callback<()>>,
    /// What can be done with it next.
    pub action: Option<ToastAction>,
}

/// What a note offers to do next.
#[derive(Clone, PartialEq)]
pub struct ToastAction {
    /// The words on its button.
    pub label: String,
    /// Does it; the note then goes.
    pub run: Callback<()>,
}

impl Toast {
    /// A note without a way back.
    pub fn done(text: impl Into<String>) -> Self {
        Self { text: text.into(), icon: IconName::Check, undo: None, action: None }
    }
}

/// The notes on the screen.
#[derive(Clone, PartialEq)]
pub struct Toasts {
    shown: Rc<Vec<(u64, Toast)>>,
    dispatch: Callback<ToastsAction>,
}

impl Toasts {
    /// Shows a note.
    pub fn show(&self, toast: Toast) {
        self.dispatch.emit(ToastsAction::Show(toast));
    }

    /// Takes a note away.
    pub fn dismiss(&self, id: u64) {
        self.dispatch.emit(ToastsAction::Dismiss(id));
    }

    /// The notes with their ids, oldest first.
    pub fn shown(&self) -> &[(u64, Toast)] {
        &self.shown
    }
}

/// The notes. Outside a [`ToastsProvider`] none is shown.
#[hook]
pub fn use_toasts() -> Toasts {
    use_context::<Toasts>().unwrap_or_else(|| Toasts { shown: Rc::default(), dispatch: Callback::noop() })
}

#[derive(Properties, PartialEq)]
pub struct ToastsProviderProps {
    pub children: Html,
}

#[component]
pub fn ToastsProvider(props: &ToastsProviderProps) -> Html {
    let state = use_reducer(ToastsState::default);
    let dispatch = {
        let dispatcher = state.dispatcher();
        use_callback((), move |action, ()| dispatcher.dispatch(action))
    };
    let context = Toasts { shown: Rc::clone(&state.shown), dispatch };
    html! { <ContextProvider<Toasts> context={context}>{ props.children.clone() }</ContextProvider<Toasts>> }
}

/// At most this many notes are on the screen; an older one makes room.
const MOST: usize = 3;

/// What the reducer keeps.
#[derive(Default, PartialEq)]
pub(super) struct ToastsState {
    shown: Rc<Vec<(u64, Toast)>>,
    next: u64,
}

/// What happens to the notes.
pub(super) enum ToastsAction {
    /// A new one.
    Show(Toast),
    /// One goes.
    Dismiss(u64),
}

impl Reducible for ToastsState {
    type Action = ToastsAction;

    fn reduce(self: Rc<Self>, action: ToastsAction) -> Rc<Self> {
        let mut shown = (*self.shown).clone();
        let mut next = self.next;
        match action {
            ToastsAction::Show(toast) => {
                shown.push((next, toast));
                next += 1;
                if shown.len() > MOST {
                    shown.remove(0);
                }
            }
            ToastsAction::Dismiss(id) => shown.retain(|(shown, _)| *shown != id),
        }
        Rc::new(Self { shown: Rc::new(shown), next })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_note_makes_room() {
        let mut state = Rc::new(ToastsState::default());
        for text in ["a", "b", "c", "d"] {
            state = state.reduce(ToastsAction::Show(Toast::done(text)));
        }
        let ids: Vec<u64> = state.shown.iter().map(|(id, _)| *id).collect();
        assert_eq!(ids, [1, 2, 3]);
        let state = state.reduce(ToastsAction::Dismiss(2));
        assert_eq!(state.shown.len(), 2);
    }
}
