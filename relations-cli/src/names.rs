//! Names made from names, by the rules of the derive; a test holds the two together.

/// `SupplierAccount` as `supplier_account`, `HTTPServer` as `http_server`.
pub(crate) fn snake_case(name: &str) -> String {
    let characters: Vec<char> = name.chars().collect();
    let mut snake = String::new();
    for (at, &character) in characters.iter().enumerate() {
        let before = at.checked_sub(1).map(|before| characters[before]);
        let after_lower = before.is_some_and(|c| c.is_lowercase() || c.is_numeric());
        let next = characters.get(at + 1);
        let before_lower = at > 0 && next.is_some_and(|next| next.is_lowercase());
        let starts_word = character.is_uppercase() && (after_lower || before_lower);
        if starts_word && !snake.ends_with('_') {
            snake.push('_');
        }
        snake.extend(character.to_lowercase());
    }
    snake
}

/// `order_line` as `order_lines`, `category` as `categories`.
pub(crate) fn plural(name: &str) -> String {
    let (before, word) = match name.rfind('_') {
        Some(at) => name.split_at(at + 1),
        None => ("", name),
    };
    let ends = |endings: &[&str]| endings.iter().any(|ending| word.ends_with(ending));
    let plural = match word {
        "person" => "people".to_owned(),
        "child" => "children".to_owned(),
        _ if ends(&["s", "x", "z", "ch", "sh"]) => format!("{word}es"),
        _ if ends(&["ay", "ey", "iy", "oy", "uy"]) => format!("{word}s"),
        _ => match word.strip_suffix('y') {
            Some(stem) => format!("{stem}ies"),
            None => format!("{word}s"),
        },
    };
    format!("{before}{plural}")
}

/// `account_manager` as `AccountManager`.
pub(crate) fn pascal_case(name: &str) -> String {
    let mut pascal = String::new();
    for word in name.split('_') {
        let mut letters = word.chars();
        pascal.extend(letters.next().into_iter().flat_map(char::to_uppercase));
        pascal.push_str(letters.as_str());
    }
    pascal
}

/// `name` as an identifier of Rust: raw where it is a keyword. `None` where it cannot be one.
pub(crate) fn ident(name: &str) -> Option<String> {
    let is_ident = |text: &str| syn::parse_str::<syn::Ident>(text).is_ok();
    if is_ident(name) {
        return Some(name.to_owned());
    }
    let raw = format!("r#{name}");
    (name != "_" && is_ident(&raw)).then_some(raw)
}

/// Names that no relation can have, since it would shadow a generated method.
pub(crate) const RESERVED: &[&str] = &[
    "all",
    "belongs_to",
    "build",
    "clone",
    "connection",
    "count",
    "create",
    "create_all",
    "delete",
    "delete_by_id",
    "deref",
    "draft",
    "exists",
    "find",
    "find_by_id",
    "find_with",
    "first",
    "get",
    "has_many",
    "has_one",
    "id",
    "inclusion_resolvers",
    "into_model",
    "metadata",
    "new",
    "patch",
    "patch_by_id",
    "read",
    "replace",
    "set",
    "stream",
    "to_sql",
    "update",
    "upsert",
];

/// The candidate closest to a misspelt name, if one is close.
pub(crate) fn closest<'c>(
    name: &str,
    candidates: impl IntoIterator<Item = &'c str>,
) -> Option<&'c str> {
    let scored = candidates.into_iter();
    let scored = scored.map(|candidate| (distance(name, candidate), candidate));
    let (distance, candidate) = scored.min()?;
    (distance <= name.len().div_ceil(3)).then_some(candidate)
}

/// How many letters to change, add or remove (Levenshtein distance).
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, to) in b.iter().enumerate() {
            let change = diagonal + usize::from(from != *to);
            diagonal = row[j + 1];
            row[j + 1] = change.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use crate::names_of_derive as derive;

    /// Words, and all strings of up to six of the characters that the rules tell apart.
    fn names() -> Vec<String> {
        let words = [
            "Supplier",
            "HTTPServer",
            "OrderLine",
            "Box2D",
            "Straße",
            "Ärzte",
            "category",
            "survey",
            "branch",
            "Wäsche",
            "person",
            "sales_person",
            "child",
            "grandchild",
            "step_child",
            "wish",
            "quiz",
            "tax",
            "alley",
            "ploy",
            "buy",
        ];
        let mut names = words.map(str::to_owned).to_vec();
        names.push(String::new());
        let mut of_one_length = vec![String::new()];
        for _ in 0..6 {
            let longer = of_one_length.iter().flat_map(|name| {
                ['a', 'B', 'y', 's', 'É', '3', '_'].map(|letter| format!("{name}{letter}"))
            });
            of_one_length = longer.collect();
            names.extend_from_slice(&of_one_length);
        }
        names
    }

    #[test]
    fn names_are_made_as_the_derive_makes_them() {
        for name in names() {
            assert_eq!(super::snake_case(&name), derive::snake_case(&name));
            assert_eq!(super::plural(&name), derive::plural(&name));
            assert_eq!(super::pascal_case(&name), derive::pascal_case(&name));
        }
    }

    #[test]
    fn a_misspelt_name_has_the_same_closest_one() {
        let candidates = ["id", "name", "key_to", "key_from", "supplier_id"];
        for name in ["", "nmae", "key", "key_too", "suplier", "ID", "é"] {
            let closest = derive::closest(name, &candidates);
            assert_eq!(super::closest(name, candidates), closest, "{name}");
        }
    }

    #[test]
    fn the_names_that_no_relation_can_have_are_those_of_the_derive() {
        let check = std::fs::read_to_string(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../relations-derive/src/check.rs"
        ))
        .unwrap();
        let start = check.find("const RESERVED").unwrap();
        let list = &check[start..start + check[start..].find("];").unwrap()];
        let names = list.split('"').skip(1).step_by(2).collect::<Vec<_>>();
        assert_eq!(names, super::RESERVED);
    }
}
