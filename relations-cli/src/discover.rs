//! `cargo relations discover`: the tables of a database as models.

mod columns;
pub(crate) mod merge;
mod relations;
mod types;

use crate::code::{Code, EnumCode, ModelCode, clashes, free_type, literal, type_name};
use crate::names::snake_case;
use crate::output::{Entry, Status};
use crate::problem::{Problem, Result};
pub(crate) use types::Times;

use relations_core::catalog::{Column, Index, Table};
use relations_core::{Connection, Dialect};
use relations_sqlx::Db;
use std::collections::{BTreeSet, HashMap};

/// What is asked for.
#[derive(Debug, Clone, Default)]
pub(crate) struct Wanted {
    pub(crate) url: String,
    pub(crate) schema: Option<String>,
    /// The tables to take; all if there are none.
    pub(crate) tables: Vec<String>,
    pub(crate) times: Times,
    pub(crate) has_serde: bool,
}

impl Wanted {
    /// The feature of the database's kind.
    pub(crate) fn database(&self) -> Option<&'static str> {
        let (scheme, _) = self.url.split_once(':')?;
        match scheme {
            "sqlite" => Some("sqlite"),
            "postgres" | "postgresql" => Some("postgres"),
            "mysql" | "mariadb" => Some("mysql"),
            _ => None,
        }
    }
}

/// Reads the database, and writes its tables as models.
pub(crate) fn discover(wanted: &Wanted) -> Result<(String, Vec<Entry>)> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let runtime = runtime.map_err(|error| Problem::new("internal", error.to_string()))?;
    let read = runtime.block_on(async {
        let db = Db::connect(&wanted.url).await?;
        let tables = db.tables(wanted.schema.as_deref()).await?;
        Ok((db.dialect(), tables))
    });
    let (dialect, mut tables) = read.map_err(|error: relations_core::Error| problem_of(&error))?;
    for name in &wanted.tables {
        if !tables.iter().any(|table| table.name == *name) {
            let names = tables.iter().map(|table| table.name.as_str());
            let problem = Problem::new("unknown_table", format!("there is no table `{name}`"));
            return Err(match crate::names::closest(name, names) {
                Some(closest) => problem.help(format!("did you mean `{closest}`?")),
                None => problem,
            });
        }
    }
    tables.retain(|table| wanted.tables.is_empty() || wanted.tables.contains(&table.name));
    if tables.is_empty() {
        let help = match dialect {
            Dialect::Sqlite => "is it the right file?",
            _ => "name another schema with `--schema`",
        };
        return Err(Problem::new("no_tables", "there are no tables").help(help));
    }
    Ok(models(&tables, dialect, wanted))
}

/// What the database said, with its causes, and apart from that what to do.
fn problem_of(error: &relations_core::Error) -> Box<Problem> {
    let said = error.to_string();
    let (message, help) = match said.split_once("\nhelp: ") {
        Some((message, help)) => (message, Some(help)),
        None => (&*said, None),
    };
    let problem = Problem::new("database", with_causes(message, error));
    match help {
        // An empty file has nothing to discover.
        Some(help) if help.contains("mode=rwc") => {
            problem.help("a path is looked up from the folder in which the command runs")
        }
        Some(help) => problem.help(help),
        None => problem,
    }
}

/// The message, and those of the causes that say something new.
fn with_causes(message: &str, error: &relations_core::Error) -> String {
    let mut text = message.to_owned();
    let mut cause = std::error::Error::source(error);
    while let Some(one) = cause {
        let said = one.to_string();
        let end = said.rsplit(": ").next().unwrap_or_default();
        if !text.contains(end) {
            text = format!("{text}: {said}");
        }
        cause = one.source();
    }
    text
}

/// The tables as models, and what became of each.
pub(crate) fn models(tables: &[Table], dialect: Dialect, wanted: &Wanted) -> (String, Vec<Entry>) {
    let mut discovery = Discovery {
        dialect,
        times: wanted.times,
        code: Code {
            has_serde: wanted.has_serde,
            ..Code::default()
        },
        known: Vec::new(),
        enums: HashMap::new(),
        report: Vec::new(),
    };
    for table in tables {
        discovery.table(table, wanted.schema.as_deref());
    }
    discovery.relations();
    discovery.head();
    (discovery.code.text(), discovery.report)
}

