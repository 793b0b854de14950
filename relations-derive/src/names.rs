//! Names made from names.

use proc_macro2::Span;
use syn::Ident;
use syn::ext::IdentExt;

/// `SupplierAccount` as `supplier_account`, `HTTPServer` as `http_server`.
pub(crate) fn snake_case(name: &str) -> String {
    let characters: Vec<char> = name.chars().collect();
    let mut snake = String::new();
    for (at, &character) in characters.iter().enumerate() {
        let after_lower =
            at > 0 && (characters[at - 1].is_lowercase() || characters[at - 1].is_numeric());
        let before_lower = at > 0
            && characters
                .get(at + 1)
                .is_some_and(|next| next.is_lowercase());
        let starts_word = character.is_uppercase() && (after_lower || before_lower);
        if starts_word && !snake.ends_with('_') {
            snake.push('_');
        }
        snake.extend(character.to_lowercase());
    }
    snake
}

/// `order_line` as `order_lines`, `category` as `categories`: the last word in the plural, by the rules that need no list,
/// and for the two words of which every second schema has one.
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
    name.split('_').map(capitalized).collect()
}

fn capitalized(word: &str) -> String {
    let mut characters = word.chars();
    match characters.next() {
        Some(first) => first.to_uppercase().chain(characters).collect(),
        None => String::new(),
    }
}

/// The name without `r#`.
pub(crate) fn plain(ident: &Ident) -> String {
    ident.unraw().to_string()
}

/// An identifier of that name, raw where the name is a keyword.
pub(crate) fn ident(name: &str, span: Span) -> Ident {
    match syn::parse_str::<Ident>(name) {
        Ok(_) => Ident::new(name, span),
        Err(_) => Ident::new_raw(name, span),
    }
}

/// The rules of serde's `rename_all`.
pub(crate) const RULES: &[&str] = &[
    "lowercase",
    "UPPERCASE",
    "PascalCase",
    "camelCase",
    "snake_case",
    "SCREAMING_SNAKE_CASE",
    "kebab-case",
    "SCREAMING-KEBAB-CASE",
];

/// A field's name under serde's `rename_all`; `None` for a rule serde does not know, which serde reports.
pub(crate) fn renamed(name: &str, rule: Option<&str>) -> Option<String> {
    let pascal = || pascal_case(name);
    Some(match rule {
        None | Some("lowercase" | "snake_case") => name.to_owned(),
        Some("UPPERCASE" | "SCREAMING_SNAKE_CASE") => name.to_uppercase(),
        Some("PascalCase") => pascal(),
        Some("camelCase") => {
            let pascal = pascal();
            let first = pascal.chars().next().map(char::len_utf8).unwrap_or(0);
            pascal[..first].to_lowercase() + &pascal[first..]
        }
        Some("kebab-case") => name.replace('_', "-"),
        Some("SCREAMING-KEBAB-CASE") => name.to_uppercase().replace('_', "-"),
        Some(_) => return None,
    })
}

/// A variant's name under serde's `rename_all`; `None` for a rule serde does not know.
pub(crate) fn renamed_variant(name: &str, rule: Option<&str>) -> Option<String> {
    match rule {
        None | Some("PascalCase") => Some(name.to_owned()),
        Some("lowercase") => Some(name.to_lowercase()),
        Some("UPPERCASE") => Some(name.to_uppercase()),
        Some("camelCase") => {
            let mut letters = name.chars();
            let first = letters.next().map(char::to_lowercase);
            Some(first.into_iter().flatten().chain(letters).collect())
        }
        Some(rule) => {
            let mut words = String::new();
            for (at, letter) in name.char_indices() {
                if at > 0 && letter.is_uppercase() {
                    words.push('_');
                }
                words.extend(letter.to_lowercase());
            }
            renamed(&words, Some(rule))
        }
    }
}

/// The candidate closest to a misspelt name, if one is close.
pub(crate) fn closest<'c>(name: &str, candidates: &[&'c str]) -> Option<&'c str> {
    let scored = candidates
        .iter()
        .map(|candidate| (distance(name, candidate), *candidate));
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
    use super::{RULES, closest, plural, renamed, snake_case};

    #[test]
    fn names_have_a_plural() {
        let cases = [
            ("order", "orders"),
            ("order_line", "order_lines"),
            ("category", "categories"),
            ("survey", "surveys"),
            ("address", "addresses"),
            ("box", "boxes"),
            ("branch", "branches"),
            ("sales_person", "sales_people"),
            ("child", "children"),
        ];
        for (one, many) in cases {
            assert_eq!(plural(one), many);
        }
    }

    #[test]
    fn names_become_snake_case() {
        let cases = [
            ("Supplier", "supplier"),
            ("SupplierAccount", "supplier_account"),
            ("HTTPServer", "http_server"),
            ("Order2Line", "order2_line"),
            ("Order_Line", "order_line"),
        ];
        for (name, expected) in cases {
            assert_eq!(snake_case(name), expected);
        }
    }

    #[test]
    fn names_follow_serde() {
        let cases = [
            ("camelCase", "accountManager"),
            ("PascalCase", "AccountManager"),
            ("kebab-case", "account-manager"),
            ("SCREAMING_SNAKE_CASE", "ACCOUNT_MANAGER"),
        ];
        for (rule, expected) in cases {
            assert_eq!(
                renamed("account_manager", Some(rule)).as_deref(),
                Some(expected)
            );
        }
        assert_eq!(renamed("x", Some("no such rule")), None);
        assert!(RULES.iter().all(|rule| renamed("x", Some(rule)).is_some()));
    }

    #[test]
    fn only_a_close_name_is_suggested() {
        assert_eq!(
            closest("key_too", &["key_from", "key_to", "name"]),
            Some("key_to")
        );
        assert_eq!(closest("colour", &["key_from", "key_to", "name"]), None);
    }
}
