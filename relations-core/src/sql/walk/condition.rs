//! The walk through a condition.

use crate::error::{Error, ErrorKind, Result};
use crate::model::{FieldMetadata, ModelMetadata};
use crate::query::{Condition, PathTest, Pattern, Scalar};
use crate::sql::json_path;
use crate::sql::key_list::List;
use crate::sql::parameter::Parameter;
use crate::sql::time_text::{self, Form};
use crate::sql::walk::Walk;
use crate::value::Value;
use std::ops::Range;
use std::slice;

impl Walk {
    pub(super) fn optional(
        &mut self,
        model: &'static ModelMetadata,
        condition: Option<&Condition>,
    ) -> Result<()> {
        self.word(usize::from(condition.is_some()));
        match condition {
            Some(condition) => self.condition(model, condition),
            None => Ok(()),
        }
    }

    /// A condition of rows of this model.
    pub(super) fn condition(
        &mut self,
        model: &'static ModelMetadata,
        condition: &Condition,
    ) -> Result<()> {
        match condition {
            Condition::Compare {
                field,
                operator,
                value,
            } => {
                self.words([0, *operator as usize]);
                self.field(field);
                let forms = time_text::compared(field.kind, *operator, self.dialect);
                self.compared(model, field, value, forms)
            }
            Condition::Between { field, low, high } => {
                self.word(1);
                self.field(field);
                self.compared(model, field, low, time_text::FIRST)?;
                let last = time_text::last(field.kind, self.dialect);
                self.compared(model, field, high, last)
            }
            Condition::In {
                field,
                values,
                negated,
            } => {
                self.words([2, usize::from(*negated)]);
                let fields = slice::from_ref(field);
                self.list(List::new(model, fields, values))
            }
            Condition::Like { field, pattern } => {
                self.pattern(3, pattern);
                self.field(field);
                self.parameter(Parameter::Like(model, field, pattern))
            }
            Condition::Regexp { field, pattern } => {
                self.pattern(4, pattern);
                self.field(field);
                self.parameter(Parameter::Regexp(model, field, pattern))
            }
            Condition::IsNull { field, negated } => {
                self.words([5, usize::from(*negated)]);
                self.field(field);
                Ok(())
            }
            Condition::Computed {
                left,
                operator,
                right,
            } => {
                self.words([13, *operator as usize]);
                self.expression(model, left)?;
                self.expression(model, right)
            }
            Condition::ComputedIsNull {
                expression,
                negated,
            } => {
                self.words([14, usize::from(*negated)]);
                self.expression(model, expression)
            }
            Condition::Fragment(fragment) => {
                self.word(15);
                self.fragment(model, fragment)
            }
            Condition::Related {
                relation,
                quantifier,
                condition,
            } => {
                self.words([6, *quantifier as usize]);
                self.related(relation)?;
                self.optional(relation.target(), condition.as_deref())
            }
            Condition::Linked { relation, key } => {
                self.word(7);
                self.related(relation)?;
                let through = relation.through().expect("the relation goes through links");
                let mut pairs = through.source_fields().into_iter().zip(key);
                pairs.try_for_each(|(field, value)| {
                    self.compared(through.model(), field, value, time_text::FIRST)
                })
            }
            Condition::LeadsIntoScope { relation } => {
                self.word(16);
                self.related(relation)
            }
            Condition::Unlinked { relation } => {
                self.word(8);
                self.relation(relation);
                Ok(())
            }
            Condition::Keys { fields, values } => {
                self.word(9);
                self.key_list(List::new(model, fields, values))
            }
            Condition::All(parts) => self.parts(10, model, parts),
            Condition::Any(parts) => self.parts(11, model, parts),
            Condition::Not(inner) => {
                self.word(12);
                self.condition(model, inner)
            }
            Condition::Path { field, path, test } => self.path(model, field, path, test),
            Condition::TooDeep => Err(too_deep(model)),
        }
    }

    /// What is asked of a value inside a column of JSON.
    fn path(
        &mut self,
        model: &'static ModelMetadata,
        field: &'static FieldMetadata,
        path: &String,
        test: &PathTest,
    ) -> Result<()> {
        self.word(13);
        self.field(field);
        self.json_path(model, field, path)?;
        match test {
            PathTest::Compare(operator, value) => {
                self.words([0, *operator as usize, Scalar::of(value) as usize]);
                self.parameter(Parameter::AtPath(model, field, value))
            }
            PathTest::Like(pattern) => {
                self.pattern(1, pattern);
                self.parameter(Parameter::Like(model, field, pattern))
            }
            PathTest::IsNull { negated } => {
                self.words([2, usize::from(*negated)]);
                Ok(())
            }
        }
    }

    fn pattern(&mut self, kind: usize, pattern: &Pattern) {
        let Pattern {
            text: _,
            negated,
            ignore_case,
        } = pattern;
        self.words([kind, usize::from(*negated), usize::from(*ignore_case)]);
    }

    /// The path to a value inside a column of JSON.
    pub(super) fn json_path(
        &mut self,
        model: &'static ModelMetadata,
        field: &'static FieldMetadata,
        path: &String,
    ) -> Result<()> {
        let lists = json_path::asked_lists(path, self.dialect);
        self.word(lists);
        for list in (0..lists).map(Some).chain([None]) {
            self.parameter(Parameter::Path(model, field, path, list))?;
        }
        Ok(())
    }

    /// A value that a field is compared with, in each of these texts.
    pub(super) fn compared(
        &mut self,
        model: &'static ModelMetadata,
        field: &'static FieldMetadata,
        value: &Value,
        mut forms: Range<Form>,
    ) -> Result<()> {
        forms.try_for_each(|form| self.parameter(Parameter::Compared(model, field, value, form)))
    }

    fn parts(
        &mut self,
        word: usize,
        model: &'static ModelMetadata,
        parts: &[Condition],
    ) -> Result<()> {
        self.words([word, parts.len()]);
        parts
            .iter()
            .try_for_each(|part| self.condition(model, part))
    }

    /// Keys, which are always a list, or none.
    fn key_list(&mut self, list: List) -> Result<()> {
        self.word(usize::from(!list.values.is_empty()));
        match list.values.is_empty() {
            true => Ok(()),
            false => self.keys(list),
        }
    }

    /// A list of values for a condition, which may be none, or too many to be anything but a parameter each.
    fn list(&mut self, list: List) -> Result<()> {
        if list.values.is_empty() {
            self.word(0);
            return Ok(());
        }
        if list.passes(self.dialect) {
            self.word(1);
            return self.keys(list);
        }
        self.word(2);
        self.each(list)
    }
}

pub(super) fn too_deep(model: &ModelMetadata) -> Error {
    let message = format!(
        "a predicate on `{}` is nested too deeply\nhelp: join many alternatives by `|`, or use `in_`",
        model.name
    );
    Error::new(ErrorKind::InvalidFilter, message).of_model(model.name)
}
