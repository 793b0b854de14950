//! One request of an operation: what it may see, which row it is about, and what it prefers.

use crate::RestError;
use crate::answer::Answer;
use crate::api::{Api, Permission};
use crate::integers::Integers;
use crate::operation::{Operation, OperationKind};
use crate::path;
use crate::prefer::Prefer;
use crate::routes::Settings;
use axum::body::{Body, to_bytes};
use axum::extract::OriginalUri;
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use axum::http::request::Parts;
use axum::http::{StatusCode, Uri};
use relations::dynamic::{
    DynamicBody, DynamicFilter, DynamicKey, DynamicRepository, DynamicWhere, Guards,
};
use relations::filter::{Budget, FilterReader};
use relations::{Connection, Db, ModelMetadata};
use serde::Serialize;
use std::sync::Arc;
use std::time::Duration;

/// What all requests share.
pub(crate) struct Shared {
    pub(crate) db: Db,
    models: Vec<Settings>,
    pub(crate) is_loopback4: bool,
    body_limit: usize,
    budget: Budget,
    page: (u64, u64),
    pub(crate) time_limit: Duration,
    permission: Option<Permission>,
    /// The operations that create rows through relations: what they do may be done within the creation of a source, too.
    nestable: Vec<Operation>,
}

impl Shared {
    pub(crate) fn new(api: &Api) -> Self {
        let named = api.models.iter().flat_map(|settings| {
            let relations = settings.relations.iter().map(|of| of.relation);
            relations.chain(settings.includable.iter().copied())
        });
        let resolvers = api.db.inclusion_resolvers().only(named);
        let limit = api.db.call_timeout().unwrap_or(api.time_limit);
        let limited = api.db.with_timeout(limit.min(api.time_limit));
        Shared {
            db: limited.with_inclusion_resolvers(resolvers),
            models: api.models.clone(),
            is_loopback4: api.is_loopback4,
            body_limit: api.body_limit,
            budget: api.budget.clone(),
            page: api.page,
            time_limit: api.time_limit,
            permission: api.permission.clone(),
            nestable: api.nestable(),
        }
    }

    fn of(&self, model: &ModelMetadata) -> Option<&Settings> {
        let mut models = self.models.iter();
        models.find(|settings| is_same(settings.model, model))
    }
}

/// Whether two are of one model.
pub(crate) fn is_same(one: &ModelMetadata, other: &ModelMetadata) -> bool {
    (one.name(), one.table(), one.schema()) == (other.name(), other.table(), other.schema())
}

pub(crate) struct Call<'r> {
    pub(crate) shared: &'r Arc<Shared>,
    pub(crate) operation: &'r Operation,
    pub(crate) parts: &'r Parts,
    guards: Guards,
    /// The ids in the path, in their order.
    keys: Vec<DynamicKey>,
    pub(crate) prefer: Prefer,
    pub(crate) integers: Integers,
}

impl<'r> Call<'r> {
    pub(crate) fn new(
        shared: &'r Arc<Shared>,
        operation: &'r Operation,
        parts: &'r Parts,
    ) -> Result<Self, RestError> {
        if let Some(permission) = &shared.permission {
            permission(operation, parts)?;
        }
        let guards = guards(shared, operation, parts)?;
        let keys = path::keys(operation, &parts.uri)?;
        Ok(Call {
            shared,
            operation,
            parts,
            guards,
            keys,
            prefer: Prefer::of(&parts.headers),
            integers: integers(&parts.uri)?,
        })
    }

    /// A body in which rows of relations may stand, to be created with their sources, where the operations which do that are there and are
    /// permitted.
    fn nesting(&self, body: DynamicBody) -> Result<DynamicBody, RestError> {
        let nestable = &self.shared.nestable;
        let body = body.nesting(nestable.iter().filter_map(|operation| operation.relation));
        let Some(permission) = &self.shared.permission else {
            return Ok(body);
        };
        for relation in body.nested(self.model()) {
            let mut operations = nestable.iter();
            let operation = operations.find(|operation| operation.relation == Some(relation));
            if let Some(operation) = operation {
                permission(operation, self.parts)?;
            }
        }
        Ok(body)
    }

    pub(crate) async fn run(&self, body: Body) -> Result<Answer, RestError> {
        if !self.operation.kind.is_write() {
            return self.read().await;
        }
        let body = match self.operation.kind.takes_body() {
            true => self.body(body).await?,
            false => DynamicBody::from_json(b"{}"),
        };
        self.write(body).await
    }

