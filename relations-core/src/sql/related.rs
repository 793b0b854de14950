//! Related rows in the conditions and the order of a statement.

use crate::model::{FieldMetadata, RelationKind, RelationMetadata};
use crate::query::{Aggregate, By, Condition, OrderBy, Quantifier};
use crate::sql;
use crate::sql::condition::{Alias, Scope};
use crate::sql::parameter::Parameter;
use crate::sql::{key_list, template};
use crate::value::{Dialect, Kind, Value};
use sea_query::{Condition as SqlCondition, Expr, ExprTrait, JoinType, Query, SelectStatement};

/// What a condition asks about the targets of a row.
#[derive(Clone, Copy)]
pub(crate) struct Related<'c> {
    pub(crate) relation: &'static RelationMetadata,
    pub(crate) quantifier: Quantifier,
    pub(crate) condition: Option<&'c Condition>,
}

impl Related<'_> {
    /// Whether some, no, or every target of a row of the source meets the condition.
    pub(crate) fn of(self, source: &Scope) -> Expr {
        if !source.asks_once(self.relation) {
            return self.row_by_row(source);
        }
        if self.relation.kind == RelationKind::ReferencesMany || self.has_text_key() {
            self.of_all_rows(source)
        } else {
            self.by_keys(source)
        }
    }

    /// SQLite compares by the collation of the left side, which an IN does not let us choose.
    fn has_text_key(self) -> bool {
        let fields = self.relation.source_fields();
        fields.iter().any(|field| field.kind == Kind::Text)
    }

    /// `EXISTS(SELECT 1 FROM target WHERE target.key = source.key AND ..)`
    fn row_by_row(self, source: &Scope) -> Expr {
        let (mut select, target) = targets(source, self.relation);
        select.expr(Expr::cust("1"));
        self.restrict(&mut select, &target);
        if source.dialect() == Dialect::Sqlite {
            // SQLite 3.51 makes a join of an EXISTS without it, and an offset then counts the joined rows.
            select.limit(1);
        }
        let exists = Expr::exists(select);
        match source.is_crowded && source.dialect().is_mysql() {
            // MySQL would make one join of all of them, and plan it for longer than any answer takes.
            true => self.is_true(exists, source),
            false if self.quantifier == Quantifier::Some => exists,
            false => exists.not(),
        }
    }

    /// `(source.key IN (SELECT key FROM target WHERE ..)) IS TRUE`
    fn by_keys(self, source: &Scope) -> Expr {
        let mut all = all_targets(source, self.relation);
        for key in all.keys {
            all.select.expr(all.holder.column(key));
            if key.nullable {
                all.select.and_where(all.holder.column(key).is_not_null());
            }
        }
        self.restrict(&mut all.select, &all.target);
        let is_in = row_in(source, &self.relation.source_fields(), all.select);
        self.is_true(is_in, source)
    }

    /// `(source.id IN (SELECT id FROM source WHERE EXISTS(..))) IS TRUE`
    fn of_all_rows(self, source: &Scope) -> Expr {
        let row = source.at(source.model, Alias::Related(below(source)));
        let ids: Vec<_> = source.model.id_fields().collect();
        let mut select = Query::select();
        from(&mut select, &row);
        for field in &ids {
            select.expr(row.column(field));
        }
        select.and_where(self.row_by_row(&row));
        let is_in = row_in(source, &ids, select);
        template("(?) IS TRUE", [is_in], source.dialect())
    }

    /// Leaves the targets of which one answers the question.
    fn restrict(self, select: &mut SelectStatement, target: &Scope) {
        let Some(condition) = self.condition else {
            return;
        };
        let condition = target.condition(condition);
        select.and_where(match self.quantifier {
            // A target for which the condition is unknown counts as one for which it is not true.
            Quantifier::Every => template("(?) IS NOT TRUE", [condition], target.dialect()),
            Quantifier::Some | Quantifier::None => condition,
        });
    }

    /// The answer from whether there is such a target, in a form that no planner makes a join of.
    fn is_true(self, there_is: Expr, source: &Scope) -> Expr {
        let text = match self.quantifier {
            Quantifier::Some => "(?) IS TRUE",
            Quantifier::None | Quantifier::Every => "(?) IS NOT TRUE",
        };
        template(text, [there_is], source.dialect())
    }
}

/// The number of the names of what is asked about a row.
fn below(source: &Scope) -> usize {
    match source.alias {
        Some(Alias::Related(depth)) => depth + 1,
        _ => 1,
    }
}

/// Targets of a relation in a statement of their own, yet without columns.
struct Targets<'b> {
    select: SelectStatement,
    target: Scope<'b>,
    /// What holds the keys of the sources: the targets, or the links to them.
    holder: Scope<'b>,
    keys: Vec<&'static FieldMetadata>,
}

