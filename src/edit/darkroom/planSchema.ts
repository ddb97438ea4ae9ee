import { z } from 'zod'
import { parseJson } from '../checkpoint/json.ts'
import { type EditPlan, properties } from './plan.ts'

const place = z.enum([
  'left',
  'right',
  'top',
  'bottom',
  'center',
  'top left',
  'top right',
  'bottom left',
  'bottom right',
  'front',
  'back',
])

const colour = z.object({
  name: z.string(),
  hex: z.string().regex(/^#[0-9a-f]{6}$/i),
})

const target = z.object({
  type: z.enum([
    'picture',
    'thing',
    'subject',
    'background',
    'sky',
    'ground',
    'water',
    'plants',
    'person',
    'face',
    'skin',
    'hair',
    'eyes',
    'lips',
    'teeth',
    'text',
    'region',
  ]),
  phrase: z.string(),
  noun: z.string().optional(),
  colour: colour.optional(),
  place: place.optional(),
  order: z
    .object({ index: z.int().min(1), from: z.enum(['left', 'right', 'top', 'bottom', 'front']) })
    .optional(),
  size: z.enum(['largest', 'smallest']).optional(),
  all: z.boolean().optional(),
  text: z.string().optional(),
})

const strength = z.number().min(0).max(2)
const step = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('erase'), target }),
  z.object({ kind: z.literal('recolour'), target, colour }),
  z.object({ kind: z.literal('material'), target, material: z.string() }),
  z.object({
    kind: z.literal('move'),
    target,
    right: z.number().min(-1).max(1),
    down: z.number().min(-1).max(1),
    scale: z.number().min(0.2).max(5),
    to: place.optional(),
  }),
  z.object({ kind: z.literal('obscure'), target, how: z.enum(['blur', 'pixelate', 'black']), strength }),
  z.object({
    kind: z.literal('background'),
    to: z.discriminatedUnion('type', [
      z.object({ type: z.literal('blur'), strength }),
      z.object({ type: z.literal('transparent') }),
      z.object({ type: z.literal('colour'), colour }),
      z.object({ type: z.literal('gradient'), from: colour, to: colour }),
      z.object({ type: z.literal('backdrop'), name: z.string() }),
      z.object({ type: z.literal('picture') }),
    ]),
    target: target.optional(),
  }),
  z.object({ kind: z.literal('replace-text'), target, from: z.string(), to: z.string() }),
  z.object({
    kind: z.literal('add-text'),
    text: z.string(),
    place: place.optional(),
    colour: colour.optional(),
    size: z.enum(['small', 'medium', 'large']).optional(),
  }),
  z.object({
    kind: z.literal('adjust'),
    property: z.enum(properties),
    amount: z.number().min(-1).max(1),
    target,
  }),
  z.object({ kind: z.literal('look'), look: z.string(), strength, target }),
  z.object({ kind: z.literal('style'), style: z.string(), strength, target }),
  z.object({ kind: z.literal('retouch'), retouch: z.string(), strength, target }),
  z.object({ kind: z.literal('red-eye'), target }),
  z.object({
    kind: z.literal('crop'),
    ratio: z.number().positive().optional(),
    around: target.optional(),
    sides: z
      .object({
        left: z.number().min(0).max(0.9),
        top: z.number().min(0).max(0.9),
        right: z.number().min(0).max(0.9),
        bottom: z.number().min(0).max(0.9),
      })
      .optional(),
  }),
  z.object({ kind: z.literal('rotate'), degrees: z.number().min(-360).max(360) }),
  z.object({ kind: z.literal('straighten') }),
  z.object({ kind: z.literal('flip'), axis: z.enum(['horizontal', 'vertical']) }),
  z.object({
    kind: z.literal('resize'),
    width: z.int().min(1).max(30_000).optional(),
    height: z.int().min(1).max(30_000).optional(),
    factor: z.number().positive().max(16).optional(),
  }),
  z.object({
    kind: z.literal('extend'),
    sides: z
      .object({
        left: z.number().min(0).max(4),
        top: z.number().min(0).max(4),
        right: z.number().min(0).max(4),
        bottom: z.number().min(0).max(4),
      })
      .optional(),
    ratio: z.number().positive().optional(),
    fill: z.union([z.enum(['mirror', 'blur', 'fill']), colour]),
  }),
])

const plan = z.object({
  version: z.literal(1),
  steps: z.array(step).min(1).max(12),
  keep: z.array(target).max(8),
})

/** The schema of a plan, for language models and for files. */
export const planSchema: z.ZodType<EditPlan> = plan

/** Reads a plan's JSON text. @throws EditError that names what does not fit */
export function parsePlan(name: string, text: string): EditPlan {
  return parseJson(name, text, planSchema)
}