struct Discovery<'t> {
    dialect: Dialect,
    times: Times,
    code: Code,
    /// What is known of each model, in their order.
    known: Vec<Known<'t>>,
    /// The enums of columns, by the database's name or their texts.
    enums: HashMap<String, String>,
    report: Vec<Entry>,
}

/// A table that became a model.
struct Known<'t> {
    table: &'t Table,
    /// The columns that identify a row.
    id: Vec<String>,
    /// The field of each column that has one.
    fields: HashMap<String, usize>,
}

impl<'t> Discovery<'t> {
    fn said(&mut self, subject: impl Into<String>, status: Status, message: impl Into<String>) {
        self.report.push(Entry {
            subject: subject.into(),
            status,
            message: message.into(),
        });
    }

    fn table(&mut self, table: &'t Table, schema: Option<&str>) {
        let id = id_of(table, self.dialect, self.times);
        if id.is_empty() {
            let message = "nothing tells its rows apart: it has no primary key, and no unique one without NULLs";
            self.code
                .head
                .push(format!("Table {}: {message}.", quoted(&table.name)));
            return self.said(&table.name, Status::Left, message);
        }
        let name = self.new_type_name(&singular(&table.name));
        let mut model = ModelCode {
            docs: table.comment.iter().cloned().collect(),
            name: name.clone(),
            ..ModelCode::default()
        };
        if snake_case(&name) != table.name {
            model
                .arguments
                .push(format!("table = {}", literal(&table.name)));
        }
        model
            .arguments
            .extend(schema.map(|schema| format!("schema = {}", literal(schema))));
        let mut comments = table
            .columns
            .iter()
            .filter_map(|column| column.comment.as_ref());
        let has_comment = table.comment.is_some() || comments.next().is_some();
        // On SQLite they are words in the text of the table, which no schema writes.
        if has_comment && !table.is_view && self.dialect != Dialect::Sqlite {
            model.arguments.push("comments".to_owned());
        }
        if table.is_view {
            model.arguments.push("view".to_owned());
            let guessed = id.join("`, `");
            model.remarks.push(format!(
                "A view has no key. It is taken for {}: correct this if another identifies a row.",
                quoted(&guessed)
            ));
        }
        self.code.models.push(model);
        let kind = if table.is_view { "view" } else { "table" };
        self.said(
            &table.name,
            Status::Taken,
            format!("struct `{name}` of the {kind}"),
        );
        let fields = self.columns(table, &id);
        let is_whole = id.iter().all(|column| fields.contains_key(column));
        if !is_whole {
            self.code.models.pop();
            let message = "a column of its key is of a type that no field has";
            self.code
                .head
                .push(format!("Table {}: {message}.", quoted(&table.name)));
            return self.said(&table.name, Status::Left, message);
        }
        self.known.push(Known { table, id, fields });
        self.constraints(self.known.len() - 1);
    }

    fn new_type_name(&self, name: &str) -> String {
        let wanted = type_name(name);
        let taken = |name: &str| {
            let mut enums = self.code.enums.iter();
            self.code.models.iter().any(|model| {
                clashes(&model.name, name) || snake_case(&model.name) == snake_case(name)
            }) || enums
                .any(|one| matches!(one, EnumCode::Texts { name: other, .. } if other == name))
        };
        free_type(&wanted, taken)
    }

    /// The enum of a column, made where it is new.
    fn enum_of(&mut self, table: &Table, column: &Column) -> String {
        let (key, db_enum) = match self.dialect {
            Dialect::Postgres => {
                let name = plain_name(&column.type_name);
                (name.clone(), name)
            }
            // On MySQL an enum is of its column alone.
            _ => (
                column.values.join("\0"),
                format!("{}_{}", table.name, column.name),
            ),
        };
        if let Some(name) = self.enums.get(&key) {
            return name.clone();
        }
        let wanted = match self.dialect {
            Dialect::Postgres => db_enum.clone(),
            _ => column.name.clone(),
        };
        let name = self.new_type_name(&wanted);
        let mut variants: Vec<(String, String)> = Vec::new();
        for value in &column.values {
            let wanted = type_name(value);
            let taken = |name: &str| variants.iter().any(|(other, _)| other == name);
            variants.push((free_type(&wanted, taken), value.clone()));
        }
        self.code.enums.push(EnumCode::Texts {
            name: name.clone(),
            db_enum: Some(db_enum),
            variants,
        });
        self.enums.insert(key, name.clone());
        name
    }

