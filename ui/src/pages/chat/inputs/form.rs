//! Draws the fields of a form by their kinds.

use hub_contract::run::InputField;
use hub_text::Texts;
use web_sys::{HtmlElement, HtmlInputElement};
use yew::prelude::*;

use super::super::attach::{Attached, LARGEST, files_of, read};
use super::label_of;
use super::state::{InputsAction, InputsState};
use super::values::{Entry, Fault, Kind};
use crate::components::{
    Button, ButtonSize, CheckMark, Checkbox, Field, Icon, IconButton, IconName, IconSize, TextArea, TextField,
};
use crate::state::use_texts;
use crate::{dom, format};

#[derive(Properties, PartialEq)]
pub(in super::super) struct InputFormProps {
    pub(in super::super) state: UseReducerHandle<InputsState>,
    /// Begins the ids of its controls; unique on the page.
    pub(in super::super) id: AttrValue,
    #[prop_or_default]
    pub(in super::super) disabled: bool,
}

/// The fields of a form.
#[component]
pub(in super::super) fn InputForm(props: &InputFormProps) -> Html {
    html! {
        <div class="inputs">
            { for props.state.fields.iter().enumerate().map(|(place, field)| html! {
                <InputControl
                    key={field.name.clone()}
                    id={control_id(&props.id, place)}
                    field={field.clone()}
                    state={props.state.clone()}
                    disabled={props.disabled}
                />
            }) }
        </div>
    }
}

/// Gives the focus to the field at that place.
pub(in super::super) fn focus_field(id: &str, place: usize) {
    dom::focus_first(&format!("#{}", control_id(id, place)));
}

fn control_id(id: &str, place: usize) -> String {
    format!("{id}-{place}")
}

#[derive(Properties, PartialEq)]
struct InputControlProps {
    id: AttrValue,
    field: InputField,
    state: UseReducerHandle<InputsState>,
    disabled: bool,
}

#[component]
fn InputControl(props: &InputControlProps) -> Html {
    let t = use_texts();
    let (field, state) = (&props.field, &props.state);
    let own_label = label_of(field);
    let label =
        if field.required { t.with("input-required", &[("label", own_label.into())]) } else { own_label.to_owned() };
    let error = state.shown_fault(field).map(|fault| AttrValue::from(fault_words(fault, own_label, &t)));
    let text = match state.values.get(&field.name) {
        Some(Entry::Text(text)) => text.clone(),
        _ => String::new(),
    };
    let typed = {
        let (dispatch, name) = (state.dispatcher(), field.name.clone());
        Callback::from(move |text: String| dispatch.dispatch(InputsAction::Set(name.clone(), Entry::Text(text))))
    };
    let (id, disabled) = (props.id.clone(), props.disabled);
    match Kind::of(field) {
        Kind::Text | Kind::Number => html! {
            <TextField {id} {label} value={text} {error} {disabled} oninput={typed} />
        },
        Kind::Paragraph => html! {
            <TextArea {id} {label} value={text} {error} {disabled} short=true oninput={typed} />
        },
        Kind::Select => html! {
            <Options {id} {label} value={text} options={field.options.clone()} {error} {disabled} onchange={typed} />
        },
        Kind::Checkbox => {
            let on = state.values.get(&field.name) == Some(&Entry::Tick(true));
            let onchange = {
                let (dispatch, name) = (state.dispatcher(), field.name.clone());
                Callback::from(move |on: bool| dispatch.dispatch(InputsAction::Set(name.clone(), Entry::Tick(on))))
            };
            // A tick is an answer either way, so it is never marked as required.
            html! { <Checkbox label={own_label.to_owned()} checked={CheckMark::from(on)} {disabled} {onchange} /> }
        }
        Kind::Files { several } => {
            let files = match state.values.get(&field.name) {
                Some(Entry::Files(files)) => files.clone(),
                _ => Vec::new(),
            };
            html! { <Files {id} {label} name={field.name.clone()} {several} {files} {error} {disabled} state={state.clone()} /> }
        }
    }
}

#[derive(Properties, PartialEq)]
struct OptionsProps {
    id: AttrValue,
    label: AttrValue,
    value: AttrValue,
    options: Vec<String>,
    error: Option<AttrValue>,
    disabled: bool,
    onchange: Callback<String>,
}

