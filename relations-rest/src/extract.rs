//! What handlers of the program's own extract from a request.

use crate::RestError;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use relations::{Filter, Model};

/// LoopBack's filter from the query string: `filter={..}`, or `filter[where][name]=x`.
///
/// It knows nothing of the connection, so give the filter to `find_with` of a repository, which checks what may be included.
///
/// # Examples
/// ```
/// use axum::{Json, extract::State};
/// use relations::{Graph, prelude::*};
/// use relations_rest::{FilterQuery, RestError};
/// # #[derive(Debug, serde::Serialize, Model)]
/// # struct Todo { #[model(id, generated)] id: i64, title: String }
///
/// async fn find(
///     State(db): State<Db>,
///     FilterQuery(filter): FilterQuery<Todo>,
/// ) -> Result<Json<Vec<Graph<Todo>>>, RestError> {
///     Ok(Json(TodoRepository::new(&db).find_with(filter.filter(Todo::TITLE.ne(""))).await?))
/// }
///
/// # fn router(db: Db) -> axum::Router {
/// axum::Router::new().route("/todos", axum::routing::get(find)).with_state(db)
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct FilterQuery<M: Model>(pub Filter<M>);

impl<M: Model, S: Sync> FromRequestParts<S> for FilterQuery<M> {
    type Rejection = RestError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, RestError> {
        let query = parts.uri.query().unwrap_or_default();
        Ok(FilterQuery(Filter::from_query(query)?))
    }
}
