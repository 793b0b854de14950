//! Regular expressions: what all databases understand, and how each is told.
//!
//! The engines share a syntax, but not its meaning: `\w` is ASCII or Unicode, `$` may stand before a last line break,
//! `\b` is a boundary or a backspace. So a pattern is read here, whatever is not common to all is refused, and the rest
//! is written anew in words that leave an engine no choice.

use crate::value::Dialect;
use std::str::Chars;

// Databases limit neither the size of a pattern nor the time it takes alike: MariaDB gives up and takes the row for one
// that does not match, others go on for minutes. These limits keep patterns cheap on all of them.
const MAX_BYTES: usize = 500;

const MAX_REPETITIONS: usize = 10;

/// The highest count that PostgreSQL knows.
const MAX_COUNT: usize = 255;

/// How long a pattern gets with its counts written out, as engines keep it. MariaDB refuses compiled patterns of more
/// than 64 kB, and PostgreSQL takes seconds over what is a few times longer.
const MAX_WEIGHT: usize = 1000;

/// Engines recurse over groups, and have limits of their own, of which the lowest are 250.
const MAX_DEPTH: usize = 50;

/// Signs that mean something to some engine, somewhere. All engines take them literally after a `\`.
const SIGNS: &str = r"\.^$|()[]{}*+?-&~:=";

const DIGIT: &str = "0-9";

const WORD: &str = "A-Za-z0-9_";

/// Space, and all from tab to carriage return.
const SPACE: &str = r" \t-\r";

/// What POSIX calls its classes, in ASCII.
const CLASSES: [(&str, &str); 11] = [
    ("alnum", "A-Za-z0-9"),
    ("alpha", "A-Za-z"),
    ("blank", r" \t"),
    ("digit", DIGIT),
    ("graph", r"!-\~"),
    ("lower", "a-z"),
    ("print", r" -\~"),
    ("punct", r"!-/\:-@\[-`\{-\~"),
    ("space", SPACE),
    ("upper", "A-Z"),
    ("xdigit", "A-Fa-f0-9"),
];

/// The pattern as the engine of a database has to be given it, or why it is refused.
///
/// SQLite's engine, Rust's `regex`, must be told that `.` matches line breaks too.
pub(crate) fn portable(pattern: &str, dialect: Dialect) -> Result<String, String> {
    if pattern.len() > MAX_BYTES {
        let length = pattern.len();
        return Err(format!(
            "the pattern has {length} bytes, and at most {MAX_BYTES} are allowed"
        ));
    }
    if let Some(before) = pattern.chars().position(char::is_control) {
        let at = before + 1;
        return Err(format!(
            "the control character at {at} is not allowed; write `\\n`, `\\r` or `\\t`"
        ));
    }
    let mut translation = Translation::new(pattern, dialect);
    while let Some(sign) = translation.next() {
        translation.part(sign)?;
    }
    translation.finish()
}

/// A pattern being read from its start to its end, and what is written of it.
struct Translation<'p> {
    rest: Chars<'p>,
    /// How many characters were read, which is the position of the last one.
    at: usize,
    dialect: Dialect,
    written: String,
    /// The innermost group, at first the whole pattern.
    group: Group,
    /// The groups around it.
    outer: Vec<Group>,
    before: Before,
    repetitions: usize,
}

#[derive(Default)]
struct Group {
    /// Where it was opened.
    at: usize,
    weight: usize,
    /// Whether something in it is repeated.
    repeats: bool,
}

/// What a quantifier would stand behind.
#[derive(Clone, Copy)]
enum Before {
    Nothing,
    Atom { weight: usize, repeats: bool },
    Quantifier,
}

impl<'p> Translation<'p> {
    fn new(pattern: &'p str, dialect: Dialect) -> Self {
        Translation {
            rest: pattern.chars(),
            at: 0,
            dialect,
            written: String::with_capacity(pattern.len()),
            group: Group::default(),
            outer: Vec::new(),
            before: Before::Nothing,
            repetitions: 0,
        }
    }

    fn next(&mut self) -> Option<char> {
        let next = self.rest.next();
        self.at += usize::from(next.is_some());
        next
    }