    /// The columns of `unique`, `index` and `check`.
    fn constraints(&mut self, at: usize) {
        let (table, id) = (self.known[at].table, self.known[at].id.clone());
        let mut seen = BTreeSet::from([id]);
        let mut indexes: Vec<&Index> = table.indexes.iter().collect();
        indexes.sort_by_key(|index| {
            let columns: Vec<String> = index.columns.iter().flatten().cloned().collect();
            (places(table, &columns), !index.is_unique)
        });
        for index in indexes {
            let subject = format!("{}.{}", table.name, index.name);
            let columns: Option<Vec<String>> = index.columns.iter().cloned().collect();
            let columns = columns.filter(|_| {
                index.condition.is_none() || (index.is_unique && index.covers_all_rows())
            });
            let Some(columns) = columns else {
                let message = "an index of expressions, or of some of the rows: models have none";
                self.code.models[at]
                    .remarks
                    .push(format!("Not taken over: index {}.", quoted(&index.name)));
                self.said(subject, Status::Left, message);
                continue;
            };
            // A schema makes an index for each foreign key by itself.
            let is_of_key =
                !index.is_unique && table.foreign_keys.iter().any(|key| key.columns == columns);
            if is_of_key || !seen.insert(columns.clone()) {
                continue;
            }
            let known = &self.known[at];
            let fields: Option<Vec<usize>> = columns
                .iter()
                .map(|column| known.fields.get(column).copied())
                .collect();
            let Some(fields) = fields else {
                self.said(subject, Status::Left, "a column of it has no field");
                continue;
            };
            let kind = if index.is_unique { "unique" } else { "index" };
            let model = &mut self.code.models[at];
            match fields.as_slice() {
                [one] => model.fields[*one].arguments.push(kind.to_owned()),
                several => {
                    let names = several
                        .iter()
                        .map(|field| literal(&model.fields[*field].name));
                    let names: Vec<String> = names.collect();
                    model
                        .arguments
                        .push(format!("{kind}({})", names.join(", ")));
                }
            }
        }
        for check in table.checks.iter().map(|check| &check.sql) {
            if types::is_check_of_json(check, table) {
                continue;
            }
            let check = match self.dialect {
                Dialect::MySql { .. } => types::with_backticks(check),
                _ => check.clone(),
            };
            let check = format!("check = {}", literal(&check));
            self.code.models[at].arguments.push(check);
        }
    }

    /// What a reader of the file should know first.
    fn head(&mut self) {
        let types: BTreeSet<&str> = self
            .code
            .models
            .iter()
            .flat_map(|model| &model.fields)
            .map(|field| field.ty.as_str())
            .collect();
        let uses = |name: &str| types.iter().any(|ty| ty.contains(&format!("{name}::")));
        let features = [
            "chrono",
            "time",
            "jiff",
            "uuid",
            "rust_decimal",
            "serde_json",
        ]
        .into_iter()
        .filter(|name| uses(name));
        let features: Vec<&str> = features.collect();
        if !features.is_empty() {
            self.code.head.insert(
                0,
                format!("Needs the features and crates: {}.", features.join(", ")),
            );
        }
    }
}

/// Where columns stand in their table.
fn places(table: &Table, columns: &[String]) -> Vec<Option<usize>> {
    let place = |name: &String| table.columns.iter().position(|column| column.name == *name);
    columns.iter().map(place).collect()
}

