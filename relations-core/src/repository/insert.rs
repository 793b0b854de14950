//! Operations that add rows: one, several, and those with drafts of further rows.

use super::constraint::null_key;
use super::write::{Change, Write};
use crate::connection::{Dialect, Operation, Row, RowReader, RowSink, Session};
use crate::data::fill;
use crate::draft::{Nested, NestedRow, Values};
use crate::error::{Error, ErrorKind, Result};
use crate::key::Key;
use crate::metadata::{ModelMetadata, RelationMetadata};
use crate::model::{self, Model};
use crate::plan::FEW;
use crate::query::fields_equal;
use crate::statement;
use crate::value::Value;
use std::collections::HashMap;
use std::marker::PhantomData;
use std::pin::Pin;

/// Adds rows; gives them as stored, in the order of their drafts. Drafts of further rows are added with them.
pub(super) struct Create<M> {
    pub(super) rows: Vec<Values>,
    pub(super) through: Option<&'static RelationMetadata>,
    pub(super) model: PhantomData<fn() -> M>,
}

impl<M: Model> Create<M> {
    pub(super) fn new(rows: Vec<Values>, through: Option<&'static RelationMetadata>) -> Self {
        Create {
            rows,
            through,
            model: PhantomData,
        }
    }
}

impl<M: Model> Operation for Create<M> {
    type Output = Vec<M>;

    fn is_atomic(&self, dialect: Dialect) -> bool {
        let is_nested = self.rows.iter().any(|row| !row.nested.is_empty());
        is_nested || (self.rows.len() > 1 && batches(&self.rows, dialect, true).len() > 1)
    }

    fn is_short(&self) -> bool {
        are_few(self.rows.iter())
    }

    async fn run<S: Session>(self, session: &mut S) -> Result<Vec<M>> {
        if self.rows.iter().all(|row| row.nested.is_empty()) {
            let models = AsModel(PhantomData);
            return insert(&models, M::metadata(), self.through, &self.rows, session).await;
        }
        let both = Both(AsModel(PhantomData), AsValues(M::metadata()));
        let (model, mut rows) = (M::metadata(), self.rows);
        let nested = take_nested(&mut rows);
        let inserted = insert(&both, model, self.through, &rows, session).await?;
        let (models, values): (Vec<M>, Vec<Vec<Value>>) = inserted.into_iter().unzip();
        insert_nested(model, &values, nested, session).await?;
        Ok(models)
    }
}

/// Whether it is a few rows, with those nested in them.
pub(super) fn are_few<'v>(rows: impl Iterator<Item = &'v Values>) -> bool {
    rows.map(count).sum::<u64>() <= FEW
}

fn count(row: &Values) -> u64 {
    let nested = row.nested.iter().flat_map(|nested| &nested.rows);
    let below = nested.map(|row| count(&row.values) + count(&row.link));
    1 + below.sum::<u64>()
}

/// The one row of a [`Create`] of one draft.
pub(super) fn only<M: Model>(mut rows: Vec<M>) -> Result<M> {
    rows.pop().ok_or_else(not_returned::<M>)
}

fn take_nested(rows: &mut [Values]) -> Vec<Vec<Nested<Values>>> {
    let nested = rows.iter_mut().map(|row| std::mem::take(&mut row.nested));
    nested.collect()
}

type Inserting<'a, T> = Pin<Box<dyn Future<Output = Result<T>> + Send + 'a>>;

/// Adds the rows that were drafted with rows which are now there: all of one relation at once. `nested` has the drafts of
/// each row.
fn insert_nested<'a, S: Session>(
    model: &'static ModelMetadata,
    rows: &'a [Vec<Value>],
    mut nested: Vec<Vec<Nested<Values>>>,
    session: &'a mut S,
) -> Inserting<'a, ()> {
    Box::pin(async move {
        for relation in model.relations {
            let mut drafts = Vec::new();
            for (source, of_row) in rows.iter().zip(&mut nested) {
                let own = of_row
                    .iter_mut()
                    .filter(|nested| nested.relation == relation);
                for row in own.flat_map(|nested| std::mem::take(&mut nested.rows)) {
                    let key = key_of(relation, source);
                    if key.contains(&Value::Null) {
                        return Err(null_key(relation));
                    }
                    drafts.push((key, row));
                }
            }
            if !drafts.is_empty() {
                insert_targets(&Nothing, relation, drafts, session).await?;
            }
        }
        Ok(())
    })
}

