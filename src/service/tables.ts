import { randomBytes } from 'node:crypto'
import type { Sql } from '../jobs/index.ts'

/**
 * Tables in addition to those of the units, whose states they do not repeat: the state of an edit is that of the unit
 * whose key is its id.
 */
const steps: readonly ((schema: string) => string)[] = [
  (schema) => `
CREATE TABLE ${schema}.pictures (
  owner text COLLATE "C" NOT NULL,
  -- SHA-256 of the file, and its name in the file store.
  id text COLLATE "C" NOT NULL,
  name text NOT NULL,
  type text NOT NULL,
  width integer NOT NULL,
  height integer NOT NULL,
  bytes integer NOT NULL,
  kind text NOT NULL CHECK (kind IN ('picture', 'preview', 'map')),
  -- Of a preview.
  edit text COLLATE "C",
  -- A row is there before its file is and after it is deleted; only those that are here are to be had.
  state text NOT NULL DEFAULT 'coming' CHECK (state IN ('coming', 'here', 'going')),
  touched_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (owner, id)
);
CREATE INDEX pictures_by_id ON ${schema}.pictures (id);
CREATE INDEX pictures_previews ON ${schema}.pictures (edit) WHERE kind = 'preview';
CREATE INDEX pictures_not_here ON ${schema}.pictures (touched_at) WHERE state <> 'here';

CREATE TABLE ${schema}.thumbnails (
  picture text COLLATE "C" NOT NULL,
  side integer NOT NULL,
  -- Its name in the file store.
  file text COLLATE "C" NOT NULL,
  PRIMARY KEY (picture, side)
);
CREATE INDEX thumbnails_by_file ON ${schema}.thumbnails (file);

CREATE TABLE ${schema}.edits (
  id text COLLATE "C" PRIMARY KEY,
  -- In the order in which they were committed: those who submit wait for each other.
  number bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
  owner text COLLATE "C" NOT NULL,
  model text NOT NULL,
  task json NOT NULL,
  -- What its pictures were called when it was submitted, by their ids.
  names json NOT NULL,
  -- Of the attempt of that number; another one's says nothing.
  attempt integer,
  progress json,
  preview text,
  -- Counts changes of the above.
  revision integer NOT NULL DEFAULT 0,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  cancelled_at timestamptz
) WITH (fillfactor = 80);
CREATE INDEX edits_of_owner ON ${schema}.edits (owner, number DESC);
CREATE INDEX edits_of_model ON ${schema}.edits (model, number DESC);

-- Pictures that edits were made from, or made.
CREATE TABLE ${schema}.uses (
  edit text COLLATE "C" NOT NULL REFERENCES ${schema}.edits ON DELETE CASCADE,
  owner text COLLATE "C" NOT NULL,
  picture text COLLATE "C" NOT NULL,
  PRIMARY KEY (edit, picture)
);
CREATE INDEX uses_of_picture ON ${schema}.uses (owner, picture);
`,
  (schema) => `
CREATE TABLE ${schema}.secrets (
  name text COLLATE "C" PRIMARY KEY,
  -- 64 hexadecimal digits.
  value text NOT NULL
);
`,
]

/** Brings the tables of the service to this version. */
export const migrateService = (sql: Sql): Promise<void> => sql.migrate('service', steps)

/** A time as ISO 8601, in a statement. */
export const isoTime = (column: string): string =>
  `to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`

/**
 * A secret of 32 bytes that all processes of the service share and that survives restarts; created by the first process
 * that reads it.
 */
export async function sharedSecret(sql: Sql, name: string): Promise<Uint8Array> {
  const fresh = randomBytes(32).toString('hex')
  await sql.query(`INSERT INTO ${sql.schema}.secrets (name, value) VALUES ($1, $2) ON CONFLICT DO NOTHING`, [
    name,
    fresh,
  ])
  const [row] = await sql.query<{ value: string }>(
    `SELECT value FROM ${sql.schema}.secrets WHERE name = $1`,
    [name],
  )
  return Buffer.from(row?.value ?? fresh, 'hex')
}
