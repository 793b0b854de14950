//! The layers of the crate: each file uses its own layer and those above it, never one below.

use std::fs;
use std::path::{Path, PathBuf};

/// From the top down, as in ARCHITECTURE.md.
const LAYERS: [&str; 17] = [
    "value",
    "error",
    "json",
    "model",
    "query",
    "sql",
    "schema",
    "resolver",
    "driver",
    "raw",
    "load",
    "typed",
    "write",
    "filter",
    "graph",
    "repository",
    "dynamic",
];

/// The face of the crate, which names items of all layers.
const FACE: [&str; 2] = ["lib", "__private"];

fn source() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

fn files_in(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap();
    let paths = entries.map(|entry| entry.unwrap().path());
    paths
        .flat_map(|path| match path.is_dir() {
            true => files_in(&path),
            false => vec![path],
        })
        .collect()
}

/// The layer of a file: its first folder, or its own name.
fn layer_of(file: &Path) -> String {
    let inside = file.strip_prefix(source()).unwrap();
    let first = inside.components().next().unwrap().as_os_str();
    let first = first.to_str().unwrap();
    first.strip_suffix(".rs").unwrap_or(first).to_owned()
}

/// The code without comments. A `//` in a text cuts the line there, which hides no path.
fn without_comments(code: &str) -> String {
    let lines = code.lines();
    let lines: Vec<&str> = lines
        .map(|line| line.split("//").next().unwrap_or_default())
        .collect();
    lines.join("\n")
}

/// The modules at the root of the crate that the code names, `crate::a::b` and `crate::{a, b::c}` alike.
fn modules_named_in(code: &str) -> Vec<String> {
    let paths = code.split("crate::").skip(1);
    paths
        .flat_map(|path| match path.strip_prefix('{') {
            Some(group) => parts_of(group),
            None => vec![first_word(path)],
        })
        .collect()
}

/// The first word of each part of a group, up to its closing brace.
fn parts_of(group: &str) -> Vec<String> {
    let mut depth = 1;
    let mut parts = vec![String::new()];
    for letter in group.chars() {
        match letter {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 1 => parts.push(String::new()),
            letter if depth == 1 => parts.last_mut().unwrap().push(letter),
            _ => {}
        }
        if depth == 0 {
            break;
        }
    }
    let parts = parts.iter().map(|part| first_word(part.trim()));
    parts.filter(|part| !part.is_empty()).collect()
}

fn first_word(path: &str) -> String {
    let letters = path.chars();
    letters
        .take_while(|letter| letter.is_alphanumeric() || *letter == '_')
        .collect()
}

/// What is wrong with a file of this layer: the modules it names that stand below it, or are no layer.
fn arrows_down(layer: &str, code: &str) -> Vec<String> {
    let place = |name: &str| LAYERS.iter().position(|layer| *layer == name);
    let own = place(layer).unwrap_or_else(|| panic!("`{layer}` is not in the list of layers"));
    let named = modules_named_in(&without_comments(code));
    let wrong = named.into_iter().filter(|name| {
        let is_private = name == "__private";
        !is_private && place(name).is_none_or(|place| place > own)
    });
    wrong.collect()
}

#[test]
fn a_layer_uses_those_above_it_only() {
    let mut arrows = Vec::new();
    let mut seen = Vec::new();
    for file in files_in(&source()) {
        let layer = layer_of(&file);
        if FACE.contains(&layer.as_str()) {
            continue;
        }
        let code = fs::read_to_string(&file).unwrap();
        let shown = file.strip_prefix(source()).unwrap().display().to_string();
        let wrong = arrows_down(&layer, &code);
        arrows.extend(wrong.iter().map(|name| format!("{shown} uses `{name}`")));
        seen.push(layer);
    }
    assert!(arrows.is_empty(), "{arrows:#?}");
    for layer in LAYERS {
        assert!(
            seen.iter().any(|seen| seen == layer),
            "no file of `{layer}`"
        );
    }
}

#[test]
fn an_arrow_down_is_found() {
    assert_eq!(arrows_down("value", "use crate::error::Error;"), ["error"]);
    assert_eq!(
        arrows_down(
            "sql",
            "use crate::{\n    model::{self, Model},\n    load,\n};"
        ),
        ["load"]
    );
    assert_eq!(
        arrows_down("load", "let a = crate::Error::new();"),
        ["Error"]
    );
    assert_eq!(arrows_down("graph", "use crate::{filter, load};"), [""; 0]);
    assert_eq!(arrows_down("value", "// see crate::graph"), [""; 0]);
}
