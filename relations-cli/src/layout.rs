//! Where a new line can go between tokens that are there.

/// The place right after the first line's end between `from` and `to`, which have only blanks and comments between them.
/// `None` where both are on one line: a line's end inside a block comment is none.
pub(crate) fn line_after(text: &str, from: usize, to: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = from;
    let mut depth = 0;
    let mut in_line_comment = false;
    while at < to {
        let rest = &bytes[at..to];
        if depth == 0 && rest[0] == b'\n' {
            return Some(at + 1);
        }
        let two = rest.get(..2).unwrap_or_default();
        match two {
            b"//" if depth == 0 => in_line_comment = true,
            b"/*" if !in_line_comment => {
                depth += 1;
                at += 1;
            }
            b"*/" if depth > 0 => {
                depth -= 1;
                at += 1;
            }
            _ => {}
        }
        at += 1;
    }
    None
}

/// The start of the line of `at`, if there are only blanks before it.
pub(crate) fn line_start(text: &str, at: usize) -> Option<usize> {
    let start = text[..at].rfind('\n').map_or(0, |end| end + 1);
    let is_blank = |letter| letter == ' ' || letter == '\t';
    text[start..at].chars().all(is_blank).then_some(start)
}

/// The blanks at the start of the line of `at`.
pub(crate) fn indent(text: &str, at: usize) -> &str {
    let start = text[..at].rfind('\n').map_or(0, |end| end + 1);
    let line = &text[start..];
    let blanks = line.len() - line.trim_start_matches([' ', '\t']).len();
    &line[..blanks]
}

/// How lines end at `at`, a place right after a line's end; elsewhere as the first line does.
pub(crate) fn newline(text: &str, at: usize) -> &'static str {
    let before = &text[..at];
    let is_after_end = before.ends_with('\n');
    let ends_in_two = match is_after_end {
        true => before.ends_with("\r\n"),
        false => text
            .find('\n')
            .is_some_and(|end| text[..end].ends_with('\r')),
    };
    if ends_in_two { "\r\n" } else { "\n" }
}

/// One step of indentation, as the file has it.
pub(crate) fn step(text: &str) -> &'static str {
    let indented = text.lines().find(|line| line.starts_with(['\t', ' ']));
    match indented {
        Some(line) if line.starts_with('\t') => "\t",
        _ => "    ",
    }
}

#[cfg(test)]
mod tests {
    use super::{line_after, line_start};

    #[test]
    fn a_lines_end_in_a_comment_is_none() {
        let text = "a // x /*\nb /* \n /* */ \n */ c, /* // */ \n d";
        let at = |word: &str| text.find(word).unwrap();
        assert_eq!(line_after(text, 1, at("b ")), Some(at("b ")));
        assert_eq!(line_after(text, at("b ") + 1, at("c,")), None);
        assert_eq!(line_after(text, at("c,") + 2, at(" d") + 1), Some(at(" d")));
    }

    #[test]
    fn a_line_starts_where_only_blanks_are_before() {
        assert_eq!(line_start("a\n\t b", 4), Some(2));
        assert_eq!(line_start("a\n */ b", 6), None);
    }
}
