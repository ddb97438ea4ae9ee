import { createHash } from 'node:crypto'
import { Worker } from 'node:worker_threads'
import type { EditParts } from 'pentimento/edit'
import { toPlanes } from 'pentimento/image'
import { disableTelemetry } from 'pentimento/onnx'
import type { EncodedTriplet, ExampleInfo, TrainingData } from 'pentimento/train'
import type { PatchDirections } from './pca.ts'
import { type Ingredients, listExamples, type Prepared } from './prepare.ts'
import { Projector } from './projector.ts'

/**
 * Views of triplets, and edits of pasted things, as training data. Another thread prepares them, so that those of the
 * next batch are there when they are asked for. Latents and features are made when they are first read, and stay in
 * memory, where ten thousand views of 128 pixels take 1.6 GB.
 */
export class NanoData implements TrainingData {
  readonly name: string
  readonly fingerprint: string
  readonly examples: readonly ExampleInfo[]
  readonly #parts: Pick<EditParts, 'condition'>
  readonly #projector: Projector
  readonly #worker: Worker
  readonly #known = new Map<number, Promise<EncodedTriplet>>()
  readonly #waiting = new Map<number, { resolve(prepared: Prepared): void; reject(error: Error): void }>()
  #failure: Error | undefined

  private constructor(
    ingredients: Ingredients,
    parts: Pick<EditParts, 'condition'>,
    { identity, projector }: { readonly identity: string; readonly projector: Projector },
  ) {
    const { triplets, options } = ingredients
    const { examples, drawings } = listExamples(ingredients)
    const names = triplets.map(({ name, instruction: { en, cn } }) => [name, en, cn])
    this.name = `${triplets.length} triplets at ${options.size} px and ${drawings.length} pasted edits`
    this.fingerprint = createHash('sha256')
      .update(JSON.stringify([names, options, identity, drawings]))
      .digest('hex')
    this.examples = examples
    this.#parts = parts
    this.#projector = projector
    disableTelemetry()
    this.#worker = new Worker(inTypeScript(new URL('./preparing.ts', import.meta.url)), {
      eval: true,
      workerData: ingredients,
    })
    this.#worker.on('message', ({ index, prepared }: { index: number; prepared: Prepared }) => {
      this.#waiting.get(index)?.resolve(prepared)
      this.#waiting.delete(index)
    })
    this.#worker.on('error', (error) => {
      this.#failure = error as Error
      for (const { reject } of this.#waiting.values()) reject(this.#failure)
    })
  }

  /** @param identity changes with what the ingredients do not tell */
  static async open(
    ingredients: Ingredients,
    parts: Pick<EditParts, 'condition' | 'runtime'>,
    { basis, identity }: { readonly basis: PatchDirections; readonly identity: string },
  ): Promise<NanoData> {
    const { size } = ingredients.options
    const projector = await Projector.open(parts.runtime, basis, { width: size, height: size })
    return new NanoData(ingredients, parts, { identity, projector })
  }

  read(index: number): Promise<EncodedTriplet> {
    const before = this.#known.get(index)
    if (before) return before
    const made = this.#make(index)
    this.#known.set(index, made)
    return made
  }

  async close(): Promise<void> {
    await this.#worker.terminate()
    await this.#projector.release()
  }

  async #make(index: number): Promise<EncodedTriplet> {
    const { words, ...pictures } = await new Promise<Prepared>((resolve, reject) => {
      if (this.#failure) return reject(this.#failure)
      this.#waiting.set(index, { resolve, reject })
      this.#worker.postMessage(index)
    })
    const text = await this.#parts.condition(pictures.source, words)
    const source = await this.#projector.tokens(toPlanes(pictures.source))
    const target = await this.#projector.tokens(toPlanes(pictures.target))
    // Guidance is not used: no instruction is left out.
    return { source, target, text, empty: text }
  }
}

/** A program that runs a module in TypeScript: threads do not take over their parent's loader. */
const inTypeScript = ({ href }: URL): string =>
  `import('tsx/esm/api').then(({ register }) => { register(); return import(${JSON.stringify(href)}) })`
