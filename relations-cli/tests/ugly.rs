//! 200 sources as people write them: lines are only added, the result compiles, a second run changes nothing, and a refusal
//! leaves every byte.

mod support;

use std::fmt::Write;
use support::Package;

/// Numbers that are the same in each run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) % sides
    }

    fn pick<'t>(&mut self, texts: &[&'t str]) -> &'t str {
        texts[self.roll(texts.len() as u64) as usize]
    }

    fn chance(&mut self, of: u64) -> bool {
        self.roll(of) == 0
    }
}

/// One module with two models, and where they are.
struct Case {
    text: String,
    source: String,
    target: String,
    /// Whether some struct is on one line, so that its line grows.
    is_on_one_line: bool,
}

fn case(number: usize) -> Case {
    let mut dice =
        Dice(0x9e37_79b9_7f4a_7c15 ^ (number as u64 + 1).wrapping_mul(0x2545_f491_4f6c_dd1d));
    for _ in 0..8 {
        dice.roll(2);
    }
    let source = format!(
        "{}{number}",
        dice.pick(&[
            "Supplier",
            "Händler",
            "Order",
            "HTTPServer",
            "Поставщик",
            "X"
        ])
    );
    let target = format!(
        "{}{number}",
        dice.pick(&["Account", "Straße", "Line", "IPv6Address", "Счёт", "Y_"])
    );
    let indent = dice.pick(&["    ", "\t", "  ", "", "\t  "]);
    let mut text = String::new();
    if dice.chance(3) {
        text.push_str("#![allow(dead_code)]\n");
    }
    text.push_str("// #[derive(Model)] struct Supplier { /* not a model } */\n");
    text.push_str(dice.pick(&[
        "use relations::prelude::*;\n",
        "use relations::{Model, prelude::*}; use std::fmt as äöü;\n",
    ]));
    text.push_str("#[allow(unused)] const TEXT: &str = r##\"\n#[derive(Model)]\npub struct Supplier { \"# id: i64 }\n\"##; #[allow(unused)] const BRACE: char = '{';\n");
    if dice.chance(2) {
        text.push_str("#[allow(unused_macros)] macro_rules! models { ($name:ident) => {\n  #[derive(Model)] pub struct $name { #[model(id)] id: i64 }\n} }\n");
    }
    let nested = dice.chance(3);
    if nested {
        text.push_str("pub mod inner { // {\n    use super::*;\n");
    }
    let mut is_on_one_line = false;
    for name in [&source, &target] {
        is_on_one_line |= model(&mut text, &mut dice, name, indent);
    }
    if nested {
        text.push_str("/* } */ }\n");
    }
    text.push_str(dice.pick(&["", "// the end", "\n\n\n", "/* the\nend */"]));
    if dice.chance(3) {
        text = text.replace('\n', "\r\n");
    }
    if dice.chance(8) {
        text.insert(0, '\u{feff}');
    }
    Case {
        text,
        source,
        target,
        is_on_one_line,
    }
}

/// A model; says whether some part that grows is on one line with others.
fn model(text: &mut String, dice: &mut Dice, name: &str, indent: &str) -> bool {
    if dice.chance(10) {
        let comma = dice.pick(&["", ",", " , "]);
        let _ = writeln!(
            text,
            "{indent}#[derive(Debug, Model)] /* a */ pub struct {name} {{ #[model(id, generated)] pub id: i64, pub r#type: String{comma} }}"
        );
        return true;
    }
    text.push_str(dice.pick(&[
        "",
        "/// What it is: `{`.\n",
        "/** What\nit is. */\n",
        "// plain\n",
        "#[doc = \"/*\"]\n",
        "\n\n",
    ]));
    text.push_str(indent);
    text.push_str(dice.pick(&[
        "#[derive(Debug, Clone, Model)]",
        "#[derive(\n    Debug,\n    Clone, // why\n    Model,\n)]",
        "#[derive(Debug)]#[derive(relations::Model)]",
        "#[cfg_attr(all(), derive(Debug, Model))]",
        "# [ derive ( Model , Debug ) ]",
        "#[derive(Debug)] #[cfg(not(any()))] #[derive(Model)]",
    ]));
    text.push_str(dice.pick(&[
        "\n",
        " // behind: #[has_one(X)]\n",
        "  \t\n",
        " /* one */ // two /*\n",
        "\n\n    // between\n",
        "/* many\nlines */\n",
    ]));
    text.push_str(dice.pick(&[
        "",
        "#[allow(clippy::all)]\n",
        "#[model(index(\"note\"))] // more\n",
        "/// Docs behind it.\n",
    ]));
    let _ = write!(
        text,
        "{indent}{}",
        dice.pick(&["pub struct ", "pub\n  struct ", "pub /* x */ struct "])
    );
    let _ = write!(
        text,
        "{name}{}",
        dice.pick(&[" {\n", "\n{\n", " { // fields\n", "\n{ /* a\n b */\n"])
    );
    let mut fields = vec![
        format!("{indent}{indent}#[model(id, generated)]\n{indent}{indent}pub id: i64"),
        format!("{indent}{indent}/// `{{`\n{indent}{indent}pub note: Option<String>"),
    ];
    for other in 0..dice.roll(3) {
        fields.push(format!(
            "{indent}{indent}{}pub größe{other}: {}",
            dice.pick(&["", "#[model(index)] ", "/* } */ "]),
            dice.pick(&["i64", "Option<\n i32>", "std::string::String"])
        ));
    }
    let last = fields.len() - 1;
    for (at, field) in fields.iter().enumerate() {
        text.push_str(field);
        let comma = if at == last {
            dice.pick(&[",", ",", ""])
        } else {
            dice.pick(&[",", ",", " ,"])
        };
        text.push_str(comma);
        text.push_str(dice.pick(&[
            "\n",
            " // behind, it\n",
            "\n\n",
            " /* x */\n",
            "\n// below }\n",
            "\r\n",
        ]));
    }
    text.push_str(dice.pick(&["}\n", "  }\n", "} // end\n", "/* } */ }\n"]));
    false
}

