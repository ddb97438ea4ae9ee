import { type Survey, surveyPicture } from '../../edit/index.ts'
import { labOfPicture, maskBox, maskShare, type Picture, thresholdMask } from '../../image/index.ts'
import { nounOf, type Phrase } from '../../instructions/index.ts'
import type { Toolbox } from '../../tools/index.ts'
import type { Source } from '../recipes/recipe.ts'
import type { AnnotatedThing, Annotation } from './annotation.ts'
import { askVision } from './asking.ts'
import { backgroundIn } from './backgrounds.ts'
import { measureGround } from './ground.ts'
import { overlapOf } from './overlap.ts'
import type { Sidecar } from './sidecar.ts'
import { sureName } from './sureNames.ts'
import { furnishings, outsiders, usualOf } from './usual.ts'

/** Increased whenever annotations of the same picture may change. */
export const annotationVersion = 6

/** Jobs that are used if a tool for them is installed. */
export const annotationJobs = ['detector', 'segmenter', 'matting', 'tagger', 'vision'] as const

/**
 * Finds out what is in a source picture: measured on it, told by the tools that are there, and by the sidecar beside it,
 * which goes before all else.
 */
export async function annotate({ picture, sidecar = {} }: Source, tools: Toolbox): Promise<Annotation> {
  const survey = surveyPicture(picture, tools)
  const told = tools.has('vision') ? await askVision(picture, tools) : undefined
  const things = merged([
    ...thingsOf(sidecar, picture),
    ...named(await detected(survey, tools), told?.things ?? []),
    ...(told?.things ?? []),
  ])
  const sky = skyOf(picture, survey)
  const place = sidecar.place ?? told?.place ?? placeOf(things, sky, shareOf(survey, 'plants'))
  const light = sidecar.light ?? told?.light ?? lightOf(picture)
  const ground = measureGround(picture, survey, { things, ...(place !== undefined && { place }) })
  const subject = sidecar.subject ?? told?.subject ?? (await taggedSubject(picture, things, tools))
  const horizon = sidecar.horizon ?? ground.horizon
  const background =
    sidecar.background ??
    told?.background ??
    measuredBackground(survey, things, picture, { place, light, horizon })
  return {
    things,
    surfaces: sidecar.surfaces ?? ground.surfaces,
    ...(sidecar.surfaces !== undefined && { surfacesTold: true as const }),
    ...(background !== undefined && { background }),
    ...(subject !== undefined && { subject }),
    ...(horizon !== undefined && { horizon }),
    ...(place !== undefined && { place }),
    light,
    sky: Number(sky.share.toFixed(3)),
  }
}

/** Detections with a lower score are ignored. */
const leastScore = 0.35

async function detected(survey: Survey, tools: Toolbox): Promise<readonly AnnotatedThing[]> {
  if (!tools.has('detector')) return []
  return (await survey.things())
    .filter(({ score }) => score >= leastScore)
    .flatMap(({ label, score, box }): AnnotatedThing[] => {
      const said = nounOf(label)
      // A larger detector knows more classes than there are names here.
      if (said === undefined) return []
      const sure = sureName(label, said, score)
      const name = sure ?? said
      const { nature, height } = usualOf(label) ?? {}
      return [
        {
          name,
          box,
          score,
          from: 'detector',
          label,
          ...(sure === undefined && { unsure: true as const }),
          ...(nature !== undefined && { nature }),
          ...(height !== undefined && { height }),
        },
      ]
    })
}

/** Detections under the closer names that a vision model has for what lies in the same box. */
function named(found: readonly AnnotatedThing[], told: readonly AnnotatedThing[]): readonly AnnotatedThing[] {
  return found.map((thing) => {
    const same = told.find(({ box }) => overlapOf(box, thing.box) > 0.5)
    if (same === undefined) return thing
    const height = same.height ?? thing.height
    return {
      ...thing,
      name: same.name,
      from: 'vision',
      ...(same.nature !== undefined && { nature: same.nature }),
      ...(height !== undefined && { height }),
    }
  })
}

/** Each thing once, as the first source describes it; in descending order of confidence. */
function merged(things: readonly AnnotatedThing[]): readonly AnnotatedThing[] {
  const kept: AnnotatedThing[] = []
  for (const thing of things) {
    const isKnown = kept.some(
      ({ box, name, from }) =>
        overlapOf(box, thing.box) > 0.5 &&
        (name.en === thing.name.en || from === 'sidecar' || thing.from === 'vision'),
    )
    if (!isKnown) kept.push(thing)
  }
  return kept.sort((one, other) => other.score - one.score)
}

