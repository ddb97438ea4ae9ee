import { readFile } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { z } from 'zod'
import { storeSchema } from '../dataset/index.ts'
import { FileError, fileError, makeFolder, writeFileWhole } from '../files/index.ts'
import { openStores, type StoreChoice, type Stores } from '../jobs/index.ts'
import { BenchError } from './error.ts'
import type { SystemFacts } from './results.ts'
import type { Language, SuiteFacts, SuiteItem } from './suite/suite.ts'

/** An item that a bench takes, and the SHA-256 of its source picture's file. */
export interface ChosenItem {
  readonly item: SuiteItem
  readonly source: string
}

/** A judge of a bench. */
export interface BenchJudge {
  readonly name: string
  readonly identity: string
  /** How it is opened again: a name of the configuration, or `qwen2.5-vl-72b:<address>`. Default: its name. */
  readonly from?: string | undefined
  /** How often each question is asked. */
  readonly repeats: number
  /** Whether it compares the systems in pairs too. */
  readonly pairs: boolean
  /** Its scores were made elsewhere, by item, and nobody can ask it. */
  readonly imported?: boolean | undefined
}

/** The facts of a bench: the content of `bench.json`. */
export interface BenchFacts {
  readonly name: string
  readonly suite: SuiteFacts & {
    readonly identity: string
    /** How it is opened again: its name or the path of its folder. */
    readonly from: string
  }
  readonly choice: {
    readonly seed: number
    readonly limit?: number | undefined
    readonly kinds?: readonly string[] | undefined
    readonly languages: readonly Language[]
  }
  /** Whether later turns of a session start from the suite's picture or from what the system made of the turn before. */
  readonly turns: 'given' | 'own'
  /** Name of the {@link ChosenItem}s in the file store, JSON lines in the suite's order. */
  readonly items: string
  readonly systems: readonly SystemFacts[]
  readonly judges: readonly BenchJudge[]
  /** The tools of the checks with their versions, and whether edits without checks are measured. */
  readonly checks?: { readonly tools: string; readonly all: boolean } | undefined
  readonly store: StoreChoice
}

/** A bench's folder, with its stores open. */
export interface BenchWorkspace extends Stores {
  readonly folder: string
  readonly facts: BenchFacts
  close(): Promise<void>
}

/** The environment in which a bench finds its database and keys. */
export type Environment = Readonly<Record<string, string | undefined>>

/** The name of the file in a bench's folder. */
export const benchFile = 'bench.json'

const count = z.int().min(0)
const text = z.string().min(1)
const factsSchema: z.ZodType<BenchFacts> = z.strictObject({
  version: z.literal(1),
  name: text,
  suite: z.strictObject({
    name: text,
    version: text,
    title: z.string(),
    source: z.string(),
    licence: z.string(),
    kinds: z.array(text),
    identity: text,
    from: text,
  }),
  choice: z.strictObject({
    seed: count,
    limit: count.optional(),
    kinds: z.array(text).optional(),
    languages: z.array(z.enum(['en', 'cn'])),
  }),
  turns: z.enum(['given', 'own']),
  items: text,
  systems: z.array(z.strictObject({ name: text, identity: text, source: z.string() })),
  judges: z.array(
    z.strictObject({
      name: text,
      identity: text,
      from: text.optional(),
      repeats: z.int().min(1),
      pairs: z.boolean(),
      imported: z.boolean().optional(),
    }),
  ),
  checks: z.strictObject({ tools: text, all: z.boolean() }).optional(),
  store: storeSchema,
})
/** Written by hand before the first run, where a bench is to keep its units and files elsewhere. */
const storeOnlySchema = z.strictObject({ store: storeSchema })

/** Whether a folder holds a bench, and what is known of it. */
export type FoundBench = { readonly facts: BenchFacts } | { readonly store: StoreChoice }

