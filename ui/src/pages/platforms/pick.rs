//! 选择模型接入: the tiles behind the one 添加 of the model platforms.

use hub_contract::catalogue::{self, CARDS};
use hub_contract::platform::Section;
use yew::prelude::*;

use super::Open;
use crate::components::{Dialog, PlatformMonogram};
use crate::state::{use_prefs, use_texts};

#[derive(Properties, PartialEq)]
pub(super) struct PickDialogProps {
    pub on_open: Callback<Open>,
    pub on_close: Callback<()>,
}

#[component]
pub(super) fn PickDialog(props: &PickDialogProps) -> Html {
    let t = use_texts();
    let language = use_prefs().language();
    html! {
        <Dialog title={t.get("pick-title")} on_close={props.on_close.clone()}>
            <div class="tiles">
                { for CARDS.iter().filter(|card| card.section == Section::ModelPlatforms).enumerate().map(|(index, card)| {
                    let platform = card.platform;
                    html! {
                        <button
                            type="button"
                            class="tile"
                            autofocus={index == 0}
                            onclick={props.on_open.reform(move |_: MouseEvent| Open::Connect(platform))}
                        >
                            <PlatformMonogram {platform} />
                            <span class="grow">
                                <span class="nm">{ card.name.get(language) }</span>
                                <span class="about">{ catalogue::spec(platform).about.get(language) }</span>
                            </span>
                        </button>
                    }
                }) }
            </div>
        </Dialog>
    }
}
