//! Formulas, asked for as the page does.

use hub_contract::ErrorCode;
use hub_contract::math::{FormulaSource, MOST_FORMULA_BYTES, MOST_FORMULAS, MathTag, ReadFormulasRequest};

use crate::home::Home;

fn ask(sources: Vec<String>) -> ReadFormulasRequest {
    let formulas = sources.into_iter().map(|source| FormulaSource { source, display: false }).collect();
    ReadFormulasRequest { formulas }
}

#[tokio::test]
async fn formulas_come_back_in_order_and_one_that_is_none_is_absent() {
    let home = Home::new().await;
    let request = ask(vec!["x^2".into(), r"\unknown".into(), r"\frac{1}{2}".into()]);
    let read = home.hub.formulas_read(request).await.unwrap();
    let first_tags: Vec<_> = read.iter().map(|formula| Some(formula.as_ref()?.children.first()?.tag)).collect();
    assert_eq!(first_tags, [Some(MathTag::Msup), None, Some(MathTag::Mfrac)]);
}

#[tokio::test]
async fn there_is_an_end_to_how_many_are_read_at_once() {
    let home = Home::new().await;
    for request in [ask(vec!["x".into(); MOST_FORMULAS + 1]), ask(vec!["x".repeat(MOST_FORMULA_BYTES + 1)])] {
        assert_eq!(home.hub.formulas_read(request).await.unwrap_err().code, ErrorCode::TooLarge);
    }
    assert_eq!(home.hub.formulas_read(ask(vec!["x".into(); MOST_FORMULAS])).await.unwrap().len(), MOST_FORMULAS);
}
