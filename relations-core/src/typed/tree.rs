//! The tree of includes as a type, and how levels become rows with slots.
//!
//! The loader gives the rows of each level, and which targets are whose; they are put together from the innermost level out.

use crate::driver::{Connection, Running};
use crate::error::{Error, Result};
use crate::load::{Branch, Level, LinkRows, Places, WholeRows};
use crate::model::{Loaded, Model, ModelMetadata, RowBox, into_models};
use crate::query::{Plan, PlannedInclude};
use crate::typed::include::{Numbers, Slotting, WithSlot};
use crate::typed::relation::Relation;
use crate::value::{Row, RowReader};
use crate::{load, model};
use std::any::Any;
use std::fmt;
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll};

/// What a query loads, as a type.
pub trait Tree: Send + Sync + 'static {
    /// The model of the rows.
    type Model: Model;
    /// What the query gives for each row.
    type Output: Send + Sync + 'static;
    /// The row with its slots, to which a further include is added.
    type With: Send + Sync;
    /// How many relations are included at this level.
    #[doc(hidden)]
    const INCLUDES: usize;

    #[doc(hidden)]
    fn with(output: Self::Output) -> Self::With;

    /// Puts loaded rows together, with one branch for each include.
    #[doc(hidden)]
    fn assemble(rows: RowBox, branches: &mut Branches) -> Vec<Self::Output>;

    /// Decodes one row whose includes are all joined, slots and all. `last` is the id of the row before, where a second row
    /// with it would show that a joined `has_one` has several targets. `None` where the data surprised.
    #[doc(hidden)]
    fn read_whole(
        row: &mut Row<'_>,
        includes: &[PlannedInclude],
        last: Option<&mut LastId<Self::Model>>,
    ) -> Result<Option<Self::Output>>;
}

/// The id of the row before.
pub(crate) type LastId<M> = Option<<M as Model>::Id>;

/// What was loaded for each include, in their order.
#[allow(missing_debug_implementations)] // Rows need not be `Debug`.
pub struct Branches(std::vec::IntoIter<Branch>);

impl Branches {
    /// The next one.
    pub(crate) fn take(&mut self) -> Branch {
        self.0.next().expect("each include has its branch")
    }
}

/// Puts the rows of a level together.
pub(crate) fn assembled<T: Tree>(level: Level) -> Vec<T::Output> {
    T::assemble(level.rows, &mut Branches(level.branches.into_iter()))
}

/// Rows of a model without includes.
pub struct Root<M>(PhantomData<fn() -> M>);

/// The rows of `T` with the relation `R` included, of whose targets `Q` is loaded; `L` chooses the slot's type.
#[allow(clippy::type_complexity)] // A tree of types without data can hardly be less.
pub struct And<T, R, Q, L>(PhantomData<fn() -> (T, R, Q, L)>);

impl<M> fmt::Debug for Root<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Root")
    }
}

impl<T, R, Q, L> fmt::Debug for And<T, R, Q, L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("And")
    }
}

impl<M: Model> Tree for Root<M> {
    type Model = M;
    type Output = M;
    type With = M::With;
    const INCLUDES: usize = 0;

    fn with(model: M) -> M::With {
        model.into()
    }

    fn assemble(rows: RowBox, _: &mut Branches) -> Vec<M> {
        into_models(rows)
    }

    fn read_whole(
        row: &mut Row<'_>,
        _: &[PlannedInclude],
        last: Option<&mut LastId<M>>,
    ) -> Result<Option<M>> {
        let model: M = model::read(row)?;
        if let Some(last) = last {
            let id = Some(model.id());
            if *last == id {
                return Ok(None);
            }
            *last = id;
        }
        Ok(Some(model))
    }
}

