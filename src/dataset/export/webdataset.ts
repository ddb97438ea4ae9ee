import { pack } from 'tar-stream'
import { canonicalJson } from '../../jobs/index.ts'
import type { Split } from '../sources/catalog.ts'
import { type ExportFile, FileWriter } from './files.ts'
import type { ExportRow } from './row.ts'

const most = { rows: 1000, bytes: 450e6 } as const

/**
 * Writes a split's triplets as WebDataset shards, `train-000000.tar`: `<key>.source.png`, `<key>.target.png`,
 * maybe `<key>.mask.png`, and `<key>.json`. Headers carry no times and no owners.
 */
export async function writeWebDataset(
  folder: string,
  split: Split,
  rows: AsyncIterable<ExportRow>,
): Promise<readonly ExportFile[]> {
  const parts: ExportFile[] = []
  let shard: Shard | undefined
  try {
    for await (const row of rows) {
      if (shard !== undefined && (shard.rows >= most.rows || shard.bytes >= most.bytes)) {
        parts.push(await shard.close())
        shard = undefined
      }
      shard ??= await Shard.create(folder, `${split}-${String(parts.length).padStart(6, '0')}.tar`)
      await shard.add(row)
    }
    if (shard !== undefined) parts.push(await shard.close())
  } catch (error) {
    await shard?.abort()
    throw error
  }
  return parts
}

class Shard {
  readonly #file: FileWriter
  rows = 0

  private constructor(file: FileWriter) {
    this.#file = file
  }

  static async create(folder: string, path: string): Promise<Shard> {
    return new Shard(await FileWriter.create(folder, path))
  }

  get bytes(): number {
    return this.#file.bytes
  }

  async add({ key, source, target, mask, provenance }: ExportRow): Promise<void> {
    const { instructions } = provenance
    const json = {
      ...provenance,
      instruction_en: instructions[0]!.en,
      instruction_cn: instructions[0]!.cn,
    }
    const entries: readonly (readonly [string, Uint8Array])[] = [
      ['json', new TextEncoder().encode(canonicalJson(json))],
      ...(mask ? ([['mask.png', mask]] as const) : []),
      ['source.png', source],
      ['target.png', target],
    ]
    for (const [ending, bytes] of entries) await this.#file.write(await tarEntry(`${key}.${ending}`, bytes))
    this.rows++
  }

  abort(): Promise<void> {
    return this.#file.abort()
  }

  async close(): Promise<ExportFile> {
    // Two empty blocks end an archive.
    await this.#file.write(new Uint8Array(1024))
    return this.#file.close(this.rows)
  }
}

/** The header and the padded content of a file, without the archive's end. */
async function tarEntry(name: string, bytes: Uint8Array): Promise<Uint8Array> {
  const archive = pack()
  const header = {
    name,
    size: bytes.length,
    mode: 0o644,
    mtime: new Date(0),
    uid: 0,
    gid: 0,
    type: 'file' as const,
  }
  archive.entry(header, Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length))
  archive.finalize()
  const chunks: Buffer[] = []
  for await (const chunk of archive) chunks.push(chunk as Buffer)
  const whole = Buffer.concat(chunks)
  return whole.subarray(0, whole.length - 1024)
}