/// Whether `after` is `before` and more lines.
fn only_lines_were_added(before: &str, after: &str) -> bool {
    let mut after = after.split_inclusive('\n');
    before
        .split_inclusive('\n')
        .all(|line| after.any(|other| other == line))
}

/// Whether `after` is `before` and more letters.
fn only_letters_were_added(before: &str, after: &str) -> bool {
    let mut after = after.chars();
    before
        .chars()
        .all(|letter| after.any(|other| other == letter))
}

const CASES: usize = 200;
const A_PACKAGE: usize = 40;

#[test]
fn lines_are_only_added() {
    for first in (0..CASES).step_by(A_PACKAGE) {
        let cases: Vec<Case> = (first..first + A_PACKAGE).map(case).collect();
        let package = package(first, &cases);
        for (at, case) in cases.iter().enumerate() {
            refusals(&package, case);
            let (kind, more): (&str, &[&str]) = match (first + at) % 7 {
                0 => ("has_one", &[]),
                1 => ("has_many", &["--optional"]),
                2 => ("belongs_to", &["--cascade"]),
                3 => ("references_many", &["--name", "chosen"]),
                4 => ("has_and_belongs_to_many", &[]),
                5 => ("has_many", &["--inverse", "none", "--foreign-key", "owner"]),
                _ => (
                    "has_one",
                    &[
                        "--name",
                        "main",
                        "--foreign-key",
                        "main_of_id",
                        "--optional",
                    ],
                ),
            };
            let arguments = [&["relation", &case.source, kind, &case.target], more].concat();
            package.done(&arguments);
            let after = package.read(&file(first + at));
            let added = match case.is_on_one_line {
                true => only_letters_were_added(&case.text, &after),
                false => only_lines_were_added(&case.text, &after),
            };
            assert!(
                added && after.len() > case.text.len(),
                "{arguments:?}\n{}\n---\n{after}",
                case.text
            );
            let ends = |text: &str| (text.matches("\r\n").count(), text.matches('\n').count());
            if ends(&case.text).0 == ends(&case.text).1 {
                assert_eq!(ends(&after).0, ends(&after).1, "{after}");
            }
            assert_eq!(package.done(&arguments), "nothing to change\n");
            assert_eq!(package.read(&file(first + at)), after);
        }
        package.compile("check");
    }
}

fn file(number: usize) -> String {
    match number % 3 {
        0 => format!("src/case{number}.rs"),
        1 => format!("src/case{number}/mod.rs"),
        _ => format!("src/elsewhere/{number} x.rs"),
    }
}

fn package(first: usize, cases: &[Case]) -> Package {
    let mut lib = String::from(
        "#![allow(uncommon_codepoints, mixed_script_confusables, non_snake_case, non_camel_case_types, unused)]\n",
    );
    let mut files = Vec::new();
    for (at, case) in cases.iter().enumerate() {
        let number = first + at;
        if number % 3 == 2 {
            let _ = write!(lib, "#[path = \"elsewhere/{number} x.rs\"] ");
        }
        let _ = writeln!(lib, "pub mod case{number};");
        files.push((file(number), case.text.as_str()));
    }
    let lib = ("src/lib.rs".to_owned(), lib.as_str());
    let files: Vec<(&str, &str)> = files
        .iter()
        .chain([&lib])
        .map(|(path, text)| (path.as_str(), *text))
        .collect();
    Package::new(&format!("ugly{first}"), &files)
}

fn refusals(package: &Package, case: &Case) {
    let (source, target) = (case.source.as_str(), case.target.as_str());
    package.refused(
        "key_type",
        &[
            "relation",
            source,
            "has_one",
            target,
            "--foreign-key",
            match case.text.contains(&format!("struct {target} {{ #[model")) {
                true => "type",
                false => "note",
            },
        ],
    );
    package.refused(
        "required_cycle",
        &["relation", source, "belongs_to", source, "--name", "parent"],
    );
}