/** Reads `bench.json` of a folder, which need not be there. @throws BenchError `workspace` where it is not one */
export async function findBench(folder: string): Promise<FoundBench> {
  const file = join(folder, benchFile)
  let content: string
  try {
    content = await readFile(file, 'utf8')
  } catch (error) {
    const failure = fileError(file, 'read it', error)
    if (failure instanceof FileError && failure.code === 'missing') return { store: {} }
    throw new BenchError('workspace', failure.message, { cause: error })
  }
  let json: unknown
  try {
    json = JSON.parse(content)
  } catch (error) {
    throw new BenchError('workspace', `${file}: not JSON (${(error as Error).message}); correct the file`, {
      cause: error,
    })
  }
  const storeOnly = storeOnlySchema.safeParse(json)
  if (storeOnly.success) return { store: storeOnly.data.store }
  const parsed = factsSchema.safeParse(json)
  if (parsed.success) {
    const { version: _, ...facts } = parsed.data as BenchFacts & { version: 1 }
    return { facts }
  }
  const [issue] = parsed.error.issues
  throw new BenchError(
    'workspace',
    `${file}: ${issue?.path.join('.') || 'the whole'}: ${issue?.message}; it was changed by hand, or written by another version`,
  )
}

/** How a bench is opened. */
export interface BenchOptions {
  readonly env: Environment
  readonly log?: (line: string) => void
  /** For a run that asks servers: its database then holds up no answer. Default: false. */
  readonly inThread?: boolean
}

/**
 * Opens the folder of a bench that was run before.
 * @throws BenchError `workspace` where there is none, JobError `locked` while another process works in it
 */
export async function openBench(folder: string, options: BenchOptions): Promise<BenchWorkspace> {
  const found = await findBench(folder)
  if ('facts' in found) return openWorkspace(folder, found.facts, options)
  throw new BenchError(
    'workspace',
    `${folder}: no bench in it; 'pentimento bench run --suite <suite> --editor <name> --output ${folder}' creates one`,
  )
}

/** The facts of a bench before its items are chosen. */
export type NewBench = Omit<BenchFacts, 'items' | 'name'>

/**
 * Opens a bench's folder for a run, which is made if it is missing, and writes down what the bench is.
 * @throws BenchError `workspace` where the folder belongs to another suite
 */
export async function prepareBench(
  folder: string,
  bench: NewBench,
  items: readonly ChosenItem[],
  options: BenchOptions,
): Promise<BenchWorkspace> {
  await makeFolder(folder)
  const name = basename(resolve(folder)).replaceAll(/[^\w.-]/g, '-') || 'bench'
  const workspace = await openWorkspace(folder, { ...bench, name, items: '' }, options)
  try {
    const lines = items.map((each) => `${JSON.stringify(each)}\n`).join('')
    const file = await workspace.files.put(new TextEncoder().encode(lines))
    return await saveFacts(workspace, { items: file })
  } catch (error) {
    await workspace.close()
    throw error
  }
}

async function openWorkspace(
  folder: string,
  facts: BenchFacts,
  { env, log, inThread }: BenchOptions,
): Promise<BenchWorkspace> {
  const stores = await openStores(folder, { name: facts.name, store: facts.store, env, log, inThread })
  return { folder, facts, ...stores, close: () => stores.jobs.close() }
}

/** Stores changed facts of a bench. @returns the updated workspace */
export async function saveFacts(
  workspace: BenchWorkspace,
  changes: Partial<BenchFacts>,
): Promise<BenchWorkspace> {
  const facts: BenchFacts = { ...workspace.facts, ...changes }
  const file = join(workspace.folder, benchFile)
  await writeFileWhole(file, `${JSON.stringify({ version: 1, ...facts }, null, 2)}\n`)
  return { ...workspace, facts }
}

/** The chosen items in the suite's order. */
export async function readItems({
  files,
  facts,
}: Pick<BenchWorkspace, 'files' | 'facts'>): Promise<readonly ChosenItem[]> {
  const text = new TextDecoder().decode(await files.get(facts.items))
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as ChosenItem)
}

/** A list with an entry put in the place of the one of its name, or at its end. */
export function withEntry<T extends { readonly name: string }>(list: readonly T[], entry: T): readonly T[] {
  return list.some(({ name }) => name === entry.name)
    ? list.map((each) => (each.name === entry.name ? entry : each))
    : [...list, entry]
}
