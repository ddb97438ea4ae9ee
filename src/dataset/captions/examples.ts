import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import type { Facts } from '../../instructions/index.ts'
import { digestOf } from '../../jobs/index.ts'
import type { Random } from '../../random/index.ts'
import { DatasetError } from '../error.ts'
import { type Kind, kinds } from '../taxonomy.ts'
import { type Detail, details } from './detail.ts'
import { contentWords, overlap } from './mentions.ts'

/** An example instruction. */
export interface Example {
  readonly text: string
  readonly detail?: Detail
}

type Language = 'en' | 'cn'

/** Example instructions by kind and language. */
export type ExampleBank = { readonly [K in Kind]?: Readonly<Record<Language, readonly Example[]>> }

const texts = z.array(z.string().trim().min(1).max(400))
const byDetail = z.strictObject({
  terse: texts.optional(),
  plain: texts.optional(),
  detailed: texts.optional(),
})
const ofLanguage = z.union([texts, byDetail])
const file = z.strictObject(
  Object.fromEntries(
    kinds.map((kind) => [
      kind,
      z.strictObject({ en: ofLanguage.optional(), cn: ofLanguage.optional() }).optional(),
    ]),
  ),
)

/**
 * Reads a file of examples: `{ "subject-remove": { "en": ["lose the dog"], "cn": ["去掉狗"] } }`, where a list may also be
 * told apart by detail: `{ "terse": […], "plain": […], "detailed": […] }`.
 * @throws DatasetError `configuration` that names the first field which does not fit
 */
export async function readExamples(path: string): Promise<ExampleBank> {
  const refuse = (what: string, cause?: unknown): never => {
    throw new DatasetError('configuration', `captions.examples: ${path}: ${what}`, { cause })
  }
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) =>
    refuse(`cannot be read (${error.code}); expected a file relative to the workspace`, error),
  )
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (error) {
    refuse(`not JSON (${(error as Error).message}); correct the file`, error)
  }
  const parsed = file.safeParse(json)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    return refuse(`${issue?.path.join('.') || 'the whole'}: ${issue?.message}`)
  }
  const list = (of: z.output<typeof ofLanguage> | undefined): Example[] =>
    of === undefined
      ? []
      : Array.isArray(of)
        ? of.map((each) => ({ text: each }))
        : details.flatMap((detail) => (of[detail] ?? []).map((each) => ({ text: each, detail })))
  const data = parsed.data as { readonly [K in Kind]?: { readonly en?: never; readonly cn?: never } }
  return Object.fromEntries(
    Object.entries(data).map(([kind, value]) => [kind, { en: list(value?.en), cn: list(value?.cn) }]),
  )
}

/** The examples of the package: at least 50 a kind and language. */
export async function embeddedExamples(): Promise<ExampleBank> {
  const folder = fileURLToPath(new URL('../../../captions', import.meta.url))
  const banks = await Promise.all(kinds.map((kind) => readExamples(resolve(folder, `${kind}.json`))))
  return Object.assign({}, ...banks) as ExampleBank
}

/** Both together. */
export function joinBanks(a: ExampleBank, b: ExampleBank): ExampleBank {
  return Object.fromEntries(
    kinds.map((kind) => [
      kind,
      {
        en: [...(b[kind]?.en ?? []), ...(a[kind]?.en ?? [])],
        cn: [...(b[kind]?.cn ?? []), ...(a[kind]?.cn ?? [])],
      },
    ]),
  )
}

/** What determines which examples are drawn. */
export const bankDigest = (bank: ExampleBank): string => digestOf(bank)

/**
 * Examples to show for an edit: by chance, but those that speak of the same things come first more often, and every level
 * of detail comes in its turn.
 */
export function drawExamples(
  bank: ExampleBank,
  facts: Facts,
  language: Language,
  { count, random }: { readonly count: number; readonly random: Random },
): readonly Example[] {
  const all = bank[facts.kind]?.[language] ?? []
  const own = unitsOf(
    Object.values(facts)
      .map((value) => (typeof value === 'object' ? (value as Record<Language, string>)[language] : ''))
      .join(' '),
    language,
  )
  const ranked = all
    .map((example) => ({
      example,
      rank: random.unit() + 0.5 * overlap(own, unitsOf(example.text, language)),
    }))
    .sort((a, b) => b.rank - a.rank)
    .map(({ example }) => example)
  const levels = [...details, undefined].map((detail) =>
    ranked.filter((example) => example.detail === detail),
  )
  const drawn: Example[] = []
  for (let at = 0; drawn.length < Math.min(count, all.length); at++)
    for (const level of levels) {
      const next = level[at]
      if (next && drawn.length < count) drawn.push(next)
    }
  return random.shuffled(drawn)
}

function unitsOf(text: string, language: Language): ReadonlySet<string> {
  if (language === 'en') return contentWords(text)
  const han = text.match(/\p{Script=Han}/gu) ?? []
  return new Set(han.slice(1).map((sign, i) => `${han[i]}${sign}`))
}
