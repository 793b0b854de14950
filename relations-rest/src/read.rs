//! Operations that read.

use crate::RestError;
use crate::answer::Answer;
use crate::call::Call;
use crate::operation::OperationKind;
use crate::stream::{BLOCK, Following, MOST_AT_ONCE};
use axum::http::StatusCode;
use axum::http::header::{HeaderName, LINK};
use relations::dynamic::{DynamicFilter, DynamicRepository};
use relations::query::Cursor;

const TOTAL: HeaderName = HeaderName::from_static("x-total-count");

impl Call<'_> {
    pub(crate) async fn read(&self) -> Result<Answer, RestError> {
        let db = &self.shared.db;
        match self.operation.kind {
            OperationKind::Find => self.find().await,
            OperationKind::FindById => {
                let (rows, filter) = (self.rows(db).await?, self.filter()?);
                let found = rows.find_by_id(self.row()?, filter).await?;
                self.one(found.as_ref())
            }
            OperationKind::FindOne => {
                let (filter, rows) = (self.filter()?, self.rows(db).await?);
                let found = rows.find_one(filter).await?;
                self.one(found.as_ref())
            }
            OperationKind::Follow => {
                let filter = self.filter()?;
                let Some(relation) = self.operation.relation else {
                    return Err(self.no_target());
                };
                let (sources, key) = self.source(db).await?;
                let found = sources.followed(&key, relation, filter).await?;
                self.one(found.as_ref())
            }
            OperationKind::Count => {
                let (condition, rows) = (self.condition()?, self.rows(db).await?);
                Answer::number("count", rows.count(Some(&condition)).await?)
            }
            OperationKind::Exists => {
                let exists = self.rows(db).await?.exists(self.row()?).await?;
                let body = std::collections::BTreeMap::from([("exists", exists)]);
                self.json(StatusCode::OK, &body)
            }
            _ => match self.rows(db).await?.exists(self.row()?).await? {
                true => Ok(Answer::empty(StatusCode::NO_CONTENT)),
                false => Err(self.no_target()),
            },
        }
    }

    async fn find(&self) -> Result<Answer, RestError> {
        let (filter, rows) = (self.filter()?, self.rows(&self.shared.db).await?);
        let total = match self.prefer.counts {
            true => Some(rows.count(Some(&filter.to_where())).await?),
            false => None,
        };
        let (mut answer, next) = self.list(&rows, filter).await?;
        if let Some(total) = total {
            answer = answer
                .with(TOTAL, &total.to_string())
                .applied("count=exact");
        }
        if let Some(next) = next {
            answer = answer.with(LINK, &self.link(next.as_ref()));
        }
        Ok(answer.or_unchanged(self.parts))
    }

    /// The rows of a filter, and the cursor after them. A long list is streamed. It has no tag, since that is made of all of it, and no
    /// cursor: its last row is not known when the headers are written.
    async fn list(
        &self,
        rows: &DynamicRepository<'_>,
        filter: DynamicFilter,
    ) -> Result<(Answer, Option<Cursor>), RestError> {
        if filter.limit().is_some_and(|limit| limit <= MOST_AT_ONCE) {
            let found = rows.find(filter).await?;
            let answer = self.json(StatusCode::OK, &found.rows)?.tagged();
            return Ok((answer, found.next));
        }
        let db = &self.shared.db;
        let mut blocks = rows.blocks(filter, BLOCK);
        let first = blocks.next(db).await?.map_or_else(Vec::new, |of| of.rows);
        if blocks.is_done() {
            return Ok((self.json(StatusCode::OK, &first)?.tagged(), None));
        }
        let following = Following::new(self.shared.clone(), blocks, self.integers);
        Ok((Answer::streamed(following.into_body(&first)?), None))
    }

    /// The same request, going on after a row.
    fn link(&self, cursor: &str) -> String {
        let query = self.parts.uri.query().unwrap_or_default();
        let others = query.split('&').filter(|pair| {
            let name = pair.split_once('=').map_or(*pair, |(name, _)| name);
            !pair.is_empty() && name != "after" && !is_offset(name)
        });
        let mut query: Vec<&str> = others.collect();
        let after = format!("after={cursor}");
        query.push(&after);
        format!("<?{}>; rel=\"next\"", query.join("&"))
    }

    /// One row, or 404.
    fn one(&self, row: Option<&relations::dynamic::DynamicRow>) -> Result<Answer, RestError> {
        match row {
            Some(row) => Ok(self
                .json(StatusCode::OK, row)?
                .tagged()
                .or_unchanged(self.parts)),
            None => Err(self.no_target()),
        }
    }

    /// That the row which was asked for is not there.
    pub(crate) fn no_target(&self) -> RestError {
        RestError::not_found(self.model().name())
    }
}

/// Whether a parameter is the offset of a filter in brackets, which counts from the start and not from a cursor.
fn is_offset(name: &str) -> bool {
    let name = percent_encoding::percent_decode_str(name).decode_utf8_lossy();
    name == "filter[offset]" || name == "filter[skip]"
}