    fn next_if(&mut self, wanted: char) -> bool {
        let found = self.peek() == Some(wanted);
        if found {
            self.next();
        }
        found
    }

    fn peek(&self) -> Option<char> {
        self.rest.clone().next()
    }

    fn part(&mut self, sign: char) -> Result<(), String> {
        match sign {
            '(' => self.open(),
            ')' => self.close(),
            '[' => self.class(),
            '\\' => self.escape(),
            '*' | '+' | '?' | '{' => self.quantifier(sign),
            ']' | '}' => {
                let at = self.at;
                Err(format!(
                    "the `{sign}` at {at} closes nothing; a literal one is `\\{sign}`"
                ))
            }
            '|' => {
                self.group.weight += 1;
                self.before = Before::Nothing;
                self.written.push('|');
                Ok(())
            }
            '^' => {
                self.anchor("^");
                Ok(())
            }
            '$' => {
                // `$` of PCRE and of ICU matches before a last line break, too.
                self.anchor(if self.is_mysql() { r"\z" } else { "$" });
                Ok(())
            }
            '.' => {
                // ICU's `.` takes a carriage return and a line feed for one character.
                self.written
                    .push_str(if self.is_mysql() { r"[\s\S]" } else { "." });
                self.atom(1, false);
                Ok(())
            }
            literal => {
                self.literal(literal);
                self.atom(1, false);
                Ok(())
            }
        }
    }

    fn finish(self) -> Result<String, String> {
        if !self.outer.is_empty() {
            let at = self.group.at;
            return Err(format!("the `(` at {at} is not closed"));
        }
        if self.repetitions > MAX_REPETITIONS {
            let count = self.repetitions;
            return Err(format!(
                "the pattern has {count} repetitions, and at most {MAX_REPETITIONS} are allowed"
            ));
        }
        if self.group.weight > MAX_WEIGHT {
            let weight = self.group.weight;
            return Err(format!(
                "the pattern has about {weight} characters once its counts are written out, and at most {MAX_WEIGHT} \
                 are allowed"
            ));
        }
        Ok(self.written)
    }

    fn is_mysql(&self) -> bool {
        matches!(self.dialect, Dialect::MySql { .. })
    }

    fn anchor(&mut self, anchor: &str) {
        self.before = Before::Nothing;
        self.written.push_str(anchor);
    }

    fn literal(&mut self, literal: char) {
        if SIGNS.contains(literal) {
            self.written.push('\\');
        }
        self.written.push(literal);
    }

    fn atom(&mut self, weight: usize, repeats: bool) {
        self.group.weight += weight;
        self.group.repeats |= repeats;
        self.before = Before::Atom { weight, repeats };
    }

    fn open(&mut self) -> Result<(), String> {
        let at = self.at;
        if self.next_if('?') && !self.next_if(':') {
            return Err(unlike(self.kind_of_group(), at));
        }
        if self.outer.len() == MAX_DEPTH {
            return Err(format!(
                "the group at {at} is within {MAX_DEPTH} others, and no more are allowed"
            ));
        }
        let group = Group {
            at,
            ..Group::default()
        };
        self.outer.push(std::mem::replace(&mut self.group, group));
        self.before = Before::Nothing;
        // Nobody asks what a group matched.
        self.written.push_str("(?:");
        Ok(())
    }

