//! The form of a connection, drawn from the catalogue: guide left, fields right.

mod address;
mod advanced;
mod form;
mod next;
mod submit;

use hub_contract::PlatformId;
use hub_contract::catalogue::{BASE_URL, CLIENT_ID};
use hub_contract::connection::{AddressNote, ConnectionView, TestReport};
use hub_contract::id::ConnectionId;
use hub_contract::platform::{ConnectedAs, FieldKind, FieldSpec};
use yew::prelude::*;

use self::address::{AddressOutcome, note_words, use_address_check};
use self::advanced::advanced_address;
use self::form::{Fault, Form, FormAction, Phase, ProxyMode};
pub(super) use self::next::{next_page, waits_for_authorization};
use self::submit::use_submit;
use super::authorize::Registration;
use super::guide::Guide;
use crate::components::{
    Banner, Button, ButtonKind, ButtonSize, CheckMark, Checkbox, Dialog, DialogSize, ErrorBanner, Field, IconName,
    MonogramSize, PlatformMonogram, SecretField, Segment, Segments, TextField, Tone,
};
use crate::dom;
use crate::pages::connection_words::passed_words;
use crate::pages::proxy::ProxyFields;
use crate::state::{Membership, use_membership, use_prefs, use_texts};

#[derive(Properties, PartialEq)]
pub struct ConnectDialogProps {
    pub platform: PlatformId,
    /// The connection to change; absent makes a new one.
    #[prop_or_default]
    pub connection: Option<ConnectionView>,
    pub on_close: Callback<()>,
    /// A client was saved whose account is yet to be authorised.
    #[prop_or_default]
    pub on_authorize: Callback<ConnectionId>,
}

#[component]
pub fn ConnectDialog(props: &ConnectDialogProps) -> Html {
    let t = use_texts();
    let language = use_prefs().language();
    let form = {
        let (platform, connection) = (props.platform, props.connection.clone());
        use_reducer(move || Form::new(platform, connection))
    };
    let submit = use_submit(form.clone(), props.on_close.clone(), props.on_authorize.clone());
    {
        let dispatch = form.dispatcher();
        let on_check = Callback::from(move |check| dispatch.dispatch(FormAction::Checked(check)));
        use_address_check(props.platform, form.address().to_owned(), form.keeps_address(), on_check);
    }

    let membership = use_membership();
    let managed_by = membership.view().filter(|_| is_managed(&form, &membership)).map(|view| view.issuer.clone());
    let name = form.spec.name.get(language);
    let title = match &form.editing {
        Some(connection) => t.with("connect-edit-title", &[("name", connection.name.as_str().into())]),
        None => t.with("connect-title", &[("name", name.into())]),
    };
    let busy = form.phase != Phase::Typing;
    let testing = (form.phase == Phase::Testing).then(|| AttrValue::from(t.get("testing")));
    let saving = (form.phase == Phase::Saving).then(|| AttrValue::from(t.get("saving")));
    // A stored key never leaves the core, so a changed form cannot be tried with it before it is saved.
    let untestable = (form.is_dirty() && form.spec.fields.iter().any(|field| form.keeps_secret(field.key)))
        .then(|| AttrValue::from(t.get("connect-test-on-save")));

    // Another account, or the same one again; what was typed is saved first.
    let client = form.editing.as_ref().filter(|connection| connection.fields.contains_key(CLIENT_ID));
    let authorize = client.map(|connection| {
        let (id, on_close, on_authorize) = (connection.id.clone(), props.on_close.clone(), props.on_authorize.clone());
        Callback::from(move |()| {
            on_close.emit(());
            on_authorize.emit(id.clone());
        })
    });

    html! {
        <Dialog
            {title}
            size={DialogSize::Large}
            mark={html! { <PlatformMonogram platform={props.platform} size={MonogramSize::S24} /> }}
            dirty={form.is_dirty()}
            // A test that gets no answer can be left; what is being saved cannot.
            busy={form.phase == Phase::Saving}
            bare_body=true
            on_close={props.on_close.clone()}
            on_submit={Some(submit.save.clone())}
            foot_left={html! {
                <>
                    <Button
                        label={t.get("action-test")}
                        icon={IconName::Test}
                        kind={ButtonKind::Quiet}
                        reason={untestable}
                        busy={testing}
                        onclick={submit.test.clone()}
                    />
                    if let Some(authorize) = authorize {
                        <Button
                            label={t.get("action-authorize")}
                            icon={IconName::Key}
                            kind={ButtonKind::Quiet}
                            disabled={form.is_dirty() || busy}
                            onclick={authorize}
                        />
                    }
                </>
            }}
            primary={html! {
                <Button label={t.get("action-save")} kind={ButtonKind::Primary} submit=true disabled={busy && saving.is_none()} busy={saving} />
            }}
        >
            <div class="two-col">
                <div class="aside">
                    <Guide platform={props.platform} />
                    if form.spec.id == PlatformId::Coze { <Registration /> }
                </div>
                <div class="form">
                    if let Some(issuer) = managed_by {
                        <Banner
                            title={t.with("bundle-managed", &[("issuer", issuer.into())])}
                            advice={t.get("connect-managed")}
                        />
                    }
                    { for form.spec.fields.iter().map(|field| html! { <FormField field={*field} form={form.clone()} /> }) }
                    <NameField form={form.clone()} />
                    if let Some(field) = advanced_address(form.spec) { <MoreField {field} form={form.clone()} /> }
                    if form.spec.connected_as == ConnectedAs::Models && form.editing.is_none() {
                        <ModelsField form={form.clone()} />
                    }
                    <ProxyPart form={form.clone()} />
                    <Outcome form={form.clone()} save_anyway={submit.save_anyway.clone()} />
                </div>
            </div>
        </Dialog>
    }
}

