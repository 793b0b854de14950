//! Without a feature for TLS.

use crate::support::{TestDb, database_test};
use crate::{Mode, connect};
use relations::ErrorKind;

#[database_test(postgres, mysql)]
async fn a_build_without_tls_says_which_feature_is_missing(db: TestDb) {
    for mode in [Mode::Require, Mode::VerifyCa, Mode::VerifyFull] {
        let error = connect(&db, mode, None).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Connection);
        let message = error.to_string();
        let help = "\nhelp: turn on the feature `tls-rustls` or `tls-native` of `relations-orm`";
        assert!(message.ends_with(help), "{message}");
    }
}
