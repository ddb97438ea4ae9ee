import { createHash } from 'node:crypto'
import { open, readdir, readFile, stat } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { defaultCache, fileError } from '../../files/index.ts'
import {
  checkpointFiles,
  fileIdentity,
  type IdentityOptions,
  type IdentityProgress,
} from '../../weights/index.ts'
import type { ModelFolder } from '../families/family.ts'

/** The cache of identities, and hooks of their computation. */
export interface IdentifyOptions {
  /** The cache folder. Default: {@link defaultCache}. */
  readonly cache?: string | undefined
  /** Files are read whole when they are met for the first time. */
  readonly onIdentify?: ((progress: IdentityProgress) => void) | undefined
  readonly signal?: AbortSignal | undefined
}

/** Identities of files by the part of the checkpoint that they belong to: `transformer`, `language model/config.json`. */
export type Identities = Readonly<Record<string, string>>

/**
 * The identities of every file of a checkpoint that an edit depends on: of weights as `tensors-sha256:…`, of others
 * `sha256:…` of their bytes. They are the key of everything that is made from the weights.
 * @throws WeightsError where a weight is NaN or infinite, or when stopped
 */
export async function checkpointIdentities(
  found: Pick<ModelFolder, 'parts' | 'hints'>,
  options: IdentifyOptions = {},
): Promise<Identities> {
  const identities: Record<string, string> = {}
  for (const [name, file] of await partFiles(found))
    identities[name] = file.endsWith('.safetensors')
      ? await fileIdentity(file, remembering(options))
      : await bytesIdentity(file)
  return { ...identities, hints: sha256(JSON.stringify(found.hints)) }
}

/** The identity of a LoRA: of its file, or in a folder of PEFT of its file and its configuration. @throws WeightsError */
export async function adapterIdentity(path: string, options: IdentifyOptions = {}): Promise<string> {
  const isFolder = await isDirectory(path)
  const file = isFolder ? await adapterFile(path) : path
  const identity = await fileIdentity(file, remembering(options))
  const config = isFolder ? join(path, 'adapter_config.json') : undefined
  const hash = config && (await bytesIdentity(config).catch(() => undefined))
  return hash ? sha256(`${identity}\n${hash}`) : identity
}

/** One name for all of a part's files, or of several parts. */
export function joinedIdentity(identities: Identities, isPart: (name: string) => boolean): string {
  const entries = Object.entries(identities).filter(([name]) => isPart(name))
  return sha256(JSON.stringify(entries.sort(([a], [b]) => (a < b ? -1 : 1)))).slice('sha256:'.length)
}

/**
 * Keys for what the autoencoder (`encode`) and the language model (`condition`) make of a picture: their weights and
 * configuration, and how they run. Another precision or provider gives other numbers, another plan other last digits.
 */
export function featureKeys(
  identities: Identities,
  run: {
    readonly precision: string
    readonly plan: string
    readonly provider: string
    readonly quotes: string
  },
): { readonly encode: string; readonly condition: string } {
  const key = (parts: readonly string[], how: readonly string[]) => {
    const isPart = (name: string) => parts.includes(name.split('/')[0]!)
    return JSON.stringify([joinedIdentity(identities, isPart), ...how])
  }
  return {
    encode: key(['autoencoder', 'hints'], [run.provider]),
    condition: key(
      ['language model', 'tokenizer', 'hints'],
      [run.provider, run.precision, run.plan, run.quotes],
    ),
  }
}

/**
 * Which of the recorded identities are no longer those of a checkpoint. Those of the form `sampled-sha256:…`, which
 * earlier versions wrote, are compared in that form.
 */
export async function changedFiles(
  recorded: Identities,
  found: Pick<ModelFolder, 'parts'>,
  identities: Identities,
): Promise<readonly string[]> {
  const files = await partFiles(found)
  const changed: string[] = []
  for (const [name, identity] of Object.entries(recorded)) {
    const file = files.get(name)
    const now = isSampled(identity) ? file && (await sampledIdentity(file)) : identities[name]
    if (now !== identity) changed.push(name)
  }
  return changed
}

/** Whether a LoRA is still the one that was recorded, in either form. */
export async function isSameAdapter(recorded: string, path: string, identity: string): Promise<boolean> {
  if (!isSampled(recorded)) return recorded === identity
  return recorded === (await sampledIdentity((await isDirectory(path)) ? await adapterFile(path) : path))
}

function remembering({ cache, onIdentify, signal }: IdentifyOptions): IdentityOptions {
  return { memory: join(cache ?? defaultCache(), 'identities'), onProgress: onIdentify, signal }
}

/** Files by unique names: a part's name, or for files in a folder the part's name and the file's. */
async function partFiles({ parts }: Pick<ModelFolder, 'parts'>): Promise<ReadonlyMap<string, string>> {
  const files = new Map<string, string>()
  for (const [part, path] of Object.entries(parts)) {
    if (!(await isDirectory(path))) {
      files.set(part, path)
      continue
    }
    const names = (await readdir(path)).sort()
    const isTokenizer = part.startsWith('tokenizer')
    const settings = isTokenizer ? tokenizerFiles(names) : names.filter((name) => isSettings.test(name))
    for (const name of settings) files.set(`${part}/${name}`, join(path, name))
    if (!isTokenizer && names.some((name) => name.includes('.safetensors')))
      for (const file of await checkpointFiles(path)) files.set(`${part}/${relative(path, file)}`, file)
  }
  return files
}

const isSettings = /^(config|scheduler_config)\.json$/

/** Files that determine the tokenization: older folders have only the vocabulary. */
function tokenizerFiles(names: readonly string[]): readonly string[] {
  const whole = names.includes('tokenizer.json')
  const wanted = whole ? /^tokenizer(_config)?\.json$/ : /^(tokenizer_config\.json|vocab\.json|merges\.txt)$/
  return names.filter((name) => wanted.test(name))
}

async function isDirectory(path: string): Promise<boolean> {
  const stats = await stat(path).catch((error: unknown) => {
    throw fileError(path, 'open it', error)
  })
  return stats.isDirectory()
}

/** The single weights file of a folder, with any name; PEFT's is adapter_model.safetensors. */
async function adapterFile(folder: string): Promise<string> {
  const names = (await readdir(folder)).filter(
    (name) => name.endsWith('.safetensors') && !name.startsWith('.'),
  )
  return join(folder, names.length === 1 ? names[0]! : 'adapter_model.safetensors')
}

async function bytesIdentity(file: string): Promise<string> {
  return sha256(await readFile(file))
}

function sha256(content: string | Uint8Array): string {
  return `sha256:${createHash('sha256').update(content).digest('hex')}`
}

function isSampled(identity: string): boolean {
  return identity.startsWith('sampled-sha256:')
}

const pieces = 64
const pieceBytes = 1 << 16

/** As earlier versions named files: SHA-256 over the size, the first MiB and 64 pieces of 64 KiB. */
async function sampledIdentity(path: string): Promise<string> {
  const handle = await open(path)
  try {
    const { size } = await handle.stat()
    const hash = createHash('sha256').update(`${size}:`)
    const add = async (at: number, length: number) => {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, at)
      hash.update(buffer.subarray(0, bytesRead))
    }
    await add(0, 1 << 20)
    for (let i = 0; i < pieces; i++) await add(Math.floor((i * size) / pieces), pieceBytes)
    return `sampled-sha256:${hash.digest('hex')}`
  } finally {
    await handle.close()
  }
}