/// The key of a source, from the values of its fields.
fn key_of(relation: &'static RelationMetadata, source: &[Value]) -> Vec<Value> {
    let fields = relation.source_fields().into_iter();
    fields
        .map(|field| source[relation.source().position(field)].clone())
        .collect()
}

/// Adds targets of sources that are there, and the links to them; gives the targets.
pub(super) async fn insert_targets<A: AsRow, S: Session>(
    form: &A,
    relation: &'static RelationMetadata,
    drafts: Vec<(Vec<Value>, NestedRow<Values>)>,
    session: &mut S,
) -> Result<Vec<A::Row>> {
    let target = relation.target();
    let (mut rows, mut links) = (Vec::new(), Vec::new());
    for (key, mut draft) in drafts {
        match relation.through() {
            None => fill(
                &mut draft.values,
                relation,
                target,
                &relation.target_fields(),
                &key,
            )?,
            Some(through) => {
                let link = (through.model(), through.source_fields());
                fill(&mut draft.link, relation, link.0, &link.1, &key)?;
                links.push(draft.link);
            }
        }
        rows.push(draft.values);
    }
    let nested = take_nested(&mut rows);
    let both = Both(form.clone(), AsValues(target));
    let inserted = insert(&both, target, Some(relation), &rows, session).await?;
    let (stored, inserted): (Vec<A::Row>, Vec<Vec<Value>>) = inserted.into_iter().unzip();
    if let Some(through) = relation.through() {
        for (link, row) in links.iter_mut().zip(&inserted) {
            let fields = relation.target_fields().into_iter();
            let key: Vec<Value> = fields
                .map(|field| row[target.position(field)].clone())
                .collect();
            fill(
                link,
                relation,
                through.model(),
                &through.target_fields(),
                &key,
            )?;
        }
        let nested = take_nested(&mut links);
        let link = through.model();
        let inserted = insert(&AsValues(link), link, Some(relation), &links, session).await?;
        insert_nested(link, &inserted, nested, session).await?;
    }
    insert_nested(target, &inserted, nested, session).await?;
    Ok(stored)
}

/// What is made of each row that the database gives back.
pub(super) trait AsRow: Send + Sync + Clone + 'static {
    type Row: Send + 'static;

    fn read<R: RowReader>(&self, row: &mut R) -> Result<Self::Row>;

    /// The id of a row.
    fn id(&self, row: &Self::Row) -> Vec<Value>;
}

pub(super) struct AsModel<M>(pub(super) PhantomData<fn() -> M>);

impl<M> Clone for AsModel<M> {
    fn clone(&self) -> Self {
        AsModel(PhantomData)
    }
}

impl<M: Model> AsRow for AsModel<M> {
    type Row = M;

    fn read<R: RowReader>(&self, row: &mut R) -> Result<M> {
        model::read(&mut Row::new(row))
    }

    fn id(&self, row: &M) -> Vec<Value> {
        row.id().into_values()
    }
}