/// The columns that identify a row: the primary key, else a unique key without NULLs, else for a view a column that looks like one.
fn id_of(table: &Table, dialect: Dialect, times: Times) -> Vec<String> {
    if !table.primary_key.is_empty() {
        return table.primary_key.clone();
    }
    let is_required = |name: &String| {
        table
            .columns
            .iter()
            .any(|column| column.name == *name && !column.is_nullable)
    };
    let unique = table
        .indexes
        .iter()
        .filter(|index| index.is_unique && index.condition.is_none());
    let mut unique = unique.filter_map(|index| {
        index
            .columns
            .iter()
            .cloned()
            .collect::<Option<Vec<String>>>()
    });
    if let Some(columns) = unique.find(|columns| columns.iter().all(is_required)) {
        return columns;
    }
    if !table.is_view {
        return Vec::new();
    }
    let can_be_key = |column: &&Column| {
        types::of(column, table, dialect, times)
            .is_some_and(|ty| types::KEYS.contains(&ty.name.as_str()))
    };
    let mut columns = table.columns.iter().filter(can_be_key);
    let looks_like_it = |column: &&Column| column.name.to_lowercase().ends_with("id");
    let found = columns
        .clone()
        .find(looks_like_it)
        .or_else(|| columns.next());
    found
        .map(|column| column.name.clone())
        .into_iter()
        .collect()
}

/// The name of a type without its schema and its quotes.
fn plain_name(name: &str) -> String {
    match name.strip_suffix('"') {
        Some(quoted) => {
            let start = quoted
                .find("\".\"")
                .map(|at| at + 3)
                .or_else(|| quoted.find('"').map(|at| at + 1));
            quoted[start.unwrap_or(0)..].replace("\"\"", "\"")
        }
        None => name.rsplit('.').next().unwrap_or(name).to_owned(),
    }
}

/// A name as a text in a comment.
fn quoted(name: &str) -> String {
    format!("`{}`", name.replace('`', "'"))
}

/// `order_lines` as `order_line`: one of what the derive would make the plural of.
fn singular(name: &str) -> String {
    const SAME: &[&str] = &[
        "news", "series", "species", "status", "data", "os", "gas", "bus", "lens",
    ];
    let start = name
        .rfind(|letter: char| !letter.is_alphanumeric())
        .map_or(0, |at| {
            at + name[at..].chars().next().map_or(1, char::len_utf8)
        });
    let mut humps = name[start..]
        .char_indices()
        .filter(|(_, letter)| letter.is_uppercase());
    let start = start + humps.next_back().map_or(0, |(at, _)| at);
    let (before, word) = name.split_at(start);
    let lower = word.to_lowercase();
    let is_same =
        SAME.contains(&lower.as_str()) || ["ss", "us", "is"].iter().any(|end| lower.ends_with(end));
    let one = match lower.as_str() {
        "people" => Some("person".to_owned()),
        "children" => Some("child".to_owned()),
        _ if is_same || word.chars().all(char::is_uppercase) => None,
        _ => {
            let stems = [("ies", "y"), ("es", ""), ("s", "")].iter();
            let ones =
                stems.filter_map(|(end, one)| Some(format!("{}{one}", lower.strip_suffix(end)?)));
            ones.into_iter()
                .find(|one| one.len() > 1 && crate::names::plural(one) == lower)
        }
    };
    let Some(one) = one else {
        return name.to_owned();
    };
    let first = word.chars().next().filter(|first| first.is_uppercase());
    match first {
        Some(first) => format!("{before}{first}{}", one.chars().skip(1).collect::<String>()),
        None => format!("{before}{one}"),
    }
}

#[cfg(test)]
mod tests {
    use super::{Wanted, models, plain_name, singular};
    use relations_core::Dialect;
    use relations_core::catalog::{Column, ForeignKey, Index, Table};

    /// Texts that would be something else in Rust, in SQL or in a comment.
    const HOSTILE: &[&str] = &[
        "",
        " ",
        "id",
        "a\"); }} fn main() {{ //",
        "*/ struct X; /*",
        "\n#[derive(Evil)]\nstruct Y;",
        "\r\u{2028}pub fn z() {}",
        "r#\"",
        "\"#",
        "\\",
        "'; DROP TABLE a; --",
        "`",
        "self",
        "Self",
        "crate",
        "_",
        "__",
        "r#type",
        "1",
        "Größe",
        "größe",
        "שלום",
        "\u{202e}txt",
        "e\u{301}",
        "🦀",
        "Vec",
        "String",
        "Option",
        "Model",
        "find",
        "a.b",
        "A B",
        "a_b",
        "aB",
        "{}",
        "$crate",
        "'static",
        "\0",
    ];

    /// Numbers that are the same in each run.
    fn dice(state: &mut u64, sides: usize) -> usize {
        *state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (*state >> 33) as usize % sides
    }

