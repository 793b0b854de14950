//! The walk through what is computed.

use crate::error::{Error, ErrorKind, Result};
use crate::model::ModelMetadata;
use crate::query::{Aggregate, Expression, Fragment, Selected, SelectedColumn};
use crate::sql::expression::{pieces, too_deep};
use crate::sql::parameter::Parameter;
use crate::sql::select::page;
use crate::sql::walk::Walk;
use crate::value::Kind;

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
            Expression::Aggregate(aggregate) => {
                self.word(6);
                self.aggregate(model, aggregate)
            }
            Expression::OfTargets {
                relation,
                aggregate,
            } => {
                self.word(7);
                self.related(relation)?;
                self.aggregate(relation.target(), aggregate)
            }
            Expression::AtPath { field, path, part } => {
                self.words([8, *part as usize]);
                self.field(field);
                self.json_path(model, field, path)
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
        self.text(text);
        self.kind(*kind);
        self.word(parts.len());
        let mut parts = parts.iter();
        parts.try_for_each(|part| self.expression(model, part))
    }

    fn aggregate(&mut self, model: &'static ModelMetadata, aggregate: &Aggregate) -> Result<()> {
        let Aggregate { function, of } = aggregate;
        self.words([*function as usize, usize::from(of.is_some())]);
        match of {
            Some(of) => self.expression(model, of),
            None => Ok(()),
        }
    }

    /// What is read of rows or groups.
    pub(super) fn selected(&mut self, selected: &Selected) -> Result<()> {
        let Selected {
            plan,
            columns,
            distinct,
            keys,
            having,
            order,
        } = selected;
        if let Some(why) = selected.obstacle() {
            let message = format!("a selection of `{}`: {why}", plan.model.name);
            let error = Error::new(ErrorKind::InvalidFilter, message);
            return Err(error.of_model(plan.model.name));
        }
        self.plan(plan, page(plan))?;
        self.word(usize::from(*distinct));
        self.word(columns.len());
        for SelectedColumn { expression, name } in columns {
            self.text(name.as_deref().unwrap_or_default());
            self.expression(plan.model, expression)?;
        }
        self.word(keys.len());
        keys.iter()
            .try_for_each(|key| self.expression(plan.model, key))?;
        self.optional(plan.model, having.as_ref())?;
        self.orders(plan.model, order)
    }

    fn text(&mut self, text: &str) {
        self.word(text.len());
        for bytes in text.as_bytes().chunks(size_of::<usize>()) {
            let mut word = [0; size_of::<usize>()];
            word[..bytes.len()].copy_from_slice(bytes);
            self.word(usize::from_ne_bytes(word));
        }
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
        let number = match kind {
            Kind::Bool => 0,
            Kind::I8 => 1,
            Kind::I16 => 2,
            Kind::I32 => 3,
            Kind::I64 => 4,
            Kind::U8 => 5,
            Kind::U16 => 6,
            Kind::U32 => 7,
            Kind::U64 => 8,
            Kind::F32 => 9,
            Kind::F64 => 10,
            Kind::Text => 11,
            Kind::Bytes => 12,
            #[cfg(feature = "chrono")]
            Kind::Date => 13,
            #[cfg(feature = "chrono")]
            Kind::Time => 14,
            #[cfg(feature = "chrono")]
            Kind::DateTime => 15,
            #[cfg(feature = "chrono")]
            Kind::DateTimeUtc => 16,
            #[cfg(feature = "uuid")]
            Kind::Uuid => 17,
            #[cfg(feature = "rust_decimal")]
            Kind::Decimal => 18,
            #[cfg(feature = "serde_json")]
            Kind::Json => 19,
            Kind::List(of) => {
                self.word(20);
                return self.kind(*of);
            }
        };
        self.word(number);
    }
}
