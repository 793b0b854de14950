//! The walk through what is computed.

use crate::error::Result;
use crate::model::ModelMetadata;
use crate::query::{Expression, Fragment};
use crate::sql::expression::{pieces, too_deep};
use crate::sql::parameter::Parameter;
use crate::sql::walk::Walk;
use crate::value::Kind;
use std::hash::{DefaultHasher, Hash, Hasher};

impl Walk {
    pub(super) fn expression(
        &mut self,
        model: &'static ModelMetadata,
        expression: &Expression,
    ) -> Result<()> {
        match expression {
            Expression::Field(field) => {
                self.word(0);
                self.field(field);
                Ok(())
            }
            Expression::Value(bound) => {
                self.word(1);
                self.kind(bound.kind);
                self.parameter(Parameter::Bound(model, bound))
            }
            Expression::Arithmetic {
                operation,
                kind,
                left,
                right,
            } => {
                self.words([2, *operation as usize]);
                self.kind(*kind);
                self.expression(model, left)?;
                self.expression(model, right)
            }
            Expression::Call { function, of } => {
                self.words([3, *function as usize]);
                self.expression(model, of)
            }
            Expression::Coalesce(first, second) => {
                self.word(4);
                self.expression(model, first)?;
                self.expression(model, second)
            }
            Expression::Fragment(fragment) => {
                self.word(5);
                self.fragment(model, fragment)
            }
            Expression::TooDeep => Err(too_deep(model)),
        }
    }

    pub(super) fn fragment(
        &mut self,
        model: &'static ModelMetadata,
        fragment: &Fragment,
    ) -> Result<()> {
        let Fragment { text, parts, kind } = fragment;
        pieces(model, fragment)?;
        self.word(text.len());
        for bytes in text.as_bytes().chunks(size_of::<usize>()) {
            let mut word = [0; size_of::<usize>()];
            word[..bytes.len()].copy_from_slice(bytes);
            self.word(usize::from_ne_bytes(word));
        }
        self.kind(*kind);
        self.word(parts.len());
        let mut parts = parts.iter();
        parts.try_for_each(|part| self.expression(model, part))
    }

    /// The new values of fields that are computed.
    pub(super) fn computed(
        &mut self,
        model: &'static ModelMetadata,
        computed: &[(usize, Expression)],
    ) -> Result<()> {
        self.word(computed.len());
        for (at, expression) in computed {
            self.word(*at);
            self.expression(model, expression)?;
        }
        Ok(())
    }

    fn kind(&mut self, kind: Kind) {
        // Without a seed, and of so few kinds that no two have one hash.
        let mut hasher = DefaultHasher::new();
        kind.hash(&mut hasher);
        self.word(hasher.finish() as usize);
    }
}
