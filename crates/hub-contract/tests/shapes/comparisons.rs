//! One question to several at once.

use hub_contract::comparison::*;
use hub_contract::conversation::{AttachmentInput, Target};

use crate::conversations::{conversation, model, sent};
use crate::shape;

#[test]
fn asking_several() {
    let whom = Whom::Targets(vec![model(), Target::Agent { agent: "a".into() }]);
    let file = AttachmentInput { name: "a.png".into(), mime: "image/png".into(), base64: "AAAA".into() };
    let asked = CompareRequest { whom: whom.clone(), text: "为什么？".into(), attachments: vec![file] };
    let further = Whom::Comparison("v".into());
    shape(&[asked, CompareRequest { whom: further.clone(), text: "?".into(), attachments: Vec::new() }]);
    shape(&[whom, further]);
    shape(&[Compared { comparison: "v".into(), sent: vec![sent()] }]);
    shape(&[ComparisonView { id: "v".into(), conversations: vec![conversation()], draft: "为".into() }]);
}
