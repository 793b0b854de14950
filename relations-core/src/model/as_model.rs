//! What holds a row of a model: the model itself, a row with slots, a shared one.

use crate::model::{Linked, Model};
use std::sync::Arc;

/// A row of a model, with or without included relations: wherever `&Supplier` names a source or a target, `&SupplierWith<..>`
/// does as well, and so do an `Arc` of one and a [`Linked`] target.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a row of a model",
    label = "expected a model, or a row of one with included relations"
)]
pub trait AsModel {
    /// The model.
    type Model: Model;
    /// The row without its relations.
    fn as_model(&self) -> &Self::Model;
}

#[diagnostic::do_not_recommend]
impl<M: Model> AsModel for M {
    type Model = M;

    fn as_model(&self) -> &M {
        self
    }
}

#[diagnostic::do_not_recommend]
impl<W: AsModel> AsModel for Arc<W> {
    type Model = W::Model;

    fn as_model(&self) -> &W::Model {
        W::as_model(self)
    }
}

#[diagnostic::do_not_recommend]
impl<W: AsModel, L> AsModel for Linked<W, L> {
    type Model = W::Model;

    fn as_model(&self) -> &W::Model {
        W::as_model(self)
    }
}
