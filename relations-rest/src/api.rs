//! An API: which models and relations there are, and what holds for all of them.

use crate::openapi::OpenApi;
use crate::operation::{Operation, OperationKind};
use crate::policy::Refused;
use crate::rest_error::ErrorForm;
use crate::router;
use crate::routes::{Routes, Settings};
use crate::table::{self, Base};
use axum::Router;
use axum::handler::Handler;
use axum::http::request::Parts;
use axum::routing::MethodRouter;
use relations::filter::Budget;
use relations::{Db, Model};
use serde::Serialize;
use serde_json::Value;
use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

/// Models and relations as REST routes.
///
/// | path | methods |
/// |---|---|
/// | `/suppliers` | GET with `filter`; POST of an object or a list; PATCH and DELETE with `where` |
/// | `/suppliers/count`, `/suppliers/{id}/exists` | GET |
/// | `/suppliers/{id}` | GET, HEAD, PATCH, PUT, DELETE |
/// | a `has_one`: `/suppliers/{id}/account` | GET, POST, PUT, PATCH, DELETE |
/// | a `has_many`: `/customers/{id}/orders` | GET, POST, PATCH, DELETE; `/count`; `/{fk}` as of a row |
/// | through links | the same, and `/rel/{fk}`: HEAD, PUT with further fields of the link, DELETE |
/// | a `belongs_to`, a `references_many` | GET |
///
/// Below a target of a relation there are those of its relations where they are [nested](crate::ExposeRelation::nest). A POST may hold the
/// rows of relations that have a POST themselves, and, through links, the data of the link as `link`.
///
/// The parts of a composite id are separated by commas: `/lines/7,2`.
///
/// # Examples
/// See the documentation of the crate.
#[must_use = "an API is there to make a router of"]
#[derive(Clone)]
pub struct Api {
    pub(crate) db: Db,
    pub(crate) models: Vec<Settings>,
    pub(crate) is_loopback4: bool,
    pub(crate) form: ErrorForm,
    pub(crate) body_limit: usize,
    pub(crate) budget: Budget,
    pub(crate) page: (u64, u64),
    pub(crate) time_limit: Duration,
    pub(crate) permission: Option<Permission>,
    pub(crate) replaced: Vec<(String, MethodRouter)>,
    /// What the document says of the API: its name, its version, and what else there is.
    pub(crate) info: serde_json::Map<String, Value>,
    pub(crate) security_scheme: Option<(String, Value)>,
    pub(crate) document_path: Option<String>,
    /// Where the router is mounted, for the document.
    pub(crate) server: Option<String>,
    pub(crate) has_fallback: bool,
    removed: HashSet<String>,
}

/// Whether a request may run an operation.
pub(crate) type Permission = Arc<dyn Fn(&Operation, &Parts) -> Result<(), Refused> + Send + Sync>;

impl std::fmt::Debug for Api {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let models = self.models.iter().map(|settings| settings.model.name());
        f.debug_tuple("Api")
            .field(&models.collect::<Vec<_>>())
            .finish()
    }
}

impl Api {
    /// An API without routes, on a database.
    pub fn new(db: Db) -> Self {
        Api {
            db,
            models: Vec::new(),
            is_loopback4: false,
            form: ErrorForm::Envelope,
            body_limit: 1 << 20,
            budget: Budget::default(),
            page: (100, 1_000),
            time_limit: Duration::from_secs(30),
            permission: None,
            replaced: Vec::new(),
            info: [("title", "API"), ("version", "1.0.0")]
                .map(|(name, value)| (name.to_owned(), Value::from(value)))
                .into_iter()
                .collect(),
            security_scheme: None,
            document_path: None,
            server: None,
            has_fallback: false,
            removed: HashSet::new(),
        }
    }

    /// Exposes a model. Its relations are exposed and included only where they are named.
    pub fn model<M: Model + Serialize>(
        mut self,
        routes: impl FnOnce(Routes<M>) -> Routes<M>,
    ) -> Self {
        self.models.push(routes(Routes::new()).settings);
        self
    }

    /// LoopBack 4's statuses and words, so that its clients work unchanged: 200 for what is created, PUT does not create, PATCH and DELETE
    /// without a `where` are of all rows, 404 as `Entity not found: Todo with id 7`.
    pub fn loopback4(mut self) -> Self {
        self.is_loopback4 = true;
        self
    }

    /// Errors as RFC 9457 has them, `application/problem+json`, for all requests; else only for those that accept it.
    pub fn problem_json(mut self) -> Self {
        self.form = ErrorForm::Problem;
        self
    }

    /// The most bytes of a body: 1 MiB where nothing is said. More is answered by 413.
    pub fn body_limit(mut self, bytes: usize) -> Self {
        self.body_limit = bytes;
        self
    }

    /// How much a filter may ask for. Its limit of rows is that of [`page`](Api::page).
    pub fn budget(mut self, budget: Budget) -> Self {
        self.budget = budget;
        self
    }

    /// How many rows a list has where the filter has no limit, and at most: 100 and 1,000 where nothing is said. The most is also that
    /// of each included list.
    pub fn page(mut self, default: u64, most: u64) -> Self {
        self.page = (default, most);
        self
    }

    /// The longest time for a call of the database and for a transaction: 30 seconds where nothing is said. What takes longer is
    /// cancelled, and answered by 504 with the code `TIMEOUT`: nothing of it was written. Where that is not certain, since the answer to a
    /// commit did not come, the code is `OUTCOME_UNKNOWN`. A body that takes longer to come is answered by 408.
    pub fn time_limit(mut self, limit: Duration) -> Self {
        self.time_limit = limit;
        self
    }