    fn hostile_table(name: &str, names: &[&str], state: &mut u64) -> Table {
        let mut pick = |texts: &[&str]| texts[dice(state, texts.len())].to_owned();
        let mut table = Table::default();
        table.name = name.to_owned();
        table.comment = Some(pick(HOSTILE));
        table.checks = vec![pick(HOSTILE).into()];
        for name in names {
            let mut column = Column::default();
            column.name = (*name).to_owned();
            column.type_name = pick(&[
                "bigint",
                "text",
                "integer",
                "weird \"type\"",
                "INTEGER",
                "x); --",
                "varchar(20)",
                "enum",
            ]);
            column.comment = Some(pick(HOSTILE));
            column.default = Some(pick(HOSTILE));
            if column.type_name == "enum" {
                column.values = vec![pick(HOSTILE), pick(HOSTILE), "ok".to_owned()];
                column.values.dedup();
            }
            table.columns.push(column);
        }
        let first = names[0].to_owned();
        table.columns[0].type_name = "bigint".to_owned();
        table.primary_key = vec![first];
        let mut index = Index::default();
        index.name = pick(HOSTILE);
        index.columns = vec![Some(pick(names)), Some(pick(names))];
        index.condition = Some(pick(HOSTILE));
        table.indexes.push(index);
        table
    }

    #[test]
    fn names_and_texts_of_a_database_never_become_code() {
        let dialects = [
            Dialect::Sqlite,
            Dialect::Postgres,
            Dialect::MySql { returning: true },
        ];
        let mut state = 7;
        for round in 0..300 {
            let at = dice(&mut state, HOSTILE.len() - 4);
            let mut tables = Vec::new();
            for name in &HOSTILE[at..at + 4] {
                let from = dice(&mut state, HOSTILE.len() - 5);
                tables.push(hostile_table(name, &HOSTILE[from..from + 5], &mut state));
            }
            let (referred, column) = (tables[0].name.clone(), tables[0].primary_key.clone());
            let mut key = ForeignKey::default();
            key.columns = tables[1].primary_key.clone();
            (key.referred_table, key.referred_columns) = (referred, column);
            tables[1].foreign_keys.push(key);
            let wanted = Wanted {
                schema: Some("a\" }".to_owned()),
                has_serde: round % 2 == 0,
                ..Wanted::default()
            };
            let (text, _) = models(&tables, dialects[round % 3], &wanted);
            let file = syn::parse_file(&text).unwrap_or_else(|error| panic!("{error}\n{text}"));
            let names: Vec<String> = file
                .items
                .iter()
                .filter_map(|item| match item {
                    syn::Item::Struct(item) => Some(item.ident.to_string()),
                    syn::Item::Enum(item) => Some(item.ident.to_string()),
                    syn::Item::Use(_) => None,
                    _ => panic!("{text}"),
                })
                .collect();
            let structs = file
                .items
                .iter()
                .filter(|item| matches!(item, syn::Item::Struct(_)));
            assert_eq!(structs.count(), 4, "{text}");
            let distinct: std::collections::BTreeSet<&String> = names.iter().collect();
            assert_eq!(distinct.len(), names.len(), "{text}");
            assert!(!text.contains(['\r', '\u{2028}', '\u{202e}']), "{text}");
        }
    }

    #[test]
    fn tables_in_the_plural_are_models_in_the_singular() {
        let cases = [
            ("albums", "album"),
            ("order_lines", "order_line"),
            ("categories", "category"),
            ("addresses", "address"),
            ("OrderDetails", "OrderDetail"),
            ("address", "address"),
            ("status", "status"),
            ("people", "person"),
            ("Album", "Album"),
            ("boxes", "box"),
            ("s", "s"),
            ("", ""),
            ("SALES", "SALES"),
            ("größen", "größen"),
            ("a s", "a s"),
        ];
        for (many, one) in cases {
            assert_eq!(singular(many), one);
        }
    }

    #[test]
    fn a_type_has_a_name_without_its_schema() {
        let cases = [
            ("mood", "mood"),
            ("app.mood", "mood"),
            ("\"My \"\"Mood\"", "My \"Mood"),
            ("app.\"Mood\"", "Mood"),
            ("\"a.b\".\"c\"", "c"),
        ];
        for (written, name) in cases {
            assert_eq!(plain_name(written), name);
        }
    }
}
