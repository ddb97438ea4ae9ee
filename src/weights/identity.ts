import { createHash } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { writeFileWhole } from '../files/index.ts'
import { fileError, listed, shown, WeightsError } from './error.ts'
import { hasNonFinite } from './finite.ts'
import { type StoredTensor, storedDTypes } from './header.ts'
import { openSafetensors, type SafetensorsFile } from './safetensors.ts'

/** Bytes read so far of a file whose identity is computed. */
export interface IdentityProgress {
  readonly file: string
  readonly done: number
  readonly total: number
}

export interface IdentityOptions {
  /** Folder in which identities are remembered by path, size, time and inode. Default: none, each call reads the file. */
  readonly memory?: string | undefined
  /** Bytes from which on a file is worth remembering; smaller ones are read again. Default: 64 MiB. */
  readonly remembersFrom?: number | undefined
  readonly onProgress?: ((progress: IdentityProgress) => void) | undefined
  readonly signal?: AbortSignal | undefined
}

/** Metadata that decides what the tensors mean; everything else in it is a note. */
const meaningful = ['pentimento.quantization', '_quantization_metadata', 'lora_adapter_metadata']

const chunkBytes = 1 << 24

/** A file that changed less than this before it was read may change again within the resolution of its time. */
const settledMilliseconds = 2000

/**
 * The identity of a .safetensors file, `tensors-sha256:…`: SHA-256 over name, dtype, shape and bytes of every tensor,
 * in the order of their names. Files with the same tensors in another order, or with other notes in their metadata,
 * have the same identity. All bytes are read once: about a minute for 25 GB.
 * @throws WeightsError with `value` where a weight is NaN or infinite (all such tensors are named), or `aborted`
 */
export async function fileIdentity(path: string, options: IdentityOptions = {}): Promise<string> {
  const { memory, remembersFrom = 1 << 26 } = options
  const before = await stampOf(path)
  const note =
    memory === undefined || Number(before.size) < remembersFrom
      ? undefined
      : join(memory, `${hex(before.path).slice(0, 32)}.json`)
  const known = note && (await remembered(note, before))
  if (known) return known
  const started = Date.now()
  const file = await openSafetensors(path)
  let identity: string
  try {
    identity = `tensors-sha256:${await contentHash(file, options)}`
  } finally {
    await file.close()
  }
  const after = await stampOf(path)
  const isSettled = Number(BigInt(after.modified) / 1_000_000n) < started - settledMilliseconds
  if (note && isSettled && JSON.stringify(after) === JSON.stringify(before))
    // What cannot be remembered is computed again.
    await writeFileWhole(note, JSON.stringify({ ...after, identity })).catch(() => undefined)
  return identity
}

/** The properties by which a file counts as unchanged. */
interface Stamp {
  readonly path: string
  readonly size: string
  /** Nanoseconds since 1970. */
  readonly modified: string
  /** When anything about the file last changed: a program can set `modified` back, but not this. */
  readonly changed: string
  readonly inode: string
}

async function stampOf(path: string): Promise<Stamp> {
  try {
    const { size, mtimeNs, ctimeNs, ino } = await stat(path, { bigint: true })
    return {
      path: resolve(path),
      size: String(size),
      modified: String(mtimeNs),
      changed: String(ctimeNs),
      inode: String(ino),
    }
  } catch (error) {
    throw fileError(path, 'open it', error)
  }
}

/** A note that is damaged, or of another state of the file, counts as none. */
async function remembered(note: string, stamp: Stamp): Promise<string | undefined> {
  try {
    const known = JSON.parse(await readFile(note, 'utf8')) as Stamp & { readonly identity: string }
    const isSame = (Object.keys(stamp) as (keyof Stamp)[]).every((key) => known[key] === stamp[key])
    return isSame && /^tensors-sha256:[0-9a-f]{64}$/.test(known.identity) ? known.identity : undefined
  } catch {
    return undefined
  }
}

async function contentHash(file: SafetensorsFile, { onProgress, signal }: IdentityOptions): Promise<string> {
  const total = [...file.tensors.values()].reduce((sum, { byteLength }) => sum + byteLength, 0)
  const lines: string[] = []
  const broken: string[] = []
  let done = 0
  for (const [name, tensor] of file.tensors) {
    const hash = createHash('sha256')
    let finite = true
    for await (const bytes of chunks(file, name, tensor)) {
      if (signal?.aborted)
        throw new WeightsError('aborted', `${file.file}: reading was cancelled`, { cause: signal.reason })
      hash.update(bytes)
      finite &&= !hasNonFinite(bytes, storedDTypes[tensor.dtype].dtype)
      done += bytes.byteLength
      onProgress?.({ file: file.file, done, total })
    }
    if (!finite) broken.push(shown(name))
    lines.push(JSON.stringify([name, tensor.dtype, tensor.shape, hash.digest('hex')]))
  }
  if (broken.length > 0)
    throw new WeightsError(
      'value',
      `${file.file}: expected finite weights, got NaN or infinity in ${listed(broken)}; use an undamaged checkpoint`,
    )
  const notes = meaningful.flatMap((key) => {
    const text = file.metadata.get(key)
    return text === undefined ? [] : [JSON.stringify([key, text])]
  })
  return hex([...lines.sort(), ...notes].join('\n'))
}

/** A tensor's bytes piece by piece; the next piece is read while one is worked on. */
async function* chunks(
  file: SafetensorsFile,
  name: string,
  { dtype, byteLength }: StoredTensor,
): AsyncIterable<Uint8Array<ArrayBuffer>> {
  const { bytes: width } = storedDTypes[dtype]
  const [elements, step] = [byteLength / width, chunkBytes / width]
  const read = (start: number): Promise<Uint8Array<ArrayBuffer>> | undefined => {
    if (start >= elements) return undefined
    const reading = file.readRange(name, start, Math.min(step, elements - start))
    reading.catch(() => undefined) // it is awaited below, unless the work ends before
    return reading
  }
  let next = read(0)
  for (let start = 0; next !== undefined; start += step) {
    const bytes = await next
    next = read(start + step)
    yield bytes
  }
}

function hex(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
