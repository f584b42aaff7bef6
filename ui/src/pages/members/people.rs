//! The plans, user groups and members, loaded together: a change of one changes what is counted at the others.

use std::rc::Rc;

use hub_contract::HubError;
use hub_contract::command::{ListGroups, ListMembers, ListPlans};
use hub_contract::id::MemberId;
use hub_contract::people::MemberView;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use super::named::{Kind, Named};
use crate::ipc;
use crate::state::Loadable;

/// Who and what there is. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub(super) struct People {
    pub members: Rc<Vec<MemberView>>,
    plans: Rc<Vec<Named>>,
    groups: Rc<Vec<Named>>,
}

impl PartialEq for People {
    /// The same load; thousands of members are not compared one by one.
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.members, &other.members)
            && Rc::ptr_eq(&self.plans, &other.plans)
            && Rc::ptr_eq(&self.groups, &other.groups)
    }
}

impl People {
    pub(super) fn new(members: Vec<MemberView>, plans: Vec<Named>, groups: Vec<Named>) -> Self {
        Self { members: Rc::new(members), plans: Rc::new(plans), groups: Rc::new(groups) }
    }

    /// All plans or all user groups.
    pub(super) fn all(&self, kind: Kind) -> &[Named] {
        match kind {
            Kind::Plan => &self.plans,
            Kind::Group => &self.groups,
        }
    }

    /// The plan or user group with that id.
    pub(super) fn named(&self, kind: Kind, id: &str) -> Option<&Named> {
        self.all(kind).iter().find(|named| named.id == id)
    }

    /// The member with that id.
    pub(super) fn member(&self, id: &MemberId) -> Option<&MemberView> {
        self.members.iter().find(|member| member.id == *id)
    }

    /// The name of a member's plan.
    pub(super) fn plan_of(&self, member: &MemberView) -> Option<&str> {
        let plan = member.plan.as_ref()?;
        self.named(Kind::Plan, plan.as_str()).map(|plan| plan.name.as_str())
    }

    /// The names of a member's user groups.
    pub(super) fn groups_of<'a>(&'a self, member: &'a MemberView) -> impl Iterator<Item = &'a str> {
        member.groups.iter().filter_map(|group| Some(self.named(Kind::Group, group.as_str())?.name.as_str()))
    }
}

/// The people, with a way to load them again.
pub(super) struct LoadedPeople {
    pub list: Loadable<People>,
    /// Asks again; the old ones stay until the new ones come.
    pub reload: Callback<()>,
}

#[hook]
pub(super) fn use_people() -> LoadedPeople {
    let list = use_state(Loadable::<People>::default);
    let round = use_mut_ref(|| 0_u64);
    let reload = {
        let (list, round) = (list.setter(), round);
        use_callback((), move |(), ()| {
            let (list, round) = (list.clone(), Rc::clone(&round));
            *round.borrow_mut() += 1;
            let mine = *round.borrow();
            spawn_local(async move {
                let loaded = load().await;
                // A load that was overtaken by a newer one is dropped.
                if *round.borrow() == mine {
                    list.set(loaded.into());
                }
            });
        })
    };
    {
        let reload = reload.clone();
        use_effect_with((), move |()| reload.emit(()));
    }
    LoadedPeople { list: (*list).clone(), reload }
}

async fn load() -> Result<People, HubError> {
    let plans = ipc::call::<ListPlans>(()).await?;
    let groups = ipc::call::<ListGroups>(()).await?;
    let members = ipc::call::<ListMembers>(()).await?;
    Ok(People::new(
        members,
        plans.into_iter().map(Named::from).collect(),
        groups.into_iter().map(Named::from).collect(),
    ))
}
