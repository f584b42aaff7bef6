//! Formulas: LaTeX on its way to the core, and what it becomes. A formula is a tree of a short list of MathML elements,
//! so a page draws it without ever reading markup, and what is not on the list cannot be written down here.

use serde::{Deserialize, Serialize};

/// Most formulas in one request.
pub const MOST_FORMULAS: usize = 256;

/// Longest formula that is read, in bytes.
pub const LONGEST_FORMULA: usize = 8 * 1024;

/// Most of them together in one request, in bytes.
pub const MOST_FORMULA_BYTES: usize = 64 * 1024;

/// Asks for formulas to be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadFormulasRequest {
    /// The formulas, [`MOST_FORMULAS`] and [`MOST_FORMULA_BYTES`] at most.
    pub formulas: Vec<FormulaSource>,
}

/// A formula as it was written.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct FormulaSource {
    /// LaTeX, without what encloses it.
    pub source: String,
    /// Stands on lines of its own.
    pub display: bool,
}

/// A formula as it is drawn; absent where it was not understood, and its source is shown.
pub type Formula = Option<MathElement>;

/// An element of MathML. It holds text or other elements, never both.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MathElement {
    /// Which.
    pub tag: MathTag,
    /// Its attributes, each once.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attributes: Vec<(MathAttribute, String)>,
    /// Its characters.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub text: String,
    /// The elements in it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub children: Vec<MathElement>,
}

macro_rules! names {
    ($(#[$doc:meta])* $list:ident { $($name:ident = $word:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "&'static str")]
        #[allow(missing_docs, reason = "they are the standard's own names")]
        pub enum $list { $($name),+ }

        impl $list {
            /// Its name in MathML.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$name => $word),+ }
            }

            /// The one of that name, if it is on the list.
            pub fn of(name: &str) -> Option<Self> {
                match name { $($word => Some(Self::$name),)+ _ => None }
            }
        }

        impl TryFrom<String> for $list {
            type Error = &'static str;

            fn try_from(name: String) -> Result<Self, Self::Error> {
                Self::of(&name).ok_or("not a name of the list")
            }
        }

        impl From<$list> for &'static str {
            fn from(name: $list) -> Self {
                name.as_str()
            }
        }
    };
}

names! {
    /// The elements that a formula is made of.
    MathTag {
        Math = "math", Mrow = "mrow", Mi = "mi", Mn = "mn", Mo = "mo", Mtext = "mtext", Mspace = "mspace", Msub = "msub",
        Msup = "msup", Msubsup = "msubsup", Munder = "munder", Mover = "mover", Munderover = "munderover",
        Mmultiscripts = "mmultiscripts", Mprescripts = "mprescripts", Mfrac = "mfrac", Msqrt = "msqrt", Mroot = "mroot",
        Mtable = "mtable", Mtr = "mtr", Mtd = "mtd", Mpadded = "mpadded", Mphantom = "mphantom",
    }
}

names! {
    /// Their attributes. None of them leads anywhere or holds a style; a class is one of the page's own.
    MathAttribute {
        Display = "display", Mathvariant = "mathvariant", Stretchy = "stretchy", Symmetric = "symmetric",
        Minsize = "minsize", Maxsize = "maxsize", Lspace = "lspace", Rspace = "rspace", Form = "form",
        Movablelimits = "movablelimits", Largeop = "largeop", Accent = "accent", Accentunder = "accentunder",
        Linethickness = "linethickness", Width = "width", Height = "height", Depth = "depth",
        Displaystyle = "displaystyle", Scriptlevel = "scriptlevel", Class = "class",
    }
}
