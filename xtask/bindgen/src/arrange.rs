//! Puts a wasm file's functions into the order of [`super::likeness`], so that it packs smaller. gzip finds a repetition
//! only within the last 32 KiB, and generic code, which repeats itself most, is spread over the whole file.

use anyhow::{Context, Result};
use wasm_encoder::reencode::{self, Reencode};
use wasm_encoder::{CodeSection, FunctionSection, Module};
use wasmparser::{CodeSectionReader, FunctionBody, FunctionSectionReader, Parser, Payload, TypeRef};

use crate::likeness;

/// The same module with its functions in another order.
pub(crate) fn arrange(wasm: &[u8]) -> Result<Vec<u8>> {
    let mut imported = 0;
    let mut bodies = Vec::new();
    for payload in Parser::new(0).parse_all(wasm) {
        match payload? {
            Payload::ImportSection(section) => {
                for import in section.into_imports() {
                    imported += u32::from(matches!(import?.ty, TypeRef::Func(_) | TypeRef::FuncExact(_)));
                }
            }
            Payload::CodeSectionEntry(body) => bodies.push(body.as_bytes()),
            _ => {}
        }
    }
    let mut module = Module::new();
    let mut arranged = Arranged::new(likeness::chain(&bodies), imported)?;
    arranged.parse_core_module(&mut module, Parser::new(0), wasm)?;
    Ok(module.finish())
}

/// Writes a module's own functions in another order. Imported ones keep their numbers, which come first.
struct Arranged {
    /// The former place of every function, in the new order.
    order: Vec<usize>,
    /// The new place of every function, in the former order.
    places: Vec<u32>,
    imported: u32,
}

impl Arranged {
    fn new(order: Vec<usize>, imported: u32) -> Result<Self> {
        let mut places: Vec<(usize, u32)> = order.iter().copied().zip(0..).collect();
        places.sort_unstable();
        let whole = places.iter().map(|(former, _)| *former).eq(0..order.len());
        let places = places.into_iter().map(|(_, place)| place).collect();
        whole.then_some(Self { order, places, imported }).context("a function is missing in the new order")
    }

    fn pick<T: Clone>(&self, all: &[T]) -> Vec<T> {
        self.order.iter().filter_map(|former| all.get(*former)).cloned().collect()
    }
}

type Fault = reencode::Error<<Arranged as Reencode>::Error>;

impl Reencode for Arranged {
    type Error = std::convert::Infallible;

    fn function_index(&mut self, function: u32) -> Result<u32, Fault> {
        let own = function.checked_sub(self.imported).and_then(|own| self.places.get(usize::try_from(own).ok()?));
        Ok(own.map_or(function, |place| self.imported + place))
    }

    fn parse_function_section(
        &mut self,
        functions: &mut FunctionSection,
        section: FunctionSectionReader<'_>,
    ) -> Result<(), Fault> {
        let types: Vec<u32> = section.into_iter().collect::<Result<_, _>>()?;
        for kind in self.pick(&types) {
            functions.function(self.type_index(kind)?);
        }
        Ok(())
    }

    fn parse_code_section(&mut self, code: &mut CodeSection, section: CodeSectionReader<'_>) -> Result<(), Fault> {
        let bodies: Vec<FunctionBody<'_>> = section.into_iter().collect::<Result<_, _>>()?;
        for body in self.pick(&bodies) {
            self.parse_function_body(code, body)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use wasm_encoder::{ExportKind, ExportSection, Function, TypeSection, ValType};

    use super::*;

    /// Three functions: each answers its own number, and the last one calls the first.
    fn sample() -> Vec<u8> {
        let mut types = TypeSection::new();
        types.ty().function([], [ValType::I32]);
        let mut functions = FunctionSection::new();
        let mut code = CodeSection::new();
        let mut exports = ExportSection::new();
        for number in 0..3 {
            functions.function(0);
            let mut body = Function::new([]);
            let mut instructions = body.instructions();
            if number == 2 {
                instructions.call(0).drop();
            }
            // The second one is the longest, so it comes first.
            for _ in 0..20 * (number % 2) {
                instructions.nop();
            }
            instructions.i32_const(number).end();
            code.function(&body);
            exports.export(&format!("number-{number}"), ExportKind::Func, number.cast_unsigned());
        }
        let mut module = Module::new();
        module.section(&types).section(&functions).section(&exports).section(&code);
        module.finish()
    }

    /// What the exported function answers, and which exported number it calls.
    fn read(wasm: &[u8], name: &str) -> (i32, Option<u32>) {
        let mut index = None;
        let mut bodies = Vec::new();
        for payload in Parser::new(0).parse_all(wasm) {
            match payload.unwrap() {
                Payload::ExportSection(section) => {
                    index = section.into_iter().map(Result::unwrap).find(|one| one.name == name).map(|one| one.index);
                }
                Payload::CodeSectionEntry(body) => bodies.push(body),
                _ => {}
            }
        }
        let body = &bodies[index.unwrap() as usize];
        let (mut value, mut called) = (0, None);
        for operator in body.get_operators_reader().unwrap() {
            match operator.unwrap() {
                wasmparser::Operator::I32Const { value: constant } => value = constant,
                wasmparser::Operator::Call { function_index } => called = Some(function_index),
                _ => {}
            }
        }
        (value, called)
    }

    #[test]
    fn every_name_and_every_call_still_means_the_same_function() {
        let (before, after) = (sample(), arrange(&sample()).unwrap());
        assert_ne!(before, after, "the order changed");
        for number in 0..3 {
            assert_eq!(read(&after, &format!("number-{number}")).0, number);
        }
        let (_, called) = read(&after, "number-2");
        assert_eq!(called, Some(2), "the first function is now the last");
        wasmparser::Validator::new().validate_all(&after).unwrap();
    }
}
