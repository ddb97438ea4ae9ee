import type { Sql } from '../../jobs/index.ts'

/** A change locks the owner's row, so that changes are numbered in the order in which they become visible. */
const steps: readonly ((schema: string) => string)[] = [
  (schema) => `
CREATE TABLE ${schema}.history_owners (
  owner text COLLATE "C" PRIMARY KEY,
  version bigint NOT NULL
);

CREATE TABLE ${schema}.history_sessions (
  id text COLLATE "C" PRIMARY KEY,
  owner text COLLATE "C" NOT NULL,
  name text NOT NULL,
  -- The owner's, of its newest change.
  version bigint NOT NULL,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  changed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  deleted_at timestamptz
);
CREATE INDEX history_sessions_of_owner ON ${schema}.history_sessions (owner, version);
CREATE INDEX history_sessions_deleted ON ${schema}.history_sessions (deleted_at) WHERE deleted_at IS NOT NULL;

CREATE TABLE ${schema}.history_nodes (
  id text COLLATE "C" PRIMARY KEY,
  number bigint GENERATED ALWAYS AS IDENTITY,
  session text COLLATE "C" NOT NULL REFERENCES ${schema}.history_sessions ON DELETE CASCADE,
  parent text COLLATE "C" REFERENCES ${schema}.history_nodes ON DELETE CASCADE,
  name text,
  -- What was handed in or came out, as it is told.
  picture json,
  -- Of the service of edits; none of an imported one.
  edit text COLLATE "C",
  -- The edit as it ended; until then it is asked for.
  ended json,
  removed boolean NOT NULL DEFAULT false,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX history_nodes_of_session ON ${schema}.history_nodes (session, number);
CREATE INDEX history_nodes_of_parent ON ${schema}.history_nodes (parent);
CREATE INDEX history_nodes_of_edit ON ${schema}.history_nodes (edit) WHERE edit IS NOT NULL;
CREATE INDEX history_nodes_open ON ${schema}.history_nodes (session) WHERE edit IS NOT NULL AND ended IS NULL;

CREATE TABLE ${schema}.history_pictures (
  node text COLLATE "C" NOT NULL REFERENCES ${schema}.history_nodes ON DELETE CASCADE,
  owner text COLLATE "C" NOT NULL,
  picture text COLLATE "C" NOT NULL,
  PRIMARY KEY (node, picture)
);
CREATE INDEX history_pictures_of_owner ON ${schema}.history_pictures (owner, picture);

-- What recipes know pictures by, of files by their own hashes.
CREATE TABLE ${schema}.history_hashes (
  picture text COLLATE "C" PRIMARY KEY,
  pixels text COLLATE "C" NOT NULL,
  coverage text COLLATE "C" NOT NULL
);
CREATE INDEX history_hashes_of_pixels ON ${schema}.history_hashes (pixels);
CREATE INDEX history_hashes_of_coverage ON ${schema}.history_hashes (coverage);
`,
]

/** Brings the tables of sessions to this version. */
export const migrateHistory = (sql: Sql): Promise<void> => sql.migrate('service history', steps)

/** A statement that returns `owner` and `picture` of everything that sessions use, including restorable ones. */
export const picturesInSessions = (schema: string): string =>
  `SELECT owner, picture FROM ${schema}.history_pictures`

/** A statement that returns `edit`, the ids of all edits in sessions, including restorable ones. */
export const editsInSessions = (schema: string): string =>
  `SELECT edit FROM ${schema}.history_nodes WHERE edit IS NOT NULL`
