import { type FindOptions, type FoundPage, findFiles, type SourcePlace } from 'pentimento/dataset'

/** All that some places hold, at once. */
export async function foundFiles(
  folder: string,
  places: readonly SourcePlace[],
  hashes?: FindOptions['hashes'],
): Promise<FoundPage> {
  const found: FoundPage[] = []
  const firstOf = async (): Promise<Map<string, string>> =>
    new Map(found.flatMap(({ files }) => files.map(({ sha256, name }) => [sha256, name])))
  for await (const page of findFiles(folder, places, { firstOf, ...(hashes && { hashes }) })) found.push(page)
  return {
    files: found.flatMap(({ files }) => files),
    rejections: found.flatMap(({ rejections }) => rejections),
    others: found.reduce((sum, { others }) => sum + others, 0),
  }
}
