//! The statements that load the targets of an include for all their sources at once.

mod few;
use crate::error::Result;
use crate::model::{FieldMetadata, ModelMetadata, RelationKind, RelationMetadata, ThroughMetadata};
use crate::query::{OrderBy, Plan, PlannedInclude, with_ties};
use crate::sql;
use crate::sql::binder::Binder;
use crate::sql::condition::{Alias, Scope};
use crate::sql::key_list::List;
use crate::sql::parameter::{Page, Parameter};
use crate::sql::request::Request;
use crate::sql::select::{order_by, order_rows, own_columns, select_columns};
use crate::sql::writer::Text;
use crate::sql::{Statement, key_list, related};
use crate::value::{Dialect, Kind, Value};
use sea_query::{
    Condition as SqlCondition, Expr, ExprTrait, JoinType, OverStatement, Query, SelectStatement,
    WindowStatement,
};

/// The statements that load the targets of an include by their keys, in the order of the scope, unless that is still to be
/// made ([`is_sorted_in_memory`]). Limit and offset of the
/// scope count the targets of each key.
///
/// Where the relation goes through links, the columns of a link come before those of its target: the key of the source,
/// the key of the target, and, if wanted, the link.
pub(crate) fn select_by_keys(
    include: &PlannedInclude,
    keys: &[Value],
    dialect: Dialect,
) -> Result<Vec<KeyList>> {
    let (model, fields) = key_of_source(include.relation);
    let all = List::new(model, &fields, keys);
    statements(all, dialect, |keys| Request::ByKeys(include, keys))
}

/// The statements that count the targets of each key: the columns of the key, then the number. Limit and offset of the
/// scope are left aside.
pub(crate) fn count_by_keys(
    include: &PlannedInclude,
    keys: &[Value],
    dialect: Dialect,
) -> Result<Vec<KeyList>> {
    let (model, fields) = key_of_source(include.relation);
    let all = List::new(model, &fields, keys);
    statements(all, dialect, |keys| Request::CountByKeys(include, keys))
}

/// The statements that load the rows of a model with these ids.
pub(crate) fn select_by_ids(
    model: &'static ModelMetadata,
    keys: &[Value],
    dialect: Dialect,
) -> Result<Vec<KeyList>> {
    let fields: Vec<&'static FieldMetadata> = model.id_fields().collect();
    let all = List::new(model, &fields, keys);
    statements(all, dialect, Request::ByIds)
}

pub(crate) fn build_by_ids(ids: List, binder: &Binder) -> Text {
    let scope = Scope::new(ids.model, Alias::Row(0), binder);
    let mut select = Query::select();
    if gives_positions(ids.fields) {
        select.expr(key_list::position());
    }
    own_columns(&mut select, ids.model, Alias::Row(0));
    find(&mut select, ids, &scope);
    Text::of(&select, binder)
}

/// A statement that finds rows by a list of keys, and how many keys the lists before it had.
pub(crate) struct KeyList {
    pub(crate) statement: Statement,
    pub(crate) before: usize,
}

/// The statements for a list of keys, which may have to be split.
fn statements<'p>(
    all: List<'p>,
    dialect: Dialect,
    request: impl Fn(List<'p>) -> Request<'p>,
) -> Result<Vec<KeyList>> {
    let mut before = 0;
    let parts = key_list::parts(all.values, all.fields.len(), dialect);
    let statements = parts.into_iter().map(|values| {
        let list = KeyList {
            statement: request(List { values, ..all }).statement(dialect)?,
            before,
        };
        before += values.len() / all.fields.len();
        Ok(list)
    });
    statements.collect()
}

