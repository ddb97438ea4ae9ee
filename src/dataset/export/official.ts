import { type ExportFile, type ExportFolder, FileWriter, writeFileOf } from './files.ts'
import type { ExportRow } from './row.ts'

/** The language of the captions; both: one triplet in two, by its key. */
export type Language = 'en' | 'cn' | 'both'

/**
 * Writes rows in the layout of the official trainer: pictures in folders, and a metadata file
 * `{"<target path>": {"ref_image_path": "<source path>", "caption": "<instruction>"}}`, paths relative to it.
 */
export class OfficialFiles {
  readonly #folder: ExportFolder
  readonly #split: string
  readonly #language: Language
  readonly #files: ExportFile[] = []
  #metadata: FileWriter | undefined
  #rows = 0

  constructor(folder: ExportFolder, split: string, language: Language) {
    this.#folder = folder
    this.#split = split
    this.#language = language
  }

  async add({ key, kind, source, target, provenance: { instructions } }: ExportRow): Promise<void> {
    const path = (side: string): string => `${this.#split}/${side}/${kind}/${key}.png`
    this.#files.push(
      ...(await Promise.all([
        writeFileOf(this.#folder, path('source'), source),
        writeFileOf(this.#folder, path('target'), target),
      ])),
    )
    const language =
      this.#language === 'both'
        ? Number.parseInt(key.at(-1)!, 16) % 2 === 0
          ? ('en' as const)
          : ('cn' as const)
        : this.#language
    const row = { ref_image_path: path('source'), caption: instructions[0]?.[language] ?? '' }
    this.#metadata ??= await FileWriter.create(this.#folder, `${this.#split}.json`)
    // One row after another, so that the whole never stands in memory.
    const line = `${this.#rows === 0 ? '{' : ','}\n ${JSON.stringify(path('target'))}: ${JSON.stringify(row)}`
    await this.#metadata.write(new TextEncoder().encode(line))
    this.#rows++
  }

  async close(): Promise<readonly ExportFile[]> {
    if (this.#metadata === undefined) return []
    await this.#metadata.write(new TextEncoder().encode('\n}\n'))
    return [...this.#files, await this.#metadata.close(this.#rows)]
  }

  async abort(): Promise<void> {
    await this.#metadata?.abort()
  }
}
