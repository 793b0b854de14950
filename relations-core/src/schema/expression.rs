//! SQL expressions compared by what they say: databases write a check or a default in their own way when they keep it.
//!
//! An expression is read with the usual precedence and written again with all of its brackets, without casts, in one spelling. What
//! cannot be read is compared word by word.

use crate::value::Dialect;

/// Whether two expressions say the same.
pub(super) fn is_same(one: &str, other: &str, dialect: Dialect) -> bool {
    one == other || canonical(one, dialect) == canonical(other, dialect)
}

/// The expression in the one spelling that all others are compared in.
pub(super) fn canonical(sql: &str, dialect: Dialect) -> String {
    let tokens = tokens(sql, dialect);
    let mut parser = Parser {
        tokens: &tokens,
        at: 0,
        dialect,
    };
    match parser.expression(0) {
        Some(text) if parser.at == tokens.len() => text,
        _ => {
            let words = tokens.iter().map(Token::text);
            words.collect::<Vec<_>>().join(" ")
        }
    }
}

/// The expression with another name for a column.
pub(super) fn with_column_renamed(sql: &str, from: &str, to: &str, dialect: Dialect) -> String {
    let mut text = String::new();
    for (piece, token) in pieces(sql, dialect) {
        match token {
            Some(Token::Name(name)) if same_name(&name, from, dialect) => {
                text.push_str(&crate::sql::quote(to, dialect));
            }
            _ => text.push_str(piece),
        }
    }
    text
}

/// Whether the expression has this name in it.
pub(super) fn mentions(sql: &str, name: &str, dialect: Dialect) -> bool {
    let mut tokens = tokens(sql, dialect).into_iter();
    tokens.any(|token| matches!(token, Token::Name(other) if same_name(&other, name, dialect)))
}

