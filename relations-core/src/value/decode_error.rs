//! Why a column could not be read.

use std::borrow::Cow;

/// Why a column could not be read. The caller adds the name of the column.
#[derive(Debug)]
pub struct DecodeError(
    /// `None` of a column that is NULL, which is not a mistake where the field is an `Option`. Small, since each column that is
    /// read may give one.
    Option<Box<Reason>>,
);

#[derive(Debug)]
struct Reason {
    text: Cow<'static, str>,
    source: Option<BoxError>,
}

type BoxError = Box<dyn std::error::Error + Send + Sync>;

impl DecodeError {
    /// With a reason to show, such as "-1 is negative".
    pub fn new(reason: impl Into<Cow<'static, str>>) -> DecodeError {
        DecodeError(Some(Box::new(Reason {
            text: reason.into(),
            source: None,
        })))
    }

    /// Of a column that is NULL.
    pub fn null() -> DecodeError {
        DecodeError(None)
    }

    /// With the driver's error.
    pub fn from_driver(source: impl Into<BoxError>) -> DecodeError {
        let source = source.into();
        DecodeError(Some(Box::new(Reason {
            text: source.to_string().into(),
            source: Some(source),
        })))
    }

    /// Whether the column is NULL.
    pub(crate) fn is_null(&self) -> bool {
        self.0.is_none()
    }

    /// The reason, and the driver's error.
    pub(crate) fn into_parts(self) -> (Cow<'static, str>, Option<BoxError>) {
        match self.0 {
            Some(reason) => (reason.text, reason.source),
            None => ("it is NULL, and the field is not an `Option`".into(), None),
        }
    }
}
