//! The steps of the export wizard. Plain functions: the dialog has the hooks.

use hub_contract::bundle::{BundleConnection, BundleContents, BundleCredential, BundleView};
use hub_contract::catalogue;
use hub_contract::people::{GroupView, MemberView, PlanView};
use hub_contract::platform::Language;
use hub_text::Texts;
use yew::prelude::*;

use super::export_form::{ExportForm, For, Lock, Missing, Place};
use super::preview::date_time;
use crate::components::{
    Banner, CheckMark, Checkbox, Choice, CopyLine, Empty, IconName, NavLink, Segment, Segments, Select, Status,
    StatusKind, TextArea, TextField, Tone,
};
use crate::format;
use crate::pages::settings::passphrase::PassphraseFields;
use crate::route::Route;

/// So many names of agents are told; the rest is a number.
const NAMED: usize = 4;
/// For how many days a bundle can be accepted; 0 is without end.
const DAYS: [u32; 4] = [0, 30, 90, 365];

/// Everybody who can be chosen.
pub(super) struct People<'a> {
    pub members: &'a [MemberView],
    pub plans: &'a [PlanView],
    pub groups: &'a [GroupView],
}

type Form = UseReducerHandle<ExportForm>;

/// What an input does to the form.
fn on<T: 'static>(form: &Form, change: fn(&mut ExportForm, T)) -> Callback<T> {
    let dispatch = form.dispatcher();
    Callback::from(move |value: T| dispatch.dispatch(Box::new(move |form: &mut ExportForm| change(form, value))))
}

/// Who it is for.
pub(super) fn audience(form: &Form, people: &People, tried: bool, t: &Texts) -> Html {
    if people.members.is_empty() && people.plans.is_empty() && people.groups.is_empty() {
        return html! {
            <Empty icon={IconName::People} title={t.get("bundle-nobody")} about={t.get("bundle-nobody-about")}>
                <NavLink to={Route::Members} class="btn primary">{ t.get("nav-members") }</NavLink>
            </Empty>
        };
    }
    let kinds = vec![
        Segment::new(For::Member, t.get("bundle-for-member")),
        Segment::new(For::Grants, t.get("bundle-for-grants")),
    ];
    let nobody = (tried && form.audience().is_none()).then(|| t.get("bundle-nobody-chosen"));
    html! {
        <>
            <div><Segments<For> label={t.get("bundle-for")} segments={kinds} value={form.kind} onchange={on(form, |form, kind| form.kind = kind)} /></div>
            if form.kind == For::Member { { one_member(form, people.members, t) } } else { { grants(form, people, t) } }
            if let Some(words) = nobody { <Banner tone={Tone::Bad} title={words} /> }
        </>
    }
}

fn one_member(form: &Form, members: &[MemberView], t: &Texts) -> Html {
    let none = Choice { value: AttrValue::default(), label: t.get("bundle-choose-member").into() };
    let all = members
        .iter()
        .map(|member| Choice { value: member.id.as_str().to_owned().into(), label: member.name.clone().into() });
    html! {
        <Select
            id="bundle-member"
            label={t.get("bundle-member")}
            help={Some(AttrValue::from(t.get("bundle-member-about")))}
            value={form.member.as_ref().map(|member| member.as_str().to_owned()).unwrap_or_default()}
            choices={std::iter::once(none).chain(all).collect::<Vec<_>>()}
            onchange={on(form, |form, id: String| form.member = Some(id.as_str().into()).filter(|_| !id.is_empty()))}
        />
    }
}

