/**
 * Sources of pairs that were made elsewhere, beside those of the configuration's places; captioners in the order in which
 * runs asked them, so that the words of the last run's count; pairs by their source.
 */
export function sql(schema: string): string {
  return `
ALTER TABLE ${schema}.sources
  DROP CONSTRAINT sources_state_check,
  ADD CONSTRAINT sources_state_check CHECK (state IN ('new', 'used', 'copy', 'gone', 'outside'));

CREATE UNIQUE INDEX sources_outside ON ${schema}.sources (id) WHERE state = 'outside';

CREATE TABLE ${schema}.captioners (
  name    text COLLATE "C" NOT NULL,
  version text COLLATE "C" NOT NULL,
  -- The hash of its prompts and settings; '' of one that has none.
  prompt  text COLLATE "C" NOT NULL,
  -- Greater than those of all that were asked before.
  number  bigint NOT NULL,
  PRIMARY KEY (name, version, prompt)
);

CREATE INDEX pairs_of_source ON ${schema}.pairs (source, id) WHERE wanted;
`
}