    /// The rows that the operation is about, on a connection.
    pub(crate) async fn rows<'c>(
        &self,
        connection: &'c dyn Connection,
    ) -> Result<DynamicRepository<'c>, RestError> {
        let Some(relation) = self.operation.relation else {
            return Ok(self.all(connection));
        };
        let (rows, key) = self.source(connection).await?;
        Ok(rows.related(&key, relation).await?)
    }

    /// The row whose relation is followed: the rows that it must be among, and its id.
    pub(crate) async fn source<'c>(
        &self,
        connection: &'c dyn Connection,
    ) -> Result<(DynamicRepository<'c>, DynamicKey), RestError> {
        let mut keys = self.keys.iter().cloned();
        let (mut rows, mut key) = (self.all(connection), keys.next().ok_or_else(no_key)?);
        for relation in &self.operation.via {
            rows = rows.related(&key, relation).await?;
            key = match relation.targets_many() {
                true => keys.next().ok_or_else(no_key)?,
                false => {
                    let found = rows
                        .find(DynamicFilter::new(rows.model()).with_limit(1))
                        .await?;
                    let target = relation.target().name();
                    let key = found.keys.into_iter().next();
                    key.ok_or_else(|| RestError::not_found(target))?
                }
            };
        }
        Ok((rows, key))
    }

    /// The rows of the model that the path starts from.
    fn all<'c>(&self, connection: &'c dyn Connection) -> DynamicRepository<'c> {
        DynamicRepository::new(connection, self.operation.model).guarded(self.guards.clone())
    }

    /// The model of the rows that are read or written.
    pub(crate) fn model(&self) -> &'static ModelMetadata {
        self.operation.rows()
    }

    /// The id of the row that is read or written.
    pub(crate) fn row(&self) -> Result<&DynamicKey, RestError> {
        self.keys.last().ok_or_else(no_key)
    }

    /// An answer with a body.
    pub(crate) fn json(
        &self,
        status: StatusCode,
        body: &impl Serialize,
    ) -> Result<Answer, RestError> {
        Answer::json(status, body, self.integers)
    }

    fn query(&self) -> &'r str {
        self.parts.uri.query().unwrap_or_default()
    }

    fn page(&self) -> (u64, u64) {
        let own = self
            .shared
            .of(self.model())
            .and_then(|settings| settings.page);
        own.unwrap_or(self.shared.page)
    }

    fn reader(&self) -> FilterReader {
        let budget = self.shared.budget.clone().limit(self.page().1);
        let rows = DynamicRepository::new(&self.shared.db, self.model());
        rows.filter_reader().budget(budget)
    }

    /// The filter of the query string.
    pub(crate) fn filter(&self) -> Result<DynamicFilter, RestError> {
        let filter = DynamicFilter::from_query(&self.reader(), self.model(), self.query())?;
        let is_list = self.operation.kind == OperationKind::Find;
        if !is_list && self.operation.kind != OperationKind::Follow && filter.has_where() {
            let error = RestError::new(
                StatusCode::BAD_REQUEST,
                "INVALID_PARAMETER_VALUE",
                "the filter is invalid; `details` says where",
            );
            return Err(error.with_detail("where", "unknown_key", "the path says which row"));
        }
        let filter = filter.or_limit(self.page().0);
        Ok(match parameter(self.query(), "after") {
            Some(cursor) if is_list => filter.after(cursor),
            _ => filter,
        })
    }

    /// The `where` of the query string.
    pub(crate) fn condition(&self) -> Result<DynamicWhere, RestError> {
        Ok(DynamicWhere::from_query(
            &self.reader(),
            self.model(),
            self.query(),
        )?)
    }

    /// Whether writes of all rows need no `where`.
    pub(crate) fn writes_all(&self) -> bool {
        let said = self
            .shared
            .of(self.operation.model)
            .and_then(|settings| settings.writes_all);
        said.unwrap_or(self.shared.is_loopback4)
    }

    pub(crate) fn requires_if_match(&self) -> bool {
        let settings = self.shared.of(self.model());
        settings.is_some_and(|settings| settings.requires_if_match)
    }

    /// The path as the client sees it.
    pub(crate) fn path(&self) -> &str {
        let original = self.parts.extensions.get::<OriginalUri>();
        let path = original.map_or(self.parts.uri.path(), |uri| uri.path());
        path.trim_end_matches('/')
    }

    async fn body(&self, body: Body) -> Result<DynamicBody, RestError> {
        let limit = self.shared.body_limit;
        let length = self.parts.headers.get(CONTENT_LENGTH);
        let length = length.and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
        let bytes = match length {
            Some(length) if length > limit => return Err(too_large(limit)),
            _ => tokio::time::timeout(self.shared.time_limit, to_bytes(body, limit))
                .await
                .map_err(|_| too_slow())?
                .map_err(|_| too_large(limit))?,
        };
        if bytes.is_empty() && self.operation.kind == OperationKind::Link {
            return Ok(DynamicBody::from_json(b"{}"));
        }
        if !self.has_json() {
            return Err(RestError::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "UNSUPPORTED_MEDIA_TYPE",
                "the body must be of the type application/json",
            ));
        }
        let body = DynamicBody::from_json(&bytes);
        if body.is_list() && self.operation.kind != OperationKind::Create {
            let error = RestError::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                "VALIDATION_FAILED",
                "The request body is invalid. See error object `details` property for more info.",
            );
            return Err(error.with_detail("", "wrong_type", "expected an object, not a list"));
        }
        match self.operation.kind {
            OperationKind::Create => self.nesting(body),
            _ => Ok(body),
        }
    }

    fn has_json(&self) -> bool {
        let kind = self.parts.headers.get(CONTENT_TYPE);
        let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        let kind = kind
            .split(';')
            .next()
            .unwrap_or_default()
            .trim()
            .to_ascii_lowercase();
        kind == "application/json" || (kind.starts_with("application/") && kind.ends_with("+json"))
    }

    /// An error in the names of JSON, and in LoopBack's words where the API speaks them.
    pub(crate) fn in_words(&self, error: RestError) -> RestError {
        let through = self
            .operation
            .relation
            .and_then(|relation| relation.through());
        let links = through.map(|through| through.model());
        let mut models = self.operation.models();
        models.extend(links);
        let error = error.in_names_of(&models);
        if !self.shared.is_loopback4 {
            return error;
        }
        let id = self
            .keys
            .last()
            .map(|key| key.to_texts().join(","))
            .unwrap_or_default();
        error.in_words_of_loopback(&id)
    }
}

