//! Slots: what rows hold of an included relation.

use crate::model::target_groups::Groups;
use std::ops::Deref;
use std::sync::Arc;

/// A slot that was not asked for.
///
/// # Examples
/// ```
/// # docs_models::run(async |db| {
/// # use docs_models::*;
/// # use relations::NotIncluded;
/// // The slots of a row whose type is written without them hold nothing.
/// fn name(row: &CustomerWith<NotIncluded>) -> &str {
///     // row.orders.len() does not compile: these rows come without orders.
///     &row.name
/// }
///
/// let freya = CustomerRepository::new(&db).get_by_id(1).await?;
/// assert_eq!(name(&freya.into()), "Freya");
/// # Ok(()) });
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct NotIncluded;

/// What a slot may hold: rows are loaded on one thread and read on others.
pub trait Shared: Send + Sync {}

impl<T: Send + Sync> Shared for T {}

/// The targets that were loaded for some sources.
#[derive(Debug)]
pub struct Loaded<T, K> {
    pub(crate) targets: Vec<T>,
    /// The positions of each source's targets.
    pub(crate) of_sources: Groups,
    /// The links that lead there, in the order of the items of `of_sources`; empty where they were not asked for.
    pub(crate) links: Vec<K>,
}

/// What a slot is made of: the loaded targets, and for each source which of them are its own.
pub trait SlotOf<T>: Sized {
    /// Makes one slot a source, in the order of the sources. Where a slot cannot be empty, each source has a target.
    #[doc(hidden)]
    fn gather(targets: Vec<T>, of_sources: &Groups) -> Vec<Self>;

    /// Makes the slot of a source whose target, if there is one, came with it. `None` if the slot cannot be empty.
    #[doc(hidden)]
    fn of_one(target: Option<T>) -> Option<Self>;
}

// Slots are put together for each type of targets, so by loops: adapters of iterators would be compiled for each as well.

/// The targets, each to be taken once. Collected, since that happens in place.
fn all_some<T>(targets: Vec<T>) -> Vec<Option<T>> {
    targets.into_iter().map(Some).collect()
}

fn all_shared<T>(targets: Vec<T>) -> Vec<Arc<T>> {
    let mut shared = Vec::with_capacity(targets.len());
    for target in targets {
        shared.push(Arc::new(target));
    }
    shared
}

impl<T> SlotOf<T> for Option<T> {
    /// A target of a `has_one` belongs to one source, so it is moved there.
    fn gather(targets: Vec<T>, of_sources: &Groups) -> Vec<Self> {
        let mut targets = all_some(targets);
        let mut slots = Vec::with_capacity(of_sources.len());
        for own in of_sources.iter() {
            slots.push(match own.first() {
                Some(at) => targets[*at].take(),
                None => None,
            });
        }
        slots
    }

    fn of_one(target: Option<T>) -> Option<Self> {
        Some(target)
    }
}

impl<T> SlotOf<T> for Vec<T> {
    /// A target of a `has_many` belongs to one source, so it is moved there.
    fn gather(targets: Vec<T>, of_sources: &Groups) -> Vec<Self> {
        let mut targets = all_some(targets);
        let mut slots = Vec::with_capacity(of_sources.len());
        for own in of_sources.iter() {
            let mut slot = Vec::with_capacity(own.len());
            for at in own {
                if let Some(target) = targets[*at].take() {
                    slot.push(target);
                }
            }
            slots.push(slot);
        }
        slots
    }

    fn of_one(target: Option<T>) -> Option<Self> {
        Some(target.into_iter().collect())
    }
}

impl<T> SlotOf<T> for Vec<Arc<T>> {
    fn gather(targets: Vec<T>, of_sources: &Groups) -> Vec<Self> {
        let targets = all_shared(targets);
        let mut slots = Vec::with_capacity(of_sources.len());
        for own in of_sources.iter() {
            let mut slot = Vec::with_capacity(own.len());
            for at in own {
                slot.push(targets[*at].clone());
            }
            slots.push(slot);
        }
        slots
    }

    fn of_one(target: Option<T>) -> Option<Self> {
        Some(target.into_iter().map(Arc::new).collect())
    }
}

impl<T> SlotOf<T> for Option<Arc<T>> {
    fn gather(targets: Vec<T>, of_sources: &Groups) -> Vec<Self> {
        let targets = all_shared(targets);
        let mut slots = Vec::with_capacity(of_sources.len());
        for own in of_sources.iter() {
            slots.push(own.first().map(|at| targets[*at].clone()));
        }
        slots
    }

    fn of_one(target: Option<T>) -> Option<Self> {
        Some(target.map(Arc::new))
    }
}

impl<T> SlotOf<T> for Arc<T> {
    /// Targets of a `belongs_to` are shared by their sources.
    fn gather(targets: Vec<T>, of_sources: &Groups) -> Vec<Self> {
        let targets = all_shared(targets);
        let mut slots = Vec::with_capacity(of_sources.len());
        for own in of_sources.iter() {
            slots.push(targets[own[0]].clone());
        }
        slots
    }

