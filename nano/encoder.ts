import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type PromptFormat, promptFormat } from 'pentimento/edit'
import { writeFolderWhole } from 'pentimento/files'
import {
  dataOf,
  Graph,
  type ParameterSource,
  Parameters,
  program,
  type TensorValue,
  tensorValue,
} from 'pentimento/graph'
import type { Picture } from 'pentimento/image'
import { type Encode, openTokenizer } from 'pentimento/language'
import { textPositions, textRotary } from 'pentimento/models'
import type { Runtime } from 'pentimento/onnx'
import { Random } from 'pentimento/random'
import { fitLoss } from 'pentimento/train'
import { fromFloat32, initialize, normal, readAll, storedAs, writeSafetensors } from 'pentimento/weights'
import { encoderConfig, encoderJson } from './encoderConfig.ts'
import { answerCounts, answerWidth, encoderLoss, readPrompts } from './encoderLoss.ts'
import { drawView, lookAtViews, scaleSight, sightWidth, trainSight, type Views } from './sight.ts'
import { nanoHints } from './sizes.ts'
import { learnBytePairs, specialId, writeTokenizer } from './tokenizer.ts'
import { answersOf, EditWordings, type Part, slots, type WordedEdit } from './wordings.ts'

/** How an encoder is made. */
export interface EncoderOptions {
  /** Photos that the vision tower learns to see by. */
  readonly photos: readonly Picture[]
  /** Where training states are kept, so that an interrupted run continues. */
  readonly states?: string
  readonly seed?: number
  /** Steps of the language model and of the vision tower. */
  readonly steps?: number
  readonly sightSteps?: number
  /** Edits of a step, each in two languages. */
  readonly edits?: number
  /** Leaves a tenth of the wordings out, to measure with {@link measureEncoder}. Default: false. */
  readonly holdOut?: boolean
  /** Pictures of each size that prompts are about. */
  readonly views?: number
  /** Sentences in each language that the tokenizer is learned from. */
  readonly sentences?: number
  readonly onStep?: (part: 'sight' | 'language', step: number, loss: number) => void
  /** Saves and stops. */
  readonly signal?: AbortSignal
}

/** A trained encoder. */
export interface Encoder {
  readonly encode: Encode
  /** Under the names of Qwen2.5-VL. */
  readonly weights: ReadonlyMap<string, TensorValue>
  /** The heads that asked for the answers: only to measure with. */
  readonly heads: ReadonlyMap<string, TensorValue>
}

const format: PromptFormat = promptFormat(nanoHints.prompt, 'paired')

/** Sizes of pictures in cells, and how often they are seen. */
const pictureSizes = [
  ...[2, 2, 2].map((n) => ({ rows: n, columns: n })),
  { rows: 2, columns: 3 },
  { rows: 3, columns: 2 },
  { rows: 1, columns: 3 },
  { rows: 3, columns: 1 },
]

/** Learns a tokenizer from the grammar's sentences and writes it into a folder. */
export async function makeTokenizer(
  folder: string,
  { seed = 0, sentences = 8000 }: Pick<EncoderOptions, 'seed' | 'sentences'> = {},
): Promise<void> {
  const wordings = new EditWordings('all', 0.3)
  const random = new Random(seed, 'tokenizer')
  const texts: string[] = []
  for (let i = 0; i < sentences; i++) {
    const { en, cn } = await wordings.draw(random)
    texts.push(en, cn)
  }
  await writeTokenizer(folder, learnBytePairs(texts, encoderConfig.vocabulary))
}

