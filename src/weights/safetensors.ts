import { createHash } from 'node:crypto'
import type { Stats } from 'node:fs'
import { type FileHandle, open, realpath, stat } from 'node:fs/promises'
import { fileError, shown, WeightsError } from './error.ts'
import { foreignFormat } from './foreign.ts'
import {
  maxHeaderBytes,
  parseHeader,
  type SafetensorsHeader,
  type StoredTensor,
  storedDTypes,
} from './header.ts'

/** Below the 2 GiB that one read of the system may return. */
const maxReadBytes = 1 << 30

/**
 * A .safetensors file, open for reading by ranges: only the header is in memory. Reads may run at the same
 * time; close it when done.
 */
export class SafetensorsFile {
  /** The file's real path. */
  readonly file: string
  readonly tensors: ReadonlyMap<string, StoredTensor>
  readonly metadata: ReadonlyMap<string, string>
  /** SHA-256 of the header's JSON, in hex: it pins names, shapes, types and layout, not the numbers. */
  readonly headerHash: string
  readonly #handle: FileHandle
  #closed = false

  constructor(file: string, handle: FileHandle, header: SafetensorsHeader, headerHash: string) {
    this.file = file
    this.#handle = handle
    this.tensors = header.tensors
    this.metadata = header.metadata
    this.headerHash = headerHash
  }

  /** A tensor's bytes, row-major and little-endian. @throws WeightsError */
  async read(name: string): Promise<Uint8Array<ArrayBuffer>> {
    const { offset, byteLength } = this.#tensor(name)
    return this.#bytes(name, offset, byteLength)
  }

  /** The bytes of `count` elements from element `start` on, in row-major order. @throws WeightsError */
  async readRange(name: string, start: number, count: number): Promise<Uint8Array<ArrayBuffer>> {
    const tensor = this.#tensor(name)
    const { bytes } = storedDTypes[tensor.dtype]
    const elements = tensor.byteLength / bytes
    const inside = Number.isSafeInteger(start) && Number.isSafeInteger(count) && start >= 0 && count >= 0
    if (!inside || start + count > elements)
      throw new WeightsError(
        'argument',
        `${this.file}: tensor ${shown(name)}: expected a range within ${elements} elements, got ${count} from ${start}`,
      )
    return this.#bytes(name, tensor.offset + start * bytes, count * bytes)
  }

  /** Closes the file; later reads are refused. Closing twice is fine. */
  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    await this.#handle.close()
  }

  #tensor(name: string): StoredTensor {
    const tensor = this.tensors.get(name)
    if (tensor === undefined)
      throw new WeightsError('missing', `${this.file}: no tensor ${shown(name)}, check its name`)
    return tensor
  }

  async #bytes(name: string, offset: number, length: number): Promise<Uint8Array<ArrayBuffer>> {
    const where = `${this.file}: tensor ${shown(name)}`
    if (this.#closed) throw new WeightsError('closed', `${where}: the file is closed, read before closing it`)
    return readFully(this.#handle, where, offset, length)
  }
}

/**
 * Opens a .safetensors file and checks its whole header: every tensor's place, size and type.
 * @throws WeightsError with the code of the mistake, for anything but a well-formed file
 */
export async function openSafetensors(path: string): Promise<SafetensorsFile> {
  let handle: FileHandle | undefined
  try {
    checkRegular(path, await stat(path)) // before opening: opening a named pipe would wait for a writer
    const file = await realpath(path)
    handle = await open(file, 'r')
    const { size } = checkRegular(path, await handle.stat())
    const headerBytes = await readHeader(handle, path, size)
    const dataStart = 8 + headerBytes.byteLength
    const header = parseHeader(path, headerBytes, dataStart, size - dataStart)
    const hash = createHash('sha256').update(headerBytes).digest('hex')
    return new SafetensorsFile(file, handle, header, hash)
  } catch (error) {
    await handle?.close()
    throw fileError(path, 'open it', error)
  }
}

function checkRegular(path: string, stats: Stats): Stats {
  if (stats.isFile()) return stats
  const kind = stats.isDirectory() ? 'a folder' : 'no regular file'
  throw new WeightsError('io', `${path}: expected a .safetensors file, got ${kind}`)
}

async function readHeader(handle: FileHandle, path: string, size: number): Promise<Uint8Array<ArrayBuffer>> {
  if (size < 8)
    throw new WeightsError(
      'truncated',
      `${path}: expected a .safetensors file of at least 8 bytes, got ${size}, download it again`,
    )
  const start = await readFully(handle, path, 0, Math.min(size, 64))
  const length = new DataView(start.buffer).getBigUint64(0, true)
  const foreign = length > BigInt(Math.min(maxHeaderBytes, size - 8)) && foreignFormat(start)
  if (foreign) throw new WeightsError('header', `${path}: ${foreign}`)
  if (length > BigInt(maxHeaderBytes))
    throw new WeightsError(
      'header',
      `${path}: expected a header of at most ${maxHeaderBytes} bytes, got ${length}, check that this is a .safetensors file`,
    )
  if (length > BigInt(size - 8))
    throw new WeightsError(
      'truncated',
      `${path}: the header takes ${length} bytes but the file has only ${size}, download it again`,
    )
  return readFully(handle, path, 8, Number(length))
}

async function readFully(
  handle: FileHandle,
  where: string,
  offset: number,
  length: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = allocate(where, length)
  let done = 0
  while (done < length) {
    const step = Math.min(length - done, maxReadBytes)
    const { bytesRead } = await handle.read(bytes, done, step, offset + done).catch((error: unknown) => {
      throw fileError(where, 'read', error)
    })
    if (bytesRead === 0)
      throw new WeightsError('truncated', `${where}: the file was truncated while it was read, open it again`)
    done += bytesRead
  }
  return bytes
}

function allocate(where: string, length: number): Uint8Array<ArrayBuffer> {
  try {
    return new Uint8Array(length)
  } catch (cause) {
    throw new WeightsError('argument', `${where}: ${length} bytes do not fit in memory, read it by ranges`, {
      cause,
    })
  }
}
