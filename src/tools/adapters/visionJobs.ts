import { z } from 'zod'
import { type Picture, resizePicture } from '../../image/index.ts'
import { ToolError } from '../error.ts'
import type { Box, Tool } from '../tool.ts'
import { plainLabel } from './labels.ts'

/**
 * How a model tells positions: Qwen2.5-VL in pixels of the picture that it sees, Qwen3-VL and others in thousandths of
 * its sides.
 */
export type Coordinates = 'pixels' | 'thousandths'

const certainties = { certain: 0.95, likely: 0.7, unsure: 0.4 } as const
const certainty = z.enum(['certain', 'likely', 'unsure'])
// An object rather than four numbers in a row: strict schemas of some servers know no tuples.
const sides = z.strictObject({ left: z.number(), top: z.number(), right: z.number(), bottom: z.number() })

const thingsAnswer = z.strictObject({
  objects: z.array(z.strictObject({ label: z.string(), certainty, box: sides })),
})
const tagsAnswer = z.strictObject({ tags: z.array(z.strictObject({ tag: z.string(), certainty })) })
const linesAnswer = z.strictObject({
  lines: z.array(z.strictObject({ text: z.string(), certainty, box: sides })),
})

/** Finds things by asking a vision model. Scores are its own certainty in three steps. */
export function visionDetector(
  vision: Tool<'vision'>,
  coordinates: Coordinates = 'pixels',
): Tool<'detector'> {
  return {
    facts: factsFrom(vision, 'detector'),
    async detect(picture) {
      const seen = asSeen(picture, vision.mostPixels)
      const { objects } = await ask(
        vision,
        'detector',
        thingsAnswer,
        `List every clearly visible object of this picture. For each give a short English noun in the singular as its label, how certain you are, and the left, top, right and bottom side of its box in ${units(coordinates, seen)}.`,
        seen,
      )
      return objects.flatMap(({ label, certainty: sure, box }) => {
        const found = boxIn(picture, seen, box, coordinates)
        const name = plainLabel(label)
        return found && name !== '' ? [{ label: name, score: certainties[sure], box: found }] : []
      })
    },
  }
}

/** Names what is in a picture by asking a vision model. */
export function visionTagger(vision: Tool<'vision'>): Tool<'tagger'> {
  return {
    facts: factsFrom(vision, 'tagger'),
    async tag(picture) {
      const { tags } = await ask(
        vision,
        'tagger',
        tagsAnswer,
        'Give up to 20 short English tags that name the things, the place, the weather and the light of this picture, the most important first, each with how certain you are.',
        picture,
      )
      const scores = new Map<string, number>()
      for (const { tag, certainty: sure } of tags) {
        const name = tag.trim().toLowerCase()
        if (name !== '') scores.set(name, Math.max(certainties[sure], scores.get(name) ?? 0))
      }
      return [...scores].map(([tag, score]) => ({ tag, score })).sort((a, b) => b.score - a.score)
    },
  }
}

/** Reads lines of text by asking a vision model; their corners are those of upright boxes. */
export function visionOcr(vision: Tool<'vision'>, coordinates: Coordinates = 'pixels'): Tool<'ocr'> {
  return {
    facts: factsFrom(vision, 'ocr'),
    async read(picture) {
      const seen = asSeen(picture, vision.mostPixels)
      const { lines } = await ask(
        vision,
        'ocr',
        linesAnswer,
        `Read all text in this picture, a line at a time, letter by letter as it is written, without translating or correcting it. For each line give the text, how certain you are, and the left, top, right and bottom side of its box in ${units(coordinates, seen)}.`,
        seen,
      )
      return lines.flatMap(({ text, certainty: sure, box }) => {
        const found = boxIn(picture, seen, box, coordinates)
        if (!found || text.trim() === '') return []
        const { x, y, width, height } = found
        const corners = [
          [x, y],
          [x + width, y],
          [x + width, y + height],
          [x, y + height],
        ] as const
        return [{ text: text.trim(), score: certainties[sure], corners }]
      })
    },
  }
}

function factsFrom({ facts }: Tool<'vision'>, job: string): Tool<'vision'>['facts'] {
  return { ...facts, implementation: `${facts.implementation}/${job}`, version: `1+${facts.version}` }
}

async function ask<T extends z.ZodType>(
  vision: Tool<'vision'>,
  job: string,
  answer: T,
  prompt: string,
  picture: Picture,
): Promise<z.output<T>> {
  const { $schema: _, ...schema } = z.toJSONSchema(answer)
  const text = await vision.ask({
    parts: [picture, prompt],
    maxTokens: 4096,
    temperature: 0,
    seed: 0,
    jsonSchema: schema,
  })
  const parsed = answer.safeParse(JSON.parse(text))
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  throw new ToolError(
    'tool-answer',
    `${job} (${vision.facts.implementation}): the answer does not fit: ${issue?.path.join('.')}: ${issue?.message}; got '${text.slice(0, 80)}'`,
  )
}

/** Qwen2.5-VL cuts pictures into patches of 28 pixels: in a size of these, and not too large, its pixels are ours. */
function asSeen(picture: Picture, most = Number.POSITIVE_INFINITY): Picture {
  const share = Math.sqrt(most / (picture.width * picture.height))
  const patches = (size: number): number =>
    Math.max(56, (share < 1 ? Math.floor((size * share) / 28) : Math.round(size / 28)) * 28)
  return resizePicture(picture, { width: patches(picture.width), height: patches(picture.height) })
}

const units = (coordinates: Coordinates, { width, height }: Picture): string =>
  coordinates === 'pixels'
    ? `pixels of this picture, which is ${width} wide and ${height} high`
    : 'thousandths of its width and height, whole numbers from 0 to 1000'

/** A told box in pixels of the picture, cut to it; undefined for one without area. */
function boxIn(
  { width, height }: Picture,
  seen: Picture,
  { left, top, right, bottom }: z.output<typeof sides>,
  coordinates: Coordinates,
): Box | undefined {
  const [across, down] = coordinates === 'pixels' ? [seen.width, seen.height] : [1000, 1000]
  const within = (value: number, of: number, size: number): number =>
    Math.min(size, Math.max(0, Math.round((value / of) * size)))
  const [x, x2] = [left, right].map((each) => within(each, across, width)).sort((a, b) => a - b)
  const [y, y2] = [top, bottom].map((each) => within(each, down, height)).sort((a, b) => a - b)
  const box = {
    x: x as number,
    y: y as number,
    width: (x2 as number) - (x as number),
    height: (y2 as number) - (y as number),
  }
  return box.width > 0 && box.height > 0 ? box : undefined
}