/** Trains an encoder with the tokenizer of a folder. */
export async function trainEncoder(
  runtime: Runtime,
  tokenizer: string,
  {
    photos,
    states,
    seed = 0,
    steps = 2400,
    sightSteps = 200,
    edits = 64,
    holdOut = false,
    views: pictures = 48,
    onStep,
    signal,
  }: EncoderOptions,
): Promise<Encoder> {
  const { encode } = await openTokenizer(tokenizer)
  const at = (name: string) => (states === undefined ? {} : { states: join(states, name) })
  const tower = await trainSight(
    runtime,
    photos,
    { steps: sightSteps, seed, ...at('sight'), ...(signal && { signal }) },
    (step, loss) => onStep?.('sight', step, loss),
  )
  const views = await viewsOf(runtime, tower, { photos, seed, pictures })
  const batch = 2 * edits
  const drawn = new DrawnEdits(new EditWordings(holdOut ? 'training' : 'all'), { encode, edits, seed })
  const loss = (w: Parameters) => encoderLoss(w, batch)
  const { parameters } = program({ loss: loss(new Parameters(new Graph())) })
  const initial = await readAll(
    initialize(parameters, {
      seed,
      rule: (path) => (path === 'model.embed_tokens.weight' ? normal(wordLength) : undefined),
    }),
  )
  const { weights } = await fitLoss(
    {
      runtime,
      loss,
      initial,
      async batch(step) {
        const random = new Random(seed, 'language', step)
        return promptBatch(encode, await drawn.of(step), random.pick(views), random)
      },
      options: {
        steps,
        learningRate: 2e-3,
        warmup: 60,
        weightDecay: 0.02,
        decayTo: 0.01,
        decay: 'cosine',
        divergence: 0,
      },
      fingerprint: `language ${seed} ${steps} ${edits} ${holdOut}`,
      resume: true,
      ...at('language'),
    },
    { onStep: ({ step, loss: value }) => onStep?.('language', step, value), ...(signal && { signal }) },
  )
  const all = Object.entries(weights)
  const isHead = ([path]: readonly [string, TensorValue]) => path.startsWith('heads.')
  return {
    encode,
    weights: new Map([...tower, ...all.filter((each) => !isHead(each))]),
    heads: new Map(all.filter(isHead)),
  }
}

/** Steps whose edits are drawn together, so that those of about one length make a step: little of it is padding. */
const together = 8

/** The edits of each step. */
class DrawnEdits {
  readonly #wordings: EditWordings
  readonly #options: { readonly encode: Encode; readonly edits: number; readonly seed: number }
  #known: { readonly group: number; readonly steps: readonly (readonly WordedEdit[])[] } | undefined

  constructor(
    wordings: EditWordings,
    options: { readonly encode: Encode; readonly edits: number; readonly seed: number },
  ) {
    this.#wordings = wordings
    this.#options = options
  }

  async of(step: number): Promise<readonly WordedEdit[]> {
    const group = Math.floor(step / together)
    if (this.#known?.group !== group) this.#known = { group, steps: await this.#draw(group) }
    return this.#known.steps[step % together]!
  }

  async #draw(group: number): Promise<readonly (readonly WordedEdit[])[]> {
    const { encode, edits, seed } = this.#options
    const random = new Random(seed, 'edits', group)
    const drawn: { readonly edit: WordedEdit; readonly length: number }[] = []
    for (let i = 0; i < together * edits; i++) {
      const edit = await this.#wordings.draw(random)
      drawn.push({ edit, length: Math.max(encode(edit.en).length, encode(edit.cn).length) })
    }
    drawn.sort((one, other) => one.length - other.length)
    const steps = Array.from({ length: together }, (_, i) => drawn.slice(i * edits, (i + 1) * edits))
    return random.shuffled(steps).map((each) => each.map(({ edit }) => edit))
  }
}

/** Root mean square of a word's numbers before the first layer; a picture's tokens get the same. */
const wordLength = 0.3

/** Views of each size of picture as the tower sees them; brings its tokens to {@link wordLength}. */
async function viewsOf(
  runtime: Runtime,
  tower: ReadonlyMap<string, TensorValue>,
  {
    photos,
    seed,
    pictures,
  }: { readonly photos: readonly Picture[]; readonly seed: number; readonly pictures: number },
): Promise<readonly Views[]> {
  const random = new Random(seed, 'views')
  const look = (rows: number, columns: number, count: number) =>
    lookAtViews(
      runtime,
      sourceOf(tower),
      Array.from({ length: count }, () => drawView(photos, random, rows, columns)),
    )
  const { tokens } = await look(2, 2, 64)
  const squares = tokens.map((each) => each.reduce((sum, x) => sum + x * x, 0) / each.length)
  scaleSight(tower, wordLength / Math.sqrt(squares.reduce((sum, x) => sum + x, 0) / squares.length))
  const views: Views[] = []
  for (const { rows, columns } of pictureSizes) views.push(await look(rows, columns, pictures))
  return views
}

