//! How the values of a walk come into the order of a text.

use sea_query::Value as SqlValue;
use std::mem;

/// What is done to the values of a walk, in place, so that each stands where the text has its placeholder.
#[derive(Debug)]
pub(crate) struct Arrangement {
    /// The values that the text has once more, which are copied behind all others.
    repeated: Box<[usize]>,
    swaps: Box<[(usize, usize)]>,
    /// How many values the text has; they come first.
    count: usize,
}

impl Arrangement {
    /// For a text whose placeholders stand for these values of a walk, in this order; `None` where nothing is to be done.
    pub(crate) fn new(order: &[usize], walked: usize) -> Option<Arrangement> {
        if order.iter().copied().eq(0..walked) {
            return None;
        }
        let (mut is_used, mut repeated) = (vec![false; walked], Vec::new());
        let mut wanted = Vec::with_capacity(order.len());
        for value in order {
            wanted.push(match mem::replace(&mut is_used[*value], true) {
                false => *value,
                true => {
                    repeated.push(*value);
                    walked + repeated.len() - 1
                }
            });
        }
        Some(Arrangement {
            swaps: swaps(&wanted, walked + repeated.len()),
            repeated: repeated.into(),
            count: order.len(),
        })
    }

    pub(crate) fn apply(&self, values: &mut Vec<SqlValue>) {
        for at in &self.repeated {
            values.push(values[*at].clone());
        }
        for (a, b) in &self.swaps {
            values.swap(*a, *b);
        }
        values.truncate(self.count);
    }
}

/// The swaps that bring the wanted ones of this many values to the front, in their order.
fn swaps(wanted: &[usize], values: usize) -> Box<[(usize, usize)]> {
    let mut value_at: Vec<usize> = (0..values).collect();
    let mut place_of = value_at.clone();
    let mut swaps = Vec::new();
    for (to, value) in wanted.iter().enumerate() {
        let from = place_of[*value];
        if from != to {
            swaps.push((to, from));
            value_at.swap(to, from);
            (place_of[value_at[to]], place_of[value_at[from]]) = (to, from);
        }
    }
    swaps.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_come_into_any_order() {
        let orders: [&[usize]; 7] = [
            &[],
            &[0, 1, 2, 3],
            &[3, 2, 1, 0],
            &[1, 2, 3, 0],
            &[2],
            &[3, 3, 0, 3],
            &[1, 0, 1, 0, 2, 2, 3],
        ];
        for order in orders {
            let mut values: Vec<SqlValue> = (0..4_i64).map(SqlValue::from).collect();
            if let Some(arrangement) = Arrangement::new(order, values.len()) {
                arrangement.apply(&mut values);
            }
            let expected: Vec<SqlValue> = order.iter().map(|at| (*at as i64).into()).collect();
            assert_eq!(values, expected, "for {order:?}");
        }
    }
}
