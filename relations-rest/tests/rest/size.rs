//! How large the OpenAPI document is.

#[allow(dead_code)] // Its `main` is for people.
#[path = "../../examples/large_document.rs"]
mod large_document;

use crate::support::TestDb;
use relations_test_attribute::database_test;

#[database_test]
async fn the_document_of_a_hundred_models_is_at_most_two_megabytes(db: TestDb) {
    let models = large_document::api(db.clone(), false);
    let document = models.openapi().to_json().unwrap();
    assert_eq!(models.operations().len(), 1_000);
    assert!(document.len() <= 2_000_000, "{}", document.len());

    // With the routes of two relations each there are twice as many operations.
    let relations = large_document::api(db.clone(), true);
    let document = relations.openapi().to_json().unwrap();
    assert_eq!(relations.operations().len(), 2_000);
    assert!(document.len() <= 2_200_000, "{}", document.len());
}
