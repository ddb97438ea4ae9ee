import { z } from 'zod'
import type { Check } from '../checks/check.ts'
import { languages, type SuiteFacts, type SuiteItem } from './suite.ts'

const text = z.string().refine((value) => value.trim() !== '', 'expected some text, got none')

/** Whether a path stays below its folder, on any system. */
export function staysInside(path: string): boolean {
  if (path.startsWith('/') || /^[a-z]:/i.test(path) || /[\\\0]/.test(path)) return false
  return !path.split('/').some((part) => part === '' || part === '.' || part === '..')
}

const path = text.refine(
  staysInside,
  "expected a path below the suite's folder, with / between its parts, got one that leaves it",
)

const whole = z.int().min(0)

const region = z.union(
  [
    z.strictObject({
      boxes: z.array(z.tuple([whole, whole, z.int().min(1), z.int().min(1)])).min(1),
    }),
    z.strictObject({ polygon: z.array(z.tuple([whole, whole])).min(3) }),
    z.strictObject({ of: z.enum(['subject', 'background']) }),
  ],
  'expected { boxes: [[x, y, width, height], …] }, { polygon: [[x, y], …] } or { of: "subject" | "background" }, in whole pixels',
)

const colours = [
  'red',
  'orange',
  'yellow',
  'green',
  'cyan',
  'blue',
  'purple',
  'pink',
  'brown',
  'black',
  'white',
  'grey',
] as const

const tones = [
  'brighter',
  'darker',
  'warmer',
  'cooler',
  'greyer',
  'monochrome',
  'more-colourful',
  'more-contrast',
  'less-contrast',
  'sepia',
] as const

const styles = ['lines', 'flat', 'strokes', 'blocks', 'dots', 'monochrome-drawing', 'any'] as const

const faceParts = ['skin', 'lips', 'eyes', 'teeth', 'hair', 'brows', 'expression'] as const

const checks = {
  reads: z.strictObject({ check: z.literal('reads'), text, region: region.exactOptional() }),
  'reads-not': z.strictObject({ check: z.literal('reads-not'), text, region: region.exactOptional() }),
  appears: z.strictObject({ check: z.literal('appears'), label: text, region: region.exactOptional() }),
  gone: z.strictObject({ check: z.literal('gone'), region, label: text.exactOptional() }),
  filled: z.strictObject({ check: z.literal('filled'), region }),
  colour: z.strictObject({ check: z.literal('colour'), region, colour: z.enum(colours) }),
  surface: z.strictObject({ check: z.literal('surface'), region }),
  background: z.strictObject({ check: z.literal('background'), subject: region.exactOptional() }),
  tone: z.strictObject({ check: z.literal('tone'), change: z.enum(tones) }),
  style: z.strictObject({ check: z.literal('style'), change: z.enum(styles) }),
  moved: z.strictObject({ check: z.literal('moved'), from: region, to: region.exactOptional() }),
  'same-faces': z.strictObject({ check: z.literal('same-faces') }),
  'face-part': z.strictObject({
    check: z.literal('face-part'),
    part: z.enum(faceParts),
    colour: z.enum(colours).exactOptional(),
  }),
  kept: z.strictObject({ check: z.literal('kept'), outside: region, within: region.exactOptional() }),
} as const satisfies { readonly [C in Check['check']]: z.ZodType<Extract<Check, { readonly check: C }>> }

const check: z.ZodType<Check> = z.discriminatedUnion('check', [
  checks.reads,
  checks['reads-not'],
  checks.appears,
  checks.gone,
  checks.filled,
  checks.colour,
  checks.surface,
  checks.background,
  checks.tone,
  checks.style,
  checks.moved,
  checks['same-faces'],
  checks['face-part'],
  checks.kept,
])

/** A name that is safe in links, folders and tables. */
const name = z
  .string()
  .regex(
    /^[A-Za-z0-9_-][A-Za-z0-9._-]{0,199}$/,
    'expected letters, digits, -, _ and ., at most 200, not beginning with .',
  )

const languageTag = z.enum(languages, {
  error: ({ input }) =>
    /^(zh|chinese)/i.test(String(input))
      ? `expected en or cn, got '${String(input)}'; write cn for Chinese, as GEdit-Bench does`
      : `expected en or cn, got ${JSON.stringify(input)}`,
})

/** An item of `items.jsonl`. What it does not know is refused, so that a misspelt field cannot be lost. */
export const suiteItemSchema: z.ZodType<SuiteItem> = z.strictObject({
  key: name,
  kind: text,
  language: languageTag,
  instruction: text,
  picture: path,
  more: z.array(path).min(1).exactOptional(),
  intersection: z.boolean().exactOptional(),
  target: path.exactOptional(),
  mask: path.exactOptional(),
  captions: z.strictObject({ source: text.exactOptional(), target: text.exactOptional() }).exactOptional(),
  turn: z.strictObject({ session: text, number: z.int().min(1) }).exactOptional(),
  checks: z.array(check).exactOptional(),
})

/** `suite.json`. */
export const suiteFactsSchema: z.ZodType<SuiteFacts> = z.strictObject({
  name,
  version: text,
  title: text,
  source: text,
  licence: text,
  kinds: z
    .array(text)
    .min(1)
    .refine((kinds) => new Set(kinds).size === kinds.length, 'expected every kind once'),
})

/** The violations of a schema, each in a few words: `checks.0.colour: …`. */
export function misfits(error: z.ZodError): string[] {
  return error.issues.map((issue) => {
    const where = issue.path.join('.')
    return `${where === '' ? '' : `${where}: `}${issue.message}`
  })
}
