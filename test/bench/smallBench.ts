import { createHash } from 'node:crypto'
import { join } from 'node:path'
import {
  type BenchJudge,
  type BenchWorkspace,
  chooseItems,
  type EditJudge,
  type EditJudgeCall,
  type EditQuestion,
  type NewBench,
  openSuite,
  prepareBench,
  type Suite,
  type SuiteEntry,
  type SuiteItem,
  type System,
  withSources,
  writeSuite,
} from 'pentimento/bench'
import { encodeStored, type Picture, pictureHash } from 'pentimento/image'
import { placeDatabase } from '../database.ts'

const kinds = ['color_alter', 'style_change', 'subject-add'] as const

/** A picture of 8×8 that its number decides. */
export function smallPicture(number: number): Picture {
  const data = new Uint8Array(8 * 8 * 3)
  for (let i = 0; i < data.length; i++) data[i] = (i * 7 + number * 31 + ((number >> 3) * i) / 5) & 255
  return { width: 8, height: 8, data }
}

/** Writes a suite of small pictures: each number is an item in English and in Chinese. */
export async function writeSmallSuite(
  folder: string,
  { count = 6, session, change = {} }: { count?: number; session?: number; change?: Partial<SuiteItem> } = {},
): Promise<Suite> {
  async function* entries(): AsyncGenerator<SuiteEntry> {
    for (let i = 0; i < count; i++) {
      const path = `pictures/${i}.png`
      const item: SuiteItem = {
        key: `item-${i}`,
        kind: kinds[i % kinds.length]!,
        language: 'en',
        instruction: `make it number ${i}`,
        picture: path,
        ...(session === undefined
          ? {}
          : { turn: { session: `s${Math.floor(i / session)}`, number: (i % session) + 1 } }),
        ...change,
      }
      yield { item, files: [{ path, content: await encodeStored(smallPicture(i)) }] }
      yield { item: { ...item, language: 'cn', instruction: `变成第 ${i} 号` }, files: [] }
    }
  }
  const facts = {
    name: 'small',
    version: '1',
    title: 'A small suite',
    source: 'test',
    licence: 'CC0-1.0',
    kinds,
  }
  await writeSuite(folder, facts, entries())
  return openSuite(folder, { cache: join(folder, '..', 'cache') })
}

/** A system that inverts pictures and counts its edits. */
export function inverter(
  name = 'inverter',
  edit?: (item: SuiteItem, count: number, more: readonly Picture[]) => void | Promise<void>,
): System & { readonly edits: string[] } {
  const edits: string[] = []
  return {
    name,
    identity: `${name} 1`,
    concurrency: 1,
    edits,
    async edit(item, picture, { more = [] }) {
      edits.push(`${item.language}/${item.key}`)
      await edit?.(item, edits.length, more)
      const data = picture.data.map((level) => 255 - level)
      return { type: 'picture', picture: { ...picture, data }, seconds: 0.1 }
    },
    async close() {},
  }
}

/** A judge whose scores the pictures decide, and who counts what it is asked. */
export function countingJudge(name = 'judge', concurrency = 4): EditJudge & { readonly asked: string[] } {
  const asked: string[] = []
  return {
    name,
    identity: `${name} 1`,
    concurrency,
    asked,
    async ask(question, { repeat }): Promise<EditJudgeCall> {
      const hashes = picturesOf(question).map(pictureHash)
      const instruction = 'instruction' in question ? question.instruction : ''
      asked.push(`${question.type} ${hashes.join(' ')} ${instruction} ${repeat}`)
      return callOf(name, question, hashes, repeat)
    },
  }
}

function picturesOf(question: EditQuestion): Picture[] {
  if (question.type === 'pq') return [question.edited]
  if (question.type === 'sc') return [question.source, question.edited]
  return [question.source, question.first, question.second]
}

function callOf(
  judge: string,
  { type }: EditQuestion,
  pictureHashes: readonly string[],
  repeat: number,
): EditJudgeCall {
  const digest = createHash('sha256').update(pictureHashes.join(' ')).digest()
  const about = {
    question: type,
    judge,
    convention: 'test',
    model: 'test',
    promptHash: '0',
    pictureHashes,
    repeat,
    cost: 0.01,
    seconds: 0.05,
    at: '2026-01-01T00:00:00.000Z',
  }
  if (type === 'pair') return { ...about, raw: ['first'], preferred: 'first' }
  const scores = [digest[0]! % 11, digest[1]! % 11]
  return { ...about, raw: [JSON.stringify({ score: scores })], scores }
}

/** A bench of all items of a suite, with a database that is there already. */
export async function smallBench(
  folder: string,
  suite: Suite,
  systems: readonly System[],
  judges: readonly BenchJudge[] = [],
  {
    limit,
    turns = 'given',
    env = {},
    from = 'small',
    inThread = false,
  }: {
    limit?: number
    turns?: 'given' | 'own'
    env?: Readonly<Record<string, string | undefined>>
    from?: string
    inThread?: boolean
  } = {},
): Promise<BenchWorkspace> {
  await placeDatabase(join(folder, 'database'))
  const choice = { seed: 0, languages: ['en', 'cn'] as const, ...(limit === undefined ? {} : { limit }) }
  const items = await chooseItems(suite.facts, suite.items(), choice)
  const bench: NewBench = {
    suite: { ...suite.facts, identity: suite.identity, from },
    choice,
    turns,
    systems: systems.map(({ name, identity }) => ({ name, identity, source: name })),
    judges,
    store: {},
  }
  return prepareBench(folder, bench, await withSources(suite, items), { env, inThread })
}
