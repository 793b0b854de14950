//! How PostgreSQL is asked for its tables.

use crate::catalog::Catalog;

pub(super) const CATALOG: Catalog = Catalog {
    columns: COLUMNS,
    keys: KEYS,
    foreign_keys: FOREIGN_KEYS,
    constraint: CONSTRAINT,
    placeholder: |at| format!("${at}"),
    complete_column: |_| {},
    complete_index: |_| {},
    tables: TABLES,
    texts: TEXTS,
    complete_table: |_, _| {},
};

// Neither the parts of partitioned tables, nor what belongs to an extension.
const TABLES: &str = "\
SELECT n.nspname::text, c.relname::text, obj_description(c.oid, 'pg_class'), NULL::text \
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
WHERE c.relkind IN ('r', 'p', 'f', 'v', 'm') AND NOT c.relispartition AND n.nspname::text = COALESCE(NULLIF($1, ''), current_schema()::text) \
  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.classid = 'pg_class'::regclass AND d.deptype = 'e') \
ORDER BY c.relname";

const TEXTS: &str = "\
SELECT n.nspname::text, c.relname::text, a.attname::text, col_description(c.oid, a.attnum), NULL::text \
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
  JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped \
WHERE n.nspname::text = COALESCE(NULLIF($1, ''), current_schema()::text) AND col_description(c.oid, a.attnum) IS NOT NULL \
UNION ALL \
SELECT n.nspname::text, c.relname::text, NULL, pg_get_expr(f.conbin, f.conrelid), f.conname::text \
FROM pg_constraint f JOIN pg_class c ON c.oid = f.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace \
WHERE f.contype = 'c' AND n.nspname::text = COALESCE(NULLIF($1, ''), current_schema()::text) \
ORDER BY 1, 2, 3, 4";

// Tables, views of both kinds, partitioned and foreign tables. A domain is what it stands on.
const COLUMNS: &str = "\
SELECT n.nspname::text, c.relname::text, pg_table_is_visible(c.oid)::int, 0, (c.relkind IN ('v', 'm'))::int, \
  a.attname::text, \
  CASE WHEN t.typtype = 'd' THEN format_type(t.typbasetype, t.typtypmod) ELSE format_type(t.oid, a.atttypmod) END, \
  (NOT (a.attnotnull OR (t.typtype = 'd' AND t.typnotnull)))::int, \
  CASE WHEN a.attgenerated = '' THEN COALESCE(pg_get_expr(d.adbin, d.adrelid), t.typdefault) END, \
  CASE WHEN a.attidentity = 'a' OR a.attgenerated <> '' THEN 'computed' WHEN a.attidentity = 'd' THEN 'counted' END, \
  o.collname::text, \
  (SELECT json_agg(e.enumlabel ORDER BY e.enumsortorder)::text FROM pg_enum e \
    WHERE e.enumtypid = CASE WHEN t.typtype = 'd' THEN t.typbasetype ELSE t.oid END), \
  EXISTS (SELECT FROM pg_trigger g JOIN pg_proc p ON p.oid = g.tgfoid WHERE g.tgrelid = c.oid AND g.tgenabled <> 'D' \
    AND strpos(p.prosrc, 'NEW.\"' || replace(a.attname::text, '\"', '\"\"') || '\" := statement_timestamp()') > 0)::int \
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
  JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped \
  JOIN pg_type t ON t.oid = a.atttypid \
  LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum \
  LEFT JOIN pg_collation o ON o.oid = a.attcollation \
WHERE c.relkind IN ('r', 'p', 'f', 'v', 'm') AND c.relname::text IN ({names}) \
  AND (pg_table_is_visible(c.oid) OR n.nspname::text IN ({schemas})) \
ORDER BY n.nspname, c.relname, a.attnum";

// Indexes by which an equal value is found; columns that are merely included do not count.
const KEYS: &str = "\
SELECT n.nspname::text, c.relname::text, x.relname::text, i.indisprimary::int, i.indisunique::int, \
  pg_get_expr(i.indpred, i.indrelid), a.attname::text \
FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid JOIN pg_namespace n ON n.oid = c.relnamespace \
  JOIN pg_class x ON x.oid = i.indexrelid JOIN pg_am m ON m.oid = x.relam \
  CROSS JOIN LATERAL unnest(i.indkey::int2[]) WITH ORDINALITY AS k (attnum, place) \
  LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.attnum AND k.attnum > 0 \
WHERE i.indisvalid AND m.amname IN ('btree', 'hash') AND k.place <= i.indnkeyatts AND c.relname::text IN ({names}) \
  AND (pg_table_is_visible(c.oid) OR n.nspname::text IN ({schemas})) \
ORDER BY n.nspname, c.relname, x.relname, k.place";

const FOREIGN_KEYS: &str = "\
SELECT n.nspname::text, c.relname::text, f.conname::text, f.conname::text, a.attname::text, \
  rn.nspname::text, rc.relname::text, ra.attname::text, \
  CASE f.confdeltype WHEN 'c' THEN 'CASCADE' WHEN 'n' THEN 'SET NULL' WHEN 'd' THEN 'SET DEFAULT' \
    WHEN 'r' THEN 'RESTRICT' ELSE 'NO ACTION' END, \
  CASE f.confupdtype WHEN 'c' THEN 'CASCADE' WHEN 'n' THEN 'SET NULL' WHEN 'd' THEN 'SET DEFAULT' \
    WHEN 'r' THEN 'RESTRICT' ELSE 'NO ACTION' END \
FROM pg_constraint f JOIN pg_class c ON c.oid = f.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace \
  JOIN pg_class rc ON rc.oid = f.confrelid JOIN pg_namespace rn ON rn.oid = rc.relnamespace \
  CROSS JOIN LATERAL unnest(f.conkey, f.confkey) WITH ORDINALITY AS k (own, referred, place) \
  JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.own \
  JOIN pg_attribute ra ON ra.attrelid = rc.oid AND ra.attnum = k.referred \
WHERE f.contype = 'f' AND c.relname::text IN ({names}) \
  AND (pg_table_is_visible(c.oid) OR n.nspname::text IN ({schemas})) \
ORDER BY n.nspname, c.relname, f.conname, k.place";

// The columns of a constraint; of an index that is none, those it lists, or those that its expressions use.
const CONSTRAINT: &str = "\
SELECT a.attname::text FROM ( \
    SELECT f.conrelid AS owner, f.conkey AS key, 0 AS expressions FROM pg_constraint f WHERE f.conname::text = $3 \
    UNION ALL \
    SELECT i.indrelid, (i.indkey::int2[])[0:i.indnkeyatts - 1], CASE WHEN i.indexprs IS NULL OR i.indpred IS NOT NULL THEN 0 ELSE i.indexrelid::int8 END \
      FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid WHERE x.relname::text = $3 \
        AND NOT EXISTS (SELECT FROM pg_constraint f WHERE f.conrelid = i.indrelid AND f.conname = x.relname) \
  ) AS k JOIN pg_attribute a ON a.attrelid = k.owner AND a.attnum > 0 \
WHERE k.owner = (SELECT c.oid FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
    WHERE c.relname::text = $2 AND (n.nspname::text = $1 OR $1 = '') ORDER BY pg_table_is_visible(c.oid) DESC LIMIT 1) \
  AND (a.attnum = ANY (k.key) OR (k.expressions > 0 AND EXISTS (SELECT FROM pg_depend d \
    WHERE d.objid = k.expressions::oid AND d.refobjid = k.owner AND d.refobjsubid = a.attnum))) \
ORDER BY array_position(k.key, a.attnum), a.attnum";
