//! The first page of an empty Hub: three doors, and language and theme beside them.

use hub_contract::platform::Language;
use hub_contract::settings::Theme;
use wasm_bindgen::JsCast;
use yew::prelude::*;
use yew_router::prelude::*;

use crate::components::{Button, ButtonKind, Icon, IconName, IconSize, Segment, Segments};
use crate::dom;
use crate::pages::settings::{ImportDialog, ImportFrom};
use crate::route::Route;
use crate::state::{use_info, use_policy, use_prefs, use_texts};

#[component]
pub fn OnboardingPage() -> Html {
    let t = use_texts();
    let info = use_info().info;
    let leave = use_leave();
    let bundle = use_state_eq(|| false);
    let provided = use_policy().bundle_path.clone();
    let from = if provided.is_some() { ImportFrom::Followed } else { ImportFrom::File };

    let open_bundle = {
        let bundle = bundle.clone();
        Callback::from(move |()| bundle.set(true))
    };
    let to_platforms = leave.reform(|()| Route::Platforms);
    let to_models = leave.reform(|()| Route::AddModels);
    let to_agents = leave.reform(|()| Route::Agents);
    let look_first = leave.reform(|()| Route::Chat);
    use_number_keys([open_bundle.clone(), to_platforms.clone(), to_models.clone()]);
    use_effect_with((), |()| {
        dom::focus_first(".door[data-first]");
    });

    html! {
        <main class="welcome" tabindex="-1" data-region="main">
            <header class="bar"><span class="grow"></span><LanguageSwitch /><ThemeSwitch /></header>
            <div class="mid">
                <div class="title">
                    <div class="mark"><Icon name={IconName::Hub} size={IconSize::S24} /></div>
                    <h1>{ t.get("welcome-title") }</h1>
                    <p>{ t.get("welcome-about") }</p>
                </div>
                <div class="doors">
                    <Door
                        icon={IconName::Bundle}
                        title={if provided.is_some() { t.get("policy-bundle") } else { t.get("welcome-bundle") }}
                        about={provided.unwrap_or_else(|| t.get("welcome-bundle-about"))}
                        action={t.get("welcome-bundle-action")}
                        key_hint="1"
                        onclick={open_bundle}
                    />
                    <Door
                        icon={IconName::Platform}
                        title={t.get("welcome-platform")}
                        about={t.get("welcome-platform-about")}
                        action={t.get("welcome-platform-action")}
                        key_hint="2"
                        first=true
                        onclick={to_platforms}
                    />
                    <Door
                        icon={IconName::Key}
                        title={t.get("welcome-model")}
                        about={t.get("welcome-model-about")}
                        action={t.get("welcome-model-action")}
                        key_hint="3"
                        onclick={to_models}
                    />
                </div>
                <Button label={t.get("welcome-look-first")} kind={ButtonKind::Quiet} onclick={look_first} />
            </div>
            <footer class="bar">
                <Icon name={IconName::Shield} />
                <span>{ t.get("welcome-promise") }</span>
                <span class="grow"></span>
                <span>{ t.with("data-kept-in", &[("path", info.data_dir.as_str().into())]) }</span>
                <span>{ &info.version }</span>
            </footer>
            if *bundle {
                <ImportDialog {from} on_done={to_agents} on_close={move |()| bundle.set(false)} />
            }
        </main>
    }
}

#[derive(Properties, PartialEq)]
struct DoorProps {
    icon: IconName,
    title: AttrValue,
    about: AttrValue,
    action: AttrValue,
    key_hint: AttrValue,
    #[prop_or_default]
    first: bool,
    onclick: Callback<()>,
}

#[component]
fn Door(props: &DoorProps) -> Html {
    let onclick = props.onclick.reform(|_: MouseEvent| ());
    html! {
        <button type="button" class="door" data-first={props.first.then_some("")} aria-keyshortcuts={props.key_hint.clone()} {onclick}>
            <Icon name={props.icon} size={IconSize::S24} />
            <h2>{ &props.title }</h2>
            <p>{ &props.about }</p>
            <span class="go">{ &props.action }<kbd>{ &props.key_hint }</kbd></span>
        </button>
    }
}

/// Names the languages in themselves, so that anybody finds the own one.
#[component]
pub fn LanguageSwitch() -> Html {
    let t = use_texts();
    let prefs = use_prefs();
    let segments = vec![
        Segment { value: Language::ZhCn, label: "中文".into(), lang: Some("zh-CN") },
        Segment { value: Language::En, label: "English".into(), lang: Some("en") },
    ];
    let value = prefs.language();
    let onchange =
        Callback::from(move |language| prefs.change(move |preferences| preferences.language = Some(language)));
    html! { <Segments<Language> label={t.get("language")} {segments} {value} {onchange} /> }
}

#[component]
pub fn ThemeSwitch() -> Html {
    let t = use_texts();
    let prefs = use_prefs();
    let segments = vec![
        Segment::new(Theme::System, t.get("theme-system")),
        Segment::new(Theme::Light, t.get("theme-light")),
        Segment::new(Theme::Dark, t.get("theme-dark")),
    ];
    let value = prefs.preferences().theme;
    let onchange = Callback::from(move |theme| prefs.change(move |preferences| preferences.theme = theme));
    html! { <Segments<Theme> label={t.get("theme")} {segments} {value} {onchange} /> }
}

/// Leaves the first page for good.
#[hook]
pub fn use_leave() -> Callback<Route> {
    let prefs = use_prefs();
    let navigator = use_navigator();
    Callback::from(move |route: Route| {
        prefs.change(|preferences| preferences.onboarded = true);
        if let Some(navigator) = &navigator {
            navigator.push(&route);
        }
    })
}

/// The keys 1, 2 and 3 open the doors.
#[hook]
fn use_number_keys(doors: [Callback<()>; 3]) {
    use_effect_with(doors, |doors| {
        let doors = doors.clone();
        let listener = dom::window().map(|window| {
            dom::Listener::new(&window, "keydown", move |event| {
                let Some(event) = event.dyn_ref::<KeyboardEvent>() else { return };
                if event.ctrl_key() || event.meta_key() || event.alt_key() || dom::dialog_is_open() {
                    return;
                }
                let door = event.key().parse::<usize>().ok().and_then(|key| doors.get(key.checked_sub(1)?));
                if let Some(door) = door {
                    event.prevent_default();
                    door.emit(());
                }
            })
        });
        move || drop(listener)
    });
}
