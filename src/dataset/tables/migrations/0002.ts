/** Measures by the tools that they asked: those of another tool are measures of their own, and the newest count. */
export function sql(schema: string): string {
  return `
ALTER TABLE ${schema}.measures
  ADD COLUMN tools text COLLATE "C" NOT NULL DEFAULT '',
  ADD COLUMN number bigint GENERATED ALWAYS AS IDENTITY,
  DROP CONSTRAINT measures_pkey,
  ADD PRIMARY KEY (pair, "check", version, tools);
`
}
