import { createHash } from 'node:crypto'
import { Worker } from 'node:worker_threads'
import type { EditParts } from 'pentimento/edit'
import type { TensorValue } from 'pentimento/graph'
import type { EncodedTriplet, ExampleInfo, TrainingData } from 'pentimento/train'
import { type Ingredients, listExamples, type Prepared } from './prepare.ts'

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
  readonly #worker: Worker
  readonly #known = new Map<number, Promise<EncodedTriplet>>()
  readonly #waiting = new Map<number, { resolve(prepared: Prepared): void; reject(error: Error): void }>()
  #failure: Error | undefined

  /** @param identity changes with what the ingredients do not tell */
  constructor(ingredients: Ingredients, parts: Pick<EditParts, 'condition'>, identity: string) {
    const { triplets, options } = ingredients
    const { examples, drawings } = listExamples(ingredients)
    const names = triplets.map(({ name, instruction: { en, cn } }) => [name, en, cn])
    this.name = `${triplets.length} triplets at ${options.size} px and ${drawings.length} pasted edits`
    this.fingerprint = createHash('sha256')
      .update(JSON.stringify([names, options, identity, drawings]))
      .digest('hex')
    this.examples = examples
    this.#parts = parts
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

  read(index: number): Promise<EncodedTriplet> {
    const before = this.#known.get(index)
    if (before) return before
    const made = this.#make(index)
    this.#known.set(index, made)
    return made
  }

  async close(): Promise<void> {
    await this.#worker.terminate()
  }

  async #make(index: number): Promise<EncodedTriplet> {
    const { picture, words, source, target } = await new Promise<Prepared>((resolve, reject) => {
      if (this.#failure) return reject(this.#failure)
      this.#waiting.set(index, { resolve, reject })
      this.#worker.postMessage(index)
    })
    const text = await this.#parts.condition(picture, words)
    const { rows, columns } = this.examples[index]!.grid
    const tokens = (data: Float32Array): TensorValue => ({
      dtype: 'f32',
      shape: [1, rows * columns, data.length / (rows * columns)],
      data,
    })
    // Guidance is not used: no instruction is left out.
    return { source: tokens(source), target: tokens(target), text, empty: text }
  }
}

/** A program that runs a module in TypeScript: threads do not take over their parent's loader. */
const inTypeScript = ({ href }: URL): string =>
  `import('tsx/esm/api').then(({ register }) => { register(); return import(${JSON.stringify(href)}) })`
