//! Operations that add rows: one, several, and those with drafts of further rows.

use crate::driver::{Connection, Pending, RowsSink, Session, Work, compiled_once};
use crate::error::{Error, ErrorKind, Result};
use crate::model::{FieldMetadata, Model, ModelMetadata, RelationMetadata, Rows, into_models};
use crate::query::{FEW, Nested, NestedRow, Values, fields_equal};
use crate::sql::{self, InsertForm};
use crate::value::{Dialect, Value};
use crate::write::attempt::Attempt;
use crate::write::input::fill;
use crate::write::stored::{as_triggered, in_order};

/// Adds rows; gives them as stored, in the order of their drafts. Drafts of further rows are added with them.
pub(crate) struct Create {
    pub(crate) model: &'static ModelMetadata,
    pub(crate) rows: Vec<Values>,
    pub(crate) through: Option<&'static RelationMetadata>,
}

compiled_once!(Create => Box<dyn Rows>);

impl Work for Create {
    type Output = Box<dyn Rows>;

    fn is_atomic(&self, _: Dialect) -> bool {
        let is_nested = self.rows.iter().any(|row| !row.nested.is_empty());
        // Also one statement of several rows: a trigger may keep one of them out.
        is_nested || self.rows.len() > 1
    }

    fn is_short(&self) -> bool {
        are_few(self.rows.iter())
    }

    async fn run(&mut self, session: &mut dyn Session) -> Result<Box<dyn Rows>> {
        let has_nested = self.rows.iter().any(|row| !row.nested.is_empty());
        if !has_nested {
            return insert(self.model, self.through, &self.rows, session).await;
        }
        let mut rows = self.rows.clone();
        let nested = take_nested(&mut rows);
        let inserted = insert(self.model, self.through, &rows, session).await?;
        insert_nested(&*inserted, nested, session).await?;
        Ok(inserted)
    }
}

/// Adds rows as [`Create`] does, or targets of one source through links; gives all rows that were stored, the wanted ones first.
pub(crate) struct CreateNested {
    pub(crate) model: &'static ModelMetadata,
    pub(crate) rows: Vec<NestedRow<Values>>,
    /// The relation that they are targets of, and the key of their source.
    pub(crate) of: Option<(&'static RelationMetadata, Vec<Value>)>,
}

impl Work for CreateNested {
    type Output = Vec<Box<dyn Rows>>;

    fn is_atomic(&self, _: Dialect) -> bool {
        let is_through = self
            .of
            .as_ref()
            .is_some_and(|(relation, _)| relation.through().is_some());
        let is_nested = self.rows.iter().any(|row| !row.values.nested.is_empty());
        is_through || is_nested || self.rows.len() > 1
    }

    fn is_short(&self) -> bool {
        are_few(self.rows.iter().map(|row| &row.values))
    }

    async fn run(&mut self, session: &mut dyn Session) -> Result<Vec<Box<dyn Rows>>> {
        let rows = self.rows.iter().cloned();
        if let Some((relation, key)) = &self.of {
            let drafts = rows.map(|row| (key.clone(), row)).collect();
            return insert_targets(relation, drafts, session).await;
        }
        let mut rows: Vec<Values> = rows.map(|row| row.values).collect();
        let nested = take_nested(&mut rows);
        let inserted = insert(self.model, None, &rows, session).await?;
        let mut all = insert_nested(&*inserted, nested, session).await?;
        all.insert(0, inserted);
        Ok(all)
    }
}

/// Adds the rows that data describes, of a model or of the targets of one source.
pub(crate) fn create<'c, M: Model>(
    connection: &'c dyn Connection,
    rows: Vec<Values>,
    through: Option<&'static RelationMetadata>,
) -> Pending<'c, Vec<M>> {
    let create = Create {
        model: M::metadata(),
        rows,
        through,
    };
    let creating = create.run_on(connection);
    Box::pin(async move { creating.await.map(into_models) })
}

/// Whether it is a few rows, with those nested in them.
pub(crate) fn are_few<'v>(rows: impl Iterator<Item = &'v Values>) -> bool {
    rows.map(count).sum::<u64>() <= FEW
}

fn count(row: &Values) -> u64 {
    let nested = row.nested.iter().flat_map(|nested| &nested.rows);
    let below = nested.map(|row| count(&row.values) + count(&row.link));
    1 + below.sum::<u64>()
}

