/**
 * Units are taken from their own table (FOR UPDATE SKIP LOCKED): the schema of tickets beside it goes. Plans number
 * what they want, so that what only earlier ones wanted is put aside at once; and the unfinished are counted by index.
 */
export function sql(schema: string): string {
  return `
DROP SCHEMA IF EXISTS ${schema}_queue CASCADE;

ALTER TABLE ${schema}.units ADD COLUMN plan integer NOT NULL DEFAULT 0;

-- It was there for tickets, whose order was not that of the units.
DROP INDEX ${schema}.units_open;
CREATE INDEX units_unfinished ON ${schema}.units (queue, state, plan) WHERE state IN ('waiting', 'active', 'dead');

-- The queue stands before many updates and none after them.
ALTER TABLE ${schema}.units SET (fillfactor = 90, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.2);
`
}
