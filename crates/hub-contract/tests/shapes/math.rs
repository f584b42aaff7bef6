//! Formulas.

use hub_contract::math::*;
use serde_json::json;

use crate::shape;

fn element(tag: MathTag, text: &str) -> MathElement {
    MathElement { tag, attributes: Vec::new(), text: text.into(), children: Vec::new() }
}

#[test]
fn formulas() {
    let source = || FormulaSource { source: r"\bar{x}".into(), display: true };
    shape(&[source()]);
    shape(&[ReadFormulasRequest { formulas: vec![source()] }, ReadFormulasRequest { formulas: Vec::new() }]);
    let bar = MathElement {
        tag: MathTag::Mover,
        attributes: vec![(MathAttribute::Accent, "true".into())],
        text: String::new(),
        children: vec![element(MathTag::Mi, "x"), element(MathTag::Mo, "‾")],
    };
    shape(&[bar, element(MathTag::Mspace, "")]);
}

#[test]
fn what_is_not_on_the_list_cannot_be_said() {
    for wrong in [json!({ "tag": "script" }), json!({ "tag": "mi", "attributes": [["href", "x"]] })] {
        assert!(serde_json::from_value::<MathElement>(wrong.clone()).is_err(), "{wrong}");
    }
    for right in [json!({ "tag": "mi" }), json!({ "tag": "mi", "attributes": [["class", "x"]] })] {
        assert!(serde_json::from_value::<MathElement>(right.clone()).is_ok(), "{right}");
    }
}