/// Whether the rows that a list of such keys finds say by position which key it was: where only the database knows which
/// keys are equal, since collations, padding and types of its own decide.
pub(crate) fn gives_positions(fields: &[&'static FieldMetadata]) -> bool {
    fields.iter().any(|field| field.kind == Kind::Text)
}

/// The position of the first key of a list.
pub(crate) fn first_position(dialect: Dialect) -> usize {
    match dialect {
        Dialect::Sqlite => 0,
        Dialect::Postgres | Dialect::MySql { .. } => 1,
    }
}

/// The model and the fields whose columns say which target a link leads to: those of the link, or of the target itself where
/// links may write its key in several ways.
pub(crate) fn key_of_linked(
    relation: &'static RelationMetadata,
) -> (&'static ModelMetadata, Vec<&'static FieldMetadata>) {
    let through = relation.through().expect("it goes through links");
    let of_target = relation.target_fields();
    match gives_positions(&of_target) {
        true => (relation.target(), of_target),
        false => (through.model(), through.target_fields()),
    }
}

/// The model and the fields whose columns say which source a target belongs to: those of the link, or of the target itself.
pub(crate) fn key_of_source(
    relation: &'static RelationMetadata,
) -> (&'static ModelMetadata, Vec<&'static FieldMetadata>) {
    match relation.through() {
        Some(through) => (through.model(), through.source_fields()),
        None => (relation.target(), relation.target_fields()),
    }
}

/// Selects from the rows that hold the keys. Where positions are wanted the list comes first, each key with its position.
fn find(select: &mut SelectStatement, keys: List, holder: &Scope) {
    let table = sql::table(holder.model);
    let alias = holder
        .alias
        .expect("only statements of one table have none");
    if !gives_positions(keys.fields) {
        select.from_as(table, alias.name());
        select.and_where(keys.is_one(holder));
        return;
    }
    select.from_subquery(keys.positioned(holder.binder), Alias::Keys.name());
    // The column comes first: SQLite compares as that on the left is to be compared.
    let pairs = keys.fields.iter().enumerate();
    let equal = pairs.map(|(at, field)| holder.column(field).eq(key_list::key_column(at)));
    let on = equal.reduce(Expr::and).expect("a relation has a key");
    let on = SqlCondition::all().add(on);
    select.join_as(JoinType::InnerJoin, table, alias.name(), on);
}

pub(crate) use few::{are_few, is_lateral};

pub(crate) fn build_by_keys(include: &PlannedInclude, keys: List, binder: &Binder) -> Text {
    let select = Targets::new(include, keys, binder).select();
    Text::of(&select, binder)
}

pub(crate) fn build_count(include: &PlannedInclude, keys: List, binder: &Binder) -> Text {
    let count = Targets::new(include, keys, binder).count();
    Text::of(&count, binder)
}

/// Targets on their way to a `SELECT`.
struct Targets<'p> {
    include: &'p PlannedInclude,
    keys: List<'p>,
    target: Scope<'p>,
    /// The links, where the relation goes through some.
    link: Option<(&'static ThroughMetadata, Scope<'p>)>,
}

/// Whether the targets of each source are ranked, to keep those within limit and offset. Those of lists are counted in memory.
pub(crate) fn is_ranked(include: &PlannedInclude) -> bool {
    let scope = &include.scope;
    let is_list = include.relation.kind == RelationKind::ReferencesMany;
    !is_list && (scope.limit.is_some() || scope.offset.is_some())
}

/// Whether the statement sorts the targets. Each id has one target, so those found by an id need no order. Those that have
/// numbers for ids are sorted in memory, a few of each source and not all together.
pub(crate) fn is_ordered(include: &PlannedInclude) -> bool {
    let is_by_id = include.scope.order.is_empty() && include.links.order.is_empty();
    !(is_by_id && (include.relation.refers_to_id() || is_sorted_in_memory(include)))
}

/// Whether the targets of each source are still to be sorted by their ids.
pub(crate) fn is_sorted_in_memory(include: &PlannedInclude) -> bool {
    let (relation, scope) = (include.relation, &include.scope);
    let is_found_by_key = matches!(relation.kind, RelationKind::HasOne | RelationKind::HasMany)
        && relation.through().is_none();
    is_found_by_key
        && scope.order.is_empty()
        && !is_ranked(include)
        // Whether a joined `has_one` repeats rows shows by those that come one after the other.
        && !scope.has_joins()
        && scope.model.number_id().is_some()
}

/// The ranks that are kept: those above the first number, up to the second.
pub(crate) fn ranks(scope: &Plan) -> Page {
    let most = |rows: u64| i64::try_from(rows).unwrap_or(i64::MAX);
    let offset = most(scope.offset.unwrap_or(0));
    let last = scope.limit.map(|limit| offset.saturating_add(most(limit)));
    let above = Some(offset).filter(|offset| *offset > 0);
    [
        above.map(Parameter::RankAbove),
        last.map(Parameter::LastRank),
    ]
}

/// The names of the rank of a target and of the columns of its link, in a sub-select.
const RANK: &str = "relations_rank";

const LINK: &str = "relations_link";

