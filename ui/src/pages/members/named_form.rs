//! The form of a plan or user group: its name.

use hub_contract::HubError;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use super::named::{Kind, Named};
use super::names;
use super::people::People;
use crate::components::{Button, ButtonKind, Dialog, ErrorBanner, TextField};
use crate::pages::agents::field_fault;
use crate::state::{Toast, use_texts, use_toasts};

#[derive(Properties, PartialEq)]
pub(super) struct NamedDialogProps {
    pub kind: Kind,
    pub people: People,
    /// The one to rename; absent makes a new one.
    pub named: Option<Named>,
    pub on_changed: Callback<()>,
    pub on_close: Callback<()>,
}

#[component]
pub(super) fn NamedDialog(props: &NamedDialogProps) -> Html {
    let t = use_texts();
    let toasts = use_toasts();
    let before = props.named.as_ref().map(|named| named.name.clone()).unwrap_or_default();
    let name = {
        let before = before.clone();
        use_state_eq(move || before)
    };
    let tried = use_state_eq(|| false);
    let busy = use_state_eq(|| false);
    let refused = use_state(|| None::<HubError>);
    let own = props.named.as_ref().map(|named| named.id.as_str());
    let others = props.people.all(props.kind).iter().filter(|one| Some(one.id.as_str()) != own);
    let fault = names::fault(&name, others.map(|one| one.name.as_str()));
    let dirty = *name != before;
    let oninput = {
        let (name, refused) = (name.clone(), refused.clone());
        Callback::from(move |text: String| {
            name.set(text);
            refused.set(None);
        })
    };
    let save = {
        let (kind, id, typed, is_good) = (props.kind, own.map(str::to_owned), (*name).clone(), fault.is_none());
        let (tried, busy, refused, toasts, t) = (tried.clone(), busy.clone(), refused.clone(), toasts, t.clone());
        let (on_changed, on_close) = (props.on_changed.clone(), props.on_close.clone());
        Callback::from(move |()| {
            tried.set(true);
            if !is_good || *busy {
                return;
            }
            let (busy, refused, toasts, t) = (busy.clone(), refused.clone(), toasts.clone(), t.clone());
            let (on_changed, on_close) = (on_changed.clone(), on_close.clone());
            let (id, typed) = (id.clone(), typed.clone());
            busy.set(true);
            spawn_local(async move {
                let reply = kind.save(id, typed).await;
                busy.set(false);
                match reply {
                    Ok(saved) => {
                        on_close.emit(());
                        on_changed.emit(());
                        toasts.show(Toast::done(t.with("agent-saved", &[("name", saved.name.into())])));
                    }
                    Err(error) => refused.set(Some(error)),
                }
            });
        })
    };
    let of = [("kind", props.kind.word().into()), ("name", before.into())];
    let (title, label) = match own {
        None => (t.with("named-add", &of), t.with("named-add", &of)),
        Some(_) => (t.with("named-rename-title", &of), t.get("action-save")),
    };
    let shown = names::shown(refused.as_ref(), fault, dirty || *tried);
    html! {
        <Dialog
            {title}
            {dirty}
            busy={*busy}
            on_close={props.on_close.clone()}
            on_submit={Some(save)}
            primary={html! {
                <Button
                    {label}
                    kind={ButtonKind::Primary}
                    submit=true
                    busy={busy.then(|| AttrValue::from(t.get("saving")))}
                />
            }}
        >
            <TextField
                id="named-name"
                label={t.get("agent-name")}
                value={(*name).clone()}
                autofocus=true
                help={Some(AttrValue::from(t.with("named-name-about", &of)))}
                error={field_fault(shown.as_ref(), "name", &t)}
                {oninput}
            />
            if let Some(error) = refused.as_ref().filter(|error| error.detail.field.as_deref() != Some("name")) {
                <ErrorBanner error={error.clone()} />
            }
        </Dialog>
    }
}
