//! Fields of JSON objects, read and written without indexing, which could panic.

use serde_json::Value;

static NULL: Value = Value::Null;

/// Fields of a JSON object.
pub(crate) trait Fields {
    /// The field of that name; null where there is none.
    fn field(&self, name: &str) -> &Value;

    /// Sets a field of an object. Anything else than an object stays as it is.
    fn set(&mut self, name: &str, value: impl Into<Value>);
}

impl Fields for Value {
    fn field(&self, name: &str) -> &Value {
        self.get(name).unwrap_or(&NULL)
    }

    fn set(&mut self, name: &str, value: impl Into<Value>) {
        if let Some(fields) = self.as_object_mut() {
            fields.insert(name.to_owned(), value.into());
        }
    }
}
