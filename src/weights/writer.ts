import { fileError, openWholeFile, type WholeFile } from '../files/index.ts'
import { listed, shown, shownShape, WeightsError } from './error.ts'
import { countElements, maxHeaderBytes, type StoredDType, storedDTypes } from './header.ts'

/** What a tensor will be, before its bytes are there. */
export interface TensorDeclaration {
  readonly name: string
  readonly dtype: StoredDType
  readonly shape: readonly number[]
}

/** A tensor's bytes, row-major and little-endian: at once, or in pieces of any size. */
export type TensorData = Uint8Array | Iterable<Uint8Array> | AsyncIterable<Uint8Array>

interface Slot {
  readonly offset: number
  readonly byteLength: number
  written: number
}

/** Data begins at a multiple of this, so that every tensor is aligned to its type when the file is mapped. */
const dataAlignment = 64

/**
 * Writes one .safetensors file piece by piece with little memory. The file appears under its name with `commit`, whole;
 * anything else leaves what stood there.
 */
export class SafetensorsWriter {
  readonly file: string
  readonly #whole: WholeFile
  readonly #slots: ReadonlyMap<string, Slot>
  #state: 'open' | 'committed' | 'aborted' = 'open'

  constructor(whole: WholeFile, slots: ReadonlyMap<string, Slot>) {
    this.file = whole.path
    this.#whole = whole
    this.#slots = slots
  }

  /**
   * Appends bytes to one tensor. Tensors may be written in any order and in turns, but each by one caller at a
   * time. @throws WeightsError when they are more than was declared, FileError when they cannot be written
   */
  async write(name: string, data: TensorData): Promise<void> {
    if (data instanceof Uint8Array) return this.#append(name, data)
    for await (const chunk of data) await this.#append(name, chunk)
  }

