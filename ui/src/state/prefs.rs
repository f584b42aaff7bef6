//! Preferences, and with them the language of the texts.

use std::rc::Rc;

use hub_contract::command::WritePreferences;
use hub_contract::platform::Language;
use hub_contract::settings::{Preferences, PreferencesView, TextSize, Theme};
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use super::texts::SharedTexts;
use crate::{dom, ipc};

/// The preferences, the texts, and the way to change the preferences.
#[derive(Clone, PartialEq)]
pub struct Prefs {
    view: Rc<PreferencesView>,
    texts: SharedTexts,
    system_dark: bool,
    settled: bool,
    dispatch: Callback<PrefsAction>,
}

impl Prefs {
    /// The preferences as they hold now.
    pub fn preferences(&self) -> &Preferences {
        &self.view.preferences
    }

    /// The language shown.
    pub fn language(&self) -> Language {
        self.view.language
    }

    /// The texts of that language.
    pub fn texts(&self) -> SharedTexts {
        self.texts.clone()
    }

    /// Whether the dark theme is shown.
    pub fn is_dark(&self) -> bool {
        is_dark(self.view.preferences.theme, self.system_dark)
    }

    /// Whether the preferences were lost to a damaged file; the page says so once.
    pub fn recovered(&self) -> bool {
        self.view.recovered
    }

    /// Whether the shell has answered every change, so that none is lost when the window closes.
    pub fn settled(&self) -> bool {
        self.settled
    }

    /// Changes the preferences: at once on the page, then in the shell.
    pub fn change(&self, change: impl FnOnce(&mut Preferences) + 'static) {
        self.dispatch.emit(PrefsAction::Change(Box::new(change)));
    }
}

/// The preferences of the window. Outside a [`PrefsProvider`] they are the defaults and cannot be changed.
#[hook]
pub fn use_prefs() -> Prefs {
    use_context::<Prefs>().unwrap_or_else(|| {
        let view = PreferencesView {
            preferences: Preferences::default(),
            language: Language::default(),
            system_dark: false,
            recovered: false,
        };
        let state = PrefsState::new(view, SharedTexts::none(Language::default()));
        Prefs {
            view: state.view,
            texts: state.texts,
            system_dark: state.system_dark,
            settled: true,
            dispatch: Callback::noop(),
        }
    })
}

/// The texts of the language shown.
#[hook]
pub fn use_texts() -> SharedTexts {
    use_prefs().texts
}

#[derive(Properties, PartialEq)]
pub struct PrefsProviderProps {
    /// The preferences as the shell had them at the start.
    pub view: PreferencesView,
    /// The texts of its language.
    pub texts: SharedTexts,
    pub children: Html,
}

#[component]
pub fn PrefsProvider(props: &PrefsProviderProps) -> Html {
    let state = {
        let (view, texts) = (props.view.clone(), props.texts.clone());
        use_reducer(move || PrefsState::new(view, texts))
    };
    {
        let dispatch = state.dispatcher();
        use_effect_with((), move |()| {
            let list =
                dom::window().and_then(|window| window.match_media("(prefers-color-scheme: dark)").ok().flatten());
            let listener = list.map(|list| {
                let target = list.clone();
                dom::Listener::new(&target, "change", move |_| dispatch.dispatch(PrefsAction::System(list.matches())))
            });
            move || drop(listener)
        });
    }
    {
        let (view, system_dark) = (Rc::clone(&state.view), state.system_dark);
        use_effect_with((view, system_dark), |(view, system_dark)| apply_to_root(view, *system_dark));
    }
    {
        let dispatch = state.dispatcher();
        let preferences = state.view.preferences.clone();
        let is_writing = use_mut_ref(|| false);
        use_effect_with((state.changes, state.written), move |(changes, written)| {
            // One write at a time, so that an older choice never lands on a newer one.
            if changes == written || is_writing.replace(true) {
                return;
            }
            let (changes, is_writing) = (*changes, Rc::clone(&is_writing));
            spawn_local(async move {
                // A failed write is harmless by design: the page keeps the choice until it is closed.
                let view = ipc::call::<WritePreferences>(preferences).await.ok();
                is_writing.replace(false);
                dispatch.dispatch(PrefsAction::Written { changes, view });
            });
        });
    }
    {
        let (dispatch, shown) = (state.dispatcher(), state.texts.language());
        use_effect_with(state.view.language, move |language| {
            let language = *language;
            if shown != language {
                spawn_local(async move {
                    if let Some(texts) = SharedTexts::fetch(language).await {
                        dispatch.dispatch(PrefsAction::Fetched(texts));
                    }
                });
            }
        });
    }
    let dispatch = {
        let dispatcher = state.dispatcher();
        use_callback((), move |action, ()| dispatcher.dispatch(action))
    };
    let prefs = Prefs {
        view: Rc::clone(&state.view),
        texts: state.texts.clone(),
        system_dark: state.system_dark,
        settled: state.changes == state.written,
        dispatch,
    };
    html! { <ContextProvider<Prefs> context={prefs}>{ props.children.clone() }</ContextProvider<Prefs>> }
}

/// Puts language, theme and text size on `<html>`.
pub fn apply_to_root(view: &PreferencesView, system_dark: bool) {
    let theme = if is_dark(view.preferences.theme, system_dark) { "dark" } else { "light" };
    dom::set_root("lang", view.language.tag());
    dom::set_root("data-theme", theme);
    dom::set_root(
        "data-text",
        match view.preferences.text_size {
            TextSize::Usual => "usual",
            TextSize::Large => "large",
            TextSize::Larger => "larger",
        },
    );
    // The next start takes its first colour from here, before the preferences are read.
    let storage = dom::window().and_then(|window| window.local_storage().ok().flatten());
    if let Some(storage) = storage {
        let _ = storage.set_item("theme", theme);
    }
}

