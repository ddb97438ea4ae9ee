/** Units, their queues, and the holders of units. */
export function sql(schema: string): string {
  return `
CREATE TABLE ${schema}.queues (
  name text PRIMARY KEY,
  paused boolean NOT NULL DEFAULT false
);

-- Units of a queue that use the same tools.
CREATE TABLE ${schema}.lanes (
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  queue text NOT NULL REFERENCES ${schema}.queues,
  tools text[] NOT NULL,
  UNIQUE (queue, tools)
);

-- Stores that work, and until when they are taken to be alive. One without a row is dead.
CREATE TABLE ${schema}.holders (
  id uuid PRIMARY KEY,
  alive_until timestamptz NOT NULL
);

CREATE TABLE ${schema}.units (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  key text COLLATE "C" NOT NULL UNIQUE,
  queue text NOT NULL REFERENCES ${schema}.queues,
  lane integer NOT NULL REFERENCES ${schema}.lanes,
  priority integer NOT NULL,
  -- json, not jsonb: it keeps the text as it is, \\u0000 included.
  payload json NOT NULL,
  state text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'active', 'done', 'dead', 'cancelled')),
  -- A waiting unit is not taken before; it is what the unit's ticket says too.
  run_after timestamptz NOT NULL DEFAULT clock_timestamp(),
  -- How often it was started; of these how often its handler threw, and how often its worker died, since the last retry by hand.
  attempts integer NOT NULL DEFAULT 0,
  failures integer NOT NULL DEFAULT 0,
  deaths integer NOT NULL DEFAULT 0,
  -- Cancelled while active: it ends as cancelled, whatever its handler does.
  cancelling boolean NOT NULL DEFAULT false,
  holder uuid,
  -- New with each attempt, so that nobody can finish one that is no longer his.
  claim uuid,
  worker text,
  output json,
  reason text,
  added_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  started_at timestamptz,
  finished_at timestamptz,
  CHECK ((state = 'done') = (output IS NOT NULL)),
  CHECK ((state = 'active') = (holder IS NOT NULL))
);

CREATE INDEX units_by_key ON ${schema}.units (queue, key);
CREATE INDEX units_next ON ${schema}.units (lane, priority DESC, id) WHERE state = 'waiting';
CREATE INDEX units_open ON ${schema}.units (queue) WHERE state IN ('waiting', 'active');
CREATE INDEX units_held ON ${schema}.units (holder) WHERE state = 'active';

-- A limited tool has as many rows as units may use it at a time.
CREATE TABLE ${schema}.slots (
  tool text NOT NULL,
  number integer NOT NULL,
  unit bigint,
  PRIMARY KEY (tool, number)
);

CREATE INDEX slots_taken ON ${schema}.slots (unit) WHERE unit IS NOT NULL;
`
}