/// The targets of all rows of the outer statement.
fn all_targets<'b>(source: &Scope<'b>, relation: &'static RelationMetadata) -> Targets<'b> {
    let depth = below(source);
    let target = source.behind(relation, Alias::Related(depth));
    let mut select = Query::select();
    let (holder, keys) = match relation.through() {
        None => {
            from(&mut select, &target);
            (target, relation.target_fields())
        }
        Some(through) => {
            let link = source.at(through.model(), Alias::Link(depth));
            from(&mut select, &link);
            join_targets(&mut select, relation, &link, &target);
            (link, through.source_fields())
        }
    };
    if let Some(is_target) = is_target(&target, relation) {
        select.and_where(is_target);
    }
    Targets {
        select,
        target,
        holder,
        keys,
    }
}

/// A value of all targets of a row.
pub(crate) fn aggregate(
    source: &Scope,
    relation: &'static RelationMetadata,
    aggregate: &Aggregate,
) -> Expr {
    let (mut select, target) = targets(source, relation);
    select.expr(target.aggregate(aggregate));
    Expr::SubQuery(None, Box::new(select.into()))
}

/// The targets of one row of the outer statement, without columns.
fn targets<'b>(
    source: &Scope<'b>,
    relation: &'static RelationMetadata,
) -> (SelectStatement, Scope<'b>) {
    let mut all = all_targets(source, relation);
    let is_of_source = match relation.through() {
        None => keys_equal(relation, source, &all.target),
        Some(_) => pairs_equal(&all.holder, &all.keys, source, &relation.source_fields()),
    };
    all.select.and_where(is_of_source);
    (all.select, all.target)
}

/// What tells the targets of a relation from other rows with its key: of which model they are, and the scope that the
/// relation always has.
pub(crate) fn is_target(target: &Scope, relation: &'static RelationMetadata) -> Option<Expr> {
    let of_type = relation.imposed_type().map(|(field, _)| {
        let word = target.binder.bind(Parameter::Discriminator(relation));
        target.column(field).eq(word)
    });
    let fixed = relation.fixed_condition();
    let in_scope = fixed.map(|condition| target.condition(condition));
    of_type.into_iter().chain(in_scope).reduce(Expr::and)
}

/// The target of a link is in the scope that the relation always has.
pub(crate) fn leads_into_scope(link: &Scope, relation: &'static RelationMetadata) -> Expr {
    let through = relation.through().expect("the relation goes through links");
    let target = Scope::new(relation.target(), Alias::Related(below(link)), link.binder);
    let mut select = Query::select();
    from(&mut select, &target);
    for field in relation.target_fields() {
        select.expr(target.column(field));
    }
    if let Some(is_target) = is_target(&target, relation) {
        select.and_where(is_target);
    }
    row_in(link, &through.target_fields(), select)
}

fn from(select: &mut SelectStatement, scope: &Scope) {
    let alias = scope.alias.expect("only statements of one table have none");
    select.from_as(sql::table(scope.model), alias.name());
}

/// Joins the targets to the links that lead to them.
pub(crate) fn join_targets(
    select: &mut SelectStatement,
    relation: &'static RelationMetadata,
    link: &Scope,
    target: &Scope,
) {
    let through = relation.through().expect("the relation goes through links");
    let on = pairs_equal(
        target,
        &relation.target_fields(),
        link,
        &through.target_fields(),
    );
    let alias = target
        .alias
        .expect("only statements of one table have none");
    let on = SqlCondition::all().add(on);
    select.join_as(
        JoinType::InnerJoin,
        sql::table(target.model),
        alias.name(),
        on,
    );
}

/// The row is among the targets that the source with this key is linked to.
pub(crate) fn linked(target: &Scope, relation: &'static RelationMetadata, key: &[Value]) -> Expr {
    let through = relation.through().expect("the relation goes through links");
    let link = Scope::new(through.model(), Alias::Link(0), target.binder);
    let mut select = Query::select();
    from(&mut select, &link);
    for field in through.target_fields() {
        select.expr(link.column(field));
    }
    for (field, value) in through.source_fields().into_iter().zip(key) {
        select.and_where(link.column(field).eq(link.value(field, value)));
    }
    let is_linked = row_in(target, &relation.target_fields(), select);
    match is_target(target, relation) {
        Some(is_target) => is_linked.and(is_target),
        None => is_linked,
    }
}

/// No link leads to the row.
pub(crate) fn unlinked(target: &Scope, relation: &'static RelationMetadata) -> Expr {
    let through = relation.through().expect("the relation goes through links");
    let link = Scope::new(through.model(), Alias::Link(0), target.binder);
    let mut select = Query::select();
    select.expr(Expr::cust("1"));
    from(&mut select, &link);
    select.and_where(pairs_equal(
        &link,
        &through.target_fields(),
        target,
        &relation.target_fields(),
    ));
    Expr::exists(select).not()
}

