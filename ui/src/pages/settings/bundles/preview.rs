//! A bundle before it is imported: who signed it, for whom, and what it would change.

use hub_contract::UtcMs;
use hub_contract::bundle::BundleView;
use yew::prelude::*;

use super::diff::{Filter, lines};
use crate::components::{Banner, CheckMark, Checkbox, CopyLine, IconName, Segment, Segments, Tone};
use crate::state::{use_membership, use_texts};
use crate::{dom, format};

#[derive(Properties, PartialEq)]
pub(super) struct PreviewProps {
    pub view: BundleView,
    /// Whether the person says that the fingerprint was compared.
    pub compared: bool,
    pub on_compared: Callback<bool>,
}

#[component]
pub(super) fn Preview(props: &PreviewProps) -> Html {
    let t = use_texts();
    let membership = use_membership();
    let filter = use_state_eq(Filter::default);
    let view = &props.view;
    let issuer = || [("issuer", view.issuer.as_str().into())];
    let installed = membership.view().map(|known| known.serial);
    let (tone, title, advice) = match (view.trusted, installed) {
        (true, _) => (Tone::Ok, t.with("bundle-trusted", &issuer()), String::new()),
        (false, None) => (Tone::Warn, t.with("bundle-first", &issuer()), t.get("bundle-compare")),
        (false, Some(_)) => (Tone::Bad, t.with("bundle-new-key", &issuer()), t.get("bundle-compare")),
    };
    let serial = match installed.filter(|known| *known != view.serial) {
        Some(known) => t.with("bundle-serial-now", &[("serial", text(view.serial)), ("installed", text(known))]),
        None => view.serial.to_string(),
    };
    let facts = [
        (t.get("bundle-for"), view.member.clone().unwrap_or_else(|| t.get("bundle-for-grants"))),
        (t.get("bundle-serial"), serial),
        (t.get("bundle-until"), view.not_after.map_or_else(|| t.get("bundle-until-never"), date_time)),
        (t.get("copy-credentials"), format::count(view.credentials.into())),
    ];
    let segments = Filter::EACH
        .map(|one| {
            let words = match one {
                Filter::All => "all",
                Filter::Added => "add",
                Filter::Changed => "change",
                Filter::Removed => "remove",
            };
            let n = one.count(&view.changes);
            Segment::new(one, t.with("bundle-filter", &[("change", words.into()), ("n", n.into())]))
        })
        .to_vec();
    let choose = {
        let filter = filter.clone();
        Callback::from(move |one| filter.set(one))
    };
    html! {
        <>
            <Banner {tone} icon={view.trusted.then_some(IconName::ShieldOk)} {title} {advice} />
            <CopyLine tag={t.get("bundle-fingerprint")} text={view.fingerprint.clone()} label={t.get("bundle-fingerprint")} />
            if !view.trusted {
                <Checkbox
                    label={t.get("bundle-compared")}
                    checked={CheckMark::from(props.compared)}
                    onchange={props.on_compared.clone()}
                />
            }
            <dl class="facts in-3">
                { for facts.into_iter().map(|(name, value)| html! { <div><dt>{ name }</dt><dd>{ value }</dd></div> }) }
            </dl>
            if installed.is_some_and(|known| view.serial < known) {
                <Banner tone={Tone::Warn} title={t.get("bundle-is-older")} />
            }
            if view.installed {
                <Banner title={t.get("bundle-installed")} />
            } else if view.changes.is_empty() {
                <Banner title={t.get("bundle-no-changes")} />
            } else {
                <div><Segments<Filter> label={t.get("bundle-changes")} {segments} value={*filter} onchange={choose} /></div>
                { lines(&view.changes, *filter, &t) }
            }
            if !view.look_alikes.is_empty() {
                <Banner tone={Tone::Warn} title={t.with("bundle-look-alikes", &[("names", view.look_alikes.join(&t.get("bundle-comma")).into())])} />
            }
            if !view.credentials_needed.is_empty() && !view.installed {
                <Banner
                    icon={IconName::Key}
                    title={t.with("bundle-needed", &[("names", view.credentials_needed.join(&t.get("bundle-comma")).into())])}
                    advice={t.get("bundle-needed-later")}
                />
            }
        </>
    }
}

pub(super) fn date_time(at: UtcMs) -> String {
    format::date_time(at, dom::now(), dom::utc_offset_minutes(at))
}

/// Serials are shown as they are, without the grouping of counts.
fn text(serial: u64) -> hub_text::Value<'static> {
    serial.to_string().into()
}
