//! As whom the operator looks at the Hub: as himself, or through the eyes of somebody else. Never kept: the window opens as
//! the operator.

use std::rc::Rc;

use hub_contract::agent::{ListAgentsRequest, ViewAs};
use yew::prelude::*;

/// Somebody through whose eyes the Hub is looked at.
#[derive(Debug, Clone, PartialEq)]
pub struct Viewed {
    /// Who.
    pub view: ViewAs,
    /// The name of the member, plan or group.
    pub name: String,
}

impl Viewed {
    /// What it is, as the texts choose by it.
    pub fn kind_word(&self) -> &'static str {
        match self.view {
            ViewAs::Plan { .. } => "plan",
            ViewAs::Group { .. } => "group",
            ViewAs::Member { .. } | ViewAs::Operator => "member",
        }
    }
}

/// As whom the Hub is looked at, and the ways to change it.
#[derive(Clone, PartialEq)]
pub struct Viewing {
    whom: Option<Rc<Viewed>>,
    set: Callback<Option<Rc<Viewed>>>,
}

impl Viewing {
    /// Who, unless it is the operator.
    pub fn whom(&self) -> Option<&Viewed> {
        self.whom.as_deref()
    }

    /// Asks for the agents as they are seen now.
    pub fn agents(&self) -> ListAgentsRequest {
        ListAgentsRequest { view: self.whom().map(|viewed| viewed.view.clone()).unwrap_or_default() }
    }

    /// Looks through the eyes of somebody.
    pub fn begin(&self, viewed: Viewed) {
        self.set.emit(Some(Rc::new(viewed)));
    }

    /// Looks as the operator again.
    pub fn end(&self) {
        self.set.emit(None);
    }
}

/// As whom the Hub is looked at. Outside a [`ViewingProvider`] as the operator.
#[hook]
pub fn use_viewing() -> Viewing {
    use_context::<Viewing>().unwrap_or_else(|| Viewing { whom: None, set: Callback::noop() })
}

#[derive(Properties, PartialEq)]
pub struct ViewingProviderProps {
    pub children: Html,
}

#[component]
pub fn ViewingProvider(props: &ViewingProviderProps) -> Html {
    let whom = use_state(|| None::<Rc<Viewed>>);
    let set = {
        let setter = whom.setter();
        use_callback((), move |viewed, ()| setter.set(viewed))
    };
    let context = Viewing { whom: (*whom).clone(), set };
    html! { <ContextProvider<Viewing> {context}>{ props.children.clone() }</ContextProvider<Viewing>> }
}
