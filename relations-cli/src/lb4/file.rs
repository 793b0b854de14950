//! Files of TypeScript, as far as models stand in them: classes with their decorators.

use super::value::{self, Aliases, Constants, Reader};
use crate::lb3::Json;
use crate::problem::{Place, Problem, Result};
use std::path::{Path, PathBuf};
use tree_sitter::{Node, Parser, Tree};

/// A class of a file.
#[derive(Debug)]
pub(super) struct Class {
    pub(super) name: String,
    pub(super) base: Option<Base>,
    pub(super) is_abstract: bool,
    pub(super) decorators: Vec<Decorator>,
    pub(super) fields: Vec<Field>,
    pub(super) comments: Vec<String>,
}

/// What a class extends.
#[derive(Debug, Clone)]
pub(super) struct Base {
    pub(super) name: String,
    /// The functions about it: `Timestamps` of `Timestamps(Entity)`.
    pub(super) mixins: Vec<String>,
}

#[derive(Debug)]
pub(super) struct Field {
    pub(super) name: String,
    /// The type as it is written.
    pub(super) ty: Option<String>,
    pub(super) decorators: Vec<Decorator>,
    pub(super) comments: Vec<String>,
}

/// A decorator that is called.
#[derive(Debug)]
pub(super) struct Decorator {
    /// `property` or `property.array`
    pub(super) name: String,
    pub(super) arguments: Vec<Json>,
    /// What is not a literal: where it stands in the arguments, and its text.
    pub(super) code: Vec<(String, String)>,
}

impl Decorator {
    /// An argument that is an object; an empty one if there is none.
    pub(super) fn object(&self, at: usize) -> Json {
        match self.arguments.get(at) {
            Some(Json::Object(members)) => Json::Object(members.clone()),
            _ => Json::Object(Vec::new()),
        }
    }
}

struct Parsed {
    text: String,
    tree: Tree,
    constants: Constants,
    aliases: Aliases,
}

/// Reads the classes in folders.
pub(super) fn read(folders: &[PathBuf]) -> Result<Vec<Class>> {
    let mut files = Vec::new();
    for folder in folders {
        for path in paths(folder)? {
            files.push(parse(&path)?);
        }
    }
    let shared = value::shared(files.iter().map(|file| &file.constants));
    let mut classes = Vec::new();
    for file in &files {
        let reader = Reader {
            text: &file.text,
            own: &file.constants,
            shared: &shared,
            aliases: &file.aliases,
        };
        let mut nodes = file.tree.walk();
        for node in file.tree.root_node().named_children(&mut nodes) {
            classes.extend(class(&reader, node));
        }
    }
    let is_model = |class: &Class| class.decorators.iter().any(|one| one.name == "model");
    if !classes.iter().any(is_model) {
        let names: Vec<String> = folders
            .iter()
            .map(|folder| format!("`{}`", folder.display()))
            .collect();
        let message = format!("there is no class with `@model` in {}", names.join(", "));
        return Err(Problem::new("no_models", message)
            .help("name the folder of the models, such as `src/models`"));
    }
    Ok(classes)
}