/// The address where the platform's form asks for none: closed until somebody wants it or it is wrong.
#[component]
fn MoreField(props: &FormFieldProps) -> Html {
    let t = use_texts();
    let (field, form) = (props.field, &props.form);
    let usual = form.editing.as_ref().is_none_or(|connection| connection.base_url == form.spec.base_url);
    let is_wrong = form.shown_fault(&field).is_some() || is_blamed(form, &field);
    // Once it had to be open it stays so: it must not close under the hand that mends it.
    let needed = use_mut_ref(|| false);
    let open = !usual || is_wrong || *needed.borrow();
    needed.replace(open);
    html! {
        <details class="more" {open}>
            <summary>{ t.get("more") }</summary>
            <FormField {field} form={form.clone()} />
        </details>
    }
}

/// Whose proxy the connection uses: closed while it is the Hub's.
#[component]
fn ProxyPart(props: &FormProps) -> Html {
    let t = use_texts();
    let form = &props.form;
    // Once it had to be open it stays so, as for the address.
    let needed = use_mut_ref(|| false);
    let open = form.proxy != ProxyMode::Hub || *needed.borrow();
    needed.replace(open);
    let modes = vec![
        Segment::new(ProxyMode::Hub, t.get("connect-proxy-hub")),
        Segment::new(ProxyMode::None, t.get("proxy-none")),
        Segment::new(ProxyMode::Own, t.get("connect-proxy-own")),
    ];
    let set_mode = {
        let (dispatch, draft) = (form.dispatcher(), form.proxy_draft.clone());
        Callback::from(move |mode| dispatch.dispatch(FormAction::Proxy(mode, draft.clone())))
    };
    let set_draft = {
        let (dispatch, mode) = (form.dispatcher(), form.proxy);
        Callback::from(move |draft| dispatch.dispatch(FormAction::Proxy(mode, draft)))
    };
    let blamed = form.failure.as_ref().is_some_and(|error| error.detail.field.as_deref() == Some("proxy"));
    let fault = form.proxy_fault().filter(|_| form.submitted).map(|fault| fault.words(&t));
    let error = fault.or_else(|| blamed.then(|| t.get("proxy-scheme"))).map(AttrValue::from);
    html! {
        <details class="more" {open}>
            <summary>{ t.get("proxy") }</summary>
            <div class="field">
                <div><Segments<ProxyMode> label={t.get("proxy")} segments={modes} value={form.proxy} onchange={set_mode} /></div>
                <p class="help">{ t.get("connect-proxy-about") }</p>
            </div>
            if form.proxy == ProxyMode::Own {
                <ProxyFields draft={form.proxy_draft.clone()} {error} onchange={set_draft} />
            }
        </details>
    }
}

