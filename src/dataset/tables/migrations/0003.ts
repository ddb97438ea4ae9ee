/** Hashes of files that were read before, by what tells that a file has not changed since. */
export function sql(schema: string): string {
  return `
CREATE TABLE ${schema}.file_hashes (
  path   text COLLATE "C" PRIMARY KEY,
  stamp  text COLLATE "C" NOT NULL,
  sha256 text COLLATE "C" NOT NULL
);
`
}
