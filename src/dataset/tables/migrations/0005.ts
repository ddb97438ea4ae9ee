/**
 * What grows with the number of files stands in tables instead of in the memory of the process that plans: files as they
 * are found, and candidates for sources until each has its side. Candidates are of one run, so they need not outlive a
 * crash.
 */
export function sql(schema: string): string {
  return `
DROP TABLE ${schema}.files;

-- Files of the last run's places by their content, each taken once for a purpose.
CREATE TABLE ${schema}.files (
  purpose text COLLATE "C" NOT NULL CHECK (purpose IN ('source', 'cutout')),
  sha256  text COLLATE "C" NOT NULL,
  name    text NOT NULL,
  -- Key of the unit that takes it in; none of a file that no tool reads.
  unit    text COLLATE "C",
  content json NOT NULL,
  -- The number of the last plan that found it.
  plan    integer NOT NULL,
  PRIMARY KEY (purpose, sha256)
);

CREATE INDEX files_by_unit ON ${schema}.files (purpose, unit) WHERE unit IS NOT NULL;

CREATE UNLOGGED TABLE ${schema}.candidates (
  number  integer PRIMARY KEY,
  -- The unit whose output it is in, and its file as the table of sources names it.
  unit    text COLLATE "C" NOT NULL,
  file    text COLLATE "C" NOT NULL,
  at      text COLLATE "C" NOT NULL,
  id      text COLLATE "C" NOT NULL,
  hash    text NOT NULL,
  colours text NOT NULL,
  -- Of its file: width by height, and width over height.
  pixels  bigint NOT NULL,
  aspect  float8 NOT NULL,
  name    text COLLATE "C" NOT NULL,
  type    text NOT NULL
);

CREATE INDEX candidates_in_order ON ${schema}.candidates ((-pixels), name, number);
CREATE INDEX candidates_by_id ON ${schema}.candidates (id);
CREATE INDEX candidates_of_videos ON ${schema}.candidates (unit, id) WHERE type = 'video';

-- Money that all processes of a dataset may spend, and have spent, in USD; and what their calls in flight may cost.
CREATE TABLE ${schema}.ledgers (
  name          text PRIMARY KEY,
  most          float8,
  allow_unknown boolean NOT NULL DEFAULT false,
  spent         float8 NOT NULL DEFAULT 0
);

CREATE TABLE ${schema}.reservations (
  id     uuid PRIMARY KEY,
  ledger text NOT NULL REFERENCES ${schema}.ledgers,
  amount float8 NOT NULL,
  -- Of a process that died meanwhile it counts as spent.
  until  timestamptz NOT NULL
);

-- The last plan that wants a cut-out, and the perceptual hash of one from a file.
ALTER TABLE ${schema}.cutouts ADD COLUMN plan integer NOT NULL DEFAULT 0, ADD COLUMN hash text;
`
}