/// What the policies say of a request. A policy that refuses it keeps all rows of its model back, and refuses operations on them.
fn guards(shared: &Shared, operation: &Operation, parts: &Parts) -> Result<Guards, RestError> {
    let own = operation.models();
    let mut guards = Guards::new();
    for settings in &shared.models {
        let Some(policy) = &settings.policy else {
            continue;
        };
        guards = match policy(parts, guards.clone()) {
            Ok(guards) => guards,
            Err(refused) if own.iter().any(|own| is_same(own, settings.model)) => {
                return Err(refused.into());
            }
            Err(_) => guards.without(settings.model),
        };
    }
    Ok(guards)
}

/// How a request wants large integers.
fn integers(uri: &Uri) -> Result<Integers, RestError> {
    match parameter(uri.query().unwrap_or_default(), "bigint").as_deref() {
        None => Ok(Integers::Numbers),
        Some("string") => Ok(Integers::Strings),
        Some(_) => {
            let error = RestError::new(
                StatusCode::BAD_REQUEST,
                "INVALID_PARAMETER_VALUE",
                "the parameter `bigint` is invalid",
            );
            Err(error.with_detail("bigint", "invalid_value", "expected `string`"))
        }
    }
}

fn no_key() -> RestError {
    RestError::new(
        StatusCode::BAD_REQUEST,
        "INVALID_PARAMETER_VALUE",
        "the path has no id",
    )
}

fn too_slow() -> RestError {
    RestError::new(
        StatusCode::REQUEST_TIMEOUT,
        "REQUEST_TIMEOUT",
        "the body did not come in time",
    )
}

fn too_large(limit: usize) -> RestError {
    let message = format!("the body has more than {limit} bytes");
    RestError::new(StatusCode::PAYLOAD_TOO_LARGE, "PAYLOAD_TOO_LARGE", message)
}

/// A parameter of a query string, decoded.
fn parameter(query: &str, name: &str) -> Option<String> {
    let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    let mut values = pairs.filter(|(key, _)| *key == name);
    let (_, value) = values.next()?;
    let value = percent_encoding::percent_decode_str(value)
        .decode_utf8()
        .ok()?;
    Some(value.into_owned())
}