/// The values of all fields.
#[derive(Clone)]
struct AsValues(&'static ModelMetadata);

impl AsRow for AsValues {
    type Row = Vec<Value>;

    fn read<R: RowReader>(&self, row: &mut R) -> Result<Vec<Value>> {
        let fields = self.0.fields.iter().enumerate();
        let values = fields.map(|(at, field)| {
            let value = Value::read(row, at, field.kind);
            value.map_err(|misread| Error::decode(self.0.name, field, misread))
        });
        values.collect()
    }

    fn id(&self, row: &Vec<Value>) -> Vec<Value> {
        self.0.id.iter().map(|at| row[*at].clone()).collect()
    }
}

/// Nothing, where the values are all that is needed.
#[derive(Clone)]
struct Nothing;

impl AsRow for Nothing {
    type Row = ();

    fn read<R: RowReader>(&self, _: &mut R) -> Result<()> {
        Ok(())
    }

    fn id(&self, (): &()) -> Vec<Value> {
        Vec::new()
    }
}

/// What is made of the row, and its values.
#[derive(Clone)]
struct Both<A>(A, AsValues);

impl<A: AsRow> AsRow for Both<A> {
    type Row = (A::Row, Vec<Value>);

    fn read<R: RowReader>(&self, row: &mut R) -> Result<Self::Row> {
        Ok((self.0.read(row)?, self.1.read(row)?))
    }

    fn id(&self, (_, values): &Self::Row) -> Vec<Value> {
        self.1.id(values)
    }
}

/// Collects rows.
struct Rows<A: AsRow> {
    form: A,
    rows: Vec<A::Row>,
}

impl<A: AsRow> RowSink for Rows<A> {
    fn row<R: RowReader>(&mut self, row: &mut R) -> Result<()> {
        self.rows.push(self.form.read(row)?);
        Ok(())
    }
}

/// Adds rows of one model, in as few statements as [`batches`] allows; gives them in their order.
pub(super) async fn insert<A: AsRow, S: Session>(
    form: &A,
    model: &'static ModelMetadata,
    through: Option<&'static RelationMetadata>,
    rows: &[Values],
    session: &mut S,
) -> Result<Vec<A::Row>> {
    let mut inserted: Vec<Option<A::Row>> = Vec::new();
    inserted.resize_with(rows.len(), || None);
    for batch in batches(rows, session.dialect(), true) {
        let values: Vec<&Values> = batch.iter().map(|at| &rows[*at]).collect();
        match insert_batch(form, model, &values, session).await {
            Ok(stored) => {
                for (at, row) in batch.into_iter().zip(stored) {
                    inserted[at] = Some(row);
                }
            }
            Err(error) => {
                let change = Change::Values(values.into_iter().cloned().collect());
                let write = Write {
                    model,
                    through,
                    change,
                };
                return Err(write.explain(error, session).await);
            }
        }
    }
    let inserted = inserted.into_iter().collect();
    Option::ok_or_else(inserted, || not_given_back(model))
}

/// The most parameters of one statement: 32766 on SQLite, 65535 elsewhere.
fn most_parameters(dialect: Dialect) -> usize {
    match dialect {
        Dialect::Sqlite => 32_766,
        _ => 65_535,
    }
}

/// The positions of rows that one statement adds: they give values for the same fields. Where rows are to be given
/// back and the database does not do so, it is one row, since MySQL tells the id of one row only.
pub(super) fn batches(rows: &[Values], dialect: Dialect, gives_back: bool) -> Vec<Vec<usize>> {
    let mut full: Vec<Vec<usize>> = Vec::new();
    let mut open: Vec<Vec<usize>> = Vec::new();
    for (at, row) in rows.iter().enumerate() {
        let columns = row.fields.len();
        // `DEFAULT VALUES` is one row.
        if columns == 0 || (gives_back && !dialect.insert_returns()) {
            full.push(vec![at]);
            continue;
        }
        let same = |batch: &Vec<usize>| {
            let other = &rows[batch[0]];
            let gives = |(field, _): &(usize, Value)| other.get(*field).is_some();
            other.fields.len() == columns && row.fields.iter().all(gives)
        };
        let batch = match open.iter().position(same) {
            Some(batch) => batch,
            None => {
                open.push(Vec::new());
                open.len() - 1
            }
        };
        open[batch].push(at);
        if open[batch].len() == most_parameters(dialect) / columns {
            full.push(open.swap_remove(batch));
        }
    }
    full.append(&mut open);
    if dialect.is_mysql() {
        full = full.into_iter().flat_map(in_powers_of_two).collect();
    }
    full.sort_unstable_by_key(|batch| batch[0]);
    full
}

/// Splits many rows so that there are few texts: one for each power of two, and not for each number of rows. A connection to
/// MySQL keeps so many prepared statements, and making room for another is slow.
fn in_powers_of_two(mut rows: Vec<usize>) -> Vec<Vec<usize>> {
    let mut batches = Vec::new();
    while rows.len() as u64 > FEW {
        let rest = rows.split_off(1 << rows.len().ilog2());
        batches.push(std::mem::replace(&mut rows, rest));
    }
    if !rows.is_empty() {
        batches.push(rows);
    }
    batches
}

async fn insert_batch<A: AsRow, S: Session>(
    form: &A,
    model: &'static ModelMetadata,
    rows: &[&Values],
    session: &mut S,
) -> Result<Vec<A::Row>> {
    let dialect = session.dialect();
    let sink = || Rows {
        form: form.clone(),
        rows: Vec::new(),
    };
    if dialect.insert_returns() {
        let statement = statement::insert(model, rows, dialect)?;
        let mut stored = session.fetch(statement, sink()).await?.rows;
        in_order(form, model, rows, &mut stored);
        return Ok(stored);
    }
    check_id_is_told(model)?;
    let statement = statement::insert(model, rows, dialect)?;
    let number = session.execute(statement).await?.last_insert_id;
    let id = model.id.iter().map(|at| match rows[0].get(*at) {
        Some(value) => value.clone(),
        None => number.map_or(Value::Null, Value::Int),
    });
    let condition = fields_equal(model.id_fields(), id.collect());
    let statement = statement::select_by_fields(model, condition, dialect)?;
    Ok(session.fetch(statement, sink()).await?.rows)
}

fn check_id_is_told(model: &'static ModelMetadata) -> Result<()> {
    let mut untold = model
        .id_fields()
        .filter(|field| field.generated && !field.kind.is_integer());
    let Some(field) = untold.next() else {
        return Ok(());
    };
    let why = "MySQL tells the id of a new row only where it numbers rows itself";
    let message = format!(
        "cannot create `{}`: {why}, and `{}` is generated otherwise",
        model.name, field.name
    );
    Err(Error::new(ErrorKind::InvalidSchema, message).of_model(model.name))
}

/// Sorts the rows that came back as they were sent. Databases do not promise to keep the order; but where they number rows
/// by themselves, they do so in it.
fn in_order<A: AsRow>(form: &A, model: &ModelMetadata, sent: &[&Values], stored: &mut [A::Row]) {
    let given = |values: &&Values| -> Option<Vec<Value>> {
        model.id.iter().map(|at| values.get(*at).cloned()).collect()
    };
    let given: Option<Vec<Vec<Value>>> = sent.iter().map(given).collect();
    if let Some(given) = given {
        let is_sorted = stored
            .iter()
            .zip(&given)
            .all(|(row, id)| form.id(row) == *id);
        if !is_sorted {
            let text = |id: &[Value]| -> Vec<String> { id.iter().map(Value::display).collect() };
            let given = given.iter().enumerate().map(|(at, id)| (text(id), at));
            let given: HashMap<Vec<String>, usize> = given.collect();
            stored.sort_by_cached_key(|row| given.get(&text(&form.id(row))).copied());
        }
        return;
    }
    let [at] = model.id else { return };
    let field = &model.fields[*at];
    if !field.kind.is_integer() || field.default.is_some() {
        return;
    }
    let number = |row: &A::Row| match form.id(row).first() {
        Some(Value::Int(id)) => i128::from(*id),
        Some(Value::Uint(id)) => i128::from(*id),
        _ => 0,
    };
    // A sequence may count downwards.
    if !stored.is_sorted_by(|a, b| number(a) > number(b)) {
        stored.sort_by_key(number);
    }
}

/// The database took the row and did not give it back: a trigger or a rule of its own redirected it.
pub(super) fn not_returned<M: Model>() -> Error {
    not_given_back(M::metadata())
}

fn not_given_back(model: &'static ModelMetadata) -> Error {
    let name = model.name;
    let message = format!("the new `{name}` was not given back by the database");
    Error::new(ErrorKind::Database, message).of_model(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(fields: &[usize]) -> Values {
        let fields = fields.iter().map(|at| (*at, Value::Int(1)));
        Values {
            fields: fields.collect(),
            nested: Vec::new(),
        }
    }

    #[test]
    fn rows_of_the_same_fields_share_a_statement() {
        let rows = [row(&[1, 2]), row(&[1]), row(&[2, 1]), row(&[]), row(&[])];
        let found = batches(&rows, Dialect::Postgres, true);
        assert_eq!(found, [vec![0, 2], vec![1], vec![3], vec![4]]);
    }

    #[test]
    fn mysql_has_few_texts() {
        let lengths = |rows: usize, dialect| -> Vec<usize> {
            let batches = batches(&vec![row(&[1]); rows], dialect, true).into_iter();
            batches.map(|batch| batch.len()).collect()
        };
        let mariadb = Dialect::MySql { returning: true };
        assert_eq!(lengths(20, mariadb), [20]);
        assert_eq!(lengths(33, mariadb), [32, 1]);
        assert_eq!(lengths(1000, mariadb), [512, 256, 128, 64, 32, 8]);
        assert_eq!(lengths(33, Dialect::Postgres), [33]);
    }

    #[test]
    fn statements_keep_to_the_most_parameters() {
        let rows = vec![row(&[1, 2]); 40_000];
        let lengths = |dialect| -> Vec<usize> {
            let batches = batches(&rows, dialect, true).into_iter();
            batches.map(|batch| batch.len()).collect()
        };
        assert_eq!(lengths(Dialect::Sqlite), [16_383, 16_383, 7_234]);
        assert_eq!(lengths(Dialect::Postgres), [32_767, 7_233]);
    }
}