/// Whether two names of columns are one to the database.
pub(super) fn same_name(one: &str, other: &str, dialect: Dialect) -> bool {
    one == other || (dialect != Dialect::Postgres && one.to_lowercase() == other.to_lowercase())
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Token {
    /// A column, a function or a keyword.
    Name(String),
    Text(String),
    Number(String),
    Symbol(String),
}

impl Token {
    fn text(&self) -> String {
        match self {
            Token::Name(name) => name.clone(),
            Token::Text(text) => format!("'{}'", text.replace('\'', "''")),
            Token::Number(text) | Token::Symbol(text) => text.clone(),
        }
    }
}

fn tokens(sql: &str, dialect: Dialect) -> Vec<Token> {
    let pieces = pieces(sql, dialect).into_iter();
    pieces.filter_map(|(_, token)| token).collect()
}

/// The text cut into words, each with what it is; `None` for spaces and comments.
fn pieces(sql: &str, dialect: Dialect) -> Vec<(&str, Option<Token>)> {
    let mut pieces = Vec::new();
    let mut rest = sql;
    while !rest.is_empty() {
        let (length, token) = piece(rest, dialect);
        let (piece, after) = rest.split_at(length);
        pieces.push((piece, token));
        rest = after;
    }
    pieces
}

const SYMBOLS: [&str; 14] = [
    "!~~*", "!~~", "~~*", "->>", "#>>", "~~", "::", "<>", "!=", "<=", ">=", "||", "->", "==",
];

fn piece(rest: &str, dialect: Dialect) -> (usize, Option<Token>) {
    let first = rest.chars().next().unwrap_or(' ');
    if first.is_whitespace() {
        return (first.len_utf8(), None);
    }
    if rest.starts_with("--") {
        return (rest.find('\n').unwrap_or(rest.len()), None);
    }
    if rest.starts_with("/*") {
        return (rest.find("*/").map_or(rest.len(), |at| at + 2), None);
    }
    // `E'..'` and `_utf8mb4'..'` are texts.
    if first == '\'' {
        let (length, text) = quoted(rest, '\'', dialect.is_mysql());
        return (length, Some(Token::Text(text)));
    }
    if first == '"' || first == '`' || (first == '[' && dialect == Dialect::Sqlite) {
        let closing = if first == '[' { ']' } else { first };
        let (length, name) = quoted(rest, closing, false);
        return (length, Some(Token::Name(as_written(name, dialect))));
    }
    if first.is_ascii_digit() {
        let is_number = |letter: char| letter.is_ascii_alphanumeric() || letter == '.';
        let length = rest.find(|letter| !is_number(letter)).unwrap_or(rest.len());
        return (length, Some(Token::Number(rest[..length].to_lowercase())));
    }
    if first.is_alphabetic() || first == '_' {
        let is_word = |letter: char| letter.is_alphanumeric() || letter == '_' || letter == '$';
        let length = rest.find(|letter| !is_word(letter)).unwrap_or(rest.len());
        let word = rest[..length].to_lowercase();
        let is_text = rest[length..].starts_with('\'') && (word == "e" || first == '_');
        if is_text {
            let (more, text) = quoted(&rest[length..], '\'', true);
            return (length + more, Some(Token::Text(text)));
        }
        return (length, Some(Token::Name(word)));
    }
    let mut symbols = SYMBOLS.iter();
    let symbol = symbols.find(|symbol| rest.starts_with(**symbol));
    let length = symbol.map_or(first.len_utf8(), |symbol| symbol.len());
    (length, Some(Token::Symbol(rest[..length].to_owned())))
}

/// Only PostgreSQL tells names apart by their case.
fn as_written(name: String, dialect: Dialect) -> String {
    match dialect {
        Dialect::Postgres => name,
        _ => name.to_lowercase(),
    }
}

/// What stands in quotes at the beginning, and how long it is with them.
fn quoted(rest: &str, closing: char, has_escapes: bool) -> (usize, String) {
    let mut text = String::new();
    let mut letters = rest.char_indices().skip(1).peekable();
    while let Some((at, letter)) = letters.next() {
        if letter == closing {
            match letters.next_if(|(_, next)| *next == closing) {
                Some(_) => text.push(letter),
                None => return (at + letter.len_utf8(), text),
            }
        } else if letter == '\\' && has_escapes {
            text.extend(letters.next().map(|(_, next)| next));
        } else {
            text.push(letter);
        }
    }
    (rest.len(), text)
}

/// Reads expressions, the weakest operator first.
struct Parser<'t> {
    tokens: &'t [Token],
    at: usize,
    dialect: Dialect,
}

/// How strongly a comparison binds.
const COMPARISON: u8 = 4;

