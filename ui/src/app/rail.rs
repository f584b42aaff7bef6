//! The rail at the left edge: 对话 智能体 平台 模型 成员, and 设置 last.

use yew::prelude::*;

use crate::components::{Icon, IconName, IconSize, NavLink};
use crate::route::{Area, Route};
use crate::state::{use_membership, use_texts};

#[derive(Properties, PartialEq)]
pub(super) struct RailProps {
    pub route: Route,
}

#[component]
pub(super) fn Rail(props: &RailProps) -> Html {
    let t = use_texts();
    let membership = use_membership();
    let item = |area: Area, icon: IconName, label: String| {
        html! {
            <NavLink
                class="rail-item"
                to={area.route()}
                current={props.route.area() == Some(area)}
                title={label.clone()}
            >
                <Icon name={icon} size={IconSize::S20} />
                <span>{ label }</span>
            </NavLink>
        }
    };
    html! {
        <nav class="rail" aria-label={t.get("nav-main")} tabindex="-1" data-region="rail">
            <span class="rail-mark" aria-hidden="true"><Icon name={IconName::Hub} size={IconSize::S24} /></span>
            { item(Area::Chat, IconName::Chat, t.get("nav-chat")) }
            { item(Area::Agents, IconName::Agent, t.get("nav-agents")) }
            <div class="rail-group" role="group" aria-label={t.get("nav-site")}>
                { item(Area::Platforms, IconName::Platform, t.get("nav-platforms")) }
                { item(Area::Models, IconName::Model, t.get("nav-models")) }
                // Who may use what is decided in the Hub that manages this one.
                if membership.view().is_none() { { item(Area::Members, IconName::People, t.get("nav-members")) } }
            </div>
            <span class="grow"></span>
            { item(Area::Settings, IconName::Settings, t.get("nav-settings")) }
        </nav>
    }
}
