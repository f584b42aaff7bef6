//! 语言与外观

use hub_contract::settings::TextSize;
use yew::prelude::*;

use super::row::Row;
use crate::components::{Card, Segment, Segments};
use crate::pages::onboarding::{LanguageSwitch, ThemeSwitch};
use crate::state::{use_prefs, use_texts};

#[component]
pub(super) fn AppearanceSection() -> Html {
    let t = use_texts();
    let prefs = use_prefs();
    let sizes = vec![
        Segment::new(TextSize::Usual, t.get("text-usual")),
        Segment::new(TextSize::Large, t.get("text-large")),
        Segment::new(TextSize::Larger, t.get("text-larger")),
    ];
    let size = prefs.preferences().text_size;
    let choose = Callback::from(move |size| prefs.change(move |preferences| preferences.text_size = size));
    html! {
        <Card flush=true>
            <Row title={t.get("language")}><LanguageSwitch /></Row>
            <Row title={t.get("theme")} help={t.get("theme-about")}><ThemeSwitch /></Row>
            <Row title={t.get("text-size")} help={t.get("text-size-about")}>
                <Segments<TextSize> label={t.get("text-size")} segments={sizes} value={size} onchange={choose} />
            </Row>
        </Card>
    }
}