function thingsOf({ things = [] }: Sidecar, { width, height }: Picture): readonly AnnotatedThing[] {
  return things.map(({ box: [left, top, right, bottom], nature, height: tall, ...name }) => ({
    name,
    box: {
      x: left * width,
      y: top * height,
      width: (right - left) * width,
      height: (bottom - top) * height,
    },
    score: 1,
    from: 'sidecar',
    ...(nature !== undefined && { nature }),
    ...(tall !== undefined && { height: tall }),
  }))
}

const shareOf = (survey: Survey, kind: 'sky' | 'plants'): number => {
  const part = survey.part(kind)
  return part === undefined || part.score < 0.5 ? 0 : maskShare(part.mask)
}

/** Things and plants with a smaller weight are no evidence of an outdoor scene. */
const leastSigns = 0.1

/** How much of the picture its sky takes, and how much of that is blue. */
interface Sky {
  readonly share: number
  readonly blue: number
}

function skyOf(picture: Picture, survey: Survey): Sky {
  const share = shareOf(survey, 'sky')
  if (share === 0) return { share, blue: 0 }
  const { data } = survey.part('sky')!.mask
  const { b } = labOfPicture(picture)
  let [all, blue] = [0, 0]
  for (const [i, value] of data.entries())
    if (value >= 128) {
      all++
      if (b[i]! < -0.015) blue++
    }
  return { share, blue: blue / Math.max(1, all) }
}

function placeOf(things: readonly AnnotatedThing[], sky: Sky, plants: number): Annotation['place'] {
  const weigh = (labels: ReadonlySet<string>): number =>
    things.reduce((sum, { label, score }) => sum + (label !== undefined && labels.has(label) ? score : 0), 0)
  const signs = weigh(outsiders) + plants
  // A white wall looks like a grey sky: a grey sky counts only with other evidence of an outdoor scene.
  const seen = sky.share * (4 * sky.blue + (signs > leastSigns ? 1.5 : 0))
  const [inside, outside] = [weigh(furnishings), signs + seen]
  if (Math.max(inside, outside) < 0.4) return undefined
  return inside > outside ? 'indoors' : 'outdoors'
}

/** By lightness and redness, which only give the approximate time of day. */
function lightOf(picture: Picture): NonNullable<Annotation['light']> {
  const { lightness } = labOfPicture(picture)
  let [sum, dark] = [0, 0]
  for (const value of lightness) {
    sum += value
    if (value < 0.25) dark++
  }
  const [mean, share] = [sum / lightness.length, dark / lightness.length]
  return mean < 0.3 || share > 0.65 ? 'night' : mean < 0.4 || share > 0.45 ? 'dusk' : 'day'
}

/** The first tag that is a noun, if matting finds a subject that no detection names. */
async function taggedSubject(
  picture: Picture,
  things: readonly AnnotatedThing[],
  tools: Toolbox,
): Promise<Annotation['subject']> {
  if (!tools.has('matting') || !tools.has('tagger')) return undefined
  const matte = thresholdMask(await tools.get('matting').matte(picture), 128)
  const box = maskBox(matte)
  if (box === undefined || maskShare(matte) > 0.7) return undefined
  if (things.some((thing) => overlapOf(thing.box, box) > 0.4)) return undefined
  const seen = new Set(things.map(({ label }) => label))
  for (const { tag, score } of await tools.get('tagger').tag(picture)) {
    const name = nounOf(tag)
    if (score < 0.6 || name === undefined || seen.has(tag)) continue
    const { nature } = usualOf(tag) ?? {}
    return { ...name, ...(nature !== undefined && { nature }) }
  }
  return undefined
}

/** A place that can be called by what it consists of, where no thing takes much of it. */
function measuredBackground(
  survey: Survey,
  things: readonly AnnotatedThing[],
  { width, height }: Picture,
  {
    place,
    light,
    horizon,
  }: {
    readonly place: Annotation['place']
    readonly light: Annotation['light']
    readonly horizon: number | undefined
  },
): Phrase | undefined {
  // In the dark, sky and ground cannot be distinguished.
  if (place !== 'outdoors' || light !== 'day') return undefined
  const taken = things.reduce((sum, { box }) => sum + box.width * box.height, 0) / (width * height)
  return taken > 0.12 ? undefined : backgroundIn(survey, horizon)
}
