import { pack } from 'tar-stream'
import { canonicalJson, type Json } from '../../jobs/index.ts'
import { type ExportFile, type ExportFolder, FileWriter } from './files.ts'
import type { ExportRow } from './row.ts'

const most = { rows: 1000, bytes: 450e6 } as const

/**
 * Writes rows as WebDataset shards, `train-000000.tar`: `<key>.source.png`, `<key>.target.png`, maybe `<key>.mask.png`,
 * and `<key>.json`. Headers carry no times and no owners.
 */
export class WebDatasetFiles {
  readonly #folder: ExportFolder
  readonly #name: string
  readonly #files: ExportFile[] = []
  #shard: Shard | undefined

  constructor(folder: ExportFolder, name: string) {
    this.#folder = folder
    this.#name = name
  }

  async add(row: ExportRow): Promise<void> {
    const shard = this.#shard
    if (shard !== undefined && (shard.rows >= most.rows || shard.bytes >= most.bytes)) {
      this.#files.push(await shard.close())
      this.#shard = undefined
    }
    const path = `${this.#name}-${String(this.#files.length).padStart(6, '0')}.tar`
    this.#shard ??= new Shard(await FileWriter.create(this.#folder, path))
    await this.#shard.add(row)
  }

  async close(): Promise<readonly ExportFile[]> {
    if (this.#shard !== undefined) this.#files.push(await this.#shard.close())
    this.#shard = undefined
    return this.#files
  }

  async abort(): Promise<void> {
    await this.#shard?.abort()
  }
}

class Shard {
  readonly #file: FileWriter
  rows = 0

  constructor(file: FileWriter) {
    this.#file = file
  }

  get bytes(): number {
    return this.#file.bytes
  }

  async add({ key, source, target, mask, provenance }: ExportRow): Promise<void> {
    const { instructions } = provenance
    const json = {
      ...provenance,
      instruction_en: instructions[0]?.en ?? '',
      instruction_cn: instructions[0]?.cn ?? '',
    }
    const entries: readonly (readonly [string, Uint8Array])[] = [
      ['json', new TextEncoder().encode(canonicalJson(json as unknown as Json))],
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
