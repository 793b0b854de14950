//! The statement cache: the text of each statement is built once.
//!
//! Building a text takes longer than all else between a call and its database.

use crate::error::{Error, ErrorKind, Result};
use crate::sql::Statement;
use crate::sql::request::Request;
use crate::sql::value_order::Arrangement;
use crate::sql::walk::Walk;
use crate::value::{Dialect, hash};
use sea_query::{Value as SqlValue, Values};
use std::mem;
use std::sync::{Arc, LazyLock, PoisonError, RwLock};

/// The texts of the program's own calls.
static OWN: LazyLock<Cache> = LazyLock::new(Cache::default);

/// The texts of run-time filters, which cannot push out those of the program.
static OF_FILTERS: LazyLock<Cache> = LazyLock::new(Cache::default);

/// The number of texts that each keeps at most. A program has a few hundred; run-time filters may make any number.
const MOST_TEXTS: usize = 4096;

/// A text of more bytes is not kept: it is likely one of many, such as for each length of a list that is not a single parameter.
const LONGEST_TEXT: usize = 8 * 1024;

/// Texts by their cache keys.
#[derive(Default)]
struct Cache(RwLock<hash::Map<Box<[usize]>, Cached>>);

/// A text, and how the values of a walk are arranged for it.
struct Cached {
    sql: Arc<str>,
    /// `None` where the text has the values as they are.
    arrangement: Option<Arrangement>,
}

impl Cached {
    fn statement(&self, mut values: Vec<SqlValue>) -> Statement {
        if let Some(arrangement) = &self.arrangement {
            arrangement.apply(&mut values);
        }
        Statement {
            sql: self.sql.clone(),
            values: Values(values),
        }
    }
}

impl Cache {
    /// The statement that was walked, if its text is there.
    fn find(&self, walk: &mut Walk) -> Option<Statement> {
        let texts = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let cached = texts.get(walk.key.as_slice())?;
        Some(cached.statement(mem::take(&mut walk.values)))
    }

    fn keep(&self, key: &[usize], cached: Cached) {
        let mut texts = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if texts.len() >= MOST_TEXTS {
            texts.clear();
        }
        texts.insert(key.into(), cached);
    }
}

/// The statement that is asked for: with its text from the cache, or built now.
pub(crate) fn statement(
    request: &Request,
    is_of_filter: bool,
    dialect: Dialect,
) -> Result<Statement> {
    if !request.is_cached() {
        return anew(request, dialect);
    }
    let mut walk = Walk::new(dialect);
    walk.request(request)?;
    check_size(&walk.values, dialect)?;
    let cache = match walk.is_of_filter || is_of_filter {
        true => &OF_FILTERS,
        false => &OWN,
    };
    if let Some(statement) = cache.find(&mut walk) {
        debug_assert!(
            is_same(&statement, &anew(request, dialect)?),
            "its cache key is that of {statement}"
        );
        walk.end();
        return Ok(statement);
    }
    let (cached, values) = build(request, dialect)?;
    let statement = cached.statement(values);
    if cached.sql.len() <= LONGEST_TEXT {
        cache.keep(&walk.key, cached);
    }
    Ok(statement)
}

/// How many values a statement has at most.
pub(crate) fn most_parameters(dialect: Dialect) -> usize {
    match dialect {
        Dialect::Sqlite => 32_766,
        _ => 65_535,
    }
}

fn check_size(values: &[SqlValue], dialect: Dialect) -> Result<()> {
    let (size, most) = (values.len(), most_parameters(dialect));
    if size <= most {
        return Ok(());
    }
    let message = format!(
        "the statement has {size} values, and the database takes {most}\nhelp: a list is one value: use `in_`"
    );
    Err(Error::new(ErrorKind::InvalidFilter, message))
}

/// The statement with its text built now.
pub(crate) fn anew(request: &Request, dialect: Dialect) -> Result<Statement> {
    let (cached, values) = build(request, dialect)?;
    Ok(cached.statement(values))
}

fn build(request: &Request, dialect: Dialect) -> Result<(Cached, Vec<SqlValue>)> {
    let binder = Walk::with_places(request, dialect)?;
    let text = request.text(&binder);
    let cached = Cached {
        sql: text.sql.into(),
        arrangement: Arrangement::new(&text.order, binder.values.len()),
    };
    Ok((cached, binder.values))
}

/// NaN does not equal itself, so texts are compared as well.
pub(crate) fn is_same(a: &Statement, b: &Statement) -> bool {
    a == b || format!("{a:?}") == format!("{b:?}")
}
