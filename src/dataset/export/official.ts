import type { Split } from '../sources/catalog.ts'
import { type ExportFile, writeFileOf } from './files.ts'
import type { ExportRow } from './row.ts'

/** The language of the captions; both: one triplet in two, by its key. */
export type Language = 'en' | 'cn' | 'both'

/**
 * Writes a split in the layout of the official trainer: pictures in folders, and a metadata file
 * `{"<target path>": {"ref_image_path": "<source path>", "caption": "<instruction>"}}`, paths relative to it.
 */
export async function writeOfficial(
  folder: string,
  split: Split,
  rows: AsyncIterable<ExportRow>,
  language: Language,
): Promise<readonly ExportFile[]> {
  const files: ExportFile[] = []
  const metadata: Record<string, { readonly ref_image_path: string; readonly caption: string }> = {}
  for await (const { key, kind, instruction, source, target } of rows) {
    const path = (side: string): string => `${split}/${side}/${kind}/${key}.png`
    files.push(await writeFileOf(folder, path('source'), source))
    files.push(await writeFileOf(folder, path('target'), target))
    const chosen = language === 'both' ? (Number.parseInt(key.at(-1)!, 16) % 2 === 0 ? 'en' : 'cn') : language
    metadata[path('target')] = { ref_image_path: path('source'), caption: instruction[chosen] }
  }
  const rowCount = Object.keys(metadata).length
  const content = `${JSON.stringify(metadata, null, 1)}\n`
  return [...files, await writeFileOf(folder, `${split}.json`, content, rowCount)]
}
