//! Asking several at once, before there is a conversation: who else is asked, and the question's way to all of them.

use std::rc::Rc;

use hub_contract::HubError;
use hub_contract::command::Compare;
use hub_contract::comparison::{COMPARED_MAX, CompareRequest, Whom};
use hub_contract::conversation::{ConversationView, Target};
use hub_text::Texts;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;
use yew_router::prelude::*;

use super::candidates::Candidate;
use super::look::TargetMark;
use super::picker::Picker;
use super::session::{Question, Session};
use crate::components::{IconButton, IconName, IconSize, MonogramSize};
use crate::ipc;
use crate::route::Route;
use crate::state::use_texts;

/// Who else is asked, in the order in which they were added.
#[derive(Debug, Clone, Default, PartialEq)]
struct Others(Vec<Target>);

impl Others {
    fn with(&self, target: Target) -> Self {
        let mut others = self.0.clone();
        if !others.contains(&target) {
            others.push(target);
        }
        Self(others)
    }

    fn without(&self, target: &Target) -> Self {
        Self(self.0.iter().filter(|one| *one != target).cloned().collect())
    }

    /// Those who can be asked beside the first one: known, nobody twice, four in all.
    fn beside(&self, first: &Target, candidates: &[Candidate]) -> Vec<Candidate> {
        let known = self.0.iter().filter(|target| *target != first);
        let known = known.filter_map(|target| candidates.iter().find(|one| one.target == *target && !one.form));
        known.take(COMPARED_MAX - 1).cloned().collect()
    }
}

/// Those who are asked beside the one that is chosen.
#[derive(Clone, PartialEq)]
pub(super) struct Several {
    /// Whether somebody can be added or is there already.
    open: bool,
    others: Rc<[Candidate]>,
    /// Those who can be added.
    addable: Rc<[Candidate]>,
    /// The place of the one that the last question was refused for; 0 is the chosen one.
    refused: Option<usize>,
    pub(super) add: Callback<Target>,
    remove: Callback<Target>,
}

impl Several {
    /// Everybody who is asked beside the chosen one.
    pub(super) fn others(&self) -> impl Iterator<Item = &Target> {
        self.others.iter().map(|one| &one.target)
    }

    /// How many are asked.
    pub(super) fn count(&self) -> usize {
        self.others.len() + 1
    }

    /// Whether there is room for that one.
    pub(super) fn can_add(&self) -> bool {
        self.open && !self.addable.is_empty()
    }
}

/// Who else is asked in a new conversation, and the session whose first question goes to all of them. It is only `open`
/// to others while there is no conversation, and with somebody who needs no form.
#[hook]
pub(super) fn use_several(
    session: Session,
    first: Option<&Candidate>,
    candidates: &Rc<[Candidate]>,
    open: bool,
    changed: Callback<ConversationView>,
) -> (Several, Session) {
    let chosen = use_state_eq(Others::default);
    let problem = use_state(|| None::<HubError>);
    let navigator = use_navigator();
    let open = open && first.is_some_and(|first| !first.form);
    let others: Rc<[Candidate]> = match first.filter(|_| open) {
        Some(first) => chosen.beside(&first.target, candidates).into(),
        None => Rc::default(),
    };
    let is_asked = |one: &Candidate| first.is_some_and(|first| first.target == one.target) || others.contains(one);
    let addable: Rc<[Candidate]> = match others.len() + 1 < COMPARED_MAX {
        true => candidates.iter().filter(|one| !one.form && !is_asked(one)).cloned().collect(),
        false => Rc::default(),
    };
    let targets: Rc<[Target]> = first.into_iter().chain(others.iter()).map(|one| one.target.clone()).collect();
    let ask = {
        let problem = problem.setter();
        let to = (session.ask.clone(), targets, navigator, changed);
        use_callback(to, move |question: Question, (ask, targets, navigator, changed)| {
            problem.set(None);
            if targets.len() < 2 || !open {
                ask.emit(question);
                return;
            }
            let Question { text, attachments, done, .. } = question;
            let request = CompareRequest { whom: Whom::Targets(targets.to_vec()), text, attachments };
            let (problem, navigator, changed) = (problem.clone(), navigator.clone(), changed.clone());
            spawn_local(async move {
                match ipc::call::<Compare>(request).await {
                    Ok(compared) => {
                        done.emit(true);
                        for sent in compared.sent {
                            changed.emit(ConversationView { run: Some(sent.run), ..sent.conversation });
                        }
                        if let Some(navigator) = navigator {
                            navigator.replace(&Route::Comparison { comparison: compared.comparison.0 });
                        }
                    }
                    Err(error) => {
                        problem.set(Some(error));
                        done.emit(false);
                    }
                }
            });
        })
    };
    let change = |change: fn(&Others, Target) -> Others| {
        let (chosen, problem) = (chosen.clone(), problem.setter());
        Callback::from(move |target: Target| {
            problem.set(None);
            chosen.set(change(&chosen, target));
        })
    };
    let add = change(|others, target| others.with(target));
    let remove = change(|others, target| others.without(&target));
    let refused = problem.as_ref().and_then(|error| error.detail.field.as_ref()?.parse().ok());
    let own = (*problem).clone().filter(|_| !others.is_empty());
    let several = Several { open, others, addable, refused, add, remove };
    let problem = own.or(session.problem.clone());
    (several, Session { ask, problem, ..session })
}