    /// Says which requests may run which operations, before anything is read.
    pub fn permission(
        mut self,
        permission: impl Fn(&Operation, &Parts) -> Result<(), Refused> + Send + Sync + 'static,
    ) -> Self {
        self.permission = Some(Arc::new(permission));
        self
    }

    /// Answers one operation by a handler of your own; `id` is that of [`Operation`].
    ///
    /// # Panics
    /// If there is no such operation among the models named so far.
    pub fn replace<H: Handler<T, ()>, T: 'static>(mut self, id: &str, handler: H) -> Self {
        let operation = self.find(id);
        let filter = router::method_filter(&operation.method);
        let handler = MethodRouter::new().on(filter, handler);
        self.replaced.push((operation.id, handler));
        self
    }

    /// Leaves an operation out.
    ///
    /// # Panics
    /// If there is no such operation among the models named so far.
    pub fn without(mut self, id: &str) -> Self {
        let operation = self.find(id);
        self.removed.insert(operation.id);
        self
    }

    /// The name and the version of the API, for its OpenAPI document.
    pub fn info(mut self, title: &str, version: &str) -> Self {
        self.info.insert("title".to_owned(), title.into());
        self.info.insert("version".to_owned(), version.into());
        self
    }

    /// What else the OpenAPI document says of the API, as OpenAPI has it: `description`, `contact`, `license`. Linters ask for all three.
    ///
    /// # Examples
    /// ```
    /// # use relations_rest::Api;
    /// # fn described(api: Api) -> Api {
    /// api.info("Todos", "1.0.0").about("license", serde_json::json!({"name": "MIT", "identifier": "MIT"}))
    /// # }
    /// ```
    pub fn about(mut self, property: &str, value: impl Into<Value>) -> Self {
        self.info.insert(property.to_owned(), value.into());
        self
    }

    /// How clients say who they are, as OpenAPI describes it: `{"type": "http", "scheme": "bearer"}`. The document asks for it on
    /// operations whose models have policies, and on all where there is a [`permission`](Api::permission).
    pub fn security_scheme(mut self, name: &str, scheme: Value) -> Self {
        self.security_scheme = Some((name.to_owned(), scheme));
        self
    }

    /// Serves the OpenAPI document at a path, such as `/openapi.json`. It is there for everybody, whatever permissions and policies say.
    pub fn openapi_at(mut self, path: &str) -> Self {
        self.document_path = Some(format!("/{}", path.trim_matches('/')));
        self
    }

    /// Where the router is mounted, for the OpenAPI document: `/api`, or `https://example.com/api`. Else it is `/`, but for the document
    /// of [`openapi_at`](Api::openapi_at), which sees where it is.
    pub fn server(mut self, url: &str) -> Self {
        self.server = Some(url.to_owned());
        self
    }

    /// Answers paths that no operation has by 404, in the form of other errors, also where the router is nested. It is a fallback of axum: of
    /// routers that are merged, one may have one. A router that is served alone needs none.
    ///
    /// # Examples
    /// ```
    /// # use relations::Db;
    /// # use relations_rest::Api;
    /// # fn app(db: Db) -> axum::Router {
    /// let api = Api::new(db).fallback();
    /// axum::Router::new().nest("/api", api.router()).fallback(async || "a page of your own, not below /api")
    /// # }
    /// ```
    pub fn fallback(mut self) -> Self {
        self.has_fallback = true;
        self
    }

    /// Swagger UI at a path, as a router of its own, with the OpenAPI document at `openapi.json` below the path. It is there for everybody,
    /// whatever permissions and policies say. Its files are in the program: nothing is downloaded, by the program or by the page.
    ///
    /// # Examples
    /// ```
    /// # use relations::Db;
    /// # use relations_rest::Api;
    /// # fn app(db: Db) -> axum::Router {
    /// let api = Api::new(db).server("/api"); // the page sends its requests there
    /// axum::Router::new().nest("/api", api.router()).merge(api.explorer("/explorer"))
    /// # }
    /// ```
    #[cfg(feature = "explorer")]
    #[cfg_attr(docsrs, doc(cfg(feature = "explorer")))]
    pub fn explorer(&self, path: &str) -> Router {
        crate::explorer::at(self, path)
    }

    /// The OpenAPI 3.1 document of the operations. It is made of what the models say of themselves; the database is not asked.
    pub fn openapi(&self) -> OpenApi {
        OpenApi::of(self)
    }

    fn find(&self, id: &str) -> Operation {
        let mut operations = self.operations().into_iter();
        let found = operations.find(|operation| operation.id == id);
        found.unwrap_or_else(|| panic!("there is no operation `{id}`"))
    }

    /// The table of operations, in the order of the models.
    pub fn operations(&self) -> Vec<Operation> {
        let mut operations = Vec::new();
        for settings in &self.models {
            let (model, path) = (settings.model, &settings.path);
            operations.extend(table::of_model(model, path, settings.may_write));
            for of_relation in &settings.relations {
                let base = Base::of_model(model, path);
                operations.extend(table::of_relation(of_relation, &base, settings.may_write));
            }
        }
        operations.retain(|operation| !self.removed.contains(&operation.id));
        operations
    }

    /// The operations that create rows through relations, but for those that a handler of the program's own answers.
    pub(crate) fn nestable(&self) -> Vec<Operation> {
        let mut operations = self.operations();
        operations.retain(|operation| {
            let is_replaced = self.replaced.iter().any(|(id, _)| *id == operation.id);
            let is_of_relation = operation.relation.is_some() && operation.via.is_empty();
            operation.kind == OperationKind::Create && is_of_relation && !is_replaced
        });
        operations
    }

    /// The router, to be mounted where you like: `Router::new().nest("/api", api.router())`.
    ///
    /// # Panics
    /// If two operations have the same method and path, as two models of one name have.
    pub fn router(&self) -> Router {
        router::of(self)
    }
}