/// A native select that may stand on nothing.
#[component]
fn Options(props: &OptionsProps) -> Html {
    let t = use_texts();
    let onchange = props.onchange.reform(|event: Event| dom::value_of(&event));
    let described = props.error.as_ref().map(|_| format!("{}-help", props.id));
    html! {
        <Field label={props.label.clone()} control={props.id.clone()} error={props.error.clone()}>
            <div class={classes!("input", "select", props.error.is_some().then_some("is-bad"))}>
                <select
                    id={props.id.clone()}
                    disabled={props.disabled}
                    aria-invalid={props.error.is_some().then_some("true")}
                    aria-describedby={described}
                    {onchange}
                >
                    <option value="" selected={props.value.is_empty()}>{ t.get("input-choose") }</option>
                    { for props.options.iter().map(|option| html! {
                        <option value={option.clone()} selected={*option == *props.value}>{ option }</option>
                    }) }
                </select>
                <Icon name={IconName::Down} size={IconSize::S14} />
            </div>
        </Field>
    }
}

#[derive(Properties, PartialEq)]
struct FilesProps {
    id: AttrValue,
    label: AttrValue,
    /// The field's key.
    name: String,
    several: bool,
    files: Vec<Attached>,
    error: Option<AttrValue>,
    disabled: bool,
    state: UseReducerHandle<InputsState>,
}

/// One file or several, read when they are chosen.
#[component]
fn Files(props: &FilesProps) -> Html {
    let t = use_texts();
    let picker = use_node_ref();
    let too_large = use_state_eq(|| false);
    let pick = {
        let picker = picker.clone();
        Callback::from(move |()| {
            if let Some(input) = picker.cast::<HtmlElement>() {
                input.click();
            }
        })
    };
    let onchange = {
        let (picker, too_large, several) = (picker.clone(), too_large.clone(), props.several);
        let (dispatch, name) = (props.state.dispatcher(), props.name.clone());
        Callback::from(move |_: Event| {
            let Some(input) = picker.cast::<HtmlInputElement>() else { return };
            let files = files_of(input.files());
            input.set_value("");
            too_large.set(files.iter().any(|file| file.size() > LARGEST));
            for file in files.iter().filter(|file| file.size() <= LARGEST) {
                let (dispatch, name) = (dispatch.clone(), name.clone());
                let done = move |one: Attached| {
                    dispatch.dispatch(if several {
                        InputsAction::AddFile(name.clone(), one)
                    } else {
                        InputsAction::Set(name.clone(), Entry::Files(vec![one]))
                    });
                };
                read(file, Callback::from(done));
            }
        })
    };
    let remove = |place: usize| {
        let kept = props.files.iter().enumerate().filter(|(at, _)| *at != place).map(|(_, file)| file.clone());
        let (dispatch, name, rest) = (props.state.dispatcher(), props.name.clone(), kept.collect::<Vec<_>>());
        Callback::from(move |()| {
            dispatch.dispatch(InputsAction::Set(name.clone(), Entry::Files(rest.clone())));
        })
    };
    let error = too_large.then(|| AttrValue::from(t.get("input-file-large"))).or_else(|| props.error.clone());
    let words =
        if props.several || props.files.is_empty() { t.get("input-file-choose") } else { t.get("action-replace") };
    html! {
        <Field label={props.label.clone()} control={props.id.clone()} {error}>
            <div class="input-files">
                <input
                    ref={picker}
                    type="file"
                    multiple={props.several}
                    hidden=true
                    tabindex="-1"
                    aria-hidden="true"
                    {onchange}
                />
                <Button
                    id={props.id.clone()}
                    name={format!("{words} · {}", props.label)}
                    label={words}
                    icon={IconName::Clip}
                    size={ButtonSize::Small}
                    disabled={props.disabled}
                    onclick={pick}
                />
                { for props.files.iter().enumerate().map(|(place, file)| html! {
                    <span class="chip">
                        <Icon name={IconName::File} size={IconSize::S14} />
                        <span class="clip">{ &file.input.name }</span>
                        <span class="dim">{ format::bytes(file.bytes) }</span>
                        <IconButton
                            icon={IconName::Close}
                            icon_size={IconSize::S12}
                            label={t.with("chat-attach-remove", &[("name", file.input.name.as_str().into())])}
                            disabled={props.disabled}
                            onclick={remove(place)}
                        />
                    </span>
                }) }
            </div>
        </Field>
    }
}

fn fault_words(fault: Fault, label: &str, t: &Texts) -> String {
    match fault {
        Fault::Missing => t.with("field-missing", &[("name", label.into())]),
        Fault::NotANumber => t.get("input-not-a-number"),
        Fault::TooLong(most) => t.with("input-too-long", &[("n", most.into())]),
    }
}
