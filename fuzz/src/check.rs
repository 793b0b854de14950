//! What must hold of a filter that was accepted, whatever the text it came from.

use crate::models::{SECRET, Thing, ThingRepository, database};
use crate::planner::Planner;
use relations::{
    Dialect, Error, ErrorKind, Filter, Graph, Result, Where, filter::Budget, filter::FilterReader,
};
use relations::{Json, Problem, ProblemCode, prelude::*};
use tokio::runtime::Runtime;

/// What the first of two readers accepts: the one that everybody has, and one that allows as much as there can be.
pub fn accepted<T>(read: impl Fn(&FilterReader) -> Result<T>) -> Option<(FilterReader, T)> {
    let most = Budget::default()
        .depth(usize::MAX)
        .conditions(1_000)
        .list(10_000)
        .includes(60);
    for reader in [FilterReader::new(), FilterReader::new().budget(most)] {
        match read(&reader) {
            Ok(read) => return Some((reader, read)),
            Err(error) => check_refusal(&error),
        }
    }
    None
}

/// A runtime, and a database of its own for each target.
pub struct World {
    runtime: Runtime,
    db: Db,
}

impl World {
    #[allow(clippy::new_without_default)] // It makes a database, which nobody expects of a default.
    pub fn new() -> World {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build()
            .expect("a runtime");
        let db = runtime.block_on(database()).expect("a database");
        World { runtime, db }
    }

    /// Checks a filter that a text of this length made.
    pub fn check(&self, reader: &FilterReader, filter: &Filter<Thing>, length: usize) {
        let text = serde_json::to_string(filter).expect("an accepted filter has JSON");
        assert!(
            text.len() <= 16 * length + 20_000,
            "{length} bytes became {}: {text}",
            text.len()
        );
        match reader.json::<Thing>(&text) {
            Ok(again) => assert!(again == *filter, "{filter:?} became {again:?}"),
            Err(error) => panic!("{text} is not read again: {error}"),
        }
        let rows = filter.to_where();
        let text = serde_json::to_string(&rows).expect("an accepted `where` has JSON");
        let again: Where<Thing> = reader.where_json(&text).expect("it is read again");
        assert!(again == rows, "{rows:?} became {again:?}");
        self.plan(filter);
        self.find(filter);
    }

    /// Builds the statements for the databases that are not there.
    fn plan(&self, filter: &Filter<Thing>) {
        for dialect in [Dialect::Postgres, Dialect::MySql { returning: true }] {
            let things = ThingRepository::new(Planner::new(dialect));
            shown(self.runtime.block_on(things.find_with(filter)));
            only_values(self.runtime.block_on(things.count_with(filter)));
        }
    }

    /// Runs the statements on SQLite.
    fn find(&self, filter: &Filter<Thing>) {
        let things = ThingRepository::new(&self.db);
        let Some(rows) = shown(self.runtime.block_on(things.find_with(filter))) else {
            return;
        };
        let count = only_values(self.runtime.block_on(things.count_with(filter)));
        assert_eq!(count, Some(rows.len() as u64), "{filter:?}");
        let mut ids: Vec<i64> = rows.iter().map(|row| row.id).collect();
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), rows.len(), "{filter:?} repeats rows");
    }
}

/// Ends the transaction in which a text was written.
#[derive(Debug)]
struct Over;

impl From<Error> for Over {
    fn from(error: Error) -> Over {
        panic!("{error:?}")
    }
}

impl World {
    /// Writes JSON in every way, and keeps nothing of it.
    pub fn write(&self, text: &str) {
        let over = self.db.try_transaction(async |tx| {
            let things = ThingRepository::new(&tx);
            if let Some(thing) = written(things.create(Json(text)).await) {
                goes_back(&things, thing).await?;
            }
            written(things.patch_by_id(1, Json(text)).await);
            written(things.label(1).create(Json(text)).await);
            written(things.notes(2).create_all([Json(text), Json(text)]).await);
            written(things.tags(1).create(Json(text)).await);
            let notes = things.notes(1).patch(Json(text)).all_rows();
            written(notes.await);
            Err::<(), Over>(Over)
        });
        self.runtime.block_on(over).unwrap_err();
    }
}

/// A row goes back as it was read, and nothing of it changes.
async fn goes_back(things: &ThingRepository<&Tx>, thing: Thing) -> Result<()> {
    let mut json = serde_json::to_value(&thing).expect("a row has JSON");
    json["secret"] = thing.secret.clone().into();
    things.replace(Json(&json)).await?;
    let again = things.find_by_id(thing.id).get().await?;
    let (before, after) = (serde_json::to_string(&thing), serde_json::to_string(&again));
    assert_eq!(before.expect("JSON"), after.expect("JSON"));
    assert_eq!(thing.secret, again.secret);
    Ok(())
}

/// A write can fail for what the text says, and for nothing else.
fn written<T>(result: Result<T>) -> Option<T> {
    let error = match result {
        Ok(value) => return Some(value),
        Err(error) => error,
    };
    match error.kind() {
        ErrorKind::InvalidData | ErrorKind::ConstraintMismatch => {
            assert!(!error.problems().is_empty(), "{error:?}");
            assert!(error.to_string().len() <= 100_000);
        }
        ErrorKind::InvalidValue
        | ErrorKind::EmptyPatch
        | ErrorKind::AlreadyExists
        | ErrorKind::ForeignKeyViolation => {}
        _ => panic!("{error:?}"),
    }
    None
}

/// What there is, written as a server would.
fn shown(found: Result<Vec<Graph<Thing>>>) -> Option<Vec<Graph<Thing>>> {
    let found = only_values(found)?;
    let json = serde_json::to_string(&found).expect("rows have JSON");
    assert!(!json.contains(SECRET), "{json}");
    Some(found)
}

/// An accepted filter can fail for two reasons only: a database cannot hold a value, or the answer would repeat the rows there are
/// too often.
fn only_values<T>(result: Result<T>) -> Option<T> {
    match result {
        Ok(value) => Some(value),
        Err(error) if error.kind() == ErrorKind::InvalidValue => None,
        Err(error) if error.problems().iter().any(is_of_values_or_size) => None,
        Err(error) => panic!("{error:?}"),
    }
}

fn is_of_values_or_size(problem: &Problem) -> bool {
    problem.code() == ProblemCode::InvalidValue || problem.path() == "include"
}

/// A refusal says what is wrong, and says it shortly.
fn check_refusal(error: &relations::Error) {
    assert_eq!(error.kind(), ErrorKind::InvalidFilter);
    assert!(!error.problems().is_empty());
    assert!(error.problems().len() <= 50);
    let message = error.to_string();
    assert!(
        message.len() <= 100_000,
        "{} bytes: {message}",
        message.len()
    );
    let details = serde_json::to_string(error.problems()).expect("problems have JSON");
    assert!(details.len() <= 200_000);
}