impl<'p> Targets<'p> {
    fn new(include: &'p PlannedInclude, keys: List<'p>, binder: &'p Binder) -> Self {
        let relation = include.relation;
        let link = |through: &'static ThroughMetadata| {
            let scope = Scope::new(through.model(), Alias::Link(0), binder);
            (through, scope)
        };
        Targets {
            include,
            keys,
            target: Scope {
                is_spread: relation.through().is_some(),
                ..Scope::new(relation.target(), Alias::Row(0), binder)
            },
            link: relation.through().map(link),
        }
    }

    /// What holds the key of a source: its link, or the target itself.
    fn holder(&self) -> &Scope<'p> {
        match &self.link {
            Some((_, link)) => link,
            None => &self.target,
        }
    }

    /// All targets of the keys, without columns.
    fn all(&self) -> SelectStatement {
        let mut select = Query::select();
        find(&mut select, self.keys, self.holder());
        self.restrict(&mut select);
        select
    }

    /// All targets of any key, without columns.
    fn without_keys(&self) -> SelectStatement {
        let holder = self.holder();
        let alias = holder
            .alias
            .expect("only statements of one table have none");
        let mut select = Query::select();
        select.from_as(sql::table(holder.model), alias.name());
        self.restrict(&mut select);
        select
    }

    fn restrict(&self, select: &mut SelectStatement) {
        let (include, target) = (self.include, &self.target);
        if let Some((_, link)) = &self.link {
            related::join_targets(select, include.relation, link, target);
            if let Some(of_links) = &include.links.condition {
                select.and_where(link.condition(of_links));
            }
        }
        if let Some(is_target) = related::is_target(target, include.relation) {
            select.and_where(is_target);
        }
        if let Some(of_targets) = &include.scope.condition {
            select.and_where(target.condition(of_targets));
        }
    }

    fn count(&self) -> SelectStatement {
        let mut select = self.all();
        for key in self.key_columns() {
            select.expr(key.clone());
            select.add_group_by([key]);
        }
        select.expr(Expr::cust("COUNT(*)"));
        if let Some(aggregates) = &self.include.aggregates {
            for expression in aggregates.expressions.iter() {
                select.expr(self.target.expression(expression));
            }
        }
        select
    }

    fn select(&self) -> SelectStatement {
        let scope = &self.include.scope;
        if are_few(self.include, self.keys) {
            return self.of_few();
        }
        if is_ranked(self.include) {
            return self.ranked();
        }
        let mut select = self.all();
        for column in self.first_columns() {
            select.expr(column);
        }
        select_columns(&mut select, scope, self.target.binder);
        if is_ordered(self.include) {
            self.order(&mut select);
        }
        select
    }

    /// The targets whose rank among those of their source is within limit and offset.
    fn ranked(&self) -> SelectStatement {
        let mut window = WindowStatement::new();
        for key in self.key_columns() {
            window.add_partition_by(key);
        }
        self.order(&mut window);
        let mut all = self.all();
        let first_columns = self.first_columns();
        let count = first_columns.len();
        for (at, column) in first_columns.into_iter().enumerate() {
            all.expr_as(column, format!("{LINK}_{at}"));
        }
        own_columns(&mut all, self.target.model, Alias::Row(0));
        all.expr_window_as(Expr::cust("ROW_NUMBER()"), window, RANK);

        let mut select = Query::select();
        select.from_subquery(all, Alias::Row(0).name());
        for at in 0..count {
            select.column((Alias::Row(0).name(), format!("{LINK}_{at}")));
        }
        let binder = self.target.binder;
        select_columns(&mut select, &self.include.scope, binder);
        let rank = || Expr::col((Alias::Row(0).name(), RANK));
        let [above, last] = ranks(&self.include.scope);
        if let Some(above) = above {
            select.and_where(rank().gt(binder.bind(above)));
        }
        if let Some(last) = last {
            select.and_where(rank().lte(binder.bind(last)));
        }
        select.order_by_expr(rank(), sea_query::Order::Asc);
        order_rows(&mut select, &self.target, &[]);
        select
    }

    /// What tells the keys apart: their position, or they themselves.
    fn key_columns(&self) -> Vec<Expr> {
        self.key_columns_behind(key_list::position())
    }

    fn key_columns_behind(&self, position: Expr) -> Vec<Expr> {
        if gives_positions(self.keys.fields) {
            return vec![position];
        }
        let fields = self.keys.fields.iter();
        fields.map(|field| self.holder().column(field)).collect()
    }

    /// The columns that are read before those of a target: the position of its key, or, of a link, the keys of both sides and
    /// the link itself where it is wanted.
    fn first_columns(&self) -> Vec<Expr> {
        self.columns_behind(key_list::position())
    }

    /// The same, where this is the position.
    fn columns_behind(&self, position: Expr) -> Vec<Expr> {
        let Some((_, link)) = &self.link else {
            return match gives_positions(self.keys.fields) {
                true => vec![position],
                false => Vec::new(),
            };
        };
        let mut columns = self.key_columns_behind(position);
        let (model, fields) = key_of_linked(self.include.relation);
        let side = match std::ptr::eq(model, link.model) {
            true => link,
            false => &self.target,
        };
        columns.extend(fields.into_iter().map(|field| side.column(field)));
        if self.include.links.are_loaded {
            columns.extend(link.model.fields.iter().map(|field| link.column(field)));
        }
        columns
    }

    fn order(&self, to: &mut impl sea_query::OrderedStatement) {
        for (scope, by) in self.orders() {
            order_by(to, &scope, &by);
        }
    }

    /// By links, then as the scope says, then by id; links to one target by their own id.
    fn orders(&self) -> Vec<(Scope<'p>, OrderBy)> {
        let of_links = self.link.iter().flat_map(|(_, link)| {
            let order = self.include.links.order.iter();
            order.map(|by| (*link, by.clone()))
        });
        let order = with_ties(self.target.model, &self.include.scope.order);
        let of_targets = order.into_iter().map(|by| (self.target, by));
        let of_ids = self.link.iter().flat_map(|(through, link)| {
            let keys = through.pair_fields();
            let ids = link.model.id_fields();
            let ids = ids.filter(move |field| !keys.contains(field));
            ids.map(|field| (*link, OrderBy::new(field, false)))
        });
        of_links.chain(of_targets).chain(of_ids).collect()
    }
}
