//! Icons of agents. Whatever page loads agents tells theirs, so that lists, heads and conversations show the same one.

use std::collections::HashMap;
use std::rc::Rc;

use hub_contract::agent::AgentView;
use hub_contract::id::AgentId;
use yew::prelude::*;

use super::{Loadable, Shared};

/// The icons that are known, as data URLs.
#[derive(Clone, Default, PartialEq)]
pub struct Icons {
    known: Rc<HashMap<AgentId, AttrValue>>,
    tell: Callback<Rc<HashMap<AgentId, AttrValue>>>,
}

impl Icons {
    /// The icon of an agent; without one its initials stand there.
    pub fn of(&self, agent: &AgentId) -> Option<AttrValue> {
        self.known.get(agent).cloned()
    }
}

/// The icons of agents. Outside an [`IconsProvider`] there are none.
#[hook]
pub fn use_icons() -> Icons {
    use_context::<Icons>().unwrap_or_default()
}

/// Tells the icons of agents that were loaded: all of them, so that one that was taken away goes everywhere.
#[hook]
pub fn use_icons_of(agents: &Loadable<Rc<Vec<AgentView>>>) {
    let tell = use_icons().tell;
    use_effect_with(agents.ready().map(Shared::from), move |agents| {
        if let Some(agents) = agents {
            tell.emit(Rc::new(icons_of(agents)));
        }
    });
}

#[derive(Properties, PartialEq)]
pub struct IconsProviderProps {
    pub children: Html,
}

#[component]
pub fn IconsProvider(props: &IconsProviderProps) -> Html {
    let known = use_state_eq(Rc::<HashMap<AgentId, AttrValue>>::default);
    let tell = {
        let setter = known.setter();
        use_callback((), move |icons, ()| setter.set(icons))
    };
    let context = Icons { known: Rc::clone(&known), tell };
    html! { <ContextProvider<Icons> {context}>{ props.children.clone() }</ContextProvider<Icons>> }
}

fn icons_of(agents: &[AgentView]) -> HashMap<AgentId, AttrValue> {
    let icon = |agent: &AgentView| Some((agent.id.clone(), AttrValue::from(agent.icon.clone()?)));
    agents.iter().filter_map(icon).collect()
}
