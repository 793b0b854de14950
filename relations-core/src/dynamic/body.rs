//! Rows and changes as JSON.

use crate::error::ProblemCode;
use crate::filter::{IncludePart, Included};
use crate::json::{JsonValue, Misfit, from_value};
use crate::model::{ModelMetadata, RelationMetadata};
use crate::query::NestedRow;
use crate::value::Value;
use crate::write::{Data, Nests};

/// The JSON of a row or of several, from outside; see [`Json`](crate::Json) for what it may say.
#[derive(Debug, Clone)]
pub struct DynamicBody {
    json: Result<JsonValue, String>,
    nests: Nests,
}

impl DynamicBody {
    /// Reads JSON. What is wrong with it is told when it is used, with all that is wrong otherwise.
    pub fn from_json(json: &[u8]) -> Self {
        let json = match std::str::from_utf8(json) {
            Ok(text) => JsonValue::from_json(text),
            Err(why) => Err(why.to_string()),
        };
        DynamicBody {
            json,
            nests: Nests::default(),
        }
    }

    /// The same, in which rows of these relations may stand under the names of the relations: [`create`] adds them with their source.
    /// That of a `has_one` is an object, those of a `has_many` are a list. Each may hold rows of its own relations among these.
    ///
    /// # Examples
    /// ```
    /// # docs_models::run(async |db| {
    /// # use docs_models::*;
    /// use relations::dynamic::{DynamicBody, DynamicRepository};
    ///
    /// let body = DynamicBody::from_json(br#"{"name": "Freya", "orders": [{"total": 3}, {"total": 4}]}"#);
    /// let body = body.nesting(Customer::metadata().relation("orders"));
    /// let created = DynamicRepository::new(&db, Customer::metadata()).create(body).await?;
    /// assert_eq!((created.rows.len(), created.nested), (1, 2));
    /// # Ok(()) });
    /// ```
    ///
    /// [`create`]: crate::dynamic::DynamicRepository::create
    pub fn nesting(
        mut self,
        relations: impl IntoIterator<Item = &'static RelationMetadata>,
    ) -> Self {
        self.nests = relations.into_iter().collect();
        self
    }

    /// The relations whose rows stand in it as the data of rows of this model, in no order, each once.
    pub fn nested(&self, model: &'static ModelMetadata) -> Vec<&'static RelationMetadata> {
        let mut found = Vec::new();
        if let Ok(json) = &self.json {
            self.find_nested(json, model, &mut found);
        }
        found
    }

    fn find_nested(
        &self,
        json: &JsonValue,
        model: &'static ModelMetadata,
        found: &mut Vec<&'static RelationMetadata>,
    ) {
        match json {
            JsonValue::List(rows) => rows
                .iter()
                .for_each(|row| self.find_nested(row, model, found)),
            JsonValue::Map(entries) => {
                for (relation, rows) in self.nested_in(entries, model) {
                    if !found.contains(&relation) {
                        found.push(relation);
                    }
                    self.find_nested(rows, relation.target(), found);
                }
            }
            _ => {}
        }
    }

    fn nested_in<'a>(
        &'a self,
        entries: &'a [(String, JsonValue)],
        model: &'static ModelMetadata,
    ) -> impl Iterator<Item = (&'static RelationMetadata, &'a JsonValue)> {
        entries.iter().filter_map(move |(name, rows)| {
            let mut relations = self.nests.iter().copied();
            let found = relations.find(|relation| {
                relation.source().type_id() == model.type_id() && relation.json_name == *name
            });
            found.map(|relation| (relation, rows))
        })
    }

    /// What a filter includes to find the rows again with what stands in them.
    pub(super) fn includes(&self, model: &'static ModelMetadata) -> Vec<IncludePart> {
        let mut includes = Vec::new();
        if let Ok(json) = &self.json {
            self.add_includes(json, model, &mut includes);
        }
        includes
    }

    fn add_includes(
        &self,
        json: &JsonValue,
        model: &'static ModelMetadata,
        includes: &mut Vec<IncludePart>,
    ) {
        let entries = match json {
            JsonValue::List(rows) => {
                return rows
                    .iter()
                    .for_each(|row| self.add_includes(row, model, includes));
            }
            JsonValue::Map(entries) => entries,
            _ => return,
        };
        for (relation, rows) in self.nested_in(entries, model) {
            let is_there = |part: &IncludePart| match &part.included {
                Included::Relation { relation: of, .. } => *of == relation,
                Included::Resolver { .. } => false,
            };
            let at = includes.iter().position(is_there).unwrap_or_else(|| {
                includes.push(IncludePart::new(Included::relation(relation)));
                includes.len() - 1
            });
            if let Included::Relation { scope, .. } = &mut includes[at].included {
                self.add_includes(rows, relation.target(), &mut scope.includes);
            }
        }
    }

    /// Whether it is JSON at all.
    pub fn is_json(&self) -> bool {
        self.json.is_ok()
    }

    /// Whether it is a list.
    pub fn is_list(&self) -> bool {
        matches!(self.json, Ok(JsonValue::List(_)))
    }

    /// The data of one row.
    pub(super) fn one(self) -> Data {
        let nests = self.nests;
        let data =
            Data::json(self.json.map_err(|why| {
                Misfit::new(ProblemCode::Syntax, format!("this is not JSON: {why}"))
            }));
        data.nesting(&nests)
    }

    /// The data of each row of a list.
    pub(super) fn many(self) -> Vec<Data> {
        let nests = self.nests.clone();
        match self.json {
            Ok(JsonValue::List(rows)) => {
                let rows = rows.into_iter();
                rows.map(|row| Data::json(Ok(row)).nesting(&nests))
                    .collect()
            }
            _ => vec![self.one()],
        }
    }

    /// The data of each row, and of the link to it.
    pub(super) fn linked(self, relation: &'static RelationMetadata) -> Vec<NestedRow<Data>> {
        let nests = self.nests.clone();
        match self.json {
            Ok(JsonValue::List(rows)) => {
                let rows = rows.into_iter();
                rows.map(|row| NestedRow::of_json(row, relation, &nests))
                    .collect()
            }
            Ok(row) => vec![NestedRow::of_json(row, relation, &nests)],
            Err(_) => vec![NestedRow::new(self.one())],
        }
    }

    /// The same with this id, where it gives none.
    pub(super) fn with_id(mut self, model: &'static ModelMetadata, id: &[Value]) -> Self {
        if let Ok(JsonValue::Map(entries)) = &mut self.json {
            for (field, value) in model.id_fields().zip(id) {
                let is_given = entries.iter().any(|(name, _)| name == field.json_name);
                if !is_given && let Some(term) = from_value(value, field.kind) {
                    entries.push((field.json_name.to_owned(), term));
                }
            }
        }
        self
    }
}