/// Whether it came in a bundle: then only credentials and the proxy are the person's own.
fn is_managed(form: &Form, membership: &Membership) -> bool {
    form.editing.as_ref().is_some_and(|connection| membership.manages(&connection.id))
}

fn is_blamed(form: &Form, field: &FieldSpec) -> bool {
    form.failure.as_ref().is_some_and(|error| error.detail.field.as_deref() == Some(field.key))
}

#[derive(Properties, PartialEq)]
struct FormFieldProps {
    field: FieldSpec,
    form: UseReducerHandle<Form>,
}

/// One field of the catalogue.
#[component]
fn FormField(props: &FormFieldProps) -> Html {
    let t = use_texts();
    let language = use_prefs().language();
    let membership = use_membership();
    let (field, form) = (&props.field, &props.form);
    let id = format!("connect-{}", field.key);
    let blamed = form.failure.as_ref().filter(|error| error.detail.field.as_deref() == Some(field.key));
    let error = match (form.shown_fault(field), blamed) {
        (Some(Fault::Missing), _) if form.origin_changes() && field.kind == FieldKind::Secret => {
            Some(t.get("connect-key-again"))
        }
        (Some(Fault::Missing), _) => Some(t.with("field-missing", &[("name", field.label.get(language).into())])),
        (Some(Fault::Address(note)), _) => Some(note_words(note, &t)),
        (Some(Fault::PlainHttp), _) => Some(t.get("address-plain-http")),
        (None, Some(error)) => Some(t.error(error).title),
        (None, None) => None,
    };
    let error = error.map(AttrValue::from);
    let typed = {
        let (dispatch, key) = (form.dispatcher(), field.key);
        Callback::from(move |value: Option<String>| dispatch.dispatch(FormAction::Typed(key.to_owned(), value)))
    };
    let left = {
        let (dispatch, key) = (form.dispatcher(), field.key);
        Callback::from(move |()| dispatch.dispatch(FormAction::Left(key.to_owned())))
    };
    let is_first = form.spec.fields.first().is_some_and(|first| first.key == field.key);
    if field.kind == FieldKind::Secret {
        let stored = form.editing.as_ref().and_then(|connection| connection.secrets.get(field.key).cloned());
        return html! {
            <SecretField
                {id}
                label={field.label.get(language)}
                value={form.value(field.key).map(|value| AttrValue::from(value.to_owned()))}
                {stored}
                optional={!field.required}
                max_chars={field.max_chars}
                autofocus={is_first}
                {error}
                oninput={typed}
            />
        };
    }
    let value = form.value(field.key).unwrap_or_default().to_owned();
    html! {
        <>
            <TextField
                {id}
                label={field.label.get(language)}
                {value}
                placeholder={field.placeholder}
                optional={!field.required}
                mono={field.kind == FieldKind::Address}
                max_chars={field.max_chars}
                disabled={is_managed(form, &membership)}
                autofocus={is_first}
                {error}
                oninput={typed.reform(Some)}
                onblur={left}
            />
            if field.key == BASE_URL { <AddressRemarks form={form.clone()} /> }
        </>
    }
}

#[derive(Properties, PartialEq)]
struct FormProps {
    form: UseReducerHandle<Form>,
}

