//! Patterns that texts are compared with.

/// A pattern of LIKE or a regular expression, and how it is meant.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Pattern {
    pub(crate) text: String,
    /// Whether texts are wanted that do not match.
    pub(crate) negated: bool,
    pub(crate) ignore_case: bool,
}

impl Pattern {
    pub(crate) fn new(text: impl Into<String>) -> Pattern {
        Pattern {
            text: text.into(),
            negated: false,
            ignore_case: false,
        }
    }

    pub(crate) fn negated(self, negated: bool) -> Pattern {
        Pattern { negated, ..self }
    }

    pub(crate) fn ignoring_case(self, ignore_case: bool) -> Pattern {
        Pattern {
            ignore_case,
            ..self
        }
    }
}
