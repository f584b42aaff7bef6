//! 诊断与关于: the version, and what the doctor finds.

use hub_contract::HubError;
use hub_contract::command::RunDoctor;
use hub_contract::data::{CheckState, DoctorCheck, DoctorReport};
use hub_text::Texts;
use yew::prelude::*;

use super::row::Row;
use crate::components::{
    Badge, Button, ButtonKind, ButtonSize, Card, CopyButton, ErrorBanner, Icon, IconName, SectionHead, SkeletonShape,
    loaded_view,
};
use crate::state::{use_info, use_load, use_texts};

#[component]
pub(super) fn AboutSection() -> Html {
    let t = use_texts();
    let info = use_info().info;
    let doctor = use_load::<RunDoctor>(());
    let report = doctor.state.ready().map(|report| as_text(&info.version, report));
    html! {
        <>
            <Card flush=true>
                <Row title="Hub Desktop" help={t.get("about-licence")}><span>{ &info.version }</span></Row>
                <div class="set wide"><p class="help">{ t.get("about-promise") }</p></div>
            </Card>
            <SectionHead title={t.get("doctor")} about={t.get("doctor-about")}>
                if let Some(report) = report {
                    <CopyButton text={report} label={t.get("doctor-copy")} kind={ButtonKind::Quiet} />
                }
                <Button
                    label={t.get("action-check-again")}
                    icon={IconName::Refresh}
                    kind={ButtonKind::Quiet}
                    size={ButtonSize::Small}
                    onclick={doctor.reload.clone()}
                />
            </SectionHead>
            { loaded_view(&doctor, SkeletonShape::Lines, |report| html! {
                <Card flush=true>
                    { for report.checks.iter().map(|check| html! { <Check key={check.id.as_str()} check={check.clone()} /> }) }
                </Card>
            }) }
        </>
    }
}

#[derive(Properties, PartialEq)]
struct CheckProps {
    check: DoctorCheck,
}

#[component]
fn Check(props: &CheckProps) -> Html {
    let t = use_texts();
    let check = &props.check;
    let (class, icon, tone, word) = match check.state {
        CheckState::Ok => ("ok", IconName::Done, "ok", t.get("doctor-ok")),
        CheckState::Warn => ("warn", IconName::Alert, "warn", t.get("doctor-warn")),
        CheckState::Fail => ("fail", IconName::Error, "bad", t.get("doctor-fail")),
    };
    html! {
        <div class={classes!("check-row", class)}>
            <Icon name={icon} />
            <div>
                <div>{ name(&check.id, &t) }</div>
                <div class="fact">{ fact(check, &t) }</div>
            </div>
            <Badge text={word} tone={Some(tone)} />
            if let Some(error) = &check.error {
                <div class="why">
                    if check.state == CheckState::Fail {
                        <ErrorBanner error={error.clone()} />
                    } else {
                        <p class="help">{ worth_knowing(error, &t) }</p>
                    }
                </div>
            }
        </div>
    }
}

/// A check's name; its id where a newer core sends one that this page does not know.
fn name(id: &str, t: &Texts) -> String {
    match id {
        "version" => t.get("doctor-version"),
        "data_dir" => t.get("doctor-data-dir"),
        "database" => t.get("doctor-database"),
        "keychain" => t.get("doctor-keychain"),
        "proxy" => t.get("doctor-proxy"),
        "ca_file" => t.get("doctor-ca-file"),
        "scheme" => t.get("doctor-scheme"),
        "policy" => t.get("doctor-policy"),
        other => other.to_owned(),
    }
}

/// What was found, in words where the core names a choice.
fn fact(check: &DoctorCheck, t: &Texts) -> String {
    match (check.id.as_str(), check.fact.as_str()) {
        ("database", id) => t.with("doctor-database-of", &[("id", id.into())]),
        ("keychain", "file") => t.get("vault-backend-passphrase"),
        ("keychain", "memory") => t.get("vault-backend-session"),
        ("proxy", "system") => t.get("proxy-system"),
        ("proxy", "none") => t.get("proxy-none"),
        ("ca_file", "none") => t.get("doctor-no-ca-file"),
        ("policy", "none") => t.get("doctor-no-policy"),
        (_, fact) => fact.to_owned(),
    }
}

/// A note in one line: what it is and what to do.
fn worth_knowing(error: &HubError, t: &Texts) -> String {
    let words = t.error(error);
    t.with("chat-sentences", &[("first", words.title.into()), ("second", words.advice.into())])
}

/// The report as plain text for a support request. Holds nothing secret: the facts do not.
fn as_text(version: &str, report: &DoctorReport) -> String {
    let mut text = format!("Hub Desktop {version}\n");
    for check in &report.checks {
        let state = match check.state {
            CheckState::Ok => "ok",
            CheckState::Warn => "warn",
            CheckState::Fail => "fail",
        };
        text.push_str(&format!("{state}\t{}\t{}", check.id, check.fact));
        if let Some(error) = &check.error {
            text.push_str(&format!("\t{error}"));
        }
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use hub_contract::HubError;

    use super::*;

    #[test]
    fn the_copied_report_has_a_line_for_each_check() {
        let check = DoctorCheck {
            id: "keychain".into(),
            state: CheckState::Fail,
            fact: "Secret Service".into(),
            error: Some(HubError::new(hub_contract::ErrorCode::KeychainLocked, "locked")),
        };
        let text = as_text("0.1.0", &DoctorReport { checks: vec![check] });
        assert_eq!(text, "Hub Desktop 0.1.0\nfail\tkeychain\tSecret Service\tkeychain_locked: locked\n");
    }
}