pub(crate) fn take_nested(rows: &mut [Values]) -> Vec<Vec<Nested<Values>>> {
    let nested = rows.iter_mut().map(|row| std::mem::take(&mut row.nested));
    nested.collect()
}

/// Adds the rows that were drafted with rows which are now there: all of one relation at once. `nested` has the drafts of
/// each row. Gives what was stored.
pub(crate) fn insert_nested<'a>(
    rows: &'a dyn Rows,
    mut nested: Vec<Vec<Nested<Values>>>,
    session: &'a mut dyn Session,
) -> Pending<'a, Vec<Box<dyn Rows>>> {
    Box::pin(async move {
        let mut all = Vec::new();
        for relation in rows.model().relations {
            let key = positions(rows.model(), &relation.source_fields());
            let mut drafts = Vec::new();
            for (source, of_row) in nested.iter_mut().enumerate() {
                let own = of_row
                    .iter_mut()
                    .filter(|nested| nested.relation == relation);
                for row in own.flat_map(|nested| std::mem::take(&mut nested.rows)) {
                    let Some(key) = rows.key(source, &key) else {
                        return Err(null_key(relation));
                    };
                    drafts.push((key, row));
                }
            }
            if !drafts.is_empty() {
                all.extend(insert_targets(relation, drafts, session).await?);
            }
        }
        Ok(all)
    })
}

