//! Entity tags: a hash of what was answered, and the conditions of a request on it.

use axum::http::HeaderMap;
use std::hash::{DefaultHasher, Hasher};

/// The tag of a representation. It stays the same as long as the bytes do.
pub(crate) fn etag(body: &[u8]) -> String {
    // Two hashes of 64 bits, since one is too few for rows that strangers write.
    let hash = |seed: u8| {
        let mut hasher = DefaultHasher::new();
        hasher.write_u8(seed);
        hasher.write(body);
        hasher.finish()
    };
    format!("\"{:016x}{:016x}\"", hash(0), hash(1))
}

/// Whether a list of tags has this one. A weak tag is equal only where the comparison is weak.
fn has(tags: &str, tag: Option<&str>, weakly: bool) -> bool {
    let Some(tag) = tag else { return false };
    tags.split(',')
        .map(str::trim)
        .any(|given| match given.strip_prefix("W/") {
            Some(given) => weakly && given == tag,
            None => given == "*" || given == tag,
        })
}

fn header<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get(name)?.to_str().ok()
}

/// Whether the client has what it asks for.
pub(crate) fn is_unchanged(headers: &HeaderMap, tag: &str) -> bool {
    header(headers, "if-none-match").is_some_and(|tags| has(tags, Some(tag), true))
}

/// Whether a write depends on what is there.
pub(crate) fn is_conditional(headers: &HeaderMap) -> bool {
    headers.contains_key("if-match") || headers.contains_key("if-none-match")
}

/// Whether a write may go on, with the tag of what is there.
pub(crate) fn may_write(headers: &HeaderMap, tag: Option<&str>) -> bool {
    let matches = match headers.get("if-match") {
        Some(_) => header(headers, "if-match").is_some_and(|tags| has(tags, tag, false)),
        None => true,
    };
    let differs = !header(headers, "if-none-match").is_some_and(|tags| has(tags, tag, true));
    matches && differs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weak_tags_do_not_match_a_write() {
        assert!(has("W/\"a\", \"b\"", Some("\"a\""), true));
        assert!(!has("W/\"a\", \"b\"", Some("\"a\""), false));
        assert!(has("*", Some("\"a\""), false) && !has("*", None, false));
    }
}
