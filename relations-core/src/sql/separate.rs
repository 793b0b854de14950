//! The statements that load the targets of an include for all their sources at once.

use crate::error::Result;
use crate::model::{FieldMetadata, ModelMetadata, RelationKind, RelationMetadata, ThroughMetadata};
use crate::query::{Plan, PlannedInclude};
use crate::sql::cache::{Form, Shape};
use crate::sql::condition::{Alias, Scope};
use crate::sql::select::{order_by, order_rows, own_columns, select_columns};
use crate::sql::{Statement, build, key_list, related};
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
    let targets = Targets::new(include, dialect);
    targets.statements(Form::ByKeys, keys, |keys| targets.select(keys))
}

/// The statements that count the targets of each key: the columns of the key, then the number. Limit and offset of the
/// scope are left aside.
pub(crate) fn count_by_keys(
    include: &PlannedInclude,
    keys: &[Value],
    dialect: Dialect,
) -> Result<Vec<KeyList>> {
    let targets = Targets::new(include, dialect);
    targets.statements(Form::CountByKeys, keys, |keys| targets.count(keys))
}

/// The statements that load the rows of a model with these ids.
pub(crate) fn select_by_ids(
    model: &'static ModelMetadata,
    keys: &[Value],
    dialect: Dialect,
) -> Result<Vec<KeyList>> {
    let scope = Scope::new(model, Alias::Row(0), dialect);
    let fields: Vec<&'static FieldMetadata> = model.id_fields().collect();
    let mut before = 0;
    let parts = key_list::parts(keys, fields.len(), dialect).into_iter();
    let statements = parts.map(|part| {
        let mut select = Query::select();
        if gives_positions(&fields) {
            select.expr(key_list::position());
        }
        own_columns(&mut select, model, Alias::Row(0));
        ByKeys::new(&scope, &fields, part)?.start(&mut select, &scope, &fields);
        Ok(KeyList::next(
            build(&select, dialect),
            part.len() / fields.len(),
            &mut before,
        ))
    });
    statements.collect()
}

/// A statement that finds rows by a list of keys, and how many keys the lists before it had.
pub(crate) struct KeyList {
    pub(crate) statement: Statement,
    pub(crate) before: usize,
}

