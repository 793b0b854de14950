//! Expressions of TypeScript as values, where they are literals, or constants of the models' files.

use crate::lb3::{Json, Member};
use std::collections::HashMap;
use tree_sitter::Node;

/// Constants and enums by their names.
pub(super) type Constants = HashMap<String, Json>;

/// Reads the expressions of one file.
pub(super) struct Reader<'f> {
    pub(super) text: &'f str,
    pub(super) own: &'f Constants,
    /// Those of the other files.
    pub(super) shared: &'f Constants,
    /// What the file calls classes that it imports under another name.
    pub(super) aliases: &'f Aliases,
}

/// Names of a file, and what they stand for; `import * as models` stands for nothing.
pub(super) type Aliases = HashMap<String, String>;

/// The names that a file gives to what it imports.
pub(super) fn aliases(text: &str, root: Node<'_>) -> Aliases {
    let mut found = Aliases::new();
    let mut nodes = vec![root];
    while let Some(node) = nodes.pop() {
        match node.kind() {
            "import_specifier" => {
                let name = node.child_by_field_name("name");
                let alias = node.child_by_field_name("alias");
                if let Some((name, alias)) = name.zip(alias) {
                    let [name, alias] = [name, alias].map(|it| text[it.byte_range()].to_owned());
                    found.insert(alias, name);
                }
            }
            "namespace_import" => {
                let name = node
                    .named_child(0)
                    .map(|it| text[it.byte_range()].to_owned());
                found.extend(name.map(|name| (name, String::new())));
            }
            "program" | "import_statement" | "import_clause" | "named_imports" => {
                nodes.extend(node.named_children(&mut node.walk()));
            }
            _ => {}
        }
    }
    found
}

/// What is not a literal: where it stands, and its text.
type Code = Vec<(String, String)>;

/// Members that name a class.
const CLASSES: &[&str] = &["type", "itemType", "model"];

/// The constants and the enums of a file that are literals.
pub(super) fn constants(text: &str, root: Node<'_>) -> Constants {
    let mut found = Constants::new();
    let mut statements = root.walk();
    for statement in root.named_children(&mut statements) {
        let node = statement
            .child_by_field_name("declaration")
            .unwrap_or(statement);
        let (own, shared) = (found.clone(), Constants::new());
        let reader = Reader {
            text,
            own: &own,
            shared: &shared,
            aliases: &Aliases::new(),
        };
        match node.kind() {
            "lexical_declaration" => {
                for one in node.named_children(&mut node.walk()) {
                    let (name, value) = (
                        one.child_by_field_name("name"),
                        one.child_by_field_name("value"),
                    );
                    let Some((name, value)) = name.zip(value) else {
                        continue;
                    };
                    let mut code = Vec::new();
                    let value = reader.value(value, "", &mut code);
                    if let Some(value) = value.filter(|_| code.is_empty()) {
                        found.insert(reader.text_of(name).to_owned(), value);
                    }
                }
            }
            "enum_declaration" => {
                let name = node.child_by_field_name("name");
                let body = node.child_by_field_name("body");
                if let Some((name, body)) = name.zip(body) {
                    found.insert(
                        reader.text_of(name).to_owned(),
                        reader.members_of_enum(body),
                    );
                }
            }
            _ => {}
        }
    }
    found
}

/// The constants of all files; a name that has two values has none.
pub(super) fn shared<'c>(files: impl Iterator<Item = &'c Constants>) -> Constants {
    let mut all: HashMap<&String, Option<&Json>> = HashMap::new();
    for (name, value) in files.flatten() {
        let known = all.entry(name).or_insert(Some(value));
        if *known != Some(value) {
            *known = None;
        }
    }
    all.into_iter()
        .filter_map(|(name, value)| Some((name.clone(), value?.clone())))
        .collect()
}

