//! The agents page while there is no agent: what is missing and the one next action.

use hub_contract::catalogue;
use hub_contract::platform::{ConnectedAs, Section};
use yew::prelude::*;

use crate::components::{Button, ButtonKind, Card, Empty, IconName, NavLink, PlatformMonogram, SectionHead};
use crate::route::Route;
use crate::state::{use_connections, use_prefs, use_texts};

#[derive(Properties, PartialEq)]
pub(super) struct StartPageProps {
    pub on_add: Callback<()>,
}

#[component]
pub(super) fn StartPage(props: &StartPageProps) -> Html {
    let t = use_texts();
    let language = use_prefs().language();
    let is_connected = !use_connections().all().is_empty();
    let platforms = catalogue::CARDS.iter().filter(|card| {
        card.section == Section::AgentPlatforms && catalogue::spec(card.platform).connected_as != ConnectedAs::Models
    });
    html! {
        <div class="agents-start">
            <Card>
                if is_connected {
                    <Empty icon={IconName::Agent} title={t.get("agents-empty-title")} about={t.get("agents-empty-add")}>
                        <Button
                            label={t.get("agents-add")}
                            icon={IconName::Plus}
                            kind={ButtonKind::Primary}
                            onclick={props.on_add.clone()}
                        />
                    </Empty>
                } else {
                    <Empty icon={IconName::Agent} title={t.get("agents-empty-title")} about={t.get("agents-empty-connect")}>
                        <NavLink to={Route::Platforms} class="btn primary">{ t.get("agents-action-connect") }</NavLink>
                    </Empty>
                }
            </Card>
            <ol class="strip" aria-label={t.get("agents-how")}>
                <li><h3>{ t.get("agents-step-create") }</h3><p>{ t.get("agents-step-create-about") }</p></li>
                <li><h3>{ t.get("agents-step-copy") }</h3><p>{ t.get("agents-step-copy-about") }</p></li>
                <li><h3>{ t.get("agents-step-paste") }</h3><p>{ t.get("agents-step-paste-about") }</p></li>
            </ol>
            <SectionHead title={t.get("section-agent-platforms")} about={t.get("agents-platforms-about")} />
            <div class="ghosts">
                { for platforms.map(|card| html! {
                    <div class="ghost">
                        <PlatformMonogram platform={card.platform} card={Some(*card)} />
                        <div class="grow">
                            <div class="nm clip">{ card.name.get(language) }</div>
                            <div class="about">{ catalogue::spec(card.platform).about.get(language) }</div>
                        </div>
                    </div>
                }) }
            </div>
        </div>
    }
}
