use super::*;
use crate::json::json;

fn marker(page: &CatalogPage) -> Option<&str> {
    page.next.as_deref()
}

#[test]
fn both_lists_are_read_to_their_ends() {
    let full = json!((0..100).map(|n| json!({"bot_id": format!("b-{n}"), "name": "x"})).collect::<Vec<_>>());
    let first = Studio53.read_catalog_page(None, &[], &full).expect("a page");
    assert_eq!((first.items.len(), marker(&first)), (100, Some("apps:100:b-0")));
    let again = Studio53.read_catalog_page(marker(&first), &[], &full).expect("a page");
    assert_eq!((again.items.len(), marker(&again)), (0, Some("workflows:0")), "a server that ignores the offset");
    let last =
        Studio53.read_catalog_page(Some("workflows:0"), &[], &json!([{"bot_id": "w-1", "name": ""}])).expect("a page");
    assert_eq!((last.items[0].name.as_str(), marker(&last)), ("w-1", None));
    assert_eq!(last.items[0].kind, hub_contract::model::CatalogKind::Workflow);
}

#[test]
fn a_form_in_either_shape() {
    let app = App { id: Some("b".to_owned()), ..App::default() };
    let parameters = json!({"user_input_form": [
        {"type_53ai": "select", "options_53ai": [{"label": "A", "value": "a"}], "variable": "s", "label": "S", "required": true},
        {"file": {"variable": "f", "multiple": true}},
        {"text-input": {"variable": "t", "max_length": "48"}},
    ]});
    let info = app::read(&app, &[Some(json!([])), Some(parameters)]).expect("read");
    let kinds: Vec<_> = info.inputs.iter().map(|input| (input.name.as_str(), input.kind.as_str())).collect();
    assert_eq!(kinds, [("s", "select"), ("f", "files"), ("t", "text")]);
    assert_eq!((info.inputs[0].options.as_slice(), info.inputs[2].max_chars), (["a".to_owned()].as_slice(), Some(48)));
}
