//! Rows that are created, but for those that are there already.

use crate::driver::{Connection, Pending, RowsSink, Session, Work, compiled_once};
use crate::error::Result;
use crate::model::{FieldMetadata, ModelMetadata, RelationMetadata, Rows};
use crate::query::{Condition, Values};
use crate::sql;
use crate::value::{Dialect, Value};
use crate::write::attempt::Attempt;
use crate::write::insert::{
    are_few, batches, insert_batch, insert_nested, not_given_back, take_nested,
};
use crate::write::stored::{as_triggered, in_order};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Adds rows, and leaves out those of which a unique value is taken, with the rows drafted within them.
#[derive(Clone)]
pub(crate) struct CreateNew {
    pub(crate) model: &'static ModelMetadata,
    pub(crate) rows: Vec<Values>,
    pub(crate) through: Option<&'static RelationMetadata>,
    /// Set where it does not show which drafts the rows that came back are of. All is undone then.
    is_untold: Arc<AtomicBool>,
    /// One row after the other, so that it shows.
    one_by_one: bool,
}

/// The rows that were added, in the order of their drafts, and of each draft whether it was.
pub(crate) struct CreatedNew {
    pub(crate) rows: Box<dyn Rows>,
    pub(crate) are_created: Vec<bool>,
}

compiled_once!(CreateNew => CreatedNew);

impl Work for CreateNew {
    type Output = CreatedNew;

    fn is_atomic(&self, _: Dialect) -> bool {
        self.rows.len() > 1 || self.rows.iter().any(|row| !row.nested.is_empty())
    }

    fn is_short(&self) -> bool {
        are_few(self.rows.iter())
    }

    async fn run(&mut self, session: &mut dyn Session) -> Result<CreatedNew> {
        let mut rows = self.rows.clone();
        let mut nested = take_nested(&mut rows);
        let mut added = Added {
            rows: self.model.new_rows(),
            places: Vec::new(),
        };
        let keys = unique_keys(self.model);
        let mut waiting: Vec<usize> = (0..rows.len()).collect();
        while !waiting.is_empty() {
            let (now, later) = without_repeated(&rows, waiting, &keys, self.one_by_one);
            self.add(&rows, now, &keys, &mut added, session).await?;
            waiting = later;
        }
        added.sort();
        let of_added = added
            .places
            .iter()
            .map(|at| std::mem::take(&mut nested[*at]));
        insert_nested(&*added.rows, of_added.collect(), session).await?;
        let mut are_created = vec![false; rows.len()];
        for at in &added.places {
            are_created[*at] = true;
        }
        Ok(CreatedNew {
            rows: added.rows,
            are_created,
        })
    }
}

/// Rows that were added, and the positions of their drafts.
struct Added {
    rows: Box<dyn Rows>,
    places: Vec<usize>,
}

impl Added {
    fn append(&mut self, rows: Box<dyn Rows>, places: impl IntoIterator<Item = usize>) {
        self.rows.append(rows);
        self.places.extend(places);
    }

    fn sort(&mut self) {
        if self.places.is_sorted() {
            return;
        }
        let mut sorted = self.places.clone();
        sorted.sort_unstable();
        let rank = |at: &usize| sorted.partition_point(|other| other < at);
        let ranks: Vec<usize> = self.places.iter().map(rank).collect();
        self.rows.move_to(&ranks);
        self.places = sorted;
    }
}

/// Adds the rows that are not there, together where it shows afterwards which were added.
pub(crate) fn create_new<'c>(
    connection: &'c dyn Connection,
    model: &'static ModelMetadata,
    rows: Vec<Values>,
    through: Option<&'static RelationMetadata>,
) -> Pending<'c, CreatedNew> {
    let mut create = CreateNew {
        model,
        rows,
        through,
        is_untold: Arc::default(),
        one_by_one: false,
    };
    Box::pin(async move {
        let created = create.clone().run_on(connection).await;
        if !create.is_untold.load(Ordering::Relaxed) {
            return created;
        }
        create.one_by_one = true;
        create.run_on(connection).await
    })
}

