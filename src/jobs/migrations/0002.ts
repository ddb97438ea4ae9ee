/** Journals: entries that are added and never changed. */
export function sql(schema: string): string {
  return `
CREATE TABLE ${schema}.entries (
  -- In the order in which they were committed: those who append wait for each other.
  number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  journal text COLLATE "C" NOT NULL,
  key text COLLATE "C" NOT NULL,
  content json NOT NULL,
  added_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  UNIQUE (journal, key)
);

CREATE INDEX entries_in_order ON ${schema}.entries (journal, number);

CREATE FUNCTION ${schema}.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'entries of a journal are never changed';
END
$$;

CREATE TRIGGER entries_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON ${schema}.entries
  FOR EACH STATEMENT EXECUTE FUNCTION ${schema}.refuse_change();
`
}