    /// What begins with `(?`, for messages.
    fn kind_of_group(&self) -> &'static str {
        let rest = self.rest.as_str();
        if rest.starts_with(['=', '!']) {
            "the look-ahead"
        } else if rest.starts_with("<=") || rest.starts_with("<!") {
            "the look-behind"
        } else if rest.starts_with(['<', 'P', '\'']) {
            "the named group"
        } else if rest.starts_with('>') {
            "the atomic group"
        } else {
            "the group with flags"
        }
    }

    fn close(&mut self) -> Result<(), String> {
        let Some(outer) = self.outer.pop() else {
            let at = self.at;
            return Err(format!(
                r"the `)` at {at} closes nothing; a literal one is `\)`"
            ));
        };
        let group = std::mem::replace(&mut self.group, outer);
        self.atom(group.weight + 2, group.repeats);
        self.written.push(')');
        Ok(())
    }

    fn quantifier(&mut self, sign: char) -> Result<(), String> {
        let at = self.at;
        let (weight, repeats) = match self.before {
            Before::Atom { weight, repeats } => (weight, repeats),
            Before::Nothing => {
                return Err(format!(
                    "the `{sign}` at {at} has nothing to repeat; a literal one is `\\{sign}`"
                ));
            }
            Before::Quantifier if sign == '+' => return Err(unlike("the possessive `+`", at)),
            Before::Quantifier => return Err(format!("the `{sign}` at {at} repeats a repetition")),
        };
        let times = match sign {
            '{' => self.counts()?,
            _ => {
                self.written.push(sign);
                1
            }
        };
        if sign != '?' {
            // An engine that tries one way after the other needs time without end for such a pattern.
            if repeats {
                return Err(format!(
                    "the `{sign}` at {at} repeats a group in which something is repeated already"
                ));
            }
            self.group.repeats = true;
        }
        self.group.weight += weight * times.saturating_sub(1);
        self.repetitions += 1;
        // A lazy repetition finds another match, but no other answer to whether there is one.
        self.next_if('?');
        self.before = Before::Quantifier;
        Ok(())
    }

    /// Reads on from the `{`; gives how often an engine writes out what is repeated.
    fn counts(&mut self) -> Result<usize, String> {
        let at = self.at;
        let no_count = || format!(r"the `{{` at {at} begins no count; a literal one is `\{{`");
        let Some((counts, _)) = self.rest.as_str().split_once('}') else {
            return Err(no_count());
        };
        let number = |text: &str| {
            let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
            is_number.then(|| text.parse().unwrap_or(usize::MAX))
        };
        let (low, high) = counts.split_once(',').unwrap_or((counts, counts));
        let (low, high) = match (number(low), number(high)) {
            (Some(low), Some(high)) => (low, Some(high)),
            (Some(low), None) if high.is_empty() => (low, None),
            _ => return Err(no_count()),
        };
        if low.max(high.unwrap_or(0)) > MAX_COUNT {
            return Err(format!("the count at {at} is higher than {MAX_COUNT}"));
        }
        if high.is_some_and(|high| high < low) {
            return Err(format!("the count at {at} ends before it begins"));
        }
        self.written.push_str(&match high {
            Some(high) if high == low => format!("{{{low}}}"),
            Some(high) => format!("{{{low},{high}}}"),
            None => format!("{{{low},}}"),
        });
        // All of it is ASCII.
        for _ in 0..=counts.len() {
            self.next();
        }
        Ok(high.unwrap_or(low + 1))
    }

    fn escape(&mut self) -> Result<(), String> {
        let at = self.at;
        let escaped = self.next().ok_or_else(|| dangling(at))?;
        let class = match escaped {
            'd' | 'D' => DIGIT,
            'w' | 'W' => WORD,
            's' | 'S' => SPACE,
            _ => {
                self.escaped_literal(escaped, at)?;
                self.atom(1, false);
                return Ok(());
            }
        };
        let negation = if escaped.is_ascii_uppercase() {
            "^"
        } else {
            ""
        };
        self.written.push_str(&format!("[{negation}{class}]"));
        self.atom(1, false);
        Ok(())
    }

    /// An escaped character that stands for a single one, which it gives.
    fn escaped_literal(&mut self, escaped: char, at: usize) -> Result<char, String> {
        let control = match escaped {
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            _ if escaped.is_ascii_punctuation() => {
                self.literal(escaped);
                return Ok(escaped);
            }
            '1'..='9' => return Err(unlike(&format!("the back-reference `\\{escaped}`"), at)),
            'b' | 'B' => return Err(unlike(&format!("the word boundary `\\{escaped}`"), at)),
            _ => return Err(unlike(&format!("the escape `\\{escaped}`"), at)),
        };
        self.written.push('\\');
        self.written.push(escaped);
        Ok(control)
    }

    fn class(&mut self) -> Result<(), String> {
        let at = self.at;
        let start = self.written.len();
        self.written.push('[');
        if self.next_if('^') {
            self.written.push('^');
        }
        let mut is_first = true;
        loop {
            match self.next() {
                None => return Err(format!("the `[` at {at} is not closed")),
                Some(']') if !is_first => break,
                // A `-` at either end is literal.
                Some('-') if is_first || self.peek() == Some(']') => self.literal('-'),
                Some(member) => self.member(member)?,
            }
            is_first = false;
        }
        self.written.push(']');
        // Engines keep ranges and characters of a class, at a fraction of what groups take for theirs.
        self.atom(1 + (self.written.len() - start) / 16, false);
        Ok(())
    }

    /// A member of a class: a character, a range, or a class with a name.
    fn member(&mut self, member: char) -> Result<(), String> {
        let at = self.at;
        if member == '[' && self.next_if(':') {
            return self.named_class(at);
        }
        if member == '\\' {
            let class = match self.peek() {
                Some('d') => Some(DIGIT),
                Some('w') => Some(WORD),
                Some('s') => Some(SPACE),
                _ => None,
            };
            if let Some(class) = class {
                self.next();
                self.written.push_str(class);
                return Ok(());
            }
        }
        let low = self.single(member)?;
        let mut after = self.rest.clone();
        if after.next() != Some('-') || after.next() == Some(']') {
            return Ok(());
        }
        self.next();
        self.written.push('-');
        let Some(high) = self.next() else {
            return Ok(());
        };
        let high = self.single(high)?;
        if high < low {
            return Err(format!("the range at {at} ends before it begins"));
        }
        Ok(())
    }

    /// One character of a class, escaped or not.
    fn single(&mut self, sign: char) -> Result<char, String> {
        let at = self.at;
        match sign {
            '\\' => {
                let escaped = self.next().ok_or_else(|| dangling(at))?;
                self.escaped_literal(escaped, at)
            }
            '[' | ']' | '-' => Err(format!(
                "the `{sign}` at {at} is within a class; a literal one is `\\{sign}`"
            )),
            // Operators on classes in some engines.
            '&' | '~' if self.peek() == Some(sign) => {
                Err(unlike(&format!("the `{sign}{sign}`"), at))
            }
            literal => {
                self.literal(literal);
                Ok(literal)
            }
        }
    }

    /// Reads on from the `[:`.
    fn named_class(&mut self, at: usize) -> Result<(), String> {
        let rest = self.rest.as_str();
        let found = rest
            .split_once(":]")
            .and_then(|(name, _)| CLASSES.iter().find(|(known, _)| *known == name));
        let Some((name, class)) = found else {
            return Err(unlike("the named class", at));
        };
        self.written.push_str(class);
        for _ in 0..name.len() + 2 {
            self.next();
        }
        Ok(())
    }
}

