//! A bundle that was dropped on the window, or opened from outside of it, in the dialog that imports it.

use std::rc::Rc;

use hub_contract::command::TakeOpenedBundle;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen_futures::spawn_local;
use web_sys::{DragEvent, Event, File, FileReader};
use yew::prelude::*;
use yew_router::prelude::*;

use crate::pages::onboarding::use_leave;
use crate::pages::settings::{GivenBundle, ImportDialog, ImportFrom};
use crate::route::Route;
use crate::{dom, ipc};

#[component]
pub(super) fn OpenedBundle() -> Html {
    let given = use_state_eq(|| None::<GivenBundle>);
    let leave = use_leave();
    let is_welcome = use_route::<Route>() == Some(Route::Welcome);
    {
        let given = given.setter();
        use_effect_with((), move |()| {
            ask_shell(given.clone());
            let listeners = dom::window().map(|window| {
                let opened = given.clone();
                [
                    dom::Listener::new(&window, dom::OPEN, move |_| ask_shell(opened.clone())),
                    dom::Listener::new(&window, "dragover", |event| {
                        drop(files(&event).inspect(|_| event.prevent_default()))
                    }),
                    dom::Listener::new(&window, "drop", move |event| take_dropped(&event, given.clone())),
                ]
            });
            move || drop(listeners)
        });
    }
    let Some(bundle) = (*given).clone() else { return html! {} };
    let close = {
        let given = given.setter();
        Callback::from(move |()| given.set(None))
    };
    let done = {
        let close = close.clone();
        Callback::from(move |()| {
            close.emit(());
            if is_welcome {
                leave.emit(Route::Agents);
            }
        })
    };
    // Another bundle begins the dialog anew.
    html! {
        <ImportDialog
            key={bundle.path.as_str()}
            from={ImportFrom::File}
            given={Some(bundle.clone())}
            on_done={done}
            on_close={close}
        />
    }
}

/// Asks the shell for the bundle that it was asked to open.
fn ask_shell(given: UseStateSetter<Option<GivenBundle>>) {
    spawn_local(async move {
        if let Ok(Some(path)) = ipc::call::<TakeOpenedBundle>(()).await {
            given.set(Some(GivenBundle { path, content: None }));
        }
    });
}

/// Reads the first bundle of what was dropped. Other files belong to what they were dropped on.
fn take_dropped(event: &Event, given: UseStateSetter<Option<GivenBundle>>) {
    let Some(list) = files(event) else { return };
    let dropped = (0..list.length()).filter_map(|place| list.item(place));
    // Whatever it is: the window does not go where a file lies.
    event.prevent_default();
    if let Some(file) = dropped.into_iter().find(dom::is_bundle) {
        read(&file, given);
    }
}

/// What is dragged, where it is files. While it is dragged they have no names yet.
fn files(event: &Event) -> Option<web_sys::FileList> {
    let data = event.dyn_ref::<DragEvent>()?.data_transfer()?;
    let brings = data.types().iter().any(|kind| kind.as_string().as_deref() == Some("Files"));
    if brings { data.files() } else { None }
}

fn read(file: &File, given: UseStateSetter<Option<GivenBundle>>) {
    let Ok(reader) = FileReader::new() else { return };
    let (name, source) = (file.name(), reader.clone());
    let onload = Closure::once_into_js(move || {
        let url = source.result().ok().and_then(|result| result.as_string()).unwrap_or_default();
        if let Some((_, base64)) = url.split_once(";base64,") {
            given.set(Some(GivenBundle { path: name, content: Some(Rc::from(base64)) }));
        }
    });
    reader.set_onload(Some(onload.unchecked_ref()));
    let _ = reader.read_as_data_url(file);
}