/** Inputs of {@link encoderLoss}: the edits in English, then in Chinese, each before another picture. */
function promptBatch(
  encode: Encode,
  edits: readonly WordedEdit[],
  views: Views,
  random: Random,
): Readonly<Record<string, TensorValue>> {
  const texts = [...edits.map(({ en }) => en), ...edits.map(({ cn }) => cn)]
  const cells = views.rows * views.columns
  const { most } = nanoHints.prompt
  const prompts = texts.map((text) =>
    format.prompt(encode, text, { ...encoderConfig, imageTokens: cells }).ids.slice(0, most),
  )
  const longest = Math.max(...prompts.map((ids) => ids.length))
  const batch = texts.length
  const { width, vision } = encoderConfig
  const text = longest - 2 - cells
  const after = new Array<number>(batch * text).fill(specialId('<|endoftext|>'))
  const masks = {
    real: new Float32Array(batch * longest),
    words: new Float32Array(batch * longest),
    end: new Float32Array(batch * longest),
  }
  const image = new Float32Array(batch * cells * width)
  const sights = new Float32Array(batch * cells * sightWidth)
  for (const [row, ids] of prompts.entries()) {
    for (const [i, id] of ids.slice(2 + cells).entries()) after[row * text + i] = id
    masks.real.fill(1, row * longest, row * longest + ids.length)
    masks.words.fill(1, row * longest + 2 + cells, row * longest + ids.length)
    masks.end[row * longest + ids.length - 1] = 1
    const picture = random.below(views.tokens.length)
    image.set(views.tokens[picture]!, row * cells * width)
    sights.set(views.sights[picture]!, row * cells * sightWidth)
  }
  const grid = { rows: views.rows * vision.merge, columns: views.columns * vision.merge }
  const longestIds = [...prompts[0]!.slice(0, 2 + cells), ...new Array<number>(text).fill(0)]
  const f32 = (shape: readonly number[], data: Float32Array) => tensorValue('f32', shape, data)
  return {
    before: tensorValue(
      'i64',
      [batch, 2],
      prompts.flatMap((ids) => ids.slice(0, 2)),
    ),
    after: tensorValue('i64', [batch, text], after),
    image: f32([batch, cells, width], image),
    visible: tensorValue('bool', [1, 1, 1, longest], new Array<number>(longest).fill(1)),
    ...textRotary(textPositions(longestIds, [grid], encoderConfig), encoderConfig),
    real: f32([batch, longest], masks.real),
    words: f32([batch, longest], masks.words),
    end: f32([batch, longest], masks.end),
    ...truthOf(edits),
    sights: f32([batch, cells, sightWidth], sights),
  }
}

/** Answers of the edits, twice, and which of them are alike. */
function truthOf(edits: readonly WordedEdit[]): Readonly<Record<'truth' | 'same', TensorValue>> {
  const keys = edits.map(({ edit }) => Object.values(answersOf(edit)).join())
  const truth = new Float32Array(2 * edits.length * answerWidth)
  const same = new Float32Array(edits.length ** 2)
  for (const [row, { edit }] of edits.entries()) {
    const answered = answersOf(edit)
    let start = 0
    for (const [i, slot] of slots.entries()) {
      for (const half of [0, edits.length]) truth[(half + row) * answerWidth + start + answered[slot]] = 1
      start += answerCounts[i]!
    }
    const alike = keys.filter((key) => key === keys[row]).length
    for (const [column, key] of keys.entries())
      if (key === keys[row]) same[row * edits.length + column] = 1 / alike
  }
  return {
    truth: tensorValue('f32', [2 * edits.length, answerWidth], truth),
    same: tensorValue('f32', [edits.length, edits.length], same),
  }
}

/** How well an encoder understands sentences. Shares from 0 to 1. */
export interface Understanding {
  /** Sentences of which every answer is right, by the mean of the features. */
  readonly all: { readonly en: number; readonly cn: number }
  /** By slot: of the answers that are not none, how many are right. */
  readonly slots: Readonly<Record<string, { readonly en: number; readonly cn: number }>>
  /** English sentences whose likest Chinese one, of as many as there are, says the same: by words alone, and by all. */
  readonly found: { readonly words: number; readonly all: number }
}