fn grants(form: &Form, people: &People, t: &Texts) -> Html {
    let tick = |name: &str, ticked: bool, onchange: Callback<bool>| {
        html! { <Checkbox label={name.to_owned()} checked={CheckMark::from(ticked)} {onchange} /> }
    };
    html! {
        <>
            <p class="help">{ t.get("bundle-grants-about") }</p>
            if !people.plans.is_empty() {
                <div class="col ticks" role="group" aria-label={t.get("bundle-plans")}>
                    <h3>{ t.get("bundle-plans") }</h3>
                    { for people.plans.iter().map(|plan| {
                        let id = plan.id.clone();
                        let change = on(form, |form, (id, ticked)| toggle(&mut form.plans, id, ticked));
                        tick(&plan.name, form.plans.contains(&plan.id), change.reform(move |ticked| (id.clone(), ticked)))
                    }) }
                </div>
            }
            if !people.groups.is_empty() {
                <div class="col ticks" role="group" aria-label={t.get("bundle-groups")}>
                    <h3>{ t.get("bundle-groups") }</h3>
                    { for people.groups.iter().map(|group| {
                        let id = group.id.clone();
                        let change = on(form, |form, (id, ticked)| toggle(&mut form.groups, id, ticked));
                        tick(&group.name, form.groups.contains(&group.id), change.reform(move |ticked| (id.clone(), ticked)))
                    }) }
                </div>
            }
        </>
    }
}

/// What it would hold, and which credentials go along.
pub(super) fn contents(form: &Form, contents: &BundleContents, language: Language, t: &Texts) -> Html {
    let holds = [("agents", contents.agents.into()), ("connections", contents.connections.len().into())];
    if contents.agents == 0 {
        return html! { <Banner tone={Tone::Warn} title={t.get("bundle-holds-nothing")} advice={t.get("bundle-holds-nothing-advice")} /> };
    }
    html! {
        <>
            <p>{ t.with("bundle-holds", &holds) }</p>
            <div class="col ticks" role="group" aria-label={t.get("bundle-credentials")}>
                <h3>{ t.get("bundle-credentials") }</h3>
                <p class="help">{ t.get("bundle-credentials-about") }</p>
                { for contents.connections.iter().map(|connection| credential(form, connection, language, t)) }
            </div>
            if form.must_be_locked() {
                <Banner tone={Tone::Warn} title={t.get("bundle-carries")} advice={t.get("bundle-carries-advice")} />
            }
        </>
    }
}

fn credential(form: &Form, connection: &BundleConnection, language: Language, t: &Texts) -> Html {
    let platform = catalogue::spec(connection.platform).name.get(language);
    let name =
        if connection.name == platform { platform.to_owned() } else { format!("{} · {platform}", connection.name) };
    let agents = agent_names(&connection.agents, t);
    match connection.credential {
        BundleCredential::Key => {
            let id = connection.id.clone();
            let change = on(form, |form, (id, ticked)| toggle(&mut form.credentials, id, ticked));
            html! {
                <Checkbox
                    label={name}
                    help={Some(AttrValue::from(t.with("bundle-key-opens", &[("agents", agents.into()), ("platform", platform.into())])))}
                    checked={CheckMark::from(form.credentials.contains(&connection.id))}
                    onchange={change.reform(move |ticked| (id.clone(), ticked))}
                />
            }
        }
        BundleCredential::Account => html! {
            <div class="untickable">
                <span>{ name }</span>
                <Status text={t.get("bundle-account-stays")} />
                <p class="help">{ t.with("bundle-account-stays-about", &[("agents", agents.into())]) }</p>
            </div>
        },
        BundleCredential::None => html! {
            <div class="untickable">
                <span>{ name }</span>
                <Status kind={StatusKind::Warn} text={t.get("bundle-no-key")} />
                <p class="help">{ t.with("bundle-no-key-about", &[("agents", agents.into())]) }</p>
            </div>
        },
    }
}

