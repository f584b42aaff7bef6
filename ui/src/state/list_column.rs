//! Whether the list column is on the screen. In a wide window the preference decides; in a narrow one the column lies
//! over the page and opens only when asked for.

use yew::prelude::*;

use super::use_prefs;
use crate::dom;

/// Below this width of the window the list column is an overlay.
const NARROW: &str = "(max-width: 719px)";

/// How the list column stands.
#[derive(Clone, PartialEq)]
pub struct ListColumnState {
    /// It is on the screen.
    pub shown: bool,
    /// It lies over the page.
    pub overlay: bool,
    /// Shows or hides it.
    pub toggle: Callback<()>,
    /// Closes the overlay, after something in it was chosen; does nothing in a wide window.
    pub close_overlay: Callback<()>,
}

/// How the list column stands. Only below a [`ListProvider`].
#[hook]
pub fn use_list_column() -> ListColumnState {
    use_context::<ListColumnState>().unwrap_or_else(|| ListColumnState {
        shown: true,
        overlay: false,
        toggle: Callback::noop(),
        close_overlay: Callback::noop(),
    })
}

#[derive(Properties, PartialEq)]
pub struct ListProviderProps {
    pub children: Html,
}

#[component]
pub fn ListProvider(props: &ListProviderProps) -> Html {
    let prefs = use_prefs();
    let narrow = use_state_eq(|| dom::matches_media(NARROW));
    let open = use_state_eq(|| false);
    {
        let narrow = narrow.clone();
        use_effect_with((), move |()| {
            let list = dom::window().and_then(|window| window.match_media(NARROW).ok().flatten());
            let listener = list.map(|list| {
                let target = list.clone();
                dom::Listener::new(&target, "change", move |_| narrow.set(list.matches()))
            });
            move || drop(listener)
        });
    }
    let hidden = prefs.preferences().list_hidden;
    let toggle = {
        let (prefs, open, narrow) = (prefs.clone(), open.clone(), *narrow);
        Callback::from(move |()| {
            if narrow {
                open.set(!*open);
            } else {
                prefs.change(move |preferences| preferences.list_hidden = !hidden);
            }
        })
    };
    let close_overlay = {
        let open = open.clone();
        use_callback((), move |(), ()| open.set(false))
    };
    let context =
        ListColumnState { shown: if *narrow { *open } else { !hidden }, overlay: *narrow, toggle, close_overlay };
    html! {
        <ContextProvider<ListColumnState> context={context}>{ props.children.clone() }</ContextProvider<ListColumnState>>
    }
}
