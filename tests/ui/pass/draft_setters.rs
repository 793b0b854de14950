//! What setters of drafts and patches take.

use relations::prelude::*;
use std::borrow::Cow;

#[derive(Debug, Clone, PartialEq, Model)]
struct Everything {
    #[model(id, generated)]
    id: i64,
    a: i8,
    b: i16,
    c: i32,
    d: i64,
    e: u8,
    f: u16,
    g: u32,
    h: u64,
    i: f32,
    j: f64,
    k: bool,
    l: String,
    m: Vec<u8>,
    oa: Option<i8>,
    ob: Option<i16>,
    oc: Option<i32>,
    od: Option<i64>,
    oe: Option<u8>,
    of: Option<u16>,
    og: Option<u32>,
    oh: Option<u64>,
    oi: Option<f32>,
    oj: Option<f64>,
    ok: Option<bool>,
    ol: Option<String>,
    om: Option<Vec<u8>>,
    #[model(default = "7")]
    p: i64,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> relations::Result<()> {
    let db = Db::connect("sqlite::memory:").await?;
    db.schema::<Everything>().create().await?;
    let all = EverythingRepository::new(&db);
    let required = Everything::draft()
        .a(-1)
        .b(-2)
        .c(-3)
        .d(-4)
        .e(1)
        .f(2)
        .g(3)
        .h(4)
        .i(0.5)
        .j(0.25)
        .k(true)
        .l("text")
        .m(b"bytes");
    let least = all.create(required.clone()).await?;
    assert_eq!((least.oa, least.p), (None, 7));
    let most = required
        .oa(-1)
        .ob(-2)
        .oc(-3)
        .od(-4)
        .oe(1)
        .of(2)
        .og(3)
        .oh(4)
        .oi(0.5)
        .oj(0.25)
        .ok(true)
        .ol("text")
        .om(b"bytes")
        .p(8);
    let most = all.create(most).await?;
    assert_eq!(
        (most.oh, most.ol.as_deref(), most.p),
        (Some(4), Some("text"), 8)
    );
    let owned = String::from("owned");
    let patch = Everything::patch()
        .l(&owned)
        .ol(Cow::Borrowed("cow"))
        .oa(None)
        .ob(Some(3))
        .h(9)
        .oh(10)
        .m(vec![1, 2]);
    assert_eq!(all.patch_by_id(most.id, patch).await?, 1);
    let patched = all.find_by_id(most.id).get().await?;
    assert_eq!(
        (patched.l.as_str(), patched.oa, patched.ob),
        ("owned", None, Some(3))
    );
    let found = all
        .find()
        .filter(Everything::A.eq(-1) & Everything::OH.eq(10) & Everything::J.gt(0.1));
    assert_eq!(found.count().await?, 1);
    Ok(())
}
