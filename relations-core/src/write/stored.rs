//! Rows that an insert gave back: as triggers left them, and in the order in which they were sent.

use crate::driver::{RowsSink, Session};
use crate::error::Result;
use crate::model::Rows;
use crate::query::{Condition, Values};
use crate::schema::catalog::TableName;
use crate::sql;
use crate::value::Value;
use crate::write::insert::not_given_back;
use std::collections::HashMap;

/// The rows as triggers left them, where the database gave them before its triggers ran,
/// <https://sqlite.org/lang_returning.html>.
pub(super) async fn as_triggered(
    given: Box<dyn Rows>,
    session: &mut dyn Session,
) -> Result<Box<dyn Rows>> {
    let model = given.model();
    if given.len() == 0 {
        return Ok(given);
    }
    let has_triggered = match session.has_triggered() {
        Some(known) => known,
        None => session.has_triggers(&TableName::of(model)).await?,
    };
    if !has_triggered {
        return Ok(given);
    }
    let condition = Condition::Keys {
        fields: model.id_fields().collect(),
        values: (0..given.len())
            .flat_map(|row| given.values(row, model.id))
            .collect(),
    };
    let statement = sql::select_by_fields(model, condition, session.dialect())?;
    let mut stored = RowsSink(model.new_rows());
    session.fetch(statement, &mut stored).await?;
    let places = places_of_ids(&*given);
    match places_among(&places, &*stored.0) {
        Some(places) if places.len() == given.len() => {
            stored.0.move_to(&places);
            Ok(stored.0)
        }
        _ => Err(not_given_back(model)),
    }
}

/// The position of each row by its id.
fn places_of_ids(rows: &dyn Rows) -> HashMap<Vec<String>, usize> {
    (0..rows.len())
        .map(|row| (id_texts(rows, row), row))
        .collect()
}

fn id_texts(rows: &dyn Rows, row: usize) -> Vec<String> {
    texts(&rows.values(row, rows.model().id))
}

fn texts(id: &[Value]) -> Vec<String> {
    id.iter().map(Value::display).collect()
}

/// Sorts the rows that came back as they were sent. Databases do not promise to keep the order; but where they number rows
/// by themselves, they do so in it.
pub(super) fn in_order(sent: &[&Values], stored: &mut dyn Rows) {
    if sent.len() < 2 {
        return;
    }
    let model = stored.model();
    let id_of = |values: &&Values| -> Option<Vec<Value>> {
        model.id.iter().map(|at| values.get(*at).cloned()).collect()
    };
    let ids: Option<Vec<Vec<Value>>> = sent.iter().map(id_of).collect();
    match (ids, model.id) {
        (Some(ids), _) => by_ids(&ids, stored),
        (None, [at]) => {
            let field = &model.fields[*at];
            if field.kind.is_integer() && field.default.is_none() {
                by_number(stored);
            }
        }
        (None, _) => {}
    }
}

/// Sorts the rows as their ids were sent.
fn by_ids(sent: &[Vec<Value>], stored: &mut dyn Rows) {
    let id = stored.model().id;
    let is_at = |(row, sent): (usize, &Vec<Value>)| stored.values(row, id) == *sent;
    if sent.len() == stored.len() && sent.iter().enumerate().all(is_at) {
        return;
    }
    let places = sent.iter().map(|id| texts(id)).zip(0..).collect();
    if let Some(places) = places_among(&places, stored) {
        stored.move_to(&places);
    }
}

/// Sorts the rows by the numbers that the database gave them.
fn by_number(stored: &mut dyn Rows) {
    let id = stored.model().id;
    let number = |row| match stored.values(row, id).as_slice() {
        [Value::Int(id)] => i128::from(*id),
        [Value::Uint(id)] => i128::from(*id),
        _ => 0,
    };
    let ids: Vec<i128> = (0..stored.len()).map(number).collect();
    if ids.is_sorted() {
        return;
    }
    let mut order: Vec<usize> = (0..ids.len()).collect();
    order.sort_by_key(|row| ids[*row]);
    let mut places = vec![0; ids.len()];
    for (place, row) in order.into_iter().enumerate() {
        places[row] = place;
    }
    stored.move_to(&places);
}

/// The place of each row by its id; none if two rows have one place, or a row has none.
fn places_among(places: &HashMap<Vec<String>, usize>, rows: &dyn Rows) -> Option<Vec<usize>> {
    let place = |row| places.get(&id_texts(rows, row)).copied();
    let places: Option<Vec<usize>> = (0..rows.len()).map(place).collect();
    places.filter(|places| are_all(places))
}

/// Whether each place is there once.
fn are_all(places: &[usize]) -> bool {
    let mut seen = vec![false; places.len()];
    places
        .iter()
        .all(|place| *place < seen.len() && !std::mem::replace(&mut seen[*place], true))
}
