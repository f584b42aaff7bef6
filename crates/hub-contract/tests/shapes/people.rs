//! Plans, user groups and members.

use hub_contract::people::*;

use crate::shape;

#[test]
fn people() {
    shape(&[PlanView { id: "p".into(), name: "专业版".into(), members: 3, agents: 5 }]);
    shape(&[GroupView { id: "g".into(), name: "售后".into(), members: 3, agents: 5 }]);
    shape(&[
        MemberView {
            id: "m".into(),
            name: "李雷".into(),
            plan: Some("p".into()),
            until: Some(9),
            groups: vec!["g".into()],
        },
        MemberView { id: "m".into(), name: "n".into(), plan: None, until: None, groups: Vec::new() },
    ]);
    let add =
        AddMemberRequest { name: "李雷".into(), plan: Some("p".into()), until: Some(9), groups: vec!["g".into()] };
    shape(&[add.clone(), serde_json::from_str(r#"{"name": "n"}"#).unwrap()]);
    shape(&[EditMemberRequest { id: "m".into(), member: add }]);
    shape(&[AddNamedRequest { name: "专业版".into() }]);
    shape(&[EditPlanRequest { id: "p".into(), name: "专业版".into() }]);
    shape(&[EditGroupRequest { id: "g".into(), name: "售后".into() }]);
    shape(&[RemovePlanRequest { id: "p".into(), even_if_used: true }, serde_json::from_str(r#"{"id": "p"}"#).unwrap()]);
    shape(&[
        RemoveGroupRequest { id: "g".into(), even_if_used: true },
        serde_json::from_str(r#"{"id": "g"}"#).unwrap(),
    ]);
    shape(&[
        PreviewGrantsRequest { plans: vec!["p".into()], groups: vec!["g".into()] },
        PreviewGrantsRequest { plans: vec![], groups: vec![] },
    ]);
    shape(&[GrantsPreview { members: 3, of: 5, expired: 1, names: vec!["李雷".into()] }]);
}