impl KeyList {
    fn next(statement: Statement, keys: usize, before: &mut usize) -> KeyList {
        let list = KeyList {
            statement,
            before: *before,
        };
        *before += keys;
        list
    }
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

/// How a statement finds rows by a list of keys.
enum ByKeys {
    /// Their key is one of the list.
    Condition(Expr),
    /// The list comes first, each key with its position.
    List(Box<SelectStatement>),
}

impl ByKeys {
    fn new(holder: &Scope, fields: &[&'static FieldMetadata], keys: &[Value]) -> Result<ByKeys> {
        Ok(match gives_positions(fields) {
            true => {
                let list = key_list::positioned(holder.model, fields, keys, holder.dialect)?;
                ByKeys::List(Box::new(list))
            }
            false => ByKeys::Condition(key_list::in_keys(holder, fields, keys)?),
        })
    }

    /// Selects from the rows that hold the keys.
    fn start(self, select: &mut SelectStatement, holder: &Scope, fields: &[&FieldMetadata]) {
        let alias = holder
            .alias
            .expect("only statements of one table have none");
        match self {
            ByKeys::Condition(condition) => {
                select.from_as(holder.model.table, alias.name());
                select.and_where(condition);
            }
            ByKeys::List(keys) => {
                select.from_subquery(*keys, Alias::Keys.name());
                // The column comes first: SQLite compares as that on the left is to be compared.
                let pairs = fields.iter().enumerate();
                let equal =
                    pairs.map(|(at, field)| holder.column(field).eq(key_list::key_column(at)));
                let on = equal.reduce(Expr::and).expect("a relation has a key");
                let on = SqlCondition::all().add(on);
                select.join_as(JoinType::InnerJoin, holder.model.table, alias.name(), on);
            }
        }
    }
}

/// Targets on their way to a `SELECT`.
struct Targets<'i> {
    include: &'i PlannedInclude,
    target: Scope,
    /// The links, where the relation goes through some.
    link: Option<(&'static ThroughMetadata, Scope)>,
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
pub(crate) fn ranks(scope: &Plan) -> (Option<i64>, Option<i64>) {
    let most = |rows: u64| i64::try_from(rows).unwrap_or(i64::MAX);
    let offset = most(scope.offset.unwrap_or(0));
    let last = scope.limit.map(|limit| offset.saturating_add(most(limit)));
    (Some(offset).filter(|offset| *offset > 0), last)
}

/// The names of the rank of a target and of the columns of its link, in a sub-select.
const RANK: &str = "relations_rank";

const LINK: &str = "relations_link";

impl<'i> Targets<'i> {
    fn new(include: &'i PlannedInclude, dialect: Dialect) -> Self {
        let through = include.relation.through();
        Targets {
            include,
            target: Scope::new(include.relation.target(), Alias::Row(0), dialect),
            link: through.map(|through| {
                (
                    through,
                    Scope::new(through.model(), Alias::Link(0), dialect),
                )
            }),
        }
    }

    /// What holds the key of a source: its link, or the target itself.
    fn holder(&self) -> (&Scope, Vec<&'static FieldMetadata>) {
        match &self.link {
            Some((through, link)) => (link, through.source_fields()),
            None => (&self.target, self.include.relation.target_fields()),
        }
    }

    fn statements(
        &self,
        form: Form,
        keys: &[Value],
        select: impl Fn(ByKeys) -> Result<SelectStatement>,
    ) -> Result<Vec<KeyList>> {
        let (holder, fields) = self.holder();
        let mut before = 0;
        let parts = key_list::parts(keys, fields.len(), holder.dialect).into_iter();
        let statements = parts.map(|part| {
            let mut shape = Shape::new(form, holder.dialect);
            shape.by_keys(self.include, (holder.model, &fields), part)?;
            let statement = shape.statement(|| {
                let keys = ByKeys::new(holder, &fields, part)?;
                Ok(build(&select(keys)?, holder.dialect))
            })?;
            Ok(KeyList::next(
                statement,
                part.len() / fields.len(),
                &mut before,
            ))
        });
        statements.collect()
    }

    /// All targets of the keys, without columns.
    fn all(&self, keys: ByKeys) -> Result<SelectStatement> {
        let (include, target) = (self.include, &self.target);
        let (holder, fields) = self.holder();
        let mut select = Query::select();
        keys.start(&mut select, holder, &fields);
        if let Some((_, link)) = &self.link {
            related::join_targets(&mut select, include.relation, link, target);
        }
        let mut conditions = Vec::new();
        if let (Some((_, link)), Some(of_links)) = (&self.link, &include.links.condition) {
            conditions.push(link.condition(of_links)?);
        }
        if let Some(of_targets) = include.relation.restriction() {
            conditions.push(target.condition(&of_targets)?);
        }
        if let Some(of_targets) = &include.scope.condition {
            conditions.push(target.condition(of_targets)?);
        }
        for condition in conditions {
            select.and_where(condition);
        }
        Ok(select)
    }

    fn count(&self, keys: ByKeys) -> Result<SelectStatement> {
        let mut select = self.all(keys)?;
        for key in self.keys() {
            select.expr(key.clone());
            select.add_group_by([key]);
        }
        select.expr(Expr::cust("COUNT(*)"));
        Ok(select)
    }

    fn select(&self, keys: ByKeys) -> Result<SelectStatement> {
        let scope = &self.include.scope;
        if is_ranked(self.include) {
            return self.ranked(keys);
        }
        let mut select = self.all(keys)?;
        for column in self.first_columns() {
            select.expr(column);
        }
        select_columns(&mut select, scope, self.target.dialect)?;
        if is_ordered(self.include) {
            self.order(&mut select)?;
        }
        Ok(select)
    }

    /// The targets whose rank among those of their source is within limit and offset.
    fn ranked(&self, keys: ByKeys) -> Result<SelectStatement> {
        let mut window = WindowStatement::new();
        for key in self.keys() {
            window.add_partition_by(key);
        }
        self.order(&mut window)?;
        let mut all = self.all(keys)?;
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
        select_columns(&mut select, &self.include.scope, self.target.dialect)?;
        let rank = || Expr::col((Alias::Row(0).name(), RANK));
        let (above, last) = ranks(&self.include.scope);
        if let Some(above) = above {
            select.and_where(rank().gt(above));
        }
        if let Some(last) = last {
            select.and_where(rank().lte(last));
        }
        select.order_by_expr(rank(), sea_query::Order::Asc);
        order_rows(&mut select, &self.target, &[])?;
        Ok(select)
    }

    /// What tells the keys apart: their position, or they themselves.
    fn keys(&self) -> Vec<Expr> {
        let (holder, fields) = self.holder();
        if gives_positions(&fields) {
            return vec![key_list::position()];
        }
        fields
            .into_iter()
            .map(|field| holder.column(field))
            .collect()
    }

    /// The columns that are read before those of a target: the position of its key, or, of a link, the keys of both sides and
    /// the link itself where it is wanted.
    fn first_columns(&self) -> Vec<Expr> {
        let (_, fields) = self.holder();
        let Some((_, link)) = &self.link else {
            return match gives_positions(&fields) {
                true => vec![key_list::position()],
                false => Vec::new(),
            };
        };
        let mut columns = self.keys();
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

    /// By links, then as the scope says, then by id; links to one target by their own id.
    fn order(&self, to: &mut impl sea_query::OrderedStatement) -> Result<()> {
        if let Some((_, link)) = &self.link {
            for by in &self.include.links.order {
                order_by(to, link, by)?;
            }
        }
        order_rows(to, &self.target, &self.include.scope.order)?;
        if let Some((through, link)) = &self.link {
            let keys = [through.source_fields(), through.target_fields()].concat();
            for field in link.model.id_fields().filter(|field| !keys.contains(field)) {
                order_by(to, link, &crate::query::OrderBy::new(field, false))?;
            }
        }
        Ok(())
    }
}
