/**
 * Everything that a dataset knows beside its units: what was found, what it became, and what was made of it. Texts that
 * are compared are bytewise, so that their order is the same everywhere.
 */
export function sql(schema: string): string {
  return `
-- Facts of the last run, by name.
CREATE TABLE ${schema}.facts (
  name text PRIMARY KEY,
  content json NOT NULL
);

-- Files that were found in the places of the configuration, by what they are for.
CREATE TABLE ${schema}.files (
  purpose text COLLATE "C" NOT NULL CHECK (purpose IN ('source', 'cutout')),
  -- The path of the place as the configuration has it, and the file's path below.
  place text COLLATE "C" NOT NULL,
  name text COLLATE "C" NOT NULL,
  type text NOT NULL CHECK (type IN ('photo', 'video')),
  licence text NOT NULL,
  bytes bigint NOT NULL,
  -- In microseconds; with bytes it tells whether the file has to be read again.
  modified bigint NOT NULL,
  sha256 text COLLATE "C" NOT NULL,
  -- The number of the run that saw it last.
  seen integer NOT NULL,
  -- Key of the unit that takes it in; none of a file that is not used.
  unit text COLLATE "C",
  reason text,
  detail text,
  PRIMARY KEY (purpose, place, name)
);

CREATE INDEX files_by_unit ON ${schema}.files (unit) WHERE unit IS NOT NULL;
CREATE INDEX files_by_content ON ${schema}.files (purpose, sha256);

-- Pictures and clips, by the unit that made them; of those with one id, one is used.
CREATE TABLE ${schema}.sources (
  unit text COLLATE "C" NOT NULL,
  at text COLLATE "C" NOT NULL,
  id text COLLATE "C" NOT NULL,
  content json NOT NULL,
  pixels bigint NOT NULL,
  hash text COLLATE "C" NOT NULL,
  name text COLLATE "C",
  type text,
  group_id text COLLATE "C",
  split text,
  state text NOT NULL DEFAULT 'new' CHECK (state IN ('new', 'used', 'copy', 'gone')),
  detail text,
  PRIMARY KEY (unit, at)
);

CREATE UNIQUE INDEX sources_used ON ${schema}.sources (id) WHERE state = 'used';

-- Subjects for donors.
CREATE TABLE ${schema}.cutouts (
  unit text COLLATE "C" PRIMARY KEY,
  id text COLLATE "C" NOT NULL,
  content json NOT NULL,
  -- The source that it was cut from; none of files.
  source text COLLATE "C",
  name text,
  licence text,
  group_id text COLLATE "C",
  split text,
  state text NOT NULL DEFAULT 'new' CHECK (state IN ('new', 'used', 'copy', 'gone'))
);

CREATE UNIQUE INDEX cutouts_used ON ${schema}.cutouts (id) WHERE state = 'used';
CREATE INDEX cutouts_by_source ON ${schema}.cutouts (source) WHERE source IS NOT NULL;

-- What is in a source, by the unit that found it.
CREATE TABLE ${schema}.annotations (
  unit text COLLATE "C" PRIMARY KEY,
  source text COLLATE "C" NOT NULL,
  content json NOT NULL
);

-- Two pictures and what was done between them.
CREATE TABLE ${schema}.pairs (
  id text COLLATE "C" PRIMARY KEY,
  kind text COLLATE "C" NOT NULL,
  source text COLLATE "C" NOT NULL,
  -- The draft that it tells of: of several that gave the same pixels the one with the smallest key.
  draft text COLLATE "C",
  content json NOT NULL,
  -- Whether the last plan wants it; of drafts of earlier plans nobody does.
  wanted boolean NOT NULL DEFAULT true
);

CREATE INDEX pairs_wanted ON ${schema}.pairs (id) WHERE wanted;
CREATE INDEX pairs_of_kind ON ${schema}.pairs (kind, id) WHERE wanted;

-- What became of a variant of a recipe on a source.
CREATE TABLE ${schema}.drafts (
  key text COLLATE "C" PRIMARY KEY,
  source text COLLATE "C" NOT NULL,
  kind text COLLATE "C" NOT NULL,
  recipe text COLLATE "C" NOT NULL,
  variant integer NOT NULL,
  state text NOT NULL CHECK (state IN ('drafted', 'rejected')),
  reason text,
  "values" json,
  pair text COLLATE "C" REFERENCES ${schema}.pairs,
  times json NOT NULL,
  wanted boolean NOT NULL DEFAULT true,
  CHECK ((state = 'drafted') = (pair IS NOT NULL)),
  CHECK ((state = 'rejected') = (reason IS NOT NULL))
);

CREATE INDEX drafts_of_source ON ${schema}.drafts (source, recipe);
CREATE INDEX drafts_of_pair ON ${schema}.drafts (pair) WHERE pair IS NOT NULL;

CREATE TABLE ${schema}.measures (
  pair text COLLATE "C" NOT NULL REFERENCES ${schema}.pairs,
  "check" text COLLATE "C" NOT NULL,
  version integer NOT NULL,
  "values" json NOT NULL,
  PRIMARY KEY (pair, "check", version)
);

CREATE TABLE ${schema}.captions (
  id text COLLATE "C" PRIMARY KEY,
  pair text COLLATE "C" NOT NULL REFERENCES ${schema}.pairs,
  content json NOT NULL
);

CREATE INDEX captions_of_pair ON ${schema}.captions (pair);

CREATE TABLE ${schema}.judgements (
  id text COLLATE "C" PRIMARY KEY,
  pair text COLLATE "C" NOT NULL REFERENCES ${schema}.pairs,
  content json NOT NULL
);

CREATE INDEX judgements_of_pair ON ${schema}.judgements (pair);
`
}
