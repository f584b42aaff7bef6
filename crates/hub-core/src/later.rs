//! Commands whose turn comes with a later version. They are in the list already, so that every room has its place; they
//! answer `not_built`, and pages and `hub` say exactly that.

use hub_contract::bundle::{BundleAddressRequest, BundleView, ExportBundleRequest, ImportBundleRequest};
use hub_contract::id::{GroupId, MemberId, PlanId};
use hub_contract::people::{AddMemberRequest, AddNamedRequest, EditMemberRequest, GroupView, MemberView, PlanView};
use hub_contract::{ErrorCode, HubError};

use crate::{Hub, Result};

impl Hub {
    /// The plans: none yet.
    ///
    /// # Errors
    /// None today.
    pub async fn plans_list(&self, (): ()) -> Result<Vec<PlanView>> {
        Ok(Vec::new())
    }

    /// The user groups: none yet.
    ///
    /// # Errors
    /// None today.
    pub async fn groups_list(&self, (): ()) -> Result<Vec<GroupView>> {
        Ok(Vec::new())
    }

    /// The members: none yet.
    ///
    /// # Errors
    /// None today.
    pub async fn members_list(&self, (): ()) -> Result<Vec<MemberView>> {
        Ok(Vec::new())
    }
}

macro_rules! later {
    ($($name:ident($request:ty) -> $reply:ty;)+) => {
        impl Hub {$(
            /// Not built yet.
            ///
            /// # Errors
            /// Always `not_built`.
            pub async fn $name(&self, _: $request) -> Result<$reply> {
                Err(HubError::new(ErrorCode::NotBuilt, concat!(stringify!($name), " comes with a later version")))
            }
        )+}
    };
}

later! {
    plan_add(AddNamedRequest) -> PlanView;
    plan_remove(PlanId) -> ();
    group_add(AddNamedRequest) -> GroupView;
    group_remove(GroupId) -> ();
    member_add(AddMemberRequest) -> MemberView;
    member_edit(EditMemberRequest) -> MemberView;
    member_remove(MemberId) -> ();
    bundle_export(ExportBundleRequest) -> BundleView;
    bundle_import(ImportBundleRequest) -> BundleView;
    bundle_publish(BundleAddressRequest) -> BundleView;
    bundle_follow(BundleAddressRequest) -> BundleView;
}
