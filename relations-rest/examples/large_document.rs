//! The OpenAPI document of 100 models: how large it is, and how long it takes to make. The larger one is written into a file.
//!
//! ```text
//! cargo run --release -p relations-rest --example large_document [FILE]
//! ```

#![allow(missing_docs, unreachable_pub)] // Models without a meaning.

use relations::prelude::*;
use relations_rest::Api;
use serde::Serialize;
use std::io::Write;
use std::time::{Duration, Instant};

/// Models of eight fields with relations to the one before and to the next: filters can include them, and they have routes where they
/// are exposed.
macro_rules! models {
    ($first:ident $second:ident $($others:ident)*) => {
        /// All of them.
        pub fn api(db: Db, are_exposed: bool) -> Api {
            models!(@api Api::new(db), are_exposed; $first $second $($others)*)
        }
        models!(@chain $first $second $($others)* $first $second);
    };
    (@api $api:expr, $are_exposed:expr; $($model:ident)*) => {
        $api $( .model::<$model>(|routes| {
            let routes = routes.includable([$model::BEFORE]).includable([$model::MANY]);
            let routes = routes.includable([$model::ONE]);
            match $are_exposed {
                true => routes.relation($model::BEFORE).relation($model::MANY),
                false => routes,
            }
        }) )*
    };
    (@chain $before:ident $model:ident $next:ident $($others:ident)+) => {
        models!(@one $before $model $next);
        models!(@chain $model $next $($others)+);
    };
    // The last of them, and the first.
    (@chain $before:ident $model:ident $next:ident) => {
        models!(@one $before $model $next);
    };
    (@one $before:ident $model:ident $next:ident) => {
        #[derive(Debug, Serialize, Model)]
        #[has_many($next, name = "many", key_to = "before_id")]
        #[has_one($next, name = "one", key_to = "only_id")]
        pub struct $model {
            #[model(id, generated)]
            id: i64,
            name: String,
            description: Option<String>,
            amount: i64,
            price: f64,
            is_active: bool,
            #[belongs_to($before, name = "before")]
            before_id: i64,
            #[belongs_to($before, name = "only")]
            only_id: Option<i64>,
        }
    };
}

models! {
    A0 A1 A2 A3 A4 A5 A6 A7 A8 A9 B0 B1 B2 B3 B4 B5 B6 B7 B8 B9
    C0 C1 C2 C3 C4 C5 C6 C7 C8 C9 D0 D1 D2 D3 D4 D5 D6 D7 D8 D9
    E0 E1 E2 E3 E4 E5 E6 E7 E8 E9 F0 F1 F2 F3 F4 F5 F6 F7 F8 F9
    G0 G1 G2 G3 G4 G5 G6 G7 G8 G9 H0 H1 H2 H3 H4 H5 H6 H7 H8 H9
    I0 I1 I2 I3 I4 I5 I6 I7 I8 I9 J0 J1 J2 J3 J4 J5 J6 J7 J8 J9
}

/// The document in one line, and the time of the middle one of some.
fn timed(api: &Api) -> serde_json::Result<(String, Duration)> {
    let (mut took, mut document) = (Vec::new(), String::new());
    for _ in 0..21 {
        let start = Instant::now();
        document = api.openapi().to_json()?;
        took.push(start.elapsed());
    }
    took.sort();
    Ok((document, took[10]))
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut out = std::io::stdout();
    for are_exposed in [false, true] {
        let api = api(Db::connect("sqlite::memory:").await?, are_exposed);
        let (document, took) = timed(&api)?;
        if let Some(path) = std::env::args().nth(1).filter(|_| are_exposed) {
            std::fs::write(path, &document)?;
        }
        let (operations, megabytes) = (api.operations().len(), document.len() as f64 / 1e6);
        writeln!(
            out,
            "100 models, {operations} operations: {megabytes:.2} MB, {took:.1?}"
        )?;
    }
    Ok(())
}
