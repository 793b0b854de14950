//! What `Cargo.toml` lacks for models that were written: crates of types, and features of `relations-orm`.

use crate::output::{Entry, Status};
use crate::server::TYPES;
use std::collections::BTreeSet;
use toml_edit::{DocumentMut, Item};

/// What is to be added, with the command that does it. `database` is the one that the models are of, if one is known.
pub(crate) fn missing(manifest: &str, code: &str, database: Option<&str>) -> Vec<Entry> {
    let Ok(manifest) = manifest.parse::<DocumentMut>() else {
        return Vec::new(); // Cargo says more of it.
    };
    let is_serialized = has_word(code, "Serialize");
    let mut of_orm: BTreeSet<&str> = database.into_iter().collect();
    let mut report = Vec::new();
    let mut others = Vec::new();
    for (name, _, features) in TYPES {
        if uses(code, name) {
            of_orm.insert(name);
            let mut wanted: BTreeSet<&str> = BTreeSet::new();
            wanted.extend(features.iter().filter(|_| is_serialized));
            wanted.extend((*name == "uuid" && code.contains("new_v4")).then_some("v4"));
            others.push((*name, wanted));
        }
    }
    // Rows within a row are JSON, whose crate no type of theirs names.
    of_orm.extend(has_json(code).then_some("serde_json"));
    others.extend(is_serialized.then(|| ("serde", BTreeSet::from(["derive"]))));
    report.extend(entry(&manifest, "relations-orm", &of_orm));
    report.extend(
        others
            .iter()
            .filter_map(|(name, features)| entry(&manifest, name, features)),
    );
    report
}

fn has_word(code: &str, word: &str) -> bool {
    let is_part = |letter: char| letter.is_alphanumeric() || letter == '_';
    code.split(|letter| !is_part(letter)).any(|one| one == word)
}

/// Whether a field is kept as JSON: `json` is an argument of its attribute.
fn has_json(code: &str) -> bool {
    let mut attributes = code.split("#[model(").skip(1);
    attributes.any(|rest| {
        let arguments = rest.split(")]").next().unwrap_or_default();
        arguments
            .split(',')
            .any(|argument| argument.trim() == "json")
    })
}

/// Whether a path in the code starts at the crate.
fn uses(code: &str, name: &str) -> bool {
    let path = format!("{name}::");
    let mut found = code.match_indices(&path);
    found.any(|(at, _)| {
        let before = code[..at].chars().next_back();
        !before.is_some_and(|letter| letter.is_alphanumeric() || "_:".contains(letter))
    })
}

fn entry(manifest: &DocumentMut, name: &str, features: &BTreeSet<&str>) -> Option<Entry> {
    let found = dependency(manifest, name);
    let missing: Vec<&str> = match found {
        Some(found) => features
            .iter()
            .copied()
            .filter(|feature| !has(found, feature))
            .collect(),
        None => features.iter().copied().collect(),
    };
    if found.is_some() && missing.is_empty() {
        return None;
    }
    let command = match missing.is_empty() {
        true => format!("`cargo add {name}`"),
        false => format!("`cargo add {name} --features {}`", missing.join(",")),
    };
    let what = match (found, missing.as_slice()) {
        (None, _) => format!("it has no `{name}`"),
        (Some(_), [one]) => format!("`{name}` lacks the feature `{one}`"),
        (Some(_), several) => format!("`{name}` lacks the features `{}`", several.join("`, `")),
    };
    Some(Entry {
        subject: "Cargo.toml".to_owned(),
        status: Status::Left,
        message: format!("{what}, which the models need: {command}"),
    })
}

/// The dependency on a crate, under whatever name.
fn dependency<'m>(manifest: &'m DocumentMut, name: &str) -> Option<&'m Item> {
    let all = manifest.get("dependencies")?.as_table_like()?;
    let is_it = |key: &str, item: &Item| {
        let package = item.get("package").and_then(Item::as_str);
        // Cargo takes both signs for one.
        package.unwrap_or(key).replace('-', "_") == name.replace('-', "_")
    };
    all.iter()
        .find(|(key, item)| is_it(key, item))
        .map(|(_, item)| item)
}

/// Whether a dependency has a feature; one of a workspace may have it there.
fn has(dependency: &Item, feature: &str) -> bool {
    let is_of_workspace = dependency.get("workspace").is_some();
    let is_default = dependency.get("default-features").and_then(Item::as_bool) != Some(false);
    let features = dependency.get("features").and_then(Item::as_array);
    let mut features = features.into_iter().flatten();
    is_of_workspace
        || (feature == "sqlite" && is_default)
        || features.any(|given| given.as_str() == Some(feature))
}

#[cfg(test)]
mod tests {
    use super::missing;

    fn said(manifest: &str, code: &str, database: Option<&str>) -> Vec<String> {
        let missing = missing(manifest, code, database).into_iter();
        missing.map(|entry| entry.message).collect()
    }

    #[test]
    fn what_is_missing_is_said_with_its_command() {
        let plain = "[dependencies]\nrelations-orm = \"0.1\"\n";
        assert_eq!(
            said(
                plain,
                "pub id: i64, pub my_chrono: chronos::A, a: b::uuid::C",
                None
            )
            .len(),
            0
        );
        assert_eq!(said(plain, "#[derive(Model)]", Some("sqlite")).len(), 0);
        assert_eq!(
            said(
                plain,
                "derive(Serialize)\nat: chrono::NaiveDate, id: Vec<uuid::Uuid>",
                Some("postgres")
            ),
            [
                "`relations-orm` lacks the features `chrono`, `postgres`, `uuid`, which the models need: `cargo add relations-orm --features chrono,postgres,uuid`",
                "it has no `chrono`, which the models need: `cargo add chrono --features serde`",
                "it has no `uuid`, which the models need: `cargo add uuid --features serde`",
                "it has no `serde`, which the models need: `cargo add serde --features derive`",
            ]
        );
        let full = "[dependencies]\nrelations-orm = { workspace = true }\nrust-decimal = \"1\"\nmine = { package = \"serde_json\", version = \"1\" }\n";
        assert_eq!(
            said(full, "a: rust_decimal::Decimal, b: serde_json::Value", None).len(),
            0
        );
        assert_eq!(
            said("", "a: i64", None),
            ["it has no `relations-orm`, which the models need: `cargo add relations-orm`"]
        );
    }
}