/// What locks it, for how long it is accepted, and where it goes.
pub(super) fn seal(
    form: &Form,
    passphrase: &UseStateHandle<String>,
    repeated: &UseStateHandle<String>,
    missing: Option<Missing>,
    t: &Texts,
) -> Html {
    let mut locks = vec![
        Segment::new(Lock::Passphrase, t.get("passphrase")),
        Segment::new(Lock::Recipients, t.get("bundle-lock-keys")),
    ];
    if !form.must_be_locked() {
        locks.insert(0, Segment::new(Lock::Open, t.get("bundle-lock-none")));
    }
    let choices = DAYS.map(|days| Choice {
        value: days.to_string().into(),
        label: t.with("bundle-days", &[("n", days.into())]).into(),
    });
    let fault = match missing {
        Some(Missing::Passphrase(fault)) => Some(fault),
        _ => None,
    };
    let (path_label, path_about) = match form.place {
        Place::File => (t.get("file-path"), t.get("bundle-place-file-about")),
        Place::Folder => (t.get("bundle-folder"), t.get("bundle-place-folder-about")),
    };
    html! {
        <>
            <div><Segments<Lock> label={t.get("bundle-lock")} segments={locks} value={form.lock} onchange={on(form, |form, lock| form.lock = lock)} /></div>
            { match form.lock {
                Lock::Open => html! { <p class="help">{ t.get("bundle-lock-none-about") }</p> },
                Lock::Passphrase => html! {
                    <PassphraseFields
                        passphrase={passphrase.clone()}
                        repeated={repeated.clone()}
                        is_new=true
                        {fault}
                        lost={t.get("bundle-passphrase-lost")}
                    />
                },
                Lock::Recipients => html! {
                    <TextArea
                        id="bundle-recipients"
                        label={t.get("bundle-lock-keys")}
                        help={Some(AttrValue::from(t.get("bundle-lock-keys-about")))}
                        placeholder="age1…"
                        short=true
                        mono=true
                        value={form.recipients.clone()}
                        error={(missing == Some(Missing::Recipients)).then(|| AttrValue::from(t.get("bundle-lock-keys-missing")))}
                        oninput={on(form, |form, text| form.recipients = text)}
                    />
                },
            } }
            <Select
                id="bundle-days"
                label={t.get("bundle-until")}
                help={Some(AttrValue::from(t.get("bundle-until-about")))}
                value={form.days.to_string()}
                choices={choices.to_vec()}
                onchange={on(form, |form, days: String| form.days = days.parse().unwrap_or_default())}
            />
            <TextField
                id="bundle-issuer"
                label={t.get("bundle-issuer")}
                help={Some(AttrValue::from(t.get("bundle-issuer-about")))}
                value={form.issuer.clone()}
                max_chars={hub_contract::name::NAME_MAX}
                oninput={on(form, |form, name| form.issuer = name)}
            />
            <TextField
                id="bundle-out"
                label={path_label}
                help={Some(AttrValue::from(path_about))}
                value={form.path.clone()}
                mono=true
                max_chars={4096}
                error={(missing == Some(Missing::Path)).then(|| AttrValue::from(t.get("file-path-missing")))}
                oninput={on(form, |form, path| form.path = path)}
            />
        </>
    }
}

/// What was written, and what has to be handed over on which way.
pub(super) fn done(form: &ExportForm, made: &BundleView, t: &Texts) -> Html {
    let facts = [
        (t.get("copy-credentials"), format::count(made.credentials.into())),
        (t.get("bundle-serial"), made.serial.to_string()),
        (t.get("bundle-until"), made.not_after.map_or_else(|| t.get("bundle-until-never"), date_time)),
    ];
    html! {
        <>
            <Banner tone={Tone::Ok} title={t.with("bundle-written", &[("n", made.agents.into())])} />
            <CopyLine text={form.path.clone()} label={t.get("file-path")} />
            <dl class="facts in-3">
                { for facts.into_iter().map(|(name, value)| html! { <div><dt>{ name }</dt><dd>{ value }</dd></div> }) }
            </dl>
            <CopyLine tag={t.get("bundle-fingerprint")} text={made.fingerprint.clone()} label={t.get("bundle-fingerprint")} />
            <ol class="handover">
                <li>{ if form.place == Place::File { t.get("bundle-hand-file") } else { t.get("bundle-hand-folder") } }</li>
                if form.lock == Lock::Passphrase { <li>{ t.get("bundle-hand-passphrase") }</li> }
                <li>{ t.get("bundle-hand-fingerprint") }</li>
            </ol>
        </>
    }
}

fn toggle<T: Ord>(set: &mut std::collections::BTreeSet<T>, one: T, ticked: bool) {
    if ticked {
        set.insert(one);
    } else {
        set.remove(&one);
    }
}

fn agent_names(agents: &[String], t: &Texts) -> String {
    let named = agents.iter().take(NAMED).cloned().collect::<Vec<_>>().join(&t.get("bundle-comma"));
    match agents.len().saturating_sub(NAMED) {
        0 => named,
        more => t.with("bundle-and-more", &[("names", named.into()), ("n", more.into())]),
    }
}