impl<'f> Reader<'f> {
    pub(super) fn text_of(&self, node: Node<'_>) -> &'f str {
        &self.text[node.byte_range()]
    }

    /// A name as it is where it comes from: `Customer` of `Cust`, and of `models.Customer`.
    pub(super) fn named(&self, node: Node<'_>) -> &'f str {
        let text = self.text_of(node);
        if let Some((module, rest)) = text.split_once('.') {
            let is_module = self.aliases.get(module).is_some_and(String::is_empty);
            return if is_module { rest } else { text };
        }
        let of = self.aliases.get(text).filter(|of| !of.is_empty());
        of.map_or(text, String::as_str)
    }

    /// An argument of a decorator: a class, `() => Class`, or a value.
    pub(super) fn argument(&self, node: Node<'_>, code: &mut Code) -> Json {
        self.class_name(node)
            .or_else(|| self.value(node, "", code))
            .unwrap_or(Json::Null)
    }

    /// The class that an expression names, itself or as what a function gives.
    fn class_name(&self, node: Node<'_>) -> Option<Json> {
        match node.kind() {
            "identifier" if self.constant(self.text_of(node)).is_none() => {
                Some(Json::Text(self.named(node).to_owned()))
            }
            "member_expression" if self.member(node).is_none() => {
                let object = node.child_by_field_name("object")?;
                let is_module = self
                    .aliases
                    .get(self.text_of(object))
                    .is_some_and(String::is_empty);
                let property = node.child_by_field_name("property")?;
                is_module.then(|| Json::Text(self.text_of(property).to_owned()))
            }
            "arrow_function" => self.class_name(node.child_by_field_name("body")?),
            "parenthesized_expression" | "as_expression" => self.class_name(node.named_child(0)?),
            _ => None,
        }
    }

    fn constant(&self, name: &str) -> Option<&Json> {
        self.own.get(name).or_else(|| self.shared.get(name))
    }

    /// A value; `None` for what is not a literal, which is put to the code with its path, and for `undefined`.
    fn value(&self, node: Node<'_>, path: &str, code: &mut Code) -> Option<Json> {
        let text = self.text_of(node);
        let found = match node.kind() {
            "undefined" => return None,
            "string" => Some(Json::Text(string(self.text, node))),
            "template_string" if !has_substitution(node) => {
                Some(Json::Text(string(self.text, node)))
            }
            "number" => number(text),
            "unary_expression" if text.starts_with('-') => {
                let argument = node.child_by_field_name("argument")?;
                match self.value(argument, path, code)? {
                    Json::Number(number) => Some(Json::Number(format!("-{number}"))),
                    _ => None,
                }
            }
            "true" | "false" => Some(Json::Bool(text == "true")),
            "null" => Some(Json::Null),
            "array" => {
                let mut items = Vec::new();
                for (at, item) in node.named_children(&mut node.walk()).enumerate() {
                    let path = format!("{path}[{at}]");
                    items.extend(match item.kind() {
                        "comment" => None,
                        _ => self.value(item, &path, code),
                    });
                }
                Some(Json::List(items))
            }
            "object" => Some(self.object(node, path, code)),
            "parenthesized_expression"
            | "as_expression"
            | "satisfies_expression"
            | "non_null_expression" => {
                return self.value(node.named_child(0)?, path, code);
            }
            "identifier" => self.constant(text).cloned(),
            "member_expression" => self.member(node),
            "call_expression" => self.values_of(node),
            // `new Date()` of each new row.
            "arrow_function"
                if node
                    .child_by_field_name("body")
                    .is_some_and(|body| self.text_of(body) == "new Date()") =>
            {
                Some(Json::Text("$now".to_owned()))
            }
            _ => None,
        };
        if found.is_none() {
            code.push((path.to_owned(), text.to_owned()));
        }
        found
    }

    /// `Object.values(Status)` of an enum or a constant.
    fn values_of(&self, node: Node<'_>) -> Option<Json> {
        let function = node.child_by_field_name("function")?;
        let argument = node.child_by_field_name("arguments")?.named_child(0)?;
        let constant = self.constant(self.text_of(argument))?;
        let is_values = self.text_of(function) == "Object.values";
        let values = constant.members().iter().map(|member| member.value.clone());
        is_values.then(|| Json::List(values.collect()))
    }

    /// `Status.Open`, of an enum or a constant.
    fn member(&self, node: Node<'_>) -> Option<Json> {
        let object = node.child_by_field_name("object")?;
        let property = node.child_by_field_name("property")?;
        let object = match object.kind() {
            "identifier" => self.constant(self.text_of(object))?.clone(),
            "member_expression" => self.member(object)?,
            _ => return None,
        };
        object.get(self.text_of(property)).cloned()
    }

    fn object(&self, node: Node<'_>, path: &str, code: &mut Code) -> Json {
        let mut members: Vec<Member> = Vec::new();
        let mut set = |name: String, value: Json| {
            members.retain(|member| member.name != name);
            members.push(Member::new(name, value));
        };
        for pair in node.named_children(&mut node.walk()) {
            match pair.kind() {
                "pair" => {
                    let key = pair.child_by_field_name("key");
                    let value = pair.child_by_field_name("value");
                    let Some((key, value)) = key.zip(value) else {
                        continue;
                    };
                    let name = match key.kind() {
                        "string" => string(self.text, key),
                        _ => self.text_of(key).to_owned(),
                    };
                    let path = joined(path, &name);
                    let class = match CLASSES.contains(&name.as_str()) {
                        true => self.class_name(value),
                        false => None,
                    };
                    if let Some(value) = class.or_else(|| self.value(value, &path, code)) {
                        set(name, value);
                    }
                }
                "spread_element" => {
                    let inner = pair
                        .named_child(0)
                        .and_then(|inner| self.value(inner, &joined(path, "..."), code));
                    for member in inner.iter().flat_map(Json::members) {
                        set(member.name.clone(), member.value.clone());
                    }
                }
                "shorthand_property_identifier" => {
                    let name = self.text_of(pair);
                    match self.constant(name) {
                        Some(value) => set(name.to_owned(), value.clone()),
                        None => code.push((joined(path, name), name.to_owned())),
                    }
                }
                "comment" => {}
                _ => code.push((path.to_owned(), self.text_of(pair).to_owned())),
            }
        }
        Json::Object(members)
    }

    /// An enum's names and values; without a value it counts on, as TypeScript does.
    fn members_of_enum(&self, body: Node<'_>) -> Json {
        let mut members = Vec::new();
        let mut next = Some(0_i64);
        for one in body.named_children(&mut body.walk()) {
            let (name, value) = match one.kind() {
                "enum_assignment" => {
                    let value = one.child_by_field_name("value");
                    let value = value.and_then(|value| self.value(value, "", &mut Vec::new()));
                    (one.child_by_field_name("name"), value)
                }
                "comment" => continue,
                _ => (Some(one), next.map(|next| Json::Number(next.to_string()))),
            };
            next = match &value {
                Some(Json::Number(number)) => number.parse().ok().map(|number: i64| number + 1),
                _ => None,
            };
            if let Some((name, value)) = name.zip(value) {
                members.push(Member::new(self.text_of(name), value));
            }
        }
        Json::Object(members)
    }
}

fn joined(path: &str, name: &str) -> String {
    match path {
        "" => name.to_owned(),
        path => format!("{path}.{name}"),
    }
}

fn has_substitution(node: Node<'_>) -> bool {
    node.named_children(&mut node.walk())
        .any(|child| child.kind() == "template_substitution")
}

/// A number as JSON has it: without `_`, in tens.
fn number(text: &str) -> Option<Json> {
    let text = text.replace('_', "").to_lowercase();
    let of_base = [("0x", 16), ("0o", 8), ("0b", 2)]
        .iter()
        .find_map(|(start, base)| Some((text.strip_prefix(start)?, *base)));
    if let Some((digits, base)) = of_base {
        let number = i64::from_str_radix(digits, base).ok()?;
        return Some(Json::Number(number.to_string()));
    }
    let text = match text.strip_prefix('.') {
        Some(rest) => format!("0.{rest}"),
        None => text,
    };
    let is_number = serde_json::from_str::<serde_json::Number>(&text).is_ok();
    is_number.then_some(Json::Number(text))
}

/// The text of a string, its escapes resolved.
pub(super) fn string(text: &str, node: Node<'_>) -> String {
    let mut found = String::new();
    for part in node.named_children(&mut node.walk()) {
        let part_text = &text[part.byte_range()];
        match part.kind() {
            "escape_sequence" => found.extend(escaped(part_text)),
            _ => found.push_str(part_text),
        }
    }
    found
}

/// The letter that an escape stands for; a line's end that is escaped is none.
fn escaped(escape: &str) -> Option<char> {
    let mut letters = escape.chars().skip(1);
    match letters.next()? {
        'n' => Some('\n'),
        't' => Some('\t'),
        'r' => Some('\r'),
        'b' => Some('\u{8}'),
        'f' => Some('\u{c}'),
        'v' => Some('\u{b}'),
        '0' => Some('\0'),
        'u' | 'x' => {
            let digits: String = letters.filter(char::is_ascii_hexdigit).collect();
            let letter = u32::from_str_radix(&digits, 16).ok()?;
            Some(char::from_u32(letter).unwrap_or(char::REPLACEMENT_CHARACTER))
        }
        '\n' | '\r' | '\u{2028}' | '\u{2029}' => None,
        other => Some(other),
    }
}
