//! Foreign keys as relations, of both sides.

use super::{Discovery, quoted};
use crate::code::{RelationCode, Through, literal};
use crate::names::{plural, snake_case};
use crate::output::Status;
use crate::source::Kind;
use relations_core::ReferentialAction;
use relations_core::catalog::ForeignKey;

/// A foreign key whose fields are all there.
struct Key {
    holder: usize,
    target: usize,
    /// The fields that hold it, and those it refers to.
    from: Vec<String>,
    to: Vec<String>,
    /// Whether it refers to the target's id.
    is_to_id: bool,
    /// Whether no two rows hold the same.
    is_unique: bool,
    /// The name of its `belongs_to`.
    name: String,
}

impl Discovery<'_> {
    pub(super) fn relations(&mut self) {
        let mut keys = Vec::new();
        for holder in 0..self.known.len() {
            // In the order of their columns, since databases give them in many.
            let table = self.known[holder].table;
            let mut foreign_keys: Vec<&ForeignKey> = table.foreign_keys.iter().collect();
            foreign_keys.sort_by_key(|key| super::places(table, &key.columns));
            for key in foreign_keys {
                if let Some(key) = self.belongs_to(holder, key) {
                    keys.push(key);
                }
            }
        }
        for holder in 0..self.known.len() {
            let own: Vec<&Key> = keys.iter().filter(|key| key.holder == holder).collect();
            match self.is_link(holder, &own) {
                true => self.through(&own, &keys),
                false => own.iter().for_each(|key| self.has(key, &own)),
            }
        }
    }

    fn left(&mut self, holder: usize, key: &ForeignKey, why: &str) {
        let columns = key.columns.join(", ");
        let table = &self.known[holder].table.name;
        let subject = format!("{table}.{columns}");
        let remark = format!(
            "Not taken over: the foreign key of {}: {why}.",
            quoted(&columns)
        );
        self.code.models[holder].remarks.push(remark);
        self.said(subject, Status::Left, why);
    }

    fn belongs_to(&mut self, holder: usize, key: &ForeignKey) -> Option<Key> {
        let own_schema = &self.known[holder].table.schema;
        let same = |one: &str, other: &str| {
            one == other
                || (self.dialect == relations_core::Dialect::Sqlite
                    && one.eq_ignore_ascii_case(other))
        };
        let is_target = |known: &super::Known<'_>| {
            same(&known.table.name, &key.referred_table) && key.referred_schema == *own_schema
        };
        let Some(target) = self.known.iter().position(is_target) else {
            self.left(holder, key, "there is no model of the table it refers to");
            return None;
        };
        let fields = |model: usize, columns: &[String]| -> Option<Vec<usize>> {
            let known = &self.known[model];
            let field = |column: &String| {
                let exact = known.fields.get(column);
                let any = || {
                    known
                        .fields
                        .iter()
                        .find(|(name, _)| same(name, column))
                        .map(|(_, field)| field)
                };
                exact.or_else(any).copied()
            };
            columns.iter().map(field).collect()
        };
        let found = fields(holder, &key.columns).zip(fields(target, &key.referred_columns));
        let Some((from, to)) =
            found.filter(|(from, to)| from.len() == to.len() && !from.is_empty())
        else {
            self.left(holder, key, "a column of it has no field");
            return None;
        };
        let ty = |model: usize, field: usize| &self.code.models[model].fields[field].ty;
        if from
            .iter()
            .zip(&to)
            .any(|(from, to)| ty(holder, *from) != ty(target, *to))
        {
            self.left(
                holder,
                key,
                "its columns are of other types than those it refers to",
            );
            return None;
        }
        if from
            .iter()
            .any(|field| !super::types::KEYS.contains(&ty(holder, *field).as_str()))
        {
            self.left(holder, key, "no key has the type of its columns");
            return None;
        }
        let referred = &self.known[target];
        let is_to_id = referred.id == key.referred_columns;
        if !is_to_id && !self.is_unique(target, &key.referred_columns) {
            self.left(holder, key, "what it refers to is not unique");
            return None;
        }
        let name_of =
            |model: usize, field: &usize| self.code.models[model].fields[*field].name.clone();
        let from_names: Vec<String> = from.iter().map(|field| name_of(holder, field)).collect();
        let to_names: Vec<String> = to.iter().map(|field| name_of(target, field)).collect();
        let snake = snake_case(&self.code.models[target].name);
        let stem = match from_names.as_slice() {
            [one] => one.strip_suffix("_id").unwrap_or(one).to_owned(),
            _ => snake.clone(),
        };
        let by_column = format!("{stem}_{snake}");
        let model = &self.code.models[holder];
        let name = model.free_relation_name(&[stem, snake, by_column]);
        let target_name = self.code.models[target].name.clone();
        let mut code = RelationCode::new(Kind::BelongsTo, &name, target_name);
        if !is_to_id {
            code.key_to = to_names.clone();
        }
        // All of them become null.
        let is_optional = from.iter().all(|field| model.fields[*field].is_optional);
        let is_mysql = matches!(self.dialect, relations_core::Dialect::MySql { .. });
        for (argument, action) in [("on_delete", key.on_delete), ("on_update", key.on_update)] {
            let word = match action {
                ReferentialAction::Cascade => "cascade",
                // MySQL says so of a key that was given no action.
                ReferentialAction::Restrict if !is_mysql => "restrict",
                ReferentialAction::SetNull if is_optional => "set_null",
                ReferentialAction::SetDefault => "set_default",
                _ => continue,
            };
            code.more.push(format!("{argument} = {}", literal(word)));
        }
        match from.as_slice() {
            [one] => self.code.models[holder].fields[*one].relations.push(code),
            _ => {
                code.key_from = from_names.clone();
                self.code.models[holder].relations.push(code);
            }
        }
        Some(Key {
            holder,
            target,
            from: from_names,
            to: to_names,
            is_to_id,
            is_unique: self.is_unique(holder, &key.columns),
            name,
        })
    }

    fn is_unique(&self, model: usize, columns: &[String]) -> bool {
        let known = &self.known[model];
        let same = |others: &[String]| {
            others.len() == columns.len() && others.iter().all(|other| columns.contains(other))
        };
        let unique = known
            .table
            .indexes
            .iter()
            .filter(|index| index.is_unique && index.covers_all_rows());
        let mut unique = unique.filter_map(|index| {
            index
                .columns
                .iter()
                .cloned()
                .collect::<Option<Vec<String>>>()
        });
        same(&known.id) || unique.any(|others| same(&others))
    }

    /// Whether a table is no more than links: two keys, which together identify a row, and nothing else.
    fn is_link(&self, holder: usize, keys: &[&Key]) -> bool {
        let [one, other] = keys else {
            return false;
        };
        let known = &self.known[holder];
        let count = one.from.len() + other.from.len();
        let is_apart = one.from.iter().all(|field| !other.from.contains(field));
        let is_whole = known.table.foreign_keys.len() == 2
            && known.table.columns.len() == count
            && known.id.len() == count;
        is_apart && is_whole && one.is_to_id && other.is_to_id && !one.is_unique && !other.is_unique
    }

    /// The two sides of a table of links.
    fn through(&mut self, own: &[&Key], all: &[Key]) {
        for (from, to) in [(own[0], own[1]), (own[1], own[0])] {
            let link = self.code.models[from.holder].name.clone();
            let target = self.code.models[to.target].name.clone();
            let snake = snake_case(&link);
            // Another table of links may lead to the same model, and a link of a model with itself leads there twice.
            let plain = plural(&snake_case(&target));
            let is_self = from.target == to.target;
            let others = all
                .iter()
                .filter(|key| key.target == from.target && key.holder != from.holder);
            let is_only = !others.into_iter().any(|key| key.holder == to.target);
            let wanted = match (is_self, is_only) {
                (true, _) => vec![
                    plural(&to.name),
                    format!("{}_of_{}", plural(&to.name), from.name),
                ],
                (false, true) => vec![plain.clone(), format!("{snake}_{plain}")],
                (false, false) => vec![format!("{snake}_{plain}")],
            };
            let name = self.code.models[from.target].free_relation_name(&wanted);
            let mut code = RelationCode::new(Kind::HasMany, &name, target);
            let keys = |key: &Key| {
                if is_self {
                    key.from.clone()
                } else {
                    Vec::new()
                }
            };
            code.through = Some(Through {
                link,
                key_from: keys(from),
                key_to: keys(to),
            });
            self.code.models[from.target].relations.push(code);
        }
    }

    /// `has_one` or `has_many`, for a key that another model holds.
    fn has(&mut self, key: &Key, own: &[&Key]) {
        if self.known[key.holder].table.is_view {
            return;
        }
        let kind = if key.is_unique {
            Kind::HasOne
        } else {
            Kind::HasMany
        };
        let holder = snake_case(&self.code.models[key.holder].name);
        let plain = match kind {
            Kind::HasOne => holder,
            _ => plural(&holder),
        };
        let by_key = format!("{}_{plain}", key.name);
        let is_only = own
            .iter()
            .filter(|other| other.target == key.target)
            .count()
            == 1;
        let wanted = match is_only {
            true => vec![plain, by_key],
            false => vec![by_key],
        };
        let name = self.code.models[key.target].free_relation_name(&wanted);
        let mut code = RelationCode::new(kind, &name, self.code.models[key.holder].name.clone());
        if !key.is_to_id {
            code.key_from = key.to.clone();
        }
        let default = format!("{}_id", snake_case(&self.code.models[key.target].name));
        if key.from != [default] {
            code.key_to = key.from.clone();
        }
        self.code.models[key.target].relations.push(code);
    }
}