impl Parser<'_> {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at)
    }

    fn is_next(&self, ahead: usize, text: &str) -> bool {
        match self.tokens.get(self.at + ahead) {
            Some(Token::Name(word) | Token::Symbol(word)) => word == text,
            _ => false,
        }
    }

    fn take(&mut self, text: &str) -> bool {
        let is_next = self.is_next(0, text);
        self.at += usize::from(is_next);
        is_next
    }

    fn need(&mut self, text: &str) -> Option<()> {
        self.take(text).then_some(())
    }

    /// An expression whose operators bind more strongly than `least`.
    fn expression(&mut self, least: u8) -> Option<String> {
        let mut left = self.operand()?;
        loop {
            if least < COMPARISON
                && let Some(compared) = self.comparison_by_word(&left)?
            {
                left = compared;
                continue;
            }
            let Some((operator, strength)) = self.operator() else {
                return Some(left);
            };
            if strength <= least {
                return Some(left);
            }
            self.at += 1;
            if let Some(listed) = self.any_of_array(&left, operator)? {
                left = listed;
                continue;
            }
            let right = self.expression(strength)?;
            left = match operator {
                "~~" => format!("({left} like {right})"),
                "~~*" => format!("({left} ilike {right})"),
                "!~~" => format!("(not ({left} like {right}))"),
                "!~~*" => format!("(not ({left} ilike {right}))"),
                operator => format!("({left} {operator} {right})"),
            };
        }
    }

    fn operator(&self) -> Option<(&'static str, u8)> {
        let text = match self.peek()? {
            Token::Name(word) | Token::Symbol(word) => word.as_str(),
            _ => return None,
        };
        Some(match text {
            "or" => ("or", 1),
            "and" => ("and", 2),
            "=" | "==" => ("=", COMPARISON),
            "<>" | "!=" => ("<>", COMPARISON),
            "<" => ("<", COMPARISON),
            "<=" => ("<=", COMPARISON),
            ">" => (">", COMPARISON),
            ">=" => (">=", COMPARISON),
            "~~" => ("~~", COMPARISON),
            "~~*" => ("~~*", COMPARISON),
            "!~~" => ("!~~", COMPARISON),
            "!~~*" => ("!~~*", COMPARISON),
            "||" => ("||", 5),
            "->" => ("->", 8),
            "->>" => ("->>", 8),
            "+" => ("+", 6),
            "-" => ("-", 6),
            "*" => ("*", 7),
            "/" => ("/", 7),
            "%" | "mod" => ("%", 7),
            _ => return None,
        })
    }

    /// `IS NULL`, `IN (..)`, `LIKE`, `BETWEEN .. AND ..`, each also with NOT. The outer `None` is what cannot be read.
    #[allow(clippy::option_option)] // "Cannot be read" and "is none of these" are two answers.
    fn comparison_by_word(&mut self, left: &str) -> Option<Option<String>> {
        if self.take("is") {
            let not = self.take("not");
            let right = self.operand()?;
            let text = if not { "is not" } else { "is" };
            return Some(Some(format!("({left} {text} {right})")));
        }
        let not = self.is_next(0, "not");
        let after = usize::from(not);
        let word = ["in", "like", "ilike", "between", "regexp", "glob"]
            .into_iter()
            .find(|word| self.is_next(after, word));
        let Some(word) = word else {
            return Some(None);
        };
        self.at += after + 1;
        let text = match word {
            "in" => {
                self.need("(")?;
                self.list(left, ")")?
            }
            "between" => {
                let low = self.expression(COMPARISON)?;
                self.need("and")?;
                let high = self.expression(COMPARISON)?;
                format!("(({left} >= {low}) and ({left} <= {high}))")
            }
            word => format!("({left} {word} {})", self.expression(COMPARISON)?),
        };
        Some(Some(if not { format!("(not {text})") } else { text }))
    }

    /// PostgreSQL keeps `IN (..)` as `= ANY (ARRAY[..])`, and `NOT IN` as `<> ALL (ARRAY[..])`.
    #[allow(clippy::option_option)] // As above.
    fn any_of_array(&mut self, left: &str, operator: &str) -> Option<Option<String>> {
        let is_in = operator == "=" && self.is_next(0, "any");
        let is_not_in = operator == "<>" && self.is_next(0, "all");
        if !is_in && !is_not_in {
            return Some(None);
        }
        self.at += 1;
        let mut brackets = 0;
        while self.take("(") {
            brackets += 1;
        }
        self.need("array")?;
        self.need("[")?;
        let listed = self.list(left, "]")?;
        self.casts();
        for _ in 0..brackets {
            self.need(")")?;
            self.casts();
        }
        Some(Some(match is_in {
            true => listed,
            false => format!("(not {listed})"),
        }))
    }

    /// The rest of a list, up to its end. One text is compared as with `=`, as PostgreSQL keeps it.
    fn list(&mut self, left: &str, end: &str) -> Option<String> {
        let mut items = vec![self.expression(0)?];
        while self.take(",") {
            items.push(self.expression(0)?);
        }
        self.need(end)?;
        Some(match items.as_slice() {
            [item] => format!("({left} = {item})"),
            items => format!("({left} in ({}))", items.join(", ")),
        })
    }

    fn operand(&mut self) -> Option<String> {
        if self.take("not") {
            let operand = self.expression(3)?;
            let is_name = |text: &str| text.chars().all(|it| it.is_alphanumeric() || it == '_');
            return Some(match self.dialect.is_mysql() && is_name(&operand) {
                true => format!("({operand} = 0)"),
                false => format!("(not {operand})"),
            });
        }
        if self.take("-") {
            let operand = self.expression(8)?;
            return Some(
                match operand.starts_with(|letter: char| letter.is_ascii_digit()) {
                    true => format!("-{operand}"),
                    false => format!("(- {operand})"),
                },
            );
        }
        if self.take("+") {
            return self.expression(8);
        }
        let token = self.peek()?.clone();
        self.at += 1;
        let text = match token {
            Token::Symbol(symbol) if symbol == "(" => {
                let inner = self.expression(0)?;
                self.need(")")?;
                inner
            }
            Token::Symbol(_) => return None,
            Token::Number(number) => number,
            Token::Text(text) => return Some(self.text(text)),
            Token::Name(word) => self.word(word)?,
        };
        self.casts();
        Some(text)
    }

    /// A text; one that is cast to a number is a number.
    fn text(&mut self, text: String) -> String {
        let cast = self.casts();
        let numbers = [
            "smallint",
            "integer",
            "bigint",
            "numeric",
            "real",
            "double precision",
        ];
        let is_number = cast.is_some_and(|cast| numbers.contains(&cast.as_str()));
        match is_number {
            true => text,
            false => Token::Text(text).text(),
        }
    }

    /// A keyword that is an expression, a function with its arguments, or a column.
    fn word(&mut self, word: String) -> Option<String> {
        match word.as_str() {
            "case" => return self.case(),
            "cast" if self.is_next(0, "(") => {
                self.at += 1;
                let inner = self.expression(0)?;
                self.need("as")?;
                self.type_name();
                self.need(")")?;
                return Some(inner);
            }
            "true" if self.dialect != Dialect::Postgres => return Some("1".to_owned()),
            "false" if self.dialect != Dialect::Postgres => return Some("0".to_owned()),
            _ => {}
        }
        let name = self.function(&word).to_owned();
        if !self.is_next(0, "(") {
            return self.path(name);
        }
        self.at += 1;
        let mut arguments = Vec::new();
        while !self.take(")") {
            if !arguments.is_empty() {
                self.need(",")?;
            }
            arguments.push(self.expression(0)?);
        }
        // MySQL gives the time as many digits as the column has.
        let is_now = name == "current_timestamp";
        if is_now && (arguments.is_empty() || self.dialect.is_mysql()) {
            return Some(name);
        }
        if let ("mod", [left, right]) = (name.as_str(), arguments.as_slice())
            && self.dialect.is_mysql()
        {
            return Some(format!("({left} % {right})"));
        }
        Some(format!("{name}({})", arguments.join(", ")))
    }

    /// A name, without what stands before its dots: a check is of one table.
    fn path(&mut self, mut name: String) -> Option<String> {
        while self.take(".") {
            let Some(Token::Name(next)) = self.peek() else {
                return None;
            };
            name = next.clone();
            self.at += 1;
            if self.is_next(0, "(") {
                return self.word(name);
            }
        }
        Some(name)
    }

    fn function<'n>(&self, name: &'n str) -> &'n str {
        match name {
            "now" | "localtimestamp" if self.dialect != Dialect::Postgres => "current_timestamp",
            "curdate" if self.dialect.is_mysql() => "current_date",
            "length" | "octet_length" if self.dialect.is_mysql() => "octet_length",
            "character_length" => "char_length",
            "lcase" if self.dialect.is_mysql() => "lower",
            "ucase" if self.dialect.is_mysql() => "upper",
            "substring" if self.dialect != Dialect::Postgres => "substr",
            name => name,
        }
    }

    fn case(&mut self) -> Option<String> {
        let mut text = "case".to_owned();
        if !self.is_next(0, "when") {
            text = format!("{text} {}", self.expression(0)?);
        }
        while self.take("when") {
            let condition = self.expression(0)?;
            self.need("then")?;
            text = format!("{text} when {condition} then {}", self.expression(0)?);
        }
        if self.take("else") {
            text = format!("{text} else {}", self.expression(0)?);
        }
        self.need("end")?;
        Some(format!("({text} end)"))
    }

    /// Steps over `::type`, as often as it stands there, and gives the last.
    fn casts(&mut self) -> Option<String> {
        let mut last = None;
        while self.take("::") {
            last = Some(self.type_name());
        }
        last
    }

    /// The words of a type, without its length.
    fn type_name(&mut self) -> String {
        let mut words = Vec::new();
        while let Some(Token::Name(word)) = self.peek() {
            let goes_on = [
                "precision",
                "varying",
                "with",
                "without",
                "time",
                "zone",
                "unsigned",
            ];
            if !words.is_empty() && !goes_on.contains(&word.as_str()) {
                break;
            }
            words.push(word.clone());
            self.at += 1;
            while self.take(".") {
                self.at += 1;
            }
            if self.take("(") {
                while self.peek().is_some() && !self.take(")") {
                    self.at += 1;
                }
            }
        }
        while self.is_next(0, "[") && self.is_next(1, "]") {
            self.at += 2;
        }
        words.join(" ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MARIADB: Dialect = Dialect::MySql { returning: true };

    #[test]
    fn what_a_database_keeps_says_the_same_as_what_was_written() {
        let same = [
            (Dialect::Postgres, "rating > 0", "(rating > 0)"),
            (Dialect::Postgres, "-1", "'-1'::integer"),
            (Dialect::Postgres, "'a'", "'a'::character varying(20)"),
            (
                Dialect::Postgres,
                "\"kind\" IN ('a', 'it''s')",
                "((kind)::text = ANY ((ARRAY['a'::character varying, 'it''s'::character varying])::text[]))",
            ),
            (
                Dialect::Postgres,
                "kind NOT IN (1, 2)",
                "(kind <> ALL (ARRAY[1, 2]))",
            ),
            (Dialect::Postgres, "kind IN ('a')", "(kind = 'a'::text)"),
            (
                Dialect::Postgres,
                "a BETWEEN 1 AND 5 AND b LIKE 'x%'",
                "(((a >= 1) AND (a <= 5)) AND (b ~~ 'x%'::text))",
            ),
            (
                Dialect::Postgres,
                "a IS NOT NULL OR NOT b",
                "((a IS NOT NULL) OR (NOT b))",
            ),
            (
                MARIADB,
                "CHAR_LENGTH(\"name\") <= 5",
                "char_length(`name`) <= 5",
            ),
            (MARIADB, "now()", "current_timestamp()"),
            (MARIADB, "(TRUE)", "1"),
            (MARIADB, "CURRENT_TIMESTAMP", "current_timestamp(6)"),
            (
                MARIADB,
                "NOT e AND mod(c, 2) = 0",
                "`e` = 0 and `c` MOD 2 = 0",
            ),
            (MARIADB, "a + 1 > 2 * b", "`a` + 1 > 2 * `b`"),
            (
                Dialect::Sqlite,
                "length(\"Name\") > 1 AND 1 IN (1, 2)",
                "length ( name ) > 1 AND 1 IN ( 1 , 2 )",
            ),
        ];
        for (dialect, written, kept) in same {
            assert_eq!(
                canonical(written, dialect),
                canonical(kept, dialect),
                "{kept}"
            );
        }
    }

    #[test]
    fn what_says_something_else_is_not_the_same() {
        let different = [
            ("a > 0", "a >= 0"),
            ("(a OR b) AND c", "a OR b AND c"),
            ("'a'", "'A'"),
            ("'1'", "1"),
            ("a IN (1, 2)", "a IN (1, 3)"),
            ("a NOT LIKE 'x'", "a LIKE 'x'"),
            ("\"A\" > 1", "a > 1"),
        ];
        for (one, other) in different {
            assert!(!is_same(one, other, Dialect::Postgres), "{one} and {other}");
        }
    }

    #[test]
    fn only_names_are_renamed() {
        let renamed =
            with_column_renamed("a > 'a' AND \"a\" <> ab", "a", "b\"c", Dialect::Postgres);
        assert_eq!(renamed, "\"b\"\"c\" > 'a' AND \"b\"\"c\" <> ab");
    }
}