/** Measures an encoder on wordings that it was not trained on, or on others. */
export async function measureEncoder(
  runtime: Runtime,
  { encode, weights, heads }: Encoder,
  photos: readonly Picture[],
  { count = 256, seed = 1, part = 'held-out' as Part, hasty = 0.4 } = {},
): Promise<Understanding> {
  const random = new Random(seed, 'measure')
  const wordings = new EditWordings(part, hasty)
  const edits: WordedEdit[] = []
  const keys = new Set<string>()
  while (edits.length < count) {
    const drawn = await wordings.draw(random)
    const key = Object.values(answersOf(drawn.edit)).join()
    if (keys.has(key) && keys.size < count / 2) continue
    keys.add(key)
    edits.push(drawn)
  }
  const source = sourceOf(new Map([...weights, ...heads]))
  const views = await lookAtViews(
    runtime,
    source,
    Array.from({ length: 32 }, () => drawView(photos, random, 2, 2)),
  )
  const read = readPrompts(new Parameters(new Graph(), { source }), 2 * count)
  const { mean, text, scores } = read
  const session = await runtime.load({ mean, text, scores: scores[0] }, { source })
  try {
    const {
      truth,
      end: _end,
      same: _same,
      sights: _sights,
      ...feeds
    } = promptBatch(encode, edits, views, random)
    const result = await session.run(feeds)
    return {
      ...rightAnswers(dataOf(result.scores, 'f32'), dataOf(truth!, 'f32'), count),
      found: {
        words: foundShare(result.text, edits),
        all: foundShare(result.mean, edits),
      },
    }
  } finally {
    await session.release()
  }
}

function rightAnswers(
  scores: Float32Array,
  truth: Float32Array,
  count: number,
): Pick<Understanding, 'all' | 'slots'> {
  const wrong = new Set<number>()
  const bySlot: Record<string, { en: number; cn: number }> = {}
  let start = 0
  for (const [i, slot] of slots.entries()) {
    const size = answerCounts[i]!
    const tally = { en: [0, 0], cn: [0, 0] }
    for (let row = 0; row < 2 * count; row++) {
      const best = (data: Float32Array) => {
        const from = row * answerWidth + start
        const part = data.subarray(from, from + size)
        return part.indexOf(Math.max(...part))
      }
      const [given, wanted] = [best(scores), best(truth)]
      if (given !== wanted) wrong.add(row)
      if (slot !== 'kind' && wanted === 0) continue
      const language = row < count ? 'en' : 'cn'
      tally[language][1]!++
      if (given === wanted) tally[language][0]!++
    }
    const share = ([right, of]: readonly number[]) => right! / Math.max(1, of!)
    bySlot[slot] = { en: share(tally.en), cn: share(tally.cn) }
    start += size
  }
  const rightOf = (from: number) =>
    Array.from({ length: count }, (_, i) => from + i).filter((row) => !wrong.has(row)).length / count
  return { all: { en: rightOf(0), cn: rightOf(count) }, slots: bySlot }
}

function foundShare({ data, shape }: TensorValue, edits: readonly WordedEdit[]): number {
  const width = shape[1]!
  const keys = edits.map(({ edit }) => Object.values(answersOf(edit)).join())
  const row = (i: number) => (data as Float32Array).subarray(i * width, (i + 1) * width)
  const dot = (a: Float32Array, b: Float32Array) => a.reduce((sum, x, i) => sum + x * b[i]!, 0)
  let found = 0
  for (let i = 0; i < edits.length; i++) {
    let [best, most] = [-1, Number.NEGATIVE_INFINITY]
    for (let j = 0; j < edits.length; j++) {
      const chinese = row(edits.length + j)
      const alike = dot(row(i), chinese) / Math.sqrt(dot(chinese, chinese))
      if (alike > most) [best, most] = [j, alike]
    }
    if (keys[best] === keys[i]) found++
  }
  return found / edits.length
}

function sourceOf(tensors: ReadonlyMap<string, TensorValue>): ParameterSource {
  return {
    name: 'encoder',
    paths: () => tensors.keys(),
    describe: (path) => tensors.get(path),
    locate: () => undefined,
    read: async (path) => {
      const { data } = tensors.get(path)!
      return new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    },
  }
}

/** Writes config.json and the weights, in f16, beside the tokenizer in a folder. */
export async function writeEncoder(folder: string, { weights }: Encoder): Promise<void> {
  await mkdir(folder, { recursive: true })
  await writeSafetensors(
    join(folder, 'model.safetensors'),
    [...weights].map(([name, { shape, data }]) => ({
      name,
      dtype: storedAs.f16,
      shape,
      data: fromFloat32(data as Float32Array, 'f16'),
    })),
    new Map([['format', 'pt']]),
  )
  await writeFile(join(folder, 'config.json'), `${JSON.stringify(encoderJson, null, 2)}\n`)
}

/** Makes the whole folder: tokenizer, configuration and weights. It appears whole or not at all. */
export async function makeEncoder(
  runtime: Runtime,
  folder: string,
  options: EncoderOptions,
): Promise<Encoder> {
  return writeFolderWhole(folder, async (part) => {
    await makeTokenizer(part, options)
    const encoder = await trainEncoder(runtime, part, options)
    await writeEncoder(part, encoder)
    return encoder
  })
}
