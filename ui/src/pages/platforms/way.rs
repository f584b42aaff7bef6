//! The connection doctor's findings: every stretch of the way, and where it ends.

use hub_contract::connection::TestReport;
use hub_contract::deep_test::{TestStep, TestStepState};
use hub_text::Texts;
use yew::prelude::*;

use crate::components::{Status, StatusKind};
use crate::format;

/// The steps of a connection's last walk; nothing after a plain test.
pub(super) fn way(report: &TestReport, t: &Texts) -> Html {
    if report.steps.is_empty() {
        return html! {};
    }
    html! {
        <ol class="way" aria-label={t.get("way-title")}>
            { for report.steps.iter().map(|step| html! {
                <li>
                    <Status kind={kind(step)} text={state_words(step, t)} />
                    { for remarks(step, t).into_iter().map(|remark| html! { <span class="help">{ remark }</span> }) }
                </li>
            }) }
        </ol>
    }
}

fn kind(step: &TestStep) -> StatusKind {
    match step.state {
        TestStepState::Passed => StatusKind::Ok,
        TestStepState::Failed => StatusKind::Bad,
        TestStepState::Skipped | TestStepState::NotReached => StatusKind::Hollow,
    }
}

/// `Connection · passed · 12 ms`.
fn state_words(step: &TestStep, t: &Texts) -> String {
    let mut words = vec![word("test-stage", step.stage.as_str(), t), word("test-state", step.state.as_str(), t)];
    words.extend(step.ms.map(|ms| format::duration(ms, t.language())));
    words.join(" · ")
}

/// Why it failed, and what else is to be said.
fn remarks(step: &TestStep, t: &Texts) -> Vec<String> {
    let why = step.error.as_ref().map(|error| t.error(error).title);
    why.into_iter().chain(step.remark.map(|remark| word("test-remark", remark.as_str(), t))).collect()
}

fn word(prefix: &str, name: &str, t: &Texts) -> String {
    t.get(&format!("{prefix}-{}", name.replace('_', "-")))
}

#[cfg(test)]
mod tests {
    use hub_contract::deep_test::{TestRemark, TestStage};
    use hub_contract::platform::Language;
    use hub_contract::{ErrorCode, HubError, PlatformId};

    use super::*;

    #[test]
    fn a_step_tells_its_state_its_time_and_why() {
        let mut refused = HubError::new(ErrorCode::BadCredential, "no");
        refused.detail.platform = Some(PlatformId::Deepseek);
        let steps = [
            TestStep::passed(TestStage::Connect, Some(12)),
            TestStep::skipped(TestStage::Proxy, TestRemark::NoProxy),
            TestStep::failed(TestStage::Credential, None, refused),
            TestStep::not_reached(TestStage::FirstToken),
        ];
        let t = Texts::new(Language::En);
        let told: Vec<_> = steps.iter().map(|step| (kind(step), state_words(step, &t))).collect();
        assert_eq!(
            told,
            [
                (StatusKind::Ok, "Connection · passed · 12 ms".to_owned()),
                (StatusKind::Hollow, "Proxy · left out".to_owned()),
                (StatusKind::Bad, "Credential · failed".to_owned()),
                (StatusKind::Hollow, "First piece of an answer · not reached".to_owned()),
            ]
        );
        assert_eq!(remarks(&steps[1], &t), ["No proxy is on this way."]);
        assert_eq!(remarks(&steps[2], &t).len(), 1, "why it failed");
        assert!(remarks(&steps[2], &t)[0].contains("DeepSeek") && remarks(&steps[3], &t).is_empty());
    }
}
