import { z } from 'zod'
import type { Picture } from '../../image/index.ts'
import type { Noun, Phrase } from '../../instructions/index.ts'
import { type Toolbox, ToolError } from '../../tools/index.ts'
import type { AnnotatedThing, Annotation, Nature } from './annotation.ts'

const nature = z.enum(['person', 'animal', 'plant', 'object', 'building', 'vehicle', 'food'])
const percent = z.number().min(0).max(100)
const box = z.strictObject({ left: percent, top: percent, right: percent, bottom: percent })
const answer = z.strictObject({
  things: z.array(
    z.strictObject({ en: z.string(), cn: z.string(), nature, height_m: z.number().min(0), box }),
  ),
  main_subject: z.strictObject({ en: z.string(), cn: z.string(), nature }).nullable(),
  background: z.strictObject({ en: z.string(), cn: z.string() }),
  place: z.enum(['indoors', 'outdoors']),
  light: z.enum(['day', 'dusk', 'night']),
})

/** A vision model's description of a picture. */
export interface Told {
  readonly things: readonly AnnotatedThing[]
  readonly subject?: Noun & { readonly nature: Nature }
  readonly background?: Phrase
  readonly place: NonNullable<Annotation['place']>
  readonly light: NonNullable<Annotation['light']>
}

const question = `Describe this picture as JSON.
things: every clearly visible separate thing, at most 12, the largest first: its name as a short noun in the singular without article or colour in English (en) and in Chinese (cn), its nature, its usual real height in metres (0 if it may be anything), and its box, with each side in percent of the picture's width or height.
main_subject: the one thing that the picture is about, with its name and nature, or null.
background: the place as a background, in a few words: in English with its article ("a sandy beach under a blue sky"), in Chinese without.
place: indoors or outdoors. light: day, dusk or night.`

/**
 * Asks a vision model once, with a schema, what is in a picture. Names without a letter of the language, and boxes
 * without area, are left out. @throws ToolError `answer` where the answer is not such JSON
 */
export async function askVision(picture: Picture, tools: Toolbox): Promise<Told> {
  const text = await tools.get('vision').ask({
    parts: [picture, question],
    maxTokens: 1600,
    temperature: 0,
    seed: 1,
    jsonSchema: z.toJSONSchema(answer),
  })
  const read = answer.safeParse(jsonOf(text))
  if (!read.success)
    throw new ToolError(
      'tool-failed',
      `vision: expected JSON of the picture's things, got ${JSON.stringify(text.slice(0, 120))}`,
    )
  const { things, main_subject: subject, background, place, light } = read.data
  return {
    things: things.flatMap(({ en, cn, nature: of, height_m: height, box: sides }): AnnotatedThing[] => {
      const name = nounIn(en, cn)
      const [x, y] = [(sides.left / 100) * picture.width, (sides.top / 100) * picture.height]
      const [width, height_] = [
        (sides.right / 100) * picture.width - x,
        (sides.bottom / 100) * picture.height - y,
      ]
      if (name === undefined || width < 4 || height_ < 4) return []
      return [
        {
          name,
          box: { x, y, width, height: height_ },
          score: 0.6,
          from: 'vision',
          nature: of,
          ...(height > 0 && { height }),
        },
      ]
    }),
    ...(subject !== null && namedSubject(subject)),
    ...(nounIn(background.en, background.cn) && {
      background: { en: background.en.trim(), cn: background.cn.trim() },
    }),
    place,
    light,
  }
}

function namedSubject({
  en,
  cn,
  nature: of,
}: {
  en: string
  cn: string
  nature: Nature
}): Pick<Told, 'subject'> {
  const name = nounIn(en, cn)
  return name === undefined ? {} : { subject: { ...name, nature: of } }
}

/** A name in both languages, without an article. */
function nounIn(en: string, cn: string): Noun | undefined {
  const [english, chinese] = [en.trim().replace(/^(?:an?|the)\s+/i, ''), cn.trim()]
  return /[a-z]/i.test(english) && /\p{Script=Han}/u.test(chinese) ? { en: english, cn: chinese } : undefined
}

/** The JSON in an answer that may have a fence around it. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^[^{]*/, '').replace(/[^}]*$/, ''))
  } catch {
    return undefined
  }
}