fn is_dark(theme: Theme, system_dark: bool) -> bool {
    match theme {
        Theme::System => system_dark,
        Theme::Light => false,
        Theme::Dark => true,
    }
}

/// What the reducer keeps.
#[derive(Clone, PartialEq)]
pub(super) struct PrefsState {
    view: Rc<PreferencesView>,
    texts: SharedTexts,
    system_dark: bool,
    /// How often the person changed something.
    changes: u64,
    /// How many of those changes the shell has answered.
    written: u64,
}

impl PrefsState {
    fn new(view: PreferencesView, texts: SharedTexts) -> Self {
        Self { system_dark: view.system_dark, view: Rc::new(view), texts, changes: 0, written: 0 }
    }

    fn with(&self, view: PreferencesView) -> Self {
        Self { view: Rc::new(view), ..self.clone() }
    }
}

/// What happens to the preferences.
pub(super) enum PrefsAction {
    /// The person chose something.
    Change(Box<dyn FnOnce(&mut Preferences)>),
    /// The shell has answered so many changes; without a view it could not write them.
    Written { changes: u64, view: Option<PreferencesView> },
    /// The texts of another language have come; until then the page keeps those it has.
    Fetched(SharedTexts),
    /// The system's theme changed; true is dark.
    System(bool),
}

impl Reducible for PrefsState {
    type Action = PrefsAction;

    fn reduce(self: Rc<Self>, action: PrefsAction) -> Rc<Self> {
        match action {
            PrefsAction::Change(change) => {
                let mut view = (*self.view).clone();
                change(&mut view.preferences);
                if view == *self.view {
                    return self;
                }
                view.language = view.preferences.language.unwrap_or(view.language);
                let mut next = self.with(view);
                next.changes += 1;
                Rc::new(next)
            }
            PrefsAction::Written { changes, view } => {
                // A later choice wins over the reply to an earlier one.
                let view = view.filter(|view| view.preferences == self.view.preferences);
                let mut next = match view {
                    Some(view) => self.with(PreferencesView { recovered: self.view.recovered, ..view }),
                    None => (*self).clone(),
                };
                next.written = changes;
                Rc::new(next)
            }
            // The person may have chosen yet another language meanwhile.
            PrefsAction::Fetched(texts) if texts.language() != self.view.language => self,
            PrefsAction::Fetched(texts) => Rc::new(Self { texts, ..(*self).clone() }),
            PrefsAction::System(dark) => Rc::new(Self { system_dark: dark, ..(*self).clone() }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state() -> Rc<PrefsState> {
        let view = PreferencesView {
            preferences: Preferences::default(),
            language: Language::ZhCn,
            system_dark: false,
            recovered: true,
        };
        Rc::new(PrefsState::new(view, SharedTexts::none(Language::ZhCn)))
    }

    fn choose(state: Rc<PrefsState>, change: impl FnOnce(&mut Preferences) + 'static) -> Rc<PrefsState> {
        state.reduce(PrefsAction::Change(Box::new(change)))
    }

    #[test]
    fn a_chosen_language_is_shown_once_its_texts_have_come() {
        let state = choose(state(), |preferences| preferences.language = Some(Language::En));
        assert_eq!((state.view.language, state.changes), (Language::En, 1));
        assert_eq!(state.texts.language(), Language::ZhCn);
        let state = state.reduce(PrefsAction::Fetched(SharedTexts::none(Language::En)));
        assert_eq!(state.texts.language(), Language::En);
    }

    #[test]
    fn texts_that_come_after_another_choice_are_not_shown() {
        let state = choose(state(), |preferences| preferences.language = Some(Language::En));
        let state = choose(state, |preferences| preferences.language = Some(Language::ZhCn));
        let state = state.reduce(PrefsAction::Fetched(SharedTexts::none(Language::En)));
        assert_eq!(state.texts.language(), Language::ZhCn);
    }

    #[test]
    fn choosing_what_holds_already_writes_nothing() {
        assert_eq!(choose(state(), |preferences| preferences.language = None).changes, 0);
    }

    #[test]
    fn a_late_reply_does_not_undo_a_newer_choice() {
        let first = choose(state(), |preferences| preferences.theme = Theme::Dark);
        let reply = (*first.view).clone();
        let second = choose(first, |preferences| preferences.theme = Theme::Light);
        let third = second.reduce(PrefsAction::Written { changes: 1, view: Some(reply) });
        assert_eq!(third.view.preferences.theme, Theme::Light);
        assert_eq!((third.changes, third.written), (2, 1), "the newer choice is still to be written");
    }

    #[test]
    fn a_write_that_fails_is_not_waited_for() {
        let state = choose(state(), |preferences| preferences.theme = Theme::Dark);
        assert_ne!(state.changes, state.written);
        let state = state.reduce(PrefsAction::Written { changes: 1, view: None });
        assert_eq!(state.changes, state.written);
        assert_eq!(state.view.preferences.theme, Theme::Dark, "the choice holds until the window closes");
    }

    #[test]
    fn the_damage_notice_survives_a_write() {
        let first = choose(state(), |preferences| preferences.list_hidden = true);
        let mut reply = (*first.view).clone();
        reply.recovered = false;
        assert!(first.reduce(PrefsAction::Written { changes: 1, view: Some(reply) }).view.recovered);
    }

    #[test]
    fn the_systems_theme_counts_only_when_it_is_followed() {
        assert!(is_dark(Theme::System, true));
        assert!(!is_dark(Theme::Light, true));
        assert!(is_dark(Theme::Dark, false));
    }
}
