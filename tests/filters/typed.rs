//! A filter asks the database what a typed query of the same asks, and gives the same rows.

use crate::dice::Dice;
use crate::models::{
    Author, AuthorRepository, Bio, Book, BookRepository, NAMES, Note, NoteRepository, Tag,
    TagRepository, database,
};
use relations::prelude::*;
use relations::{Filter, Predicate, ProblemCode};
use serde::Serialize;
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};

/// What is asked of the rows of one level: choices that a query and a filter are both given.
#[derive(Debug, Clone)]
struct Asked<M> {
    filters: Vec<Predicate<M>>,
    order: usize,
    limit: Option<u64>,
    offset: Option<u64>,
}

impl<M> Asked<M> {
    fn roll(dice: &mut Dice, predicate: fn(&mut Dice) -> Predicate<M>) -> Asked<M> {
        let count = dice.roll(3);
        Asked {
            filters: (0..count).map(|_| predicate(dice)).collect(),
            order: dice.roll(5),
            limit: dice.one_in(2).then(|| *dice.any(&[0, 1, 2, 5, 20, 21])),
            offset: dice.one_in(3).then(|| dice.roll(4) as u64),
        }
    }
}

/// Asks it of a query, or of a filter.
macro_rules! asking {
    ($find:expr, $model:ident, $asked:expr) => {{
        let asked: &Asked<$model> = $asked;
        let mut find = $find;
        for predicate in &asked.filters {
            find = find.filter(predicate.clone());
        }
        find = match asked.order {
            0 => find
                .order_by($model::NAME.asc())
                .order_by($model::SIZE.desc()),
            1 => find.order_by($model::SIZE.asc()),
            2 => find.order_by($model::ID.desc()),
            _ => find,
        };
        if let Some(limit) = asked.limit {
            find = find.limit(limit);
        }
        match asked.offset {
            Some(offset) => find.offset(offset),
            None => find,
        }
    }};
}

/// Every operator on the columns that all of the models have.
macro_rules! on_columns {
    ($dice:ident, $model:ident) => {{
        let (size, name) = ($dice.roll(4) as i32, *$dice.any(&NAMES));
        match $dice.roll(22) {
            0 => $model::SIZE.eq(size),
            1 => $model::SIZE.ne(size),
            2 => $model::SIZE.gt(size),
            3 => $model::SIZE.ge(size),
            4 => $model::SIZE.lt(size),
            5 => $model::SIZE.le(size),
            6 => $model::SIZE.between(size, size + 1),
            7 => $model::SIZE.in_([size, 3]),
            8 => $model::SIZE.not_in([size, 3]),
            9 => $model::SIZE.is_null(),
            10 => $model::SIZE.is_not_null(),
            11 => $model::NAME.like(format!("{}%", &name[..name.len().min(1)])),
            12 => $model::NAME.not_like("%o%"),
            13 => $model::NAME.ilike("T___"),
            14 => $model::NAME.not_ilike("%O%"),
            15 => $model::NAME.regexp("^[A-Z]"),
            16 => $model::NAME.not_regexp("o.$"),
            17 => $model::NAME.iregexp("^th"),
            18 => $model::NAME.not_iregexp("(?:t|d)"),
            19 => $model::NAME.in_([name, "Odin"]),
            20 => $model::ID.not_in::<i64>([]),
            _ => $model::NAME.ne(name),
        }
    }};
}

fn combined<M>(dice: &mut Dice, plain: fn(&mut Dice) -> Predicate<M>) -> Predicate<M> {
    match dice.roll(6) {
        0 => plain(dice) & plain(dice),
        1 => plain(dice) | plain(dice) | plain(dice),
        2 => !(plain(dice) | plain(dice)),
        3 => !plain(dice),
        _ => plain(dice),
    }
}

fn of_authors(dice: &mut Dice) -> Predicate<Author> {
    combined(dice, |dice| match dice.roll(8) {
        0 => Author::BOOKS.some(on_columns!(dice, Book)),
        1 => Author::BIO.none(on_columns!(dice, Bio)),
        2 => Author::PUPILS.every(on_columns!(dice, Author)),
        3 => Author::FRIENDS.some(on_columns!(dice, Author)),
        4 => Author::MENTOR.some(Author::BOOKS.some(Book::TAGS.none(on_columns!(dice, Tag)))),
        _ => on_columns!(dice, Author),
    })
}

fn of_books(dice: &mut Dice) -> Predicate<Book> {
    combined(dice, |dice| match dice.roll(5) {
        0 => Book::TAGS.every(on_columns!(dice, Tag)),
        1 => Book::AUTHOR.some(on_columns!(dice, Author)),
        _ => on_columns!(dice, Book),
    })
}

fn of_tags(dice: &mut Dice) -> Predicate<Tag> {
    combined(dice, |dice| on_columns!(dice, Tag))
}

fn of_bios(dice: &mut Dice) -> Predicate<Bio> {
    combined(dice, |dice| on_columns!(dice, Bio))
}

fn of_notes(dice: &mut Dice) -> Predicate<Note> {
    combined(dice, |dice| on_columns!(dice, Note))
}

/// The database, and what it was asked since the last look.
struct Watched {
    db: Db,
    ran: Arc<Mutex<Vec<(String, usize)>>>,
}

impl Watched {
    async fn new() -> Watched {
        let ran: Arc<Mutex<Vec<(String, usize)>>> = Arc::default();
        let seen = ran.clone();
        let db = database().await.observed(move |event| {
            seen.lock()
                .unwrap()
                .push((event.sql.to_owned(), event.parameters));
        });
        Watched { db, ran }
    }