#[derive(Properties, PartialEq)]
pub(super) struct OthersInHeadProps {
    pub(super) several: Several,
}

/// In the head of a new conversation: who else is asked, and the way to add somebody.
#[component]
pub(super) fn OthersInHead(props: &OthersInHeadProps) -> Html {
    let t = use_texts();
    let several = &props.several;
    if !several.open {
        return html! {};
    }
    let chip = |(place, one): (usize, &Candidate)| {
        let (remove, target) = (several.remove.clone(), one.target.clone());
        html! {
            <span class={classes!("chip", "asked-too", (several.refused == Some(place + 1)).then_some("is-refused"))}>
                <TargetMark
                    name={one.name.clone()}
                    platform={one.platform}
                    target={one.target.clone()}
                    size={MonogramSize::S20}
                />
                <span class="clip">{ &one.name }</span>
                <IconButton
                    icon={IconName::Close}
                    icon_size={IconSize::S12}
                    label={t.with("several-remove", &[("name", one.name.as_str().into())])}
                    onclick={Callback::from(move |()| remove.emit(target.clone()))}
                />
            </span>
        }
    };
    html! {
        <div class="row row-4 others">
            { for several.others.iter().enumerate().map(chip) }
            if several.can_add() {
                <Picker candidates={several.addable.clone()} chosen={None::<Candidate>} adds=true onchange={several.add.clone()} />
            }
        </div>
    }
}

/// In the place of messages: that several are asked.
pub(super) fn start(t: &Texts, first: &Candidate, several: &Several) -> Html {
    let mark = |one: &Candidate| {
        html! {
            <TargetMark
                name={one.name.clone()}
                platform={one.platform}
                target={one.target.clone()}
                size={MonogramSize::S36}
            />
        }
    };
    html! {
        <div class="start">
            <div class="row">{ mark(first) }{ for several.others.iter().map(mark) }</div>
            <h2>{ t.with("several-title", &[("n", several.count().into())]) }</h2>
            <p>{ t.get("several-about") }</p>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(name: &str) -> Target {
        Target::Agent { agent: name.into() }
    }

    fn candidate(name: &str, form: bool) -> Candidate {
        let target = target(name);
        Candidate { target, name: name.to_owned().into(), platform: None, connection: "".into(), form }
    }

    fn names(others: &Others, first: &str) -> Vec<String> {
        let all = ["a", "b", "c", "d", "e"].map(|name| candidate(name, false));
        let all: Vec<_> = all.into_iter().chain([candidate("form", true)]).collect();
        others.beside(&target(first), &all).iter().map(|one| one.name.to_string()).collect()
    }

    #[test]
    fn nobody_is_asked_twice_and_four_at_most() {
        let others = ["b", "c", "b", "d", "e"].iter().fold(Others::default(), |all, name| all.with(target(name)));
        assert_eq!(names(&others, "a"), ["b", "c", "d"]);
        assert_eq!(names(&others, "c"), ["b", "d", "e"], "another first one takes its own place");
        assert_eq!(names(&others.without(&target("c")), "a"), ["b", "d", "e"]);
    }

    #[test]
    fn who_is_gone_or_needs_a_form_is_not_asked() {
        let others = Others::default().with(target("gone")).with(target("form")).with(target("b"));
        assert_eq!(names(&others, "a"), ["b"]);
    }
}
