import { mkdtempSync, rmSync } from 'node:fs'
import { type FileHandle, open, realpath } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, parse, relative } from 'node:path'
import type { FileRange, ParameterSource, Program } from '../graph/index.ts'
import { RuntimeError } from './error.ts'
import type { ModelData } from './proto.ts'

/** Where ONNX Runtime finds the weights of a model. */
export interface Placement {
  readonly place: ReadonlyMap<string, ModelData>
  /** The folder that the places in files are relative to: the root of their file system. */
  readonly root: string | undefined
  /** To be called when the model is loaded: where the system allows it, what was written for it is removed by now. */
  loaded(): void
  /** Removes what was written for the model; to be called when it is no longer in use. */
  remove(): void
}

/** Tensors that are in no file are written into the model itself while they come to no more than this. */
const inlineBytes = 32 * 2 ** 20

/** What is cheaper to copy than to map. */
const smallBytes = 2 ** 17

/**
 * Finds the bytes of parameters: in the files where they lie, in the model, or, where they have to be made (a
 * merged LoRA) and are many, in a temporary file. A model may read any file below one folder, so the folder is
 * the root of the file system.
 */
export async function placeParameters(
  parameters: Program['parameters'],
  source: ParameterSource,
): Promise<Placement> {
  const place = new Map<string, ModelData>()
  const spill = new SpillFile()
  let inlined = 0
  let root: string | undefined
  const locate = (range: FileRange): ModelData | undefined => {
    const { root: own } = parse(range.file)
    root ??= own
    if (own !== root) return undefined
    const location = relative(own, range.file).replaceAll('\\', '/')
    return { location, offset: range.offset, byteLength: range.byteLength }
  }
  try {
    for (const path of parameters.keys()) {
      const range = source.locate(path)
      const found = range && range.byteLength > smallBytes ? locate(range) : undefined
      if (found) {
        place.set(path, found)
        continue
      }
      const bytes = await source.read(path)
      inlined += bytes.byteLength
      const spilled = inlined > inlineBytes ? locate(await spill.write(bytes)) : undefined
      place.set(path, spilled ?? { bytes })
    }
  } catch (error) {
    spill.remove()
    throw error
  } finally {
    await spill.close()
  }
  return { place, root, loaded: () => spill.unlink(), remove: () => spill.remove() }
}

/** Refuses a source that lacks parameters or has them otherwise, naming all of them. @throws RuntimeError */
export function checkAgainst(parameters: Program['parameters'], source: ParameterSource): void {
  const wrong: string[] = []
  for (const [path, { dtype, shape }] of parameters) {
    const found = source.describe(path)
    if (!found) wrong.push(`${path} is missing`)
    else if (found.dtype !== dtype || String(found.shape) !== String(shape))
      wrong.push(`${path}: expected ${dtype} [${shape}], got ${found.dtype} [${found.shape}]`)
  }
  if (wrong.length > 0)
    throw new RuntimeError(
      'model',
      `${source.name}: ${wrong.length} parameters do not fit: ${wrong.join('; ')}`,
    )
}

/** A temporary file that tensors are appended to, created with the first one. */
class SpillFile {
  #folder: string | undefined
  #file: { readonly path: string; readonly handle: FileHandle } | undefined
  #end = 0

  async write(bytes: Uint8Array): Promise<FileRange> {
    this.#folder ??= mkdtempSync(join(await realpath(tmpdir()), 'pentimento-'))
    const path = join(this.#folder, 'weights.bin')
    this.#file ??= { path, handle: await open(path, 'w') }
    const offset = this.#end
    await this.#file.handle.writeFile(bytes)
    // Aligned for the widest vector loads.
    this.#end = Math.ceil((offset + bytes.byteLength) / 64) * 64
    await this.#file.handle.write(new Uint8Array(this.#end - offset - bytes.byteLength))
    return { file: path, offset, byteLength: bytes.byteLength }
  }

  async close(): Promise<void> {
    await this.#file?.handle.close()
  }

  /**
   * ONNX Runtime holds on to the file by a map of it, which outlives its name: a process that is killed leaves nothing.
   * Windows removes no file that is mapped.
   */
  unlink(): void {
    if (process.platform !== 'win32') this.remove()
  }

  remove(): void {
    if (this.#folder !== undefined) rmSync(this.#folder, { recursive: true, force: true })
  }
}