    fn of_one(target: Option<T>) -> Option<Self> {
        target.map(Arc::new)
    }
}

/// A target with the link that leads to it, from [`Relation::linked`](crate::Relation::linked).
///
/// It dereferences to the target, and serialises as the target with the link under `link`.
///
/// # Examples
/// ```
/// # docs_models::run(async |db| {
/// # use docs_models::*;
/// let playlists = PlaylistRepository::new(&db);
/// let rows = playlists.find().include(Playlist::TRACKS.linked()).await?;
/// let track = &rows[0].tracks[0];
/// assert_eq!(track.title, "Sunrise"); // the fields of the target
/// assert_eq!(track.link.playlist_id, rows[0].id); // and the row that links it
/// # Ok(()) });
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Linked<T, K> {
    /// The row that the link leads to; sources share it.
    pub target: Arc<T>,
    /// The row that links it.
    pub link: K,
}

impl<T, K> Deref for Linked<T, K> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.target
    }
}

impl<T, K> Linked<T, K> {
    pub(crate) fn gather(loaded: Loaded<T, K>) -> Vec<Vec<Linked<T, K>>> {
        let targets = all_shared(loaded.targets);
        let mut links = loaded.links.into_iter();
        let slots = loaded.of_sources.iter().map(|own| {
            let own = own.iter().zip(&mut links);
            own.map(|(at, link)| Linked {
                target: targets[*at].clone(),
                link,
            })
            .collect()
        });
        slots.collect()
    }
}

/// What was included of a relation, with the number of all targets for which the predicate of the scope is true,
/// whatever its limit and offset. From [`Relation::count`](crate::Relation::count) and
/// [`Relation::counted`](crate::Relation::counted).
///
/// It dereferences to what was included. It serialises as that, and as a number of its own, `orders_count` for a
/// relation `orders`, in the form of the other names.
///
/// # Examples
/// ```
/// # docs_models::run(async |db| {
/// # use docs_models::*;
/// // The number of all, beside the rows that were asked for.
/// let customers = CustomerRepository::new(&db);
/// let rows = customers.find().include(Customer::ORDERS.limit(1).counted()).await?;
/// assert_eq!((rows[0].orders.count, rows[0].orders.rows.len()), (2, 1));
///
/// // The number alone.
/// let rows = customers.find().include(Customer::ORDERS.count()).await?;
/// assert_eq!(rows[0].orders.count, 2);
/// # Ok(()) });
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Counted<T = NotIncluded> {
    /// How many targets there are.
    pub count: u64,
    /// What was included of them.
    pub rows: T,
}

/// What was included of a relation, with aggregates over all targets for which the predicate of the scope is true, whatever its limit and
/// offset. From [`Relation::aggregate`](crate::Relation::aggregate) and [`Relation::aggregated`](crate::Relation::aggregated).
///
/// They are those of [`Groups`](crate::query::Groups): of a source without targets they are `None`, and a number of rows is 0. It
/// dereferences to what was included. It serialises as that, and as a list of its own, `orders_values` for a relation `orders`, in the
/// form of the other names.
///
/// # Examples
/// ```
/// # docs_models::run(async |db| {
/// # use docs_models::*;
/// // The sum and the greatest, and the first order itself.
/// let customers = CustomerRepository::new(&db);
/// let totals = (Order::TOTAL.sum(), Order::TOTAL.max());
/// let rows = customers.find().include(Customer::ORDERS.limit(1).aggregated(totals)).await?;
/// assert_eq!(rows[0].orders.values, (Some(14), Some(9)));
/// assert_eq!(rows[0].orders.rows.len(), 1);
///
/// // The mean alone, of large orders.
/// let large = Customer::ORDERS.filter(Order::TOTAL.gt(5)).aggregate((Order::TOTAL.avg(),));
/// let rows = customers.find().include(large).await?;
/// assert_eq!(rows[0].orders.values, (Some(9.0),));
/// assert_eq!(rows[1].orders.values, (None,));
/// # Ok(()) });
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Aggregated<A, T = NotIncluded> {
    /// What was computed, in the order of what was asked for.
    pub values: A,
    /// What was included of the targets.
    pub rows: T,
}

impl<A, T> Deref for Aggregated<A, T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.rows
    }
}

impl<A, T> Aggregated<A, T> {
    pub(crate) fn gather(rows: Vec<T>, values: Vec<A>) -> Vec<Aggregated<A, T>> {
        let slots = rows.into_iter().zip(values);
        slots
            .map(|(rows, values)| Aggregated { values, rows })
            .collect()
    }
}

impl<T> Deref for Counted<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.rows
    }
}

impl<T> Counted<T> {
    pub(crate) fn gather(rows: Vec<T>, counts: Vec<u64>) -> Vec<Counted<T>> {
        let slots = rows.into_iter().zip(counts);
        slots.map(|(rows, count)| Counted { count, rows }).collect()
    }
}