impl CreateNew {
    /// Adds those of the rows at these positions that are not there.
    async fn add(
        &self,
        rows: &[Values],
        places: Vec<usize>,
        keys: &[Vec<usize>],
        added: &mut Added,
        session: &mut dyn Session,
    ) -> Result<()> {
        let wanted: Vec<Values> = places.iter().map(|at| rows[*at].clone()).collect();
        for batch in batches(&wanted, session.dialect(), true) {
            let batch: Vec<usize> = batch.into_iter().map(|at| places[at]).collect();
            // SQLite has no `ON CONFLICT` beside `DEFAULT VALUES`.
            let is_empty = rows[batch[0]].fields.is_empty();
            match session.dialect() {
                Dialect::MySql { .. } => {
                    self.add_retried(rows, batch, keys, added, session).await?
                }
                Dialect::Sqlite if is_empty => {
                    self.add_retried(rows, batch, keys, added, session).await?;
                }
                _ => self.add_at_once(rows, batch, keys, added, session).await?,
            }
        }
        Ok(())
    }

    /// One statement, which gives the rows that it added.
    async fn add_at_once(
        &self,
        rows: &[Values],
        batch: Vec<usize>,
        keys: &[Vec<usize>],
        added: &mut Added,
        session: &mut dyn Session,
    ) -> Result<()> {
        let (model, through) = (self.model, self.through);
        let sent: Vec<&Values> = batch.iter().map(|at| &rows[*at]).collect();
        let mut stored = RowsSink(model.new_rows());
        let form = sql::InsertForm::New(&[]);
        let statement = sql::insert(model, &sent, form, session.dialect())?;
        if let Err(error) = session.fetch(statement, &mut stored).await {
            let attempt = Attempt::to_store(model, through, &sent);
            return Err(attempt.explain(error, session).await);
        }
        let places = match told_apart(&sent, &*stored.0, keys) {
            Some(places) => places.into_iter().map(|at| batch[at]).collect(),
            // All were added, and no key says which is which.
            None if stored.0.len() == sent.len() => {
                in_order(&sent, &mut *stored.0);
                batch
            }
            None => {
                self.is_untold.store(true, Ordering::Relaxed);
                return Err(not_given_back(model));
            }
        };
        added.append(as_triggered(stored.0, session).await?, places);
        Ok(())
    }

    /// On MySQL `INSERT IGNORE` would store what does not fit cut, and forgive a foreign key. But there, and on SQLite, an error undoes its
    /// own statement alone. So after one about a unique value the rows that are there are asked for, and the others sent again; by halves
    /// where that was not all.
    async fn add_retried(
        &self,
        rows: &[Values],
        batch: Vec<usize>,
        keys: &[Vec<usize>],
        added: &mut Added,
        session: &mut dyn Session,
    ) -> Result<()> {
        let mut has_asked = false;
        let mut batches = vec![batch];
        while let Some(mut batch) = batches.pop() {
            let sent: Vec<&Values> = batch.iter().map(|at| &rows[*at]).collect();
            match insert_batch(self.model, self.through, &sent, session).await {
                Ok(stored) => added.append(stored, batch),
                Err(error) if !error.is_already_exists() => return Err(error),
                Err(_) if batch.len() == 1 => {}
                Err(_) if !has_asked => {
                    has_asked = true;
                    let taken = taken(self.model, &sent, keys, session).await?;
                    let all = batch.len();
                    let mut taken = taken.into_iter();
                    batch.retain(|_| taken.next() == Some(false));
                    match batch.len() {
                        0 => {}
                        some if some < all => batches.push(batch),
                        _ => halve(batch, &mut batches),
                    }
                }
                Err(_) => halve(batch, &mut batches),
            }
        }
        Ok(())
    }
}

fn halve(mut batch: Vec<usize>, batches: &mut Vec<Vec<usize>>) {
    let second = batch.split_off(batch.len().div_ceil(2));
    batches.push(second);
    batches.push(batch);
}

/// The fields of which no two rows share the values, as far as this model says: its id, what is unique, and keys of `has_one`s.
fn unique_keys(model: &'static ModelMetadata) -> Vec<Vec<usize>> {
    let position = |field: &'static FieldMetadata| model.position(field);
    let fields = model.fields.iter().enumerate();
    let single = fields.filter(|(_, field)| field.is_unique());
    let groups = model.unique();
    let sources = model.relations.iter().flat_map(RelationMetadata::targets);
    let of_sources = sources
        .flat_map(|source| source.relations)
        .filter_map(RelationMetadata::unique_key)
        .filter(|key| key.holder.type_id() == model.type_id())
        .map(|key| key.fields.into_iter().map(position).collect());
    std::iter::once(model.id.to_vec())
        .chain(single.map(|(at, _)| vec![at]))
        .chain(groups.map(|group| group.into_iter().map(position).collect()))
        .chain(of_sources)
        .filter(|key: &Vec<usize>| !key.is_empty())
        .collect()
}

