//! What went on behind an answer: the steps and the reasoning, each in a fold that is open while it goes on.

use gloo_timers::callback::Interval;
use hub_contract::UtcMs;
use hub_contract::run::{Step, StepKind, StepState};
use yew::prelude::*;

use super::super::look::{seconds, whole_seconds};
use crate::components::{Icon, IconName, IconSize, Status, StatusKind};
use crate::dom;
use crate::state::use_texts;

#[derive(Properties, PartialEq)]
pub(super) struct StepsProps {
    pub(super) steps: Vec<Step>,
    pub(super) growing: bool,
}

/// The step timeline: open while it runs, closed at the end; a failed step keeps it open.
#[component]
pub(super) fn Steps(props: &StepsProps) -> Html {
    let t = use_texts();
    let failed = props.steps.iter().any(|step| step.state == StepState::Failed);
    let running = props.growing && props.steps.iter().any(|step| step.state == StepState::Running);
    let tops = props.steps.iter().filter(|step| step.parent.is_none());
    let total: Option<u64> = tops.map(|step| step.ms).sum();
    let icon = if failed { IconName::Error } else { IconName::Done };
    let count = t.with("chat-steps", &[("n", props.steps.len().into())]);
    let time = total.filter(|total| !running && *total > 0).map(|total| seconds(total, t.language()));
    html! {
        <Fold {icon} busy={running} title={count} {time} open={props.growing || failed}>
            <ol class="tl">
                { for props.steps.iter().map(|step| html! { <StepRow key={step.id.clone()} step={step.clone()} /> }) }
            </ol>
        </Fold>
    }
}

#[derive(Properties, PartialEq)]
struct StepRowProps {
    step: Step,
}

#[component]
fn StepRow(props: &StepRowProps) -> Html {
    let t = use_texts();
    let step = &props.step;
    let icon = match step.kind {
        StepKind::Tool => IconName::Tool,
        StepKind::Node => IconName::Node,
        StepKind::Retrieval => IconName::Book,
    };
    let bad = (step.state == StepState::Failed).then_some("bad");
    let nested = step.parent.is_some().then_some("is-nested");
    // The result says more than the question, where there is one already.
    let detail = step.output.as_deref().or(step.input.as_deref()).map(one_line).unwrap_or_default();
    let end = match (step.state, step.ms) {
        (StepState::Running, _) => html! { <Status kind={StatusKind::Wait} text={t.get("chat-step-running")} /> },
        (StepState::Failed, _) => html! { <Status kind={StatusKind::Bad} text={t.get("chat-step-failed")} /> },
        (StepState::Done, Some(ms)) => html! { { seconds(ms, t.language()) } },
        (StepState::Done, None) => html! {},
    };
    html! {
        <li class={classes!(bad, nested)}>
            <Icon name={icon} />
            <span class="k clip">{ &step.title }</span>
            <span class="d clip" title={detail.clone()}>{ detail.clone() }</span>
            <span class="t">{ end }</span>
        </li>
    }
}

#[derive(Properties, PartialEq)]
pub(super) struct ReasoningProps {
    pub(super) text: AttrValue,
    /// When it began, while it goes on.
    pub(super) since: Option<UtcMs>,
    /// How long it took, in milliseconds.
    pub(super) ms: Option<u64>,
    pub(super) under_way: bool,
}

/// The reasoning: plain text, never part of a copy.
#[component]
pub(super) fn Reasoning(props: &ReasoningProps) -> Html {
    let t = use_texts();
    let title = match (props.under_way, props.ms) {
        (true, _) => t.get("chat-thinking"),
        (false, Some(ms)) => t.with("chat-thought-for", &[("time", whole_seconds(ms, t.language()).into())]),
        (false, None) => t.get("chat-thought"),
    };
    let live = props.since.filter(|_| props.under_way).map(|since| html! { <Seconds {since} from={1} /> });
    html! {
        <Fold icon={IconName::Think} busy={props.under_way} {title} extra={live} open={props.under_way}>
            <div class="reasoning" lang={crate::markdown::language_of(&props.text)}>{ &props.text }</div>
        </Fold>
    }
}

#[derive(Properties, PartialEq)]
struct FoldProps {
    icon: IconName,
    busy: bool,
    title: AttrValue,
    #[prop_or_default]
    time: Option<AttrValue>,
    #[prop_or_default]
    extra: Option<Html>,
    /// How it stands until a person opens or closes it.
    open: bool,
    children: Html,
}

#[component]
fn Fold(props: &FoldProps) -> Html {
    let chosen = use_state_eq(|| None::<bool>);
    let open = chosen.unwrap_or(props.open);
    let onclick = Callback::from(move |event: MouseEvent| {
        event.prevent_default();
        chosen.set(Some(!open));
    });
    html! {
        <details class="fold" {open}>
            <summary {onclick}>
                if props.busy {
                    <span class="st wait"></span>
                } else {
                    <Icon name={props.icon} />
                }
                <span>{ &props.title }</span>
                if let Some(time) = &props.time { <span class="n">{ time }</span> }
                { props.extra.clone().unwrap_or_default() }
                <span class="grow"></span>
                <Icon name={if open { IconName::Up } else { IconName::Down }} size={IconSize::S14} />
            </summary>
            if open { <div class="body">{ props.children.clone() }</div> }
        </details>
    }
}

#[derive(Properties, PartialEq)]
pub(super) struct SecondsProps {
    pub(super) since: UtcMs,
    /// Shown from so many seconds on.
    pub(super) from: i64,
}

/// Seconds that go by, outside every live region.
#[component]
pub(super) fn Seconds(props: &SecondsProps) -> Html {
    let t = use_texts();
    let passed = (dom::now() - props.since).max(0) / 1000;
    let tick = use_force_update();
    use_effect_with((), move |()| {
        let timer = Interval::new(1_000, move || tick.force_update());
        move || drop(timer)
    });
    if passed < props.from {
        return html! {};
    }
    html! { <span class="n">{ t.with("chat-seconds", &[("n", passed.into())]) }</span> }
}

/// The beginning of a text on one line.
fn one_line(text: &str) -> String {
    const MOST: usize = 160;
    let mut line: String = text.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(MOST + 1).collect();
    if line.chars().count() > MOST {
        line = line.chars().take(MOST).chain(['…']).collect();
    }
    line
}

#[cfg(test)]
mod tests {
    use super::one_line;

    #[test]
    fn long_results_become_one_short_line() {
        assert_eq!(one_line("{\n  \"rows\": 1842\n}"), "{ \"rows\": 1842 }");
        assert_eq!(one_line(&"字".repeat(500)).chars().count(), 161);
    }
}