/// Below the address: what becomes of it, the ticks for an address as typed and for plain http, and the warning about the stored key.
#[component]
fn AddressRemarks(props: &FormProps) -> Html {
    let t = use_texts();
    let form = &props.form;
    let check = form.current_check().cloned();
    let is_plain = check.as_ref().is_some_and(|check| check.notes.contains(&AddressNote::PlainHttp));
    let is_guessed = check.as_ref().is_some_and(|check| check.notes.iter().any(|note| note.is_guess()));
    let keeps = form.editing.as_ref().is_some_and(|connection| connection.secrets.values().any(|one| one.has_secret));
    let allow = {
        let dispatch = form.dispatcher();
        Callback::from(move |allow| dispatch.dispatch(FormAction::AllowPlainHttp(allow)))
    };
    let use_as_typed = {
        let dispatch = form.dispatcher();
        Callback::from(move |as_typed| dispatch.dispatch(FormAction::AsTyped(as_typed)))
    };
    html! {
        <>
            <AddressOutcome {check} />
            if is_guessed || form.as_typed {
                <Checkbox
                    label={t.get("address-as-typed")}
                    help={Some(AttrValue::from(t.get("address-as-typed-about")))}
                    checked={CheckMark::from(form.as_typed)}
                    onchange={use_as_typed}
                />
            }
            // Where it is ticked it stands before the check has come: the form must not grow under the pointer.
            if is_plain || (form.allow_plain_http && form.current_check().is_none()) {
                <Checkbox
                    label={t.get("address-allow-http")}
                    help={Some(AttrValue::from(t.get("address-allow-http-about")))}
                    checked={CheckMark::from(form.allow_plain_http)}
                    onchange={allow}
                />
            }
            if keeps && form.origin_changes() {
                <Banner tone={Tone::Warn} title={t.get("connect-origin-changes")} advice={t.get("connect-key-again")} />
            }
        </>
    }
}

#[component]
fn NameField(props: &FormProps) -> Html {
    let t = use_texts();
    let language = use_prefs().language();
    let form = &props.form;
    let membership = use_membership();
    let dispatch = form.dispatcher();
    html! {
        <TextField
            id="connect-name"
            label={t.get("connect-name")}
            value={form.name.clone()}
            placeholder={form.spec.name.get(language)}
            optional=true
            max_chars={100}
            disabled={is_managed(form, &membership)}
            oninput={move |name| dispatch.dispatch(FormAction::Name(name))}
        />
    }
}

/// 启用模型: ids can be typed at once; the list to tick comes with the saved connection.
#[component]
fn ModelsField(props: &FormProps) -> Html {
    let t = use_texts();
    let form = &props.form;
    let oninput = {
        let dispatch = form.dispatcher();
        Callback::from(move |event: InputEvent| dispatch.dispatch(FormAction::Models(dom::value_of(&event))))
    };
    html! {
        <Field label={t.get("connect-models")} control="connect-models" optional=true help={Some(AttrValue::from(t.get("connect-models-about")))}>
            <textarea
                id="connect-models"
                class="area short mono"
                value={form.models.clone()}
                placeholder={t.get("connect-models-placeholder")}
                aria-describedby="connect-models-help"
                spellcheck="false"
                {oninput}
            />
        </Field>
    }
}

#[derive(Properties, PartialEq)]
struct OutcomeProps {
    form: UseReducerHandle<Form>,
    save_anyway: Callback<()>,
}

/// How the last test or save ended. It is brought into view: the form may be longer than the window.
#[component]
fn Outcome(props: &OutcomeProps) -> Html {
    let t = use_texts();
    let form = &props.form;
    let node = use_node_ref();
    {
        let node = node.clone();
        let is_there = form.failure.is_some() || form.tested.is_some();
        use_effect_with(is_there, move |is_there| {
            if let Some(element) = node.cast::<web_sys::Element>().filter(|_| *is_there) {
                element.scroll_into_view();
            }
        });
    }
    let connection = Some(AttrValue::from(form.name.trim().to_owned()));
    let content = match (&form.failure, &form.tested) {
        (Some(error), _) => {
            // What only the test found can be saved in spite of it, for example a server that is switched off now.
            let can_save = !error.code.is_own_state() && error.detail.field.is_none() && form.is_complete();
            html! {
                <ErrorBanner error={error.clone()} {connection}>
                    if can_save {
                        <Button
                            label={t.get("connect-save-anyway")}
                            size={ButtonSize::Small}
                            onclick={props.save_anyway.clone()}
                        />
                    }
                </ErrorBanner>
            }
        }
        (None, Some(Ok(TestReport { error: Some(error), .. }) | Err(error))) => {
            html! { <ErrorBanner error={error.clone()} {connection} /> }
        }
        (None, Some(Ok(report))) => {
            let advice = if report.key_verified == Some(false) { t.get("test-key-unproven") } else { String::new() };
            html! { <Banner tone={Tone::Ok} title={passed_words(report, &t)} {advice} /> }
        }
        (None, None) => html! {},
    };
    html! { <div ref={node}>{ content }</div> }
}