/// `(a, b) IN (SELECT ..)`.
pub(crate) fn row_in(scope: &Scope, fields: &[&FieldMetadata], select: SelectStatement) -> Expr {
    match fields {
        [field] => scope.column(field).in_subquery(select),
        _ => Expr::tuple(fields.iter().map(|field| scope.column(field))).in_subquery(select),
    }
}

/// That a target belongs to a source: of a relation without links.
pub(crate) fn keys_equal(
    relation: &'static RelationMetadata,
    source: &Scope,
    target: &Scope,
) -> Expr {
    let (from, to) = (relation.source_fields(), relation.target_fields());
    if relation.kind == RelationKind::ReferencesMany {
        return is_listed(target, to[0], source, from[0]);
    }
    pairs_equal(target, &to, source, &from)
}

pub(crate) fn pairs_equal(
    left: &Scope,
    lefts: &[&FieldMetadata],
    right: &Scope,
    rights: &[&FieldMetadata],
) -> Expr {
    let pairs = lefts.iter().zip(rights);
    let equal = pairs.map(|(a, b)| left.column(a).eq(right.column(b)));
    equal.reduce(Expr::and).expect("a relation has a key")
}

/// That the key is in the list which the source keeps in one column.
fn is_listed(
    target: &Scope,
    key: &'static FieldMetadata,
    source: &Scope,
    list: &FieldMetadata,
) -> Expr {
    let parts = [target.column(key), source.column(list)];
    let text = match target.dialect() {
        Dialect::Postgres => "? = ANY(?)".to_owned(),
        Dialect::Sqlite => "? IN (SELECT value FROM json_each(?))".to_owned(),
        Dialect::MySql { .. } => {
            let (value, ty) = (
                key_list::from_json_table(key.kind, "k0"),
                key_list::json_table_type(key.kind),
            );
            format!(
                "? IN (SELECT {value} FROM JSON_TABLE(?, '$[*]' COLUMNS (k0 {ty} PATH '$')) AS list)"
            )
        }
    };
    template(&text, parts, target.dialect())
}

/// Whether the path leads by the ids of rows alone, so that a join cannot repeat a row.
pub(crate) fn joins(path: &[&'static RelationMetadata]) -> bool {
    let is_by_id = |relation: &&RelationMetadata| {
        relation.kind == RelationKind::BelongsTo && relation.refers_to_id()
    };
    !path.is_empty() && path.iter().all(is_by_id)
}

/// What the rows of this scope are sorted by.
pub(crate) fn sorted(scope: &Scope, by: &OrderBy) -> Expr {
    match &by.by {
        By::Field(field) => scope.compared(field),
        By::Computed(expression) if by.direction.null_above => {
            scope.comparable_without_null(expression)
        }
        By::Computed(expression) => scope.comparable(expression),
    }
}

/// The column of an order, of the row itself or of one that to-one relations lead to; and whether it can be
/// NULL.
pub(crate) fn ordered(scope: &Scope, by: &OrderBy) -> (Expr, bool) {
    let Some((relation, path)) = by.path.split_first() else {
        return (sorted(scope, by), by.by.is_nullable());
    };
    let (mut select, target) = targets(scope, relation);
    first_ordered(&mut select, &target, relation, by.behind(path));
    (Expr::SubQuery(None, Box::new(select.into())), true)
}

/// The same value of a row of which only the key is known that leads to the first of its relations.
pub(crate) fn ordered_from(scope: &Scope, by: &OrderBy, key: &[Value]) -> Expr {
    let (relation, path) = by.path.split_first().expect("it leads through relations");
    let target = Scope::new(relation.target(), Alias::Related(1), scope.binder);
    let mut select = Query::select();
    from(&mut select, &target);
    for (field, value) in relation.target_fields().into_iter().zip(key) {
        select.and_where(target.column(field).eq(target.value(field, value)));
    }
    if let Some(is_target) = is_target(&target, relation) {
        select.and_where(is_target);
    }
    first_ordered(&mut select, &target, relation, by.behind(path));
    Expr::SubQuery(None, Box::new(select.into()))
}

/// Selects the column of an order from the target of a to-one relation.
fn first_ordered(
    select: &mut SelectStatement,
    target: &Scope,
    relation: &'static RelationMetadata,
    by: OrderBy,
) {
    select.expr(ordered(target, &by).0);
    if !relation.refers_to_id() {
        // Without the unique constraint there may be two rows, of which the first by id is taken.
        for field in relation.target().id_fields() {
            select.order_by_expr(target.column(field), sea_query::Order::Asc);
        }
        select.limit(1);
    }
}
