//! A long list, which is written while it is read.

use crate::RestError;
use crate::answer::unwritten;
use crate::call::Shared;
use crate::integers::Integers;
use axum::body::{Body, Bytes};
use futures_core::Stream;
use relations::dynamic::{DynamicBlocks, DynamicRow};
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

/// The longest list that is read and answered as a whole.
pub(crate) const MOST_AT_ONCE: u64 = 1_000;

/// How many rows of a longer one are in memory at once.
pub(crate) const BLOCK: u64 = 500;

/// What follows the first block of a list.
pub(crate) struct Following {
    shared: Arc<Shared>,
    blocks: DynamicBlocks,
    integers: Integers,
}

/// A block as text, and what follows it.
type Written = (Bytes, Option<Following>);

impl Following {
    pub(crate) fn new(shared: Arc<Shared>, blocks: DynamicBlocks, integers: Integers) -> Self {
        Following {
            shared,
            blocks,
            integers,
        }
    }

    /// The whole list, an array in JSON. An error in the middle leaves it without its end, and ends the connection, so that no client takes
    /// a part for the whole.
    pub(crate) fn into_body(self, first: &[DynamicRow]) -> Result<Body, RestError> {
        let mut text = self.integers.to_json(&first).map_err(unwritten)?;
        // The end of the array comes with the last block.
        text.pop();
        Ok(Body::from_stream(Blocks {
            first: Some(text.into()),
            writing: Some(Box::pin(self.write())),
        }))
    }

    async fn write(self) -> io::Result<Written> {
        let written = self.written().await;
        written.map_err(|error| {
            tracing::error!(error = ?error, "a list was not written to its end");
            io::Error::other("the list ends here")
        })
    }

    /// The next block. Each has the time limit of a call.
    async fn written(mut self) -> Result<Written, Box<dyn std::error::Error + Send + Sync>> {
        let loading = self.blocks.next(&self.shared.db);
        let block = tokio::time::timeout(self.shared.time_limit, loading).await??;
        let mut text = Vec::new();
        if let Some(block) = block.filter(|block| !block.rows.is_empty()) {
            text = self.integers.to_json(&block.rows)?;
            text[0] = b',';
            text.pop();
        }
        let is_done = self.blocks.is_done();
        if is_done {
            text.push(b']');
        }
        Ok((text.into(), (!is_done).then_some(self)))
    }
}

/// The texts of the blocks, each made when the one before was taken.
struct Blocks {
    first: Option<Bytes>,
    writing: Option<Pin<Box<dyn Future<Output = io::Result<Written>> + Send>>>,
}

impl Stream for Blocks {
    type Item = io::Result<Bytes>;

    fn poll_next(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Bytes>>> {
        if let Some(first) = self.first.take() {
            return Poll::Ready(Some(Ok(first)));
        }
        let Some(writing) = &mut self.writing else {
            return Poll::Ready(None);
        };
        let written = ready!(writing.as_mut().poll(context));
        self.writing = None;
        let text = written.map(|(text, following)| {
            self.writing = following.map(|following| Box::pin(following.write()) as _);
            text
        });
        Poll::Ready(Some(text))
    }
}