impl<T, R, Q, L> Tree for And<T, R, Q, L>
where
    T: Tree<Model = R::Source>,
    R: Relation,
    Q: Tree<Model = R::Target>,
    L: Slotting<R>,
    T::With: WithSlot<R::At, L::Slot<Q::Output>>,
    <T::With as WithSlot<R::At, L::Slot<Q::Output>>>::Output: 'static,
{
    type Model = T::Model;
    type Output = <T::With as WithSlot<R::At, L::Slot<Q::Output>>>::Output;
    type With = Self::Output;
    const INCLUDES: usize = T::INCLUDES + 1;

    fn with(output: Self::Output) -> Self::Output {
        output
    }

    fn assemble(rows: RowBox, branches: &mut Branches) -> Vec<Self::Output> {
        let sources = T::assemble(rows, branches);
        let (loaded, numbers) = Loaded::of_branch::<Q>(branches.take());
        let mut slots = L::gather(loaded, numbers).into_iter();
        // Loops here and in slots, since this is compiled for each tree, and adapters of iterators many times over.
        let mut rows = Vec::with_capacity(sources.len());
        for source in sources {
            let slot = slots.next().expect("each source has its slot");
            rows.push(T::with(source).fill(slot));
        }
        rows
    }

    fn read_whole(
        row: &mut Row<'_>,
        includes: &[PlannedInclude],
        last: Option<&mut LastId<Self::Model>>,
    ) -> Result<Option<Self::Output>> {
        let Some(source) = T::read_whole(row, includes, last)? else {
            return Ok(None);
        };
        let include = &includes[T::INCLUDES];
        let scope = &include.scope;
        let target = if is_absent(scope.model, row)? {
            row.skip(scope.columns());
            None
        } else {
            match Q::read_whole(row, &scope.includes, None)? {
                Some(target) => Some(target),
                None => return Ok(None),
            }
        };
        let Some(slot) = L::of_one(target) else {
            // The careful way tells which key leads nowhere.
            return Ok(None);
        };
        Ok(Some(T::with(source).fill(slot)))
    }
}

/// Whether the columns that come next are those of a missing row: its id is NULL.
fn is_absent(model: &'static ModelMetadata, row: &mut Row<'_>) -> Result<bool> {
    let id = model.id[0];
    let absent = row.is_null_ahead(id);
    absent.map_err(|error| Error::decode(model, &model.fields[id], error))
}

impl<T, K: 'static> Loaded<T, K> {
    /// The targets of an include of one model, put together; and their numbers.
    pub(crate) fn of_branch<Q: Tree<Output = T>>(branch: Branch) -> (Self, Numbers) {
        let mut targets = branch.targets;
        let Places::Groups(of_sources) = branch.places else {
            unreachable!("the relation leads to one model")
        };
        let loaded = Loaded {
            targets: match targets.pop() {
                Some(level) => assembled::<Q>(level),
                None => Vec::new(),
            },
            of_sources,
            links: match branch.links {
                Some(links) => links_of_items(links),
                None => Vec::new(),
            },
        };
        let numbers = Numbers {
            counts: branch.counts,
            values: branch.values,
        };
        (loaded, numbers)
    }
}

/// The links in the order of the targets that they lead to.
fn links_of_items<K: 'static>(links: LinkRows) -> Vec<K> {
    let rows = into_models::<K>(links.rows);
    let mut rows: Vec<Option<K>> = rows.into_iter().map(Some).collect();
    let of_items = links.of_items.into_iter();
    of_items.filter_map(|link| rows[link].take()).collect()
}

/// Rows that come whole, as what a query gives.
struct Whole<T: Tree> {
    rows: Vec<T::Output>,
    last: LastId<T::Model>,
}

impl<T: Tree> WholeRows for Whole<T> {
    fn read(&mut self, row: &mut dyn RowReader, includes: &[PlannedInclude]) -> Result<bool> {
        let row = T::read_whole(&mut Row::new(row, 0), includes, Some(&mut self.last))?;
        let is_fine = row.is_some();
        self.rows.extend(row);
        Ok(is_fine)
    }
}

/// The rows of a plan. `single` says that its condition holds for one row at most.
pub(crate) fn find<T: Tree>(
    connection: &dyn Connection,
    plan: Plan,
    single: bool,
) -> Finding<'_, T> {
    let whole = (!plan.includes.is_empty()).then(|| {
        let whole: Box<dyn WholeRows> = Box::new(Whole::<T> {
            rows: Vec::new(),
            last: None,
        });
        whole
    });
    let find = load::Find {
        plan,
        single,
        whole,
    };
    Finding {
        found: find.run_on(connection),
        tree: PhantomData,
    }
}

/// Rows that are put together as soon as they are there.
pub(crate) struct Finding<'c, T> {
    found: Running<'c, load::Found>,
    tree: PhantomData<fn() -> T>,
}

impl<T: Tree> Future for Finding<'_, T> {
    type Output = Result<Vec<T::Output>>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let found = std::task::ready!(Pin::new(&mut self.found).poll(context))?;
        Poll::Ready(Ok(match found {
            load::Found::Level(level) => assembled::<T>(level),
            load::Found::Whole(rows) => {
                let rows: Box<dyn Any> = rows;
                let rows: Box<Whole<T>> = rows.downcast().expect("it is what the query gave");
                rows.rows
            }
        }))
    }
}