fn unlike(what: &str, at: usize) -> String {
    format!("{what} at {at} does not mean the same on all databases")
}

fn dangling(at: usize) -> String {
    format!(r"the `\` at {at} has nothing to escape; a literal one is `\\`")
}

#[cfg(test)]
mod tests {
    use super::portable;
    use crate::value::Dialect;

    fn postgres(pattern: &str) -> Result<String, String> {
        portable(pattern, Dialect::Postgres)
    }

    #[test]
    fn what_all_databases_understand_is_written_in_words_that_leave_no_choice() {
        let cases = [
            ("", ""),
            ("Thor", "Thor"),
            ("^a.c$", "^a.c$"),
            ("a|b|", "a|b|"),
            ("(a)(?:b)()", "(?:a)(?:b)(?:)"),
            (r"\d\w\s", r"[0-9][A-Za-z0-9_][ \t-\r]"),
            (r"\D\W\S", r"[^0-9][^A-Za-z0-9_][^ \t-\r]"),
            (r"\.\$\\\<\-\/", r"\.\$\\<\-/"),
            (r"\n\r\t", r"\n\r\t"),
            ("a*b+c?", "a*b+c?"),
            ("a*?b+?c??d{2}?", "a*b+c?d{2}"),
            ("a{0}b{2,}c{2,255}", "a{0}b{2,}c{2,255}"),
            ("a{02}b{3,3}", "a{2}b{3}"),
            ("[abc]", "[abc]"),
            ("[^a-z0-9]", "[^a-z0-9]"),
            ("[-a]", r"[\-a]"),
            ("[a-]", r"[a\-]"),
            ("[^-]", r"[^\-]"),
            ("[a^$.*&]", r"[a\^\$\.\*\&]"),
            (r"[\]\[\-\\]", r"[\]\[\-\\]"),
            (r"[\d\w\s_-]", r"[0-9A-Za-z0-9_ \t-\r_\-]"),
            (r"[\t-\r]", r"[\t-\r]"),
            ("[[:alpha:]_]", "[A-Za-z_]"),
            ("[^[:space:][:digit:]]", r"[^ \t-\r0-9]"),
            ("[:alpha:]", r"[\:alpha\:]"),
            ("[é-ü]日😀", "[é-ü]日😀"),
            ("(a|b)*", "(?:a|b)*"),
            ("(a+)?", "(?:a+)?"),
            ("(a?)*", "(?:a?)*"),
            ("-&~:=#<>'\"", r##"\-\&\~\:\=#<>'""##),
        ];
        for (pattern, written) in cases {
            assert_eq!(postgres(pattern).as_deref(), Ok(written), "{pattern}");
        }
    }

    #[test]
    fn mysql_is_given_the_end_and_any_character_in_its_own_words() {
        for returning in [true, false] {
            let written = portable(r"^a.\.$|\$", Dialect::MySql { returning });
            assert_eq!(written.as_deref(), Ok(r"^a[\s\S]\.\z|\$"));
        }
    }

    #[test]
    fn what_databases_understand_differently_is_refused() {
        let unlike = |what: &str| format!("{what} does not mean the same on all databases");
        let cases = [
            (r"(a)\1", unlike(r"the back-reference `\1` at 4")),
            ("a(?=b)", unlike("the look-ahead at 2")),
            ("a(?!b)", unlike("the look-ahead at 2")),
            ("(?<=a)b", unlike("the look-behind at 1")),
            ("(?<!a)b", unlike("the look-behind at 1")),
            ("(?<n>a)", unlike("the named group at 1")),
            ("(?P<n>a)", unlike("the named group at 1")),
            ("(?>a)", unlike("the atomic group at 1")),
            ("(?i)a", unlike("the group with flags at 1")),
            ("(?i:a)", unlike("the group with flags at 1")),
            ("(?", unlike("the group with flags at 1")),
            (r"é\b", unlike(r"the word boundary `\b` at 2")),
            (r"\B", unlike(r"the word boundary `\B` at 1")),
            (r"\pL", unlike(r"the escape `\p` at 1")),
            (r"\x41", unlike(r"the escape `\x` at 1")),
            (r"\Z", unlike(r"the escape `\Z` at 1")),
            (r"\é", unlike(r"the escape `\é` at 1")),
            (r"[\D]", unlike(r"the escape `\D` at 2")),
            (r"[\b]", unlike(r"the word boundary `\b` at 2")),
            ("a*+", unlike("the possessive `+` at 3")),
            ("a{2}+", unlike("the possessive `+` at 5")),
            ("[[:word:]]", unlike("the named class at 2")),
            ("[[:^alpha:]]", unlike("the named class at 2")),
            ("[[:<:]]", unlike("the named class at 2")),
            ("[[:alpha]", unlike("the named class at 2")),
            ("[a&&b]", unlike("the `&&` at 3")),
        ];
        for (pattern, message) in cases {
            assert_eq!(postgres(pattern), Err(message), "{pattern}");
        }
    }

    #[test]
    fn what_is_no_pattern_is_refused() {
        let cases = [
            ("(a", "the `(` at 1 is not closed"),
            ("a((b)", "the `(` at 2 is not closed"),
            ("a)", r"the `)` at 2 closes nothing; a literal one is `\)`"),
            ("a]", r"the `]` at 2 closes nothing; a literal one is `\]`"),
            ("a}", r"the `}` at 2 closes nothing; a literal one is `\}`"),
            ("a[bc", "the `[` at 2 is not closed"),
            ("[", "the `[` at 1 is not closed"),
            ("[a-", "the `[` at 1 is not closed"),
            (
                "[]",
                r"the `]` at 2 is within a class; a literal one is `\]`",
            ),
            (
                "[[a]",
                r"the `[` at 2 is within a class; a literal one is `\[`",
            ),
            (
                "[a-z-9]",
                r"the `-` at 5 is within a class; a literal one is `\-`",
            ),
            ("[z-a]", "the range at 2 ends before it begins"),
            (
                r"[a\",
                r"the `\` at 3 has nothing to escape; a literal one is `\\`",
            ),
            (
                r"a\",
                r"the `\` at 2 has nothing to escape; a literal one is `\\`",
            ),
            (
                "*a",
                r"the `*` at 1 has nothing to repeat; a literal one is `\*`",
            ),
            (
                "***:a",
                r"the `*` at 1 has nothing to repeat; a literal one is `\*`",
            ),
            (
                "(*a)",
                r"the `*` at 2 has nothing to repeat; a literal one is `\*`",
            ),
            (
                "a|?",
                r"the `?` at 3 has nothing to repeat; a literal one is `\?`",
            ),
            (
                "^*",
                r"the `*` at 2 has nothing to repeat; a literal one is `\*`",
            ),
            (
                "{1}",
                r"the `{` at 1 has nothing to repeat; a literal one is `\{`",
            ),
            ("a**", "the `*` at 3 repeats a repetition"),
            ("a*??", "the `?` at 4 repeats a repetition"),
            ("a{2}{3}", "the `{` at 5 repeats a repetition"),
            ("a{", r"the `{` at 2 begins no count; a literal one is `\{`"),
            (
                "a{}",
                r"the `{` at 2 begins no count; a literal one is `\{`",
            ),
            (
                "a{,2}",
                r"the `{` at 2 begins no count; a literal one is `\{`",
            ),
            (
                "a{1,2,3}",
                r"the `{` at 2 begins no count; a literal one is `\{`",
            ),
            (
                "a{x}",
                r"the `{` at 2 begins no count; a literal one is `\{`",
            ),
            ("a{256}", "the count at 2 is higher than 255"),
            (
                "a{99999999999999999999}",
                "the count at 2 is higher than 255",
            ),
            ("a{3,2}", "the count at 2 ends before it begins"),
            (
                "a\nb",
                r"the control character at 2 is not allowed; write `\n`, `\r` or `\t`",
            ),
            (
                "a\0",
                r"the control character at 2 is not allowed; write `\n`, `\r` or `\t`",
            ),
        ];
        for (pattern, message) in cases {
            assert_eq!(postgres(pattern), Err(message.to_owned()), "{pattern}");
        }
    }

    #[test]
    fn what_takes_too_long_is_refused() {
        let cases = [
            (
                "(a+)+".to_owned(),
                "the `+` at 5 repeats a group in which something is repeated already",
            ),
            (
                "((a{2}b)?)*".to_owned(),
                "the `*` at 11 repeats a group in which something is repeated already",
            ),
            (
                "a".repeat(501),
                "the pattern has 501 bytes, and at most 500 are allowed",
            ),
            (
                "a?".repeat(11),
                "the pattern has 11 repetitions, and at most 10 are allowed",
            ),
            (
                "a{251}".repeat(4),
                "the pattern has about 1004 characters once its counts are written out, and at most 1000 are allowed",
            ),
            (
                format!("{}{}", "(".repeat(51), ")".repeat(51)),
                "the group at 51 is within 50 others, and no more are allowed",
            ),
        ];
        for (pattern, message) in cases {
            assert_eq!(postgres(&pattern), Err(message.to_owned()), "{pattern}");
        }
        let accepted = [
            "a".repeat(500),
            "a*".repeat(10),
            "a{250}".repeat(4),
            format!("{}{}", "(".repeat(50), ")".repeat(50)),
        ];
        for pattern in accepted {
            assert!(postgres(&pattern).is_ok(), "{pattern}");
        }
    }

    #[test]
    fn no_text_makes_it_panic() {
        let signs: Vec<char> = r"aé1(?:)[]^-\d{,}*+|".chars().collect();
        let mut texts = vec![String::new()];
        for _ in 0..4 {
            let longer = texts
                .iter()
                .flat_map(|text| signs.iter().map(move |sign| format!("{text}{sign}")));
            texts = longer.collect();
            for text in &texts {
                let _ = postgres(text);
            }
        }
    }
}
