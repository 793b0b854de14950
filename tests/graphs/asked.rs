//! What filters find, and what is wrong with them.

use super::graph::Customer;
use crate::support::TestDb;
use relations::prelude::*;
use relations::{Error, Filter, Predicate, Repository, Where, filter::IntoFilter};

pub(crate) const NONE: &[i64] = &[];
pub(crate) const ALL: &[i64] = &[1, 2, 3];

pub(crate) async fn ids<M: Model<Id = i64>>(
    rows: &Repository<M, &Db>,
    filter: impl IntoFilter<M>,
) -> Vec<i64> {
    let found = rows.find_with(filter).await.unwrap();
    found.iter().map(|row| row.id()).collect()
}

/// Asserts for each `where` that it is the predicate, that it runs the same statements, and which rows it finds.
pub(crate) async fn asks<M: Model<Id = i64>>(
    db: &TestDb,
    rows: &Repository<M, &Db>,
    cases: Vec<(&str, Predicate<M>, &[i64])>,
) {
    for (json, predicate, expected) in cases {
        let asked: Where<M> = json.parse().unwrap();
        assert_eq!(asked, predicate.clone().into(), "{json}");
        db.ran();
        rows.find().filter(predicate).all().await.unwrap();
        let statements = db.statements();
        let filter = format!(r#"{{"where": {json}}}"#);
        assert_eq!(ids(rows, &filter).await, expected, "{json}");
        assert_eq!(db.statements(), statements, "{json}");
        assert_eq!(ids(rows, asked).await, expected, "{json}");
    }
}

/// The path and the code of each problem.
pub(crate) fn offences(error: &Error) -> Vec<(&str, &str)> {
    let problems = error.problems().iter();
    problems
        .map(|problem| (problem.path(), problem.code().as_str()))
        .collect()
}

/// Asserts that a filter of customers is refused for one reason.
#[track_caller]
pub(crate) fn refused(filter: &str, path: &str, code: &str) -> Error {
    let error = filter.parse::<Filter<Customer>>().unwrap_err();
    assert!(error.is_invalid_filter(), "{filter}");
    assert_eq!(error.model(), Some("Customer"), "{filter}");
    assert_eq!(offences(&error), [(path, code)], "{filter}: {error}");
    error
}
