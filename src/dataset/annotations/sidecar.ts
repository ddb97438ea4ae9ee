import { z } from 'zod'
import type { Noun, Phrase } from '../../instructions/index.ts'
import type { Surface, SurfaceKind } from '../../operations/index.ts'
import { DatasetError } from '../error.ts'
import type { Nature } from './annotation.ts'

/** Groups of things that are found in the same places; `thing` may be anywhere but in the sky and on water. */
export const habitats = [
  'animal',
  'pet',
  'bird',
  'waterfowl',
  'flyer',
  'boat',
  'insect',
  'plant',
  'flower',
  'food',
  'ware',
  'tool',
  'ball',
  'instrument',
  'street',
  'vehicle',
  'figure',
  'thing',
] as const

/** One of {@link habitats}. */
export type ThingGroup = (typeof habitats)[number]

/** What is known of a thing that is placed into pictures; omitted fields are unknown. */
export interface ThingFacts {
  readonly nature?: Nature
  /** The group it belongs to. */
  readonly habitat?: ThingGroup
  /** The longer side of the upright thing, in metres. */
  readonly size?: number
  /** Where it may plausibly be. */
  readonly on?: readonly SurfaceKind[]
}

/** The content of a picture's sidecar file. Positions are shares of width and height. */
export interface Sidecar {
  readonly background?: Phrase
  /** The main subject. */
  readonly subject?: Noun & { readonly nature?: Nature }
  readonly things?: readonly (Noun & {
    readonly box: readonly [left: number, top: number, right: number, bottom: number]
    readonly nature?: Nature
    readonly height?: number
  })[]
  readonly surfaces?: readonly Surface[]
  readonly horizon?: number
  readonly place?: 'indoors' | 'outdoors'
  readonly light?: 'day' | 'dusk' | 'night'
  /** Of a cut-out: what it is. */
  readonly thing?: Noun & ThingFacts
}

const words = z.string().trim().min(1)
const nature = z.enum(['person', 'animal', 'plant', 'object', 'building', 'vehicle', 'food'])
const surface = z.enum([
  ...(['grass', 'sand', 'rock', 'road', 'floor', 'table', 'flat', 'leaf', 'water', 'sky'] as const),
])
const noun = {
  en: words,
  cn: words,
  plural: words.optional(),
  number: z.enum(['plural', 'mass']).optional(),
  measure: words.optional(),
}
const share = z.number().min(0).max(1)
const box = z
  .tuple([share, share, share, share])
  .refine(([left, top, right, bottom]) => left <= right && top <= bottom, {
    message: 'expected [left, top, right, bottom] with left ≤ right and top ≤ bottom',
  })
const metres = z.number().positive()
const sidecar = z.strictObject({
  background: z.strictObject({ en: words, cn: words }).optional(),
  subject: z.strictObject({ ...noun, nature: nature.optional() }).optional(),
  things: z
    .array(z.strictObject({ ...noun, box, nature: nature.optional(), height: metres.optional() }))
    .optional(),
  surfaces: z
    .array(
      z.strictObject({
        kind: surface,
        area: box,
        horizon: z.number().min(-2).max(1).optional(),
        eye: metres.optional(),
        across: metres.optional(),
      }),
    )
    .optional(),
  horizon: z.number().min(-2).max(3).optional(),
  place: z.enum(['indoors', 'outdoors']).optional(),
  light: z.enum(['day', 'dusk', 'night']).optional(),
  thing: z
    .strictObject({
      ...noun,
      nature: nature.optional(),
      habitat: z.enum(habitats).optional(),
      size: metres.optional(),
      on: z.array(surface).min(1).optional(),
    })
    .optional(),
})
const ofFolder = z.strictObject({ pictures: z.record(z.string(), sidecar) })

/** The file that describes several pictures of its folder and the folders below. */
export const folderSidecar = 'scene.json'

/** The ending of a file that describes one picture: `boat.scene.json` beside `boat.jpg`. */
export const sidecarEnding = '.scene.json'

/** Reads what a sidecar of one picture says. @throws DatasetError `source` with the path of each wrong field */
export function parseSidecar(name: string, text: string): Sidecar {
  return parsed(name, text, sidecar) as Sidecar
}

/** Reads `scene.json`: by paths of pictures below its folder. @throws DatasetError `source` */
export function parseFolderSidecar(name: string, text: string): Readonly<Record<string, Sidecar>> {
  return (parsed(name, text, ofFolder) as { pictures: Record<string, Sidecar> }).pictures
}

function parsed(name: string, text: string, schema: z.ZodType): unknown {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (error) {
    throw new DatasetError(
      'source',
      `${name}: expected JSON, ${(error as Error).message}; correct or remove it`,
    )
  }
  const result = schema.safeParse(json)
  if (result.success) return result.data
  const told = result.error.issues.map(({ path, message }) => `${path.join('.') || 'the file'}: ${message}`)
  throw new DatasetError(
    'source',
    `${name}: ${told.join('; ')}; docs/dataset.md, "Sidecars", lists the fields`,
  )
}
