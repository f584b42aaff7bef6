//! What was loaded once and is looked at by many.

use std::ops::Deref;
use std::rc::Rc;

/// A loaded value, cheap to clone and to compare: the same load is the same value. Thousands of rows, each with a
/// picture, are not compared one by one whenever something is drawn.
#[derive(Debug)]
pub struct Shared<T>(Rc<T>);

impl<T> From<&Rc<T>> for Shared<T> {
    fn from(value: &Rc<T>) -> Self {
        Self(Rc::clone(value))
    }
}

impl<T> Clone for Shared<T> {
    fn clone(&self) -> Self {
        Self(Rc::clone(&self.0))
    }
}

impl<T> PartialEq for Shared<T> {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl<T> Deref for Shared<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_load_is_another_value() {
        let (first, second) = (Rc::new(vec![1]), Rc::new(vec![1]));
        let shared = Shared::from(&first);
        assert!(shared == Shared::from(&first));
        assert!(shared != Shared::from(&second));
        assert_eq!(shared.len(), 1);
    }
}