fn paths(folder: &Path) -> Result<Vec<PathBuf>> {
    if folder.is_file() {
        return Ok(vec![folder.to_path_buf()]);
    }
    let entries = std::fs::read_dir(folder).map_err(|error| unreadable(folder, &error))?;
    let mut found = Vec::new();
    for path in entries.flatten().map(|entry| entry.path()) {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if path.is_dir() && name != "node_modules" {
            found.append(&mut paths(&path)?);
        } else if name.ends_with(".ts") && !name.ends_with(".d.ts") {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

fn unreadable(path: &Path, error: &std::io::Error) -> Box<Problem> {
    Problem::new(
        "unreadable",
        format!("`{}` cannot be read: {error}", path.display()),
    )
}

fn parse(path: &Path) -> Result<Parsed> {
    let text = std::fs::read_to_string(path).map_err(|error| unreadable(path, &error))?;
    let mut parser = Parser::new();
    let language = tree_sitter_typescript::LANGUAGE_TYPESCRIPT.into();
    let internal = |message: String| Problem::new("internal", message);
    parser
        .set_language(&language)
        .map_err(|error| internal(error.to_string()))?;
    let tree = parser
        .parse(&text, None)
        .ok_or_else(|| internal("the parser gave up".to_owned()))?;
    if let Some(broken) = first_error(tree.root_node()) {
        let range = broken.byte_range();
        let place = Place {
            path: path.to_path_buf(),
            text,
            range,
        };
        return Err(
            Problem::new("broken_typescript", "this is not understood as TypeScript")
                .at(place)
                .help("nothing was taken over; files can be named one by one, without this one"),
        );
    }
    let constants = value::constants(&text, tree.root_node());
    let aliases = value::aliases(&text, tree.root_node());
    Ok(Parsed {
        text,
        tree,
        constants,
        aliases,
    })
}

fn first_error(node: Node<'_>) -> Option<Node<'_>> {
    if !node.has_error() {
        return None;
    }
    if node.is_error() || node.is_missing() {
        return Some(node);
    }
    let mut children = node.walk();
    let found = node.children(&mut children).find_map(first_error);
    found.or(Some(node))
}

/// The class that a statement is, with `export` or without.
fn class(reader: &Reader<'_>, statement: Node<'_>) -> Option<Class> {
    let node = statement
        .child_by_field_name("declaration")
        .unwrap_or(statement);
    let is_abstract = node.kind() == "abstract_class_declaration";
    if !is_abstract && node.kind() != "class_declaration" {
        return None;
    }
    // A decorator stands before `export`, or after it.
    let mut found = decorators(reader, statement);
    if node != statement {
        found.extend(decorators(reader, node));
    }
    let mut heritage = node.walk();
    let heritage = node
        .named_children(&mut heritage)
        .find(|child| child.kind() == "class_heritage");
    let base = heritage
        .and_then(|heritage| heritage.named_child(0))
        .and_then(|extends| extends.child_by_field_name("value"));
    let mut fields = Vec::new();
    let body = node.child_by_field_name("body")?;
    for member in body.named_children(&mut body.walk()) {
        if member.kind() == "public_field_definition" {
            fields.extend(field(reader, member));
        }
    }
    Some(Class {
        name: reader.text_of(node.child_by_field_name("name")?).to_owned(),
        base: base.and_then(|base| base_of(reader, base)),
        is_abstract,
        decorators: found,
        fields,
        comments: comments(reader, statement),
    })
}

/// `Entity`, `base.Entity`, and `Timestamps(SoftDelete(Entity))`.
fn base_of(reader: &Reader<'_>, node: Node<'_>) -> Option<Base> {
    match node.kind() {
        "member_expression" => base_of(reader, node.child_by_field_name("property")?),
        "call_expression" => {
            let function = node.child_by_field_name("function")?;
            let inner = node.child_by_field_name("arguments")?.named_child(0)?;
            let mut base = base_of(reader, inner)?;
            base.mixins.push(reader.text_of(function).to_owned());
            Some(base)
        }
        _ => Some(Base {
            name: reader.named(node).to_owned(),
            mixins: Vec::new(),
        }),
    }
}

fn field(reader: &Reader<'_>, node: Node<'_>) -> Option<Field> {
    let mut modifiers = node.walk();
    if node
        .children(&mut modifiers)
        .any(|child| child.kind() == "static")
    {
        return None;
    }
    let name = node.child_by_field_name("name")?;
    let name = match name.kind() {
        "string" => value::string(reader.text, name),
        _ => reader.text_of(name).to_owned(),
    };
    let ty = node
        .child_by_field_name("type")
        .and_then(|annotation| annotation.named_child(0));
    Some(Field {
        name,
        ty: ty.map(|ty| reader.text_of(ty).to_owned()),
        decorators: decorators(reader, node),
        comments: comments(reader, node),
    })
}

fn decorators(reader: &Reader<'_>, node: Node<'_>) -> Vec<Decorator> {
    let mut children = node.walk();
    let found = node.children_by_field_name("decorator", &mut children);
    found
        .filter_map(|decorator| decorator.named_child(0))
        .map(|call| {
            let function = call.child_by_field_name("function").unwrap_or(call);
            let mut decorator = Decorator {
                name: reader.named(function).to_owned(),
                arguments: Vec::new(),
                code: Vec::new(),
            };
            let Some(arguments) = call.child_by_field_name("arguments") else {
                return decorator;
            };
            for argument in arguments.named_children(&mut arguments.walk()) {
                if argument.kind() != "comment" {
                    let value = reader.argument(argument, &mut decorator.code);
                    decorator.arguments.push(value);
                }
            }
            decorator
        })
        .collect()
}

/// The comments on the lines before a class or a field.
fn comments(reader: &Reader<'_>, node: Node<'_>) -> Vec<String> {
    let mut found = Vec::new();
    let mut at = node;
    while let Some(comment) = at.prev_named_sibling() {
        // One at the end of a line belongs to what stands on that line.
        let shares_line = comment
            .prev_named_sibling()
            .is_some_and(|before| before.end_position().row == comment.start_position().row);
        if comment.kind() != "comment" || shares_line {
            break;
        }
        found.push(comment_text(reader.text_of(comment)));
        at = comment;
    }
    found.reverse();
    found.retain(|text| !text.is_empty() && !is_for_a_tool(text));
    found
}

fn is_for_a_tool(comment: &str) -> bool {
    ["eslint-", "@ts-", "tslint:", "prettier-"]
        .iter()
        .any(|start| comment.starts_with(start))
}

/// Without its marks.
fn comment_text(comment: &str) -> String {
    let inner = comment
        .strip_prefix("/*")
        .and_then(|rest| rest.strip_suffix("*/"))
        .or_else(|| comment.strip_prefix("//"))
        .unwrap_or(comment);
    let lines = inner
        .lines()
        .map(|line| line.trim().trim_start_matches('*').trim());
    let lines: Vec<&str> = lines.filter(|line| !line.is_empty()).collect();
    lines.join("\n")
}