    fn ran(&self) -> Vec<(String, usize)> {
        std::mem::take(&mut *self.ran.lock().unwrap())
    }

    /// Compares what a query gave and ran with what a filter gives, the same filter from its JSON, and what those run.
    async fn compare<M: Model + Serialize, C: Connection>(
        &self,
        repository: &relations::Repository<M, C>,
        filter: Filter<M>,
        first: String,
        found: Value,
    ) {
        let asked = self.ran();
        if let Some((sql, _)) = asked.first() {
            assert_eq!(*sql, first);
        }
        let graphs = json!(repository.find_with(&filter).await.unwrap());
        assert_eq!(graphs, found, "{filter:?}");
        assert_eq!(self.ran(), asked, "{filter:?}");
        let text = serde_json::to_string(&filter).unwrap();
        let graphs = json!(repository.find_with(text.as_str()).await.unwrap());
        assert_eq!(graphs, found, "{text}");
        assert_eq!(self.ran(), asked, "{text}");
        let count = repository.count_with(&filter).await.unwrap();
        assert_eq!(count, found.as_array().unwrap().len() as u64, "{filter:?}");
        self.ran();
    }
}

/// Whether it asks for more than a text may.
fn is_over_budget<M: Model>(filter: &Filter<M>) -> bool {
    let text = serde_json::to_string(filter).unwrap();
    let Err(error) = text.parse::<Filter<M>>() else {
        return false;
    };
    let mut problems = error.problems().iter();
    problems.all(|problem| problem.code() == ProblemCode::OverBudget)
}

#[tokio::test]
async fn a_filter_runs_the_statements_of_a_typed_query() {
    let watched = Watched::new().await;
    let (authors, books) = (
        AuthorRepository::new(&watched.db),
        BookRepository::new(&watched.db),
    );
    let (tags, notes) = (
        TagRepository::new(&watched.db),
        NoteRepository::new(&watched.db),
    );
    let mut dice = Dice(0xf117_0008);
    let (mut found_any, mut compared) = (0, 0);
    for round in 0..650 {
        let dice = &mut dice;
        let [a, b] = [(); 2].map(|()| Asked::roll(dice, of_authors));
        let [c, d] = [(); 2].map(|()| Asked::roll(dice, of_books));
        let (e, f) = (Asked::roll(dice, of_tags), Asked::roll(dice, of_bios));
        let g = Asked::roll(dice, of_notes);
        macro_rules! compared {
            ($repository:ident, $query:expr, $filter:expr) => {{
                let (query, filter) = ($query, $filter);
                if is_over_budget(&filter) {
                    continue;
                }
                compared += 1;
                let sql = query.to_sql().unwrap();
                let found = json!(query.all().await.unwrap());
                found_any += usize::from(found != json!([]));
                watched.compare(&$repository, filter, sql, found).await;
            }};
        }
        match round % 6 {
            0 => compared!(
                authors,
                asking!(authors.find(), Author, &a),
                asking!(Filter::new(), Author, &a)
            ),
            1 => compared!(
                authors,
                asking!(authors.find(), Author, &a)
                    .include(Author::BOOKS.scope(|books| {
                        asking!(books, Book, &c)
                            .include(Book::TAGS.scope(|tags| asking!(tags, Tag, &e)))
                    }))
                    .include(Author::BIO.scope(|bios| asking!(bios, Bio, &f))),
                {
                    let tags = asking!(Filter::new(), Tag, &e);
                    let books = asking!(Filter::new(), Book, &c).include_with(Book::TAGS, tags);
                    asking!(Filter::new(), Author, &a)
                        .include_with(Author::BOOKS, books)
                        .include_with(Author::BIO, asking!(Filter::new(), Bio, &f))
                }
            ),
            2 => compared!(
                books,
                asking!(books.find(), Book, &c)
                    .order_by(Book::AUTHOR.order(Author::SCORE.desc()))
                    .include(
                        Book::AUTHOR
                            .scope(|authors| asking!(authors, Author, &a).include(Author::MENTOR))
                    ),
                {
                    let author = asking!(Filter::new(), Author, &a).include(Author::MENTOR);
                    asking!(Filter::new(), Book, &c)
                        .order_by(Book::AUTHOR.order(Author::SCORE.desc()))
                        .include_with(Book::AUTHOR, author)
                }
            ),
            3 => compared!(
                notes,
                asking!(notes.find(), Note, &g).include(Note::ABOUT),
                asking!(Filter::new(), Note, &g).include(Note::ABOUT)
            ),
            4 => compared!(
                authors,
                asking!(authors.find(), Author, &a)
                    .include(
                        Author::FRIENDS
                            .scope(|friends| asking!(friends, Author, &b).include(Author::NOTES))
                    )
                    .include(Author::PUPILS),
                {
                    let friends = asking!(Filter::new(), Author, &b).include(Author::NOTES);
                    asking!(Filter::new(), Author, &a)
                        .include_with(Author::FRIENDS, friends)
                        .include(Author::PUPILS)
                }
            ),
            _ => compared!(
                tags,
                asking!(tags.find(), Tag, &e)
                    .include(Tag::BOOKS.scope(|books| asking!(books, Book, &d))),
                asking!(Filter::new(), Tag, &e)
                    .include_with(Tag::BOOKS, asking!(Filter::new(), Book, &d))
            ),
        }
    }
    assert!(compared >= 600, "{compared} filters are within the budget");
    assert!(
        found_any > 150,
        "only {found_any} of the queries found something"
    );
}
