//! Monograms: a neutral glyph on a tint in place of a logo, or the icon that somebody has. Decorative; the name stands beside it.

use hub_contract::PlatformId;
use hub_contract::catalogue;
use hub_contract::platform::Card;
use yew::prelude::*;

/// Edge lengths.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum MonogramSize {
    /// 20 pixels.
    S20,
    /// 24 pixels.
    S24,
    /// 36 pixels.
    #[default]
    S36,
    /// 48 pixels.
    S48,
}

#[derive(Properties, PartialEq)]
pub struct MonogramProps {
    /// At most two Latin letters or one Han character.
    pub glyph: AttrValue,
    /// 1 to 6; 0 is the outlined one.
    pub tint: u8,
    #[prop_or_default]
    pub size: MonogramSize,
    /// An icon in place of the glyph, as a data URL.
    #[prop_or_default]
    pub picture: Option<AttrValue>,
    /// Round, for people.
    #[prop_or_default]
    pub person: bool,
}

#[component]
pub fn Monogram(props: &MonogramProps) -> Html {
    props.draw()
}

impl MonogramProps {
    /// The monogram in place. What holds many is quicker without a component for each.
    pub fn draw(&self) -> Html {
        let size = match self.size {
            MonogramSize::S20 => Some("xs"),
            MonogramSize::S24 => Some("s"),
            MonogramSize::S36 => None,
            MonogramSize::S48 => Some("l"),
        };
        if let Some(picture) = &self.picture {
            return html! {
                <span class={classes!("mg", size, "pic")} aria-hidden="true"><img src={picture.clone()} alt="" /></span>
            };
        }
        let tint = match self.tint {
            1 => "t1",
            2 => "t2",
            3 => "t3",
            4 => "t4",
            5 => "t5",
            6 => "t6",
            _ => "line",
        };
        let latin = self.glyph.is_ascii().then_some("lat");
        html! {
            <span class={classes!("mg", size, latin, tint, self.person.then_some("person"))} aria-hidden="true">
                { &self.glyph }
            </span>
        }
    }
}

#[derive(Properties, PartialEq)]
pub struct PlatformMonogramProps {
    pub platform: PlatformId,
    /// The card, where a platform has two with different glyphs.
    #[prop_or_default]
    pub card: Option<Card>,
    #[prop_or_default]
    pub size: MonogramSize,
}

/// The monogram of a platform.
#[component]
pub fn PlatformMonogram(props: &PlatformMonogramProps) -> Html {
    let card = props.card.map(|card| card.monogram);
    of_platform(props.platform, card, props.size)
}

/// The monogram of a platform, in place.
pub fn platform_monogram(platform: PlatformId, size: MonogramSize) -> Html {
    of_platform(platform, None, size)
}

fn of_platform(platform: PlatformId, card: Option<&'static str>, size: MonogramSize) -> Html {
    let spec = catalogue::spec(platform);
    let glyph = AttrValue::from(card.unwrap_or(spec.monogram));
    MonogramProps { glyph, tint: spec.tint, size, picture: None, person: false }.draw()
}
