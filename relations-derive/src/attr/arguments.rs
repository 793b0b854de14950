//! The arguments of one attribute, and what is reported of those that it does not know.

use super::argument::{Argument, Value};
use super::elsewhere::{ELSEWHERE, WORDS_OF_OTHERS};
use super::{Name, parsed};
use crate::errors::Errors;
use crate::names::closest;
use proc_macro2::Span;
use syn::Path;

/// The arguments of one attribute, taken out one after the other; what is left over is unknown.
pub(super) struct Arguments<'a> {
    pub(super) attribute: &'a str,
    arguments: Vec<Argument>,
    known: Vec<&'static str>,
}

impl<'a> Arguments<'a> {
    pub(super) fn new(attribute: &'a str, arguments: Vec<Argument>, errors: &mut Errors) -> Self {
        let mut kept: Vec<Argument> = Vec::new();
        for argument in arguments {
            let is_repeated = kept.iter().any(|other| other.name == argument.name);
            if is_repeated && !argument.may_be_repeated() {
                let message = format!(
                    "argument `{}` is given twice in `{attribute}`",
                    argument.name
                );
                errors.add(argument.name.span(), message);
            } else {
                kept.push(argument);
            }
        }
        Arguments {
            attribute,
            arguments: kept,
            known: Vec::new(),
        }
    }

    pub(super) fn take(&mut self, name: &'static str) -> Option<Argument> {
        if !self.known.contains(&name) {
            self.known.push(name);
        }
        let at = self
            .arguments
            .iter()
            .position(|argument| argument.name == name)?;
        Some(self.arguments.remove(at))
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.arguments.iter().any(|argument| argument.name == name)
    }

    /// `unique`
    pub(super) fn flag(&mut self, name: &'static str, errors: &mut Errors) -> Option<Span> {
        let argument = self.take(name)?;
        match &argument.value {
            None => {}
            Some(Value::Bool(bool)) => return bool.value.then(|| argument.name.span()),
            Some(Value::Group(_, span)) => {
                let help = "several fields go into the `#[model(..)]` of the struct";
                errors.add(*span, format!("`{name}` takes no value\nhelp: {help}"));
            }
            Some(value) => {
                errors.add(
                    value.span(),
                    format!("`{name}` takes no value\nhelp: write `{name}`"),
                );
            }
        }
        Some(argument.name.span())
    }

    /// `unique("a", "b")`, any number of times
    pub(super) fn groups(&mut self, name: &'static str, errors: &mut Errors) -> Vec<Vec<Name>> {
        let mut groups = Vec::new();
        while let Some(argument) = self.take(name) {
            let at = match argument.value {
                Some(Value::Group(names, _)) if !names.is_empty() => {
                    groups.push(names);
                    continue;
                }
                Some(Value::Group(_, span)) => span,
                _ => argument.name.span(),
            };
            let help = format!(
                "write `{name}(\"first\", \"second\")`, or `{name}` in the `#[model(..)]` of one field"
            );
            errors.add(
                at,
                format!("`{name}` on the struct names fields\nhelp: {help}"),
            );
        }
        groups
    }

    /// `check = "…"`, any number of times
    pub(super) fn texts(&mut self, name: &'static str, errors: &mut Errors) -> Vec<Name> {
        let mut texts = Vec::new();
        while self.has(name) {
            texts.extend(self.text(name, errors));
        }
        texts
    }

    /// `column = "…"`
    pub(super) fn text(&mut self, name: &'static str, errors: &mut Errors) -> Option<Name> {
        let argument = self.take(name)?;
        match argument.value {
            Some(Value::Name(text)) => Some(text),
            Some(value) => {
                errors.add(
                    value.span(),
                    format!("`{name}` takes a string\nhelp: write `{name} = \"…\"`"),
                );
                None
            }
            None => {
                let message = format!("`{name}` needs a value\nhelp: write `{name} = \"…\"`");
                errors.add(argument.name.span(), message);
                None
            }
        }
    }

    /// `key_to = "…"` or `key_to = ["…", "…"]`
    pub(super) fn names(&mut self, name: &'static str, errors: &mut Errors) -> Option<Vec<Name>> {
        let argument = self.take(name)?;
        let (message, at) = match argument.value {
            Some(Value::Name(text)) => return Some(vec![text]),
            Some(Value::List(names, _)) if !names.is_empty() => return Some(names),
            Some(Value::List(_, span)) => ("names no field", span),
            Some(value) => ("takes the name of a field", value.span()),
            None => ("needs a value", argument.name.span()),
        };
        let help = format!("write `{name} = \"field\"`, or `{name} = [\"first\", \"second\"]`");
        errors.add(at, format!("`{name}` {message}\nhelp: {help}"));
        None
    }

    pub(super) fn path(
        &mut self,
        name: &'static str,
        help: &str,
        errors: &mut Errors,
    ) -> Option<Path> {
        let argument = self.take(name)?;
        let at = argument
            .value
            .as_ref()
            .map_or(argument.name.span(), Value::span);
        let path = match argument.value {
            Some(Value::Path(path)) => Some(path),
            Some(Value::Name(name)) => parsed(&name),
            _ => None,
        };
        if path.is_none() {
            errors.add(at, help);
        }
        path
    }

    /// `include = false`
    pub(super) fn is_false(&mut self, name: &'static str, errors: &mut Errors) -> bool {
        let Some(argument) = self.take(name) else {
            return false;
        };
        match argument.value {
            Some(Value::Bool(bool)) => !bool.value,
            other => {
                let at = other.map_or(argument.name.span(), |value| value.span());
                errors.add(
                    at,
                    format!("`{name}` takes `true` or `false`\nhelp: write `{name} = false`"),
                );
                false
            }
        }
    }

    /// Reports what was not taken; says whether there was anything.
    pub(super) fn finish(self, errors: &mut Errors) -> bool {
        let is_unknown = !self.arguments.is_empty();
        for argument in self.arguments {
            let name = argument.name.to_string();
            let mut known = self.known.clone();
            known.sort_unstable();
            let listed: Vec<String> = known.iter().map(|name| format!("`{name}`")).collect();
            let elsewhere = ELSEWHERE
                .iter()
                .chain(WORDS_OF_OTHERS)
                .find(|(attribute, argument, _)| *attribute == self.attribute && *argument == name);
            let help = match (elsewhere, closest(&name, &known)) {
                (Some((_, _, help)), _) => (*help).to_owned(),
                (None, Some(closest)) => format!("did you mean `{closest}`?"),
                (None, None) => format!("expected one of {}", listed.join(", ")),
            };
            let message = format!(
                "unknown argument `{name}` in `{}`\nhelp: {help}",
                self.attribute
            );
            errors.add(argument.name.span(), message);
        }
        is_unknown
    }
}
