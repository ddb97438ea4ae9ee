import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { defaultCache } from '../files/index.ts'
import type { ParameterSource } from '../graph/index.ts'
import { classicQwenName, type QwenTextConfig } from '../models/index.ts'
import { choosePlan } from '../onnx/index.ts'
import {
  assembled,
  type Checkpoint,
  checkpointFiles,
  fileIdentity,
  type IdentityProgress,
  openCached,
  openCheckpoint,
  type QuantizeProgress,
  quantizeCheckpoint,
  renamed,
} from '../weights/index.ts'
import type { LanguageFacts } from './languageModel.ts'

/** How linear weights are kept; `auto` takes the most precise that fits into memory, fp32 only for small models. */
export type LanguagePrecision = LanguageFacts['precision'] | 'auto'

/** How weights are opened. */
export interface LanguageWeightsOptions {
  readonly precision: LanguagePrecision
  /** Bytes of memory that may be used. */
  readonly budget: number
  /** Where quantised copies are kept. Default: {@link defaultCache}. */
  readonly cache?: string | undefined
  readonly onIdentify?: ((progress: IdentityProgress) => void) | undefined
  readonly onQuantize?: ((progress: QuantizeProgress) => void) | undefined
  /** Called with a line for each rebuilt cache file. */
  readonly onWarning?: ((line: string) => void) | undefined
  readonly signal?: AbortSignal | undefined
}

/** Weights of a language model under the classic names. */
export interface LanguageWeights {
  readonly source: ParameterSource
  readonly precision: LanguageFacts['precision']
  close(): Promise<void>
}

/** Bytes of weights in fp32 from which on `auto` quantises: more is slow to read for each token. */
const largeBytes = 2e9

const table = 'model.embed_tokens.weight'
const head = 'lm_head.weight'

/** Opens the weights of a folder, as a quantised copy in the cache if that is wanted. @throws WeightsError */
export async function openLanguageWeights(
  folder: string,
  config: QwenTextConfig,
  options: LanguageWeightsOptions,
): Promise<LanguageWeights> {
  const original = await openCheckpoint(folder)
  const plain = classic(original, config)
  const found = precisionOf(plain)
  if (found !== 'fp32') return { source: plain, precision: found, close: () => original.close() }
  const precision = options.precision === 'auto' ? choose(plain, options.budget) : options.precision
  if (precision === 'fp32' || linearWeights(plain).length === 0)
    return { source: plain, precision: 'fp32', close: () => original.close() }
  const names = [...original.paths()]
  const isShared = config.tied && !names.includes(head)
  const shared = isShared ? names.find((path) => classicQwenName(path) === table) : undefined
  await original.close()
  const copy = await quantizedCopy(folder, shared, precision, options)
  return { source: classic(copy, config), precision, close: () => copy.close() }
}

/** How the linear weights of a source are kept: the fewest bits that any of them has. */
function precisionOf(source: ParameterSource): LanguageFacts['precision'] {
  const bits = [...source.paths()].map((path): number => source.describe(path)?.quantization?.bits ?? 32)
  const fewest = bits.reduce((least, each) => Math.min(least, each), 32)
  return fewest === 4 ? 'int4' : fewest === 8 ? 'int8' : 'fp32'
}

/** The most precise that fits into memory whole; int8 where none does. */
function choose(source: ParameterSource, budget: number): LanguageFacts['precision'] {
  const bytes = linearWeights(source).reduce((sum, { bytes: each }) => sum + each, 0)
  if (bytes < largeBytes && choosePlan([source], budget) === 'whole') return 'fp32'
  for (const bits of [8, 4] as const)
    if (choosePlan([asQuantized(source, bits)], budget) === 'whole') return `int${bits}`
  return 'int8'
}

function linearWeights(source: ParameterSource): { readonly path: string; readonly bytes: number }[] {
  return [...source.paths()].flatMap((path) => {
    const { shape } = source.describe(path)!
    const count = shape.reduce((product, size) => product * size, 1)
    return shape.length === 2 && path !== table && shape[1]! >= 128 && count >= 65_536
      ? [{ path, bytes: 4 * count }]
      : []
  })
}

/** A source as it will be described once it is quantised. */
function asQuantized(source: ParameterSource, bits: 4 | 8): ParameterSource {
  const linear = new Set(linearWeights(source).map(({ path }) => path))
  return {
    ...source,
    describe: (path) => {
      const info = source.describe(path)
      return info && linear.has(path) ? { ...info, quantization: { bits, block: 128 } } : info
    },
  }
}

/**
 * A copy whose head has 8 bits even where the others have 4: it decides between words that are close.
 * @param shared the table of embeddings in the file, where it is the head too
 */
async function quantizedCopy(
  folder: string,
  shared: string | undefined,
  precision: 'int8' | 'int4',
  { cache = defaultCache(), onIdentify, onQuantize, onWarning, signal }: LanguageWeightsOptions,
): Promise<Checkpoint> {
  const bits = precision === 'int8' ? 8 : 4
  const memory = join(cache, 'identities')
  const identities: string[] = [await configHash(folder)]
  for (const file of await checkpointFiles(folder))
    identities.push(
      relative(folder, file),
      await fileIdentity(file, { memory, onProgress: onIdentify, signal }),
    )
  const key = sha256(JSON.stringify(identities)).slice(0, 32)
  const target = join(cache, 'quantized', `language-${key}.${precision}.safetensors`)
  const make = () =>
    quantizeCheckpoint(folder, target, {
      bits,
      bitsOf: (path) => (path === head ? 8 : bits),
      // The table is looked up; as the head that shares it, it is multiplied with.
      ...(shared !== undefined && { also: { [head]: shared } }),
      ...(onQuantize && { onProgress: onQuantize }),
      ...(signal && { signal }),
    })
  return openCached(target, make, onWarning)
}

/** The classic names, with the table of embeddings as the head where the model shares it. */
export function classic(source: ParameterSource, { tied }: QwenTextConfig): ParameterSource {
  const named = renamed(source, classicQwenName)
  if (!tied || named.describe(head)) return named
  const rows = [...named.paths(), head].map(
    (path) => [path, { rows: [{ path: path === head ? table : path }] }] as const,
  )
  return assembled(named, new Map(rows))
}

/**
 * What decides a model's answers, in a word: SHA-256 over config.json and the headers of its weights. Cheap: the weights
 * themselves are not read.
 */
export async function languageFingerprint(folder: string): Promise<string> {
  const checkpoint = await openCheckpoint(folder)
  try {
    const headers = checkpoint.files.map(({ headerHash }) => headerHash)
    return sha256(JSON.stringify([await configHash(folder), ...headers])).slice(0, 16)
  } finally {
    await checkpoint.close()
  }
}

async function configHash(folder: string): Promise<string> {
  return sha256(await readFile(join(folder, 'config.json')))
}

function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex')
}