  /** Checks that every tensor is complete, flushes to the disk and gives the file its name. @throws WeightsError, FileError */
  async commit(): Promise<void> {
    this.#expectOpen()
    try {
      const short = [...this.#slots].filter(([, slot]) => slot.written < slot.byteLength)
      if (short.length > 0)
        throw new WeightsError(
          'truncated',
          `${this.file}: expected all declared bytes, got fewer for ${listed(
            short.map(([name, slot]) => `${shown(name)} (${slot.written} of ${slot.byteLength})`),
          )}`,
        )
      await this.#whole.commit()
      this.#state = 'committed'
    } catch (error) {
      await this.abort()
      throw error
    }
  }

  /** Gives up: removes the temporary file. Does nothing after `commit`, and may be called twice. */
  async abort(): Promise<void> {
    if (this.#state !== 'open') return
    this.#state = 'aborted'
    await this.#whole.abort()
  }

  async #append(name: string, chunk: Uint8Array): Promise<void> {
    this.#expectOpen()
    const slot = this.#slots.get(name)
    if (slot === undefined)
      throw new WeightsError('argument', `${this.file}: tensor ${shown(name)} was not declared`)
    if (slot.written + chunk.byteLength > slot.byteLength)
      throw new WeightsError(
        'argument',
        `${this.file}: tensor ${shown(name)}: expected ${slot.byteLength} bytes, got at least ${slot.written + chunk.byteLength}`,
      )
    const start = slot.offset + slot.written
    slot.written += chunk.byteLength
    for (let done = 0; done < chunk.byteLength; ) {
      const step = Math.min(chunk.byteLength - done, 1 << 30)
      const { bytesWritten } = await this.#whole.handle
        .write(chunk, done, step, start + done)
        .catch((error: unknown) => {
          throw fileError(this.file, 'write it', error)
        })
      done += bytesWritten
    }
  }

  #expectOpen(): void {
    if (this.#state !== 'open')
      throw new WeightsError('closed', `${this.file}: expected an open writer, got one ${this.#state}`)
  }
}

/**
 * Starts a .safetensors file. Tensors are laid out by descending size of their type, then by name, like the
 * reference serializer does, so that each is aligned to its type. Missing folders are made. @throws WeightsError, FileError
 */
export async function createSafetensors(
  file: string,
  tensors: Iterable<TensorDeclaration>,
  metadata: ReadonlyMap<string, string> = new Map(),
): Promise<SafetensorsWriter> {
  const { header, slots } = layOut(file, [...tensors], metadata)
  const whole = await openWholeFile(file)
  try {
    await whole.handle.writeFile(header)
    return new SafetensorsWriter(whole, slots)
  } catch (error) {
    await whole.abort()
    throw fileError(file, 'write it', error)
  }
}

/** Writes a whole .safetensors file in one step; on any error the old file stays as it was. @throws WeightsError, FileError */
export async function writeSafetensors(
  file: string,
  tensors: readonly (TensorDeclaration & { readonly data: TensorData })[],
  metadata?: ReadonlyMap<string, string>,
): Promise<void> {
  const writer = await createSafetensors(file, tensors, metadata)
  try {
    for (const { name, data } of tensors) await writer.write(name, data)
    await writer.commit()
  } catch (error) {
    await writer.abort()
    throw error
  }
}

function layOut(
  file: string,
  tensors: readonly TensorDeclaration[],
  metadata: ReadonlyMap<string, string>,
): { header: Uint8Array; slots: ReadonlyMap<string, Slot> } {
  const ordered = tensors.toSorted(
    (a, b) =>
      (storedDTypes[b.dtype]?.bytes ?? 0) - (storedDTypes[a.dtype]?.bytes ?? 0) || (a.name < b.name ? -1 : 1),
  )
  const places = new Map<string, { tensor: TensorDeclaration; begin: number; byteLength: number }>()
  let begin = 0
  for (const tensor of ordered) {
    checkDeclaration(file, tensor, places.has(tensor.name))
    const byteLength = (countElements(tensor.shape) ?? 0) * storedDTypes[tensor.dtype].bytes
    places.set(tensor.name, { tensor, begin, byteLength })
    begin += byteLength
  }
  const json = Buffer.from(headerJson(places, metadata))
  const padded = Math.ceil((8 + json.byteLength) / dataAlignment) * dataAlignment
  if (padded - 8 > maxHeaderBytes)
    throw new WeightsError(
      'header',
      `${file}: the header would take ${padded} bytes, at most ${maxHeaderBytes} fit`,
    )
  const header = Buffer.alloc(padded, ' ')
  header.writeBigUInt64LE(BigInt(padded - 8), 0)
  header.set(json, 8)
  const slots = new Map<string, Slot>()
  for (const [name, place] of places)
    slots.set(name, { offset: padded + place.begin, byteLength: place.byteLength, written: 0 })
  return { header, slots }
}

function checkDeclaration(file: string, { name, dtype, shape }: TensorDeclaration, twice: boolean): void {
  const where = `${file}: tensor ${shown(name)}`
  if (twice) throw new WeightsError('duplicate', `${where}: declared twice`)
  if (name === '__metadata__')
    throw new WeightsError('argument', `${where}: this name is reserved by the format, choose another`)
  checkText(where, name)
  if (!Object.hasOwn(storedDTypes, dtype))
    throw new WeightsError('dtype', `${where}: expected a dtype of the format, got ${shown(String(dtype))}`)
  const elements = countElements(shape)
  if (elements === undefined || !Number.isSafeInteger(elements * storedDTypes[dtype].bytes))
    throw new WeightsError('shape', `${where}: expected safe integers as sizes, got ${shownShape(shape)}`)
}

function checkText(where: string, text: string): void {
  if (/\p{Surrogate}/u.test(text))
    throw new WeightsError('argument', `${where}: a lone surrogate cannot be written as UTF-8`)
}

function headerJson(
  places: ReadonlyMap<string, { tensor: TensorDeclaration; begin: number; byteLength: number }>,
  metadata: ReadonlyMap<string, string>,
): string {
  // Written by hand: an object literal would give `__proto__` a meaning and put `"1"` first.
  const entries: string[] = []
  if (metadata.size > 0) {
    const pairs = [...metadata].map(([key, value]) => {
      checkText(`metadata ${shown(key)}`, key + value)
      return `${JSON.stringify(key)}:${JSON.stringify(value)}`
    })
    entries.push(`"__metadata__":{${pairs.join(',')}}`)
  }
  for (const [name, { tensor, begin, byteLength }] of places) {
    const shape = tensor.shape.join(',')
    entries.push(
      `${JSON.stringify(name)}:{"dtype":"${tensor.dtype}","shape":[${shape}],"data_offsets":[${begin},${begin + byteLength}]}`,
    )
  }
  return `{${entries.join(',')}}`
}
