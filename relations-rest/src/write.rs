//! Operations that write, each in a transaction.

use crate::RestError;
use crate::answer::Answer;
use crate::call::Call;
use crate::etag::{etag, is_conditional, may_write};
use crate::operation::OperationKind;
use crate::path::segment;
use axum::http::StatusCode;
use axum::http::header::LOCATION;
use relations::dynamic::{DynamicBody, DynamicFilter, DynamicRepository, DynamicRow, DynamicWhere};
use relations::{Connection, Error};

/// Why a transaction is not committed.
enum Undone {
    Failed(RestError),
    /// It went well, and the client prefers that nothing of it stays.
    AsAsked(Answer),
}

impl From<Error> for Undone {
    fn from(error: Error) -> Undone {
        Undone::Failed(error.into())
    }
}

impl Call<'_> {
    pub(crate) async fn write(&self, body: DynamicBody) -> Result<Answer, RestError> {
        // Of writes that get in each other's way one goes on, and the others run again.
        let retrying = self.shared.db.retry(3).timeout(self.shared.time_limit);
        let written = retrying.try_transaction(|tx| {
            let body = body.clone();
            async move {
                let answer = self.written(&tx, body).await.map_err(Undone::Failed)?;
                match self.prefer.rolls_back {
                    true => Err(Undone::AsAsked(answer.applied("tx=rollback"))),
                    false => Ok(answer),
                }
            }
        });
        match written.await {
            Ok(answer) | Err(Undone::AsAsked(answer)) => Ok(answer),
            Err(Undone::Failed(error)) => Err(error),
        }
    }

    async fn written(&self, tx: &dyn Connection, body: DynamicBody) -> Result<Answer, RestError> {
        let rows = self.rows(tx).await?;
        match self.operation.kind {
            OperationKind::Create => self.create(&rows, body).await,
            OperationKind::Set => self.set(&rows, body).await,
            OperationKind::Patch => {
                let condition = self.which()?;
                self.check_one(&rows).await?;
                self.counted(rows.patch(condition.as_ref(), body).await?)
            }
            OperationKind::Delete => {
                let condition = self.which()?;
                self.check_one(&rows).await?;
                self.counted(rows.delete(condition.as_ref()).await?)
            }
            OperationKind::PatchById => {
                self.check_row(&rows).await?;
                match rows.patch_by_id(self.row()?, body).await? {
                    0 => Err(self.no_target()),
                    _ => self.changed(&rows).await,
                }
            }
            OperationKind::ReplaceById => self.replace(&rows, body).await,
            OperationKind::DeleteById => {
                self.check_row(&rows).await?;
                match rows.delete_by_id(self.row()?).await? {
                    0 => Err(self.no_target()),
                    _ => Ok(Answer::empty(StatusCode::NO_CONTENT)),
                }
            }
            OperationKind::Link => {
                rows.link(self.row()?, body).await?;
                Ok(Answer::empty(StatusCode::NO_CONTENT))
            }
            OperationKind::Unlink => match rows.unlink(self.row()?).await? {
                0 => Err(self.no_target()),
                _ => Ok(Answer::empty(StatusCode::NO_CONTENT)),
            },
            _ => Err(self.no_target()),
        }
    }

    async fn create(
        &self,
        rows: &DynamicRepository<'_>,
        body: DynamicBody,
    ) -> Result<Answer, RestError> {
        let is_list = body.is_list();
        let created = rows.create(body).await?;
        self.check_affected(created.rows.len() as u64 + created.nested)?;
        let status = match self.shared.is_loopback4 {
            true => StatusCode::OK,
            false => StatusCode::CREATED,
        };
        if is_list {
            return match self.prefer.wants_nothing() {
                true => Ok(Answer::empty(status).applied("return=minimal")),
                false => self.json(status, &created.rows),
            };
        }
        let (Some(row), Some(key)) = (created.rows.first(), created.keys.first()) else {
            return Err(self.no_target());
        };
        let location = match self
            .operation
            .relation
            .is_some_and(|relation| !relation.targets_many())
        {
            true => self.path().to_owned(),
            false => format!("{}/{}", self.path(), segment(key)),
        };
        Ok(self.created(status, row)?.with(LOCATION, &location))
    }

    /// A row that is new, as the client prefers to see it.
    fn created(&self, status: StatusCode, row: &DynamicRow) -> Result<Answer, RestError> {
        let mut answer = self.json(status, row)?.tagged();
        if self.prefer.wants_nothing() {
            answer.body = None;
            return Ok(answer.applied("return=minimal"));
        }
        Ok(answer)
    }

    async fn set(
        &self,
        rows: &DynamicRepository<'_>,
        body: DynamicBody,
    ) -> Result<Answer, RestError> {
        let is_there = self.check_one(rows).await?;
        let set = rows.set(body).await?;
        let Some(row) = set.rows.first() else {
            return Err(self.no_target());
        };
        match (is_there, self.prefer.wants_row()) {
            (false, _) => Ok(self
                .created(StatusCode::CREATED, row)?
                .with(LOCATION, self.path())),
            (true, true) => {
                let answer = self.json(StatusCode::OK, row)?.tagged();
                Ok(answer.applied("return=representation"))
            }
            (true, false) => Ok(Answer::empty(StatusCode::NO_CONTENT)),
        }
    }

    async fn replace(
        &self,
        rows: &DynamicRepository<'_>,
        body: DynamicBody,
    ) -> Result<Answer, RestError> {
        let is_there = self.check_row(rows).await?;
        if is_there {
            rows.replace_by_id(self.row()?, body).await?;
            return self.changed(rows).await;
        }
        if self.shared.is_loopback4 {
            return Err(self.no_target());
        }
        let created = rows.create_with_id(self.row()?, body).await?;
        match created.rows.first() {
            Some(row) => Ok(self
                .created(StatusCode::CREATED, row)?
                .with(LOCATION, self.path())),
            None => Err(self.no_target()),
        }
    }

    /// 204, or the row as it is now where the client prefers that.
    async fn changed(&self, rows: &DynamicRepository<'_>) -> Result<Answer, RestError> {
        self.check_affected(1)?;
        if !self.prefer.wants_row() {
            return Ok(Answer::empty(StatusCode::NO_CONTENT));
        }
        // What was written may have led the row out of the relation's scope.
        let all = rows.of_model();
        let filter = DynamicFilter::new(rows.model());
        match all.find_by_id(self.row()?, filter).await? {
            Some(row) => {
                let answer = self.json(StatusCode::OK, &row)?.tagged();
                Ok(answer.applied("return=representation"))
            }
            None => Err(self.no_target()),
        }
    }

    fn counted(&self, number: u64) -> Result<Answer, RestError> {
        self.check_affected(number)?;
        let answer = Answer::number("count", number)?;
        Ok(match self.prefer.max_affected {
            Some(most) => answer.applied(&format!("max-affected={most}")),
            None => answer,
        })
    }

    /// Which rows are written; of a model's own all only where that is allowed.
    fn which(&self) -> Result<Option<DynamicWhere>, RestError> {
        let condition = self.condition()?;
        let is_one = self
            .operation
            .relation
            .is_some_and(|relation| !relation.targets_many());
        if condition.is_empty() && !is_one && !self.writes_all() {
            return Err(RestError::new(
                StatusCode::BAD_REQUEST,
                "WHERE_REQUIRED",
                "the parameter `where` must say which rows",
            ));
        }
        Ok(Some(condition).filter(|condition| !condition.is_empty()))
    }

    fn check_affected(&self, number: u64) -> Result<(), RestError> {
        match self.prefer.max_affected {
            Some(most) if number > most => Err(RestError::new(
                StatusCode::BAD_REQUEST,
                "MAX_AFFECTED",
                format!("more than {most} rows would be affected"),
            )),
            _ => Ok(()),
        }
    }

    /// Whether the row of the path is there, after it was locked and the conditions of the request were checked.
    async fn check_row(&self, rows: &DynamicRepository<'_>) -> Result<bool, RestError> {
        let key = self.row()?;
        if !self.is_conditional()? {
            return match self.operation.kind {
                OperationKind::ReplaceById => Ok(rows.lock(key).await?),
                // The write itself tells.
                _ => Ok(true),
            };
        }
        rows.lock(key).await?;
        let row = rows
            .find_by_id(key, DynamicFilter::new(rows.model()))
            .await?;
        self.check_conditions(row.as_ref())
    }

    /// The same for the row of a relation to one; nothing of a list.
    async fn check_one(&self, rows: &DynamicRepository<'_>) -> Result<bool, RestError> {
        let is_one = self
            .operation
            .relation
            .is_some_and(|relation| !relation.targets_many());
        if !is_one {
            return Ok(true);
        }
        let is_conditional = self.is_conditional()?;
        if !is_conditional && self.operation.kind != OperationKind::Set {
            return Ok(true);
        }
        let row = rows.find_one(DynamicFilter::new(rows.model())).await?;
        match is_conditional {
            true => self.check_conditions(row.as_ref()),
            false => Ok(row.is_some()),
        }
    }

    fn is_conditional(&self) -> Result<bool, RestError> {
        let is_conditional = is_conditional(&self.parts.headers);
        if !is_conditional && self.requires_if_match() {
            return Err(RestError::new(
                StatusCode::PRECONDITION_REQUIRED,
                "PRECONDITION_REQUIRED",
                "the header `If-Match` must say which version is written",
            ));
        }
        Ok(is_conditional)
    }

    fn check_conditions(&self, row: Option<&DynamicRow>) -> Result<bool, RestError> {
        let tag = match row {
            Some(row) => self.json(StatusCode::OK, row)?.body.as_deref().map(etag),
            None => None,
        };
        match may_write(&self.parts.headers, tag.as_deref()) {
            true => Ok(row.is_some()),
            false => Err(RestError::new(
                StatusCode::PRECONDITION_FAILED,
                "PRECONDITION_FAILED",
                "the row is not the one that the request expects",
            )),
        }
    }
}
