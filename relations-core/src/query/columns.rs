//! Several columns of one model, whatever their types.

use crate::model::{FieldMetadata, Model};
use crate::query::Column;

/// A column of `M`, or a tuple of them: `Post::SLUG`, `(Post::AUTHOR_ID, Post::SLUG)`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a column of `{M}`",
    label = "expected a column of `{M}`, or a tuple of its columns"
)]
pub trait Columns<M> {
    #[doc(hidden)]
    fn fields(&self) -> Vec<&'static FieldMetadata>;
}

impl<M: Model, T> Columns<M> for Column<M, T> {
    fn fields(&self) -> Vec<&'static FieldMetadata> {
        vec![self.field()]
    }
}

macro_rules! tuples {
    ($($($column:ident $at:tt)*;)*) => { $(
        #[diagnostic::do_not_recommend]
        impl<M: Model, $($column),*> Columns<M> for ($(Column<M, $column>,)*) {
            fn fields(&self) -> Vec<&'static FieldMetadata> {
                vec![$(self.$at.field()),*]
            }
        }
    )* };
}

tuples! {
    A 0;
    A 0 B 1;
    A 0 B 1 C 2;
    A 0 B 1 C 2 D 3;
    A 0 B 1 C 2 D 3 E 4;
    A 0 B 1 C 2 D 3 E 4 F 5;
    A 0 B 1 C 2 D 3 E 4 F 5 G 6;
    A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7;
}
