//! Whose configuration this Hub has, kept once for every page that shows it.

use std::rc::Rc;

use hub_contract::bundle::MembershipView;
use hub_contract::command::ReadMembership;
use hub_contract::id::ConnectionId;
use yew::prelude::*;

use super::{Loadable, use_load};

/// Which other Hub manages this one.
#[derive(Clone, PartialEq)]
pub struct Membership {
    read: Loadable<Rc<Option<MembershipView>>>,
    /// Reads it again; the old one stays until the new one comes.
    pub reload: Callback<()>,
    /// Takes it over as a command answered it.
    pub put: Callback<Option<MembershipView>>,
}

impl Membership {
    /// What is known of it; absent in an operator's Hub, and until it was read.
    pub fn view(&self) -> Option<&MembershipView> {
        self.read.ready().and_then(|view| view.as_ref().as_ref())
    }

    /// What was read, with the failure to read it.
    pub fn read(&self) -> &Loadable<Rc<Option<MembershipView>>> {
        &self.read
    }

    /// Whether a connection came in a bundle, so that only its credential is the person's own.
    pub fn manages(&self, connection: &ConnectionId) -> bool {
        self.view().is_some_and(|view| view.connections.contains(connection))
    }
}

/// The membership. Outside a [`MembershipProvider`] there is none.
#[hook]
pub fn use_membership() -> Membership {
    use_context::<Membership>().unwrap_or_else(|| Membership {
        read: Loadable::Ready(Rc::new(None)),
        reload: Callback::noop(),
        put: Callback::noop(),
    })
}

#[derive(Properties, PartialEq)]
pub struct MembershipProviderProps {
    pub children: Html,
}

#[component]
pub fn MembershipProvider(props: &MembershipProviderProps) -> Html {
    let read = use_load::<ReadMembership>(());
    let context = Membership { read: read.state, reload: read.reload, put: read.put };
    html! { <ContextProvider<Membership> {context}>{ props.children.clone() }</ContextProvider<Membership>> }
}