/// The values of a key as texts; none where one is not given, or NULL, which is equal to nothing.
fn key_texts(row: &Values, key: &[usize]) -> Option<Vec<String>> {
    let texts = key.iter().map(|at| row.get(*at).and_then(text));
    texts.collect()
}

/// As the database gives the value back, which may have dropped zeros of a decimal.
fn text(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        #[cfg(feature = "rust_decimal")]
        Value::Decimal(number) => Some(number.normalize().to_string()),
        value => Some(value.display()),
    }
}

/// Splits the rows into those that share no key with one before them, and the rest, which wait until it shows whether that one was
/// added. Texts count as shared where they differ in case and in blanks at their end alone.
fn without_repeated(
    rows: &[Values],
    waiting: Vec<usize>,
    keys: &[Vec<usize>],
    one_by_one: bool,
) -> (Vec<usize>, Vec<usize>) {
    if one_by_one {
        let mut waiting = waiting;
        let later = waiting.split_off(1);
        return (waiting, later);
    }
    let mut seen: HashSet<(usize, Vec<String>)> = HashSet::new();
    let (mut now, mut later) = (Vec::new(), Vec::new());
    for at in waiting {
        let texts = keys.iter().enumerate().filter_map(|(number, key)| {
            let texts = key_texts(&rows[at], key)?;
            let folded = texts.iter().map(|text| text.trim_end().to_lowercase());
            Some((number, folded.collect()))
        });
        let texts: Vec<(usize, Vec<String>)> = texts.collect();
        let is_repeated = texts.iter().any(|text| seen.contains(text));
        // One that waits is before those that share its other keys, too.
        seen.extend(texts);
        match is_repeated {
            true => later.push(at),
            false => now.push(at),
        }
    }
    (now, later)
}

/// Of each stored row which of the sent ones it is, by the unique values that were sent; none where that does not show.
fn told_apart(sent: &[&Values], stored: &dyn Rows, keys: &[Vec<usize>]) -> Option<Vec<usize>> {
    let drafts: Vec<HashMap<Vec<String>, usize>> = keys
        .iter()
        .map(|key| {
            let texts = sent.iter().enumerate();
            texts
                .filter_map(|(at, row)| Some((key_texts(row, key)?, at)))
                .collect()
        })
        .collect();
    let mut seen = HashSet::new();
    let mut places = Vec::with_capacity(stored.len());
    for row in 0..stored.len() {
        let mut found = None;
        for (key, drafts) in keys.iter().zip(&drafts) {
            let texts: Option<Vec<String>> = stored.values(row, key).iter().map(text).collect();
            match (texts.and_then(|texts| drafts.get(&texts)), found) {
                (Some(at), Some(other)) if *at != other => return None,
                (Some(at), _) => found = Some(*at),
                (None, _) => {}
            }
        }
        let at = found.filter(|at| seen.insert(*at))?;
        places.push(at);
    }
    Some(places)
}

/// Of each row whether one with a key of it is there; a statement for each key.
async fn taken(
    model: &'static ModelMetadata,
    sent: &[&Values],
    keys: &[Vec<usize>],
    session: &mut dyn Session,
) -> Result<Vec<bool>> {
    let mut taken = vec![false; sent.len()];
    for key in keys {
        let texts: Vec<Option<Vec<String>>> = sent.iter().map(|row| key_texts(row, key)).collect();
        let given = || sent.iter().zip(&texts).filter(|(_, texts)| texts.is_some());
        if given().next().is_none() {
            continue;
        }
        let values = given().flat_map(|(row, _)| key.iter().filter_map(|at| row.get(*at).cloned()));
        let condition = Condition::Keys {
            fields: key.iter().map(|at| &model.fields[*at]).collect(),
            values: values.collect(),
        };
        let mut there = RowsSink(model.new_rows());
        let statement = sql::select_by_fields(model, condition, session.dialect())?;
        session.fetch(statement, &mut there).await?;
        let there: HashSet<Option<Vec<String>>> = (0..there.0.len())
            .map(|row| there.0.values(row, key).iter().map(text).collect())
            .collect();
        for (is_taken, texts) in taken.iter_mut().zip(&texts) {
            *is_taken |= texts.is_some() && there.contains(texts);
        }
    }
    Ok(taken)
}