fn positions(model: &ModelMetadata, fields: &[&'static FieldMetadata]) -> Vec<usize> {
    fields.iter().map(|field| model.position(field)).collect()
}

/// Adds targets of sources that are there, and the links to them; gives the targets, and after them what was stored with them.
pub(crate) async fn insert_targets(
    relation: &'static RelationMetadata,
    drafts: Vec<(Vec<Value>, NestedRow<Values>)>,
    session: &mut dyn Session,
) -> Result<Vec<Box<dyn Rows>>> {
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
    let stored = insert(target, Some(relation), &rows, session).await?;
    let mut further = Vec::new();
    if let Some(through) = relation.through() {
        let key = positions(target, &relation.target_fields());
        let (model, fields) = (through.model(), through.target_fields());
        for (row, link) in links.iter_mut().enumerate() {
            let Some(key) = stored.key(row, &key) else {
                return Err(null_target_key(relation));
            };
            fill(link, relation, model, &fields, &key)?;
        }
        let nested = take_nested(&mut links);
        let links = insert(model, Some(relation), &links, session).await?;
        let below = insert_nested(&*links, nested, session).await?;
        further.push(links);
        further.extend(below);
    }
    further.extend(insert_nested(&*stored, nested, session).await?);
    further.insert(0, stored);
    Ok(further)
}

/// Adds rows of one model, in as few statements as [`batches`] allows; gives them in their order.
pub(crate) async fn insert(
    model: &'static ModelMetadata,
    through: Option<&'static RelationMetadata>,
    rows: &[Values],
    session: &mut dyn Session,
) -> Result<Box<dyn Rows>> {
    if let [row] = rows {
        return insert_batch(model, through, &[row], session).await;
    }
    let mut inserted = model.new_rows();
    let mut places = Vec::with_capacity(rows.len());
    for batch in batches(rows, session.dialect(), true) {
        let values: Vec<&Values> = batch.iter().map(|at| &rows[*at]).collect();
        inserted.append(insert_batch(model, through, &values, session).await?);
        places.extend(batch);
    }
    if !places.is_sorted() {
        inserted.move_to(&places);
    }
    Ok(inserted)
}

/// The positions of rows that one statement adds: they give values for the same fields. Where rows are to be given
/// back and the database does not do so, it is one row, since MySQL reports the id of one row only.
pub(crate) fn batches(rows: &[Values], dialect: Dialect, gives_back: bool) -> Vec<Vec<usize>> {
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
        if open[batch].len() == sql::most_parameters(dialect) / columns {
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
/// MySQL keeps a limited number of prepared statements, and making room for another is slow.
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

/// Adds rows by one statement; gives them in their order.
pub(crate) async fn insert_batch(
    model: &'static ModelMetadata,
    through: Option<&'static RelationMetadata>,
    rows: &[&Values],
    session: &mut dyn Session,
) -> Result<Box<dyn Rows>> {
    match insert_at_once(model, rows, session).await {
        Ok(stored) if stored.len() == rows.len() => Ok(stored),
        Ok(_) => Err(not_given_back(model)),
        Err(error) => {
            let attempt = Attempt::to_store(model, through, rows);
            Err(attempt.explain(error, session).await)
        }
    }
}

/// Adds a row, unless one is there that has its values of `key`; with no key, any of its unique values.
pub(crate) async fn insert_unless_there(
    model: &'static ModelMetadata,
    through: Option<&'static RelationMetadata>,
    row: &Values,
    key: &[&'static FieldMetadata],
    session: &mut dyn Session,
) -> Result<Option<Box<dyn Rows>>> {
    if session.dialect().is_mysql() {
        // `INSERT IGNORE` would store what does not fit cut, and forgive a foreign key. An error undoes its own statement alone.
        // It may be another unique value than that of the key; then the caller does not find the row either.
        return match insert(model, through, std::slice::from_ref(row), session).await {
            Err(error) if error.is_already_exists() => Ok(None),
            inserted => inserted.map(Some),
        };
    }
    let mut stored = RowsSink(model.new_rows());
    let statement = sql::insert(model, &[row], InsertForm::New(key), session.dialect())?;
    match session.fetch(statement, &mut stored).await {
        Ok(()) if stored.0.len() == 0 => Ok(None),
        Ok(()) => as_triggered(stored.0, session).await.map(Some),
        Err(error) => {
            let rows = [row];
            let attempt = Attempt::to_store(model, through, &rows);
            Err(attempt.explain(error, session).await)
        }
    }
}

async fn insert_at_once(
    model: &'static ModelMetadata,
    rows: &[&Values],
    session: &mut dyn Session,
) -> Result<Box<dyn Rows>> {
    let dialect = session.dialect();
    let mut stored = RowsSink(model.new_rows());
    if dialect.insert_returns() {
        let statement = sql::insert(model, rows, InsertForm::Returning, dialect)?;
        session.fetch(statement, &mut stored).await?;
        let mut stored = as_triggered(stored.0, session).await?;
        in_order(rows, &mut *stored);
        return Ok(stored);
    }
    check_id_is_told(model, rows[0])?;
    let statement = sql::insert(model, rows, InsertForm::Returning, dialect)?;
    let number = session.execute(statement).await?.last_insert_id;
    let id = model.id.iter().map(|at| match rows[0].get(*at) {
        Some(value) => value.clone(),
        None => number.map_or(Value::Null, Value::Int),
    });
    let condition = fields_equal(model.id_fields(), id.collect());
    let statement = sql::select_by_fields(model, condition, dialect)?;
    session.fetch(statement, &mut stored).await?;
    Ok(stored.0)
}

fn check_id_is_told(model: &'static ModelMetadata, row: &Values) -> Result<()> {
    let mut untold = model.id.iter().filter(|at| {
        let field = &model.fields[**at];
        field.generated && !field.kind.is_integer() && row.get(**at).is_none()
    });
    let Some(field) = untold.next().map(|at| &model.fields[*at]) else {
        return Ok(());
    };
    let why = "MySQL reports the id of a new row only where it numbers rows itself";
    let message = format!(
        "cannot create `{}`: {why}, and `{}` is generated otherwise",
        model.name, field.name
    );
    Err(Error::new(ErrorKind::InvalidSchema, message).of_model(model.name))
}

/// The one row that was added.
pub(crate) fn only<M: Model>(mut rows: Vec<M>) -> Result<M> {
    rows.pop().ok_or_else(not_returned::<M>)
}

pub(crate) fn not_returned<M: Model>() -> Error {
    not_given_back(M::metadata())
}

pub(super) fn not_given_back(model: &ModelMetadata) -> Error {
    let name = model.name;
    let message = format!("the new `{name}` was not given back by the database");
    Error::new(ErrorKind::Database, message).of_model(name)
}

pub(crate) fn null_key(relation: &'static RelationMetadata) -> Error {
    of_null_key(relation, "source")
}

/// A link cannot lead to such a target.
pub(crate) fn null_target_key(relation: &'static RelationMetadata) -> Error {
    of_null_key(relation, "target")
}

fn of_null_key(relation: &'static RelationMetadata, side: &str) -> Error {
    let message = format!("`{}`: the {side}'s key is null", relation.path());
    let error = Error::new(ErrorKind::ConstraintMismatch, message);
    error
        .of_model(relation.target().name)
        .of_relation(relation.name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(fields: &[usize]) -> Values {
        let fields = fields.iter().map(|at| (*at, Value::Int(1)));
        Values {
            fields: fields.collect(),
            computed: Vec::new(),
            nested: Vec::new(),
            expected: None,
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
