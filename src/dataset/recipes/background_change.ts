// The subject stays as it is; what is behind it becomes another place. The paper masks the subject and lets an
// inpainting model paint the rest; here the rest is a photograph of a place that has a name, or a made backdrop. The
// subject's own pixels are not touched: the background is chosen, and toned, to suit its light.

import {
  colourStatistics,
  compositePictures,
  type Mask,
  type Picture,
  shadePicture,
  transferColours,
} from '../../image/index.ts'
import type { Phrase } from '../../instructions/index.ts'
import {
  coverOf,
  cutSubject,
  floorShadow,
  lookAt,
  meanLook,
  type Placement,
  type Surface,
  scaleAt,
  stageThing,
} from '../../operations/index.ts'
import { Random } from '../../random/index.ts'
import { Rejection } from '../../tools/index.ts'
import type { Annotation } from '../annotations/annotation.ts'
import { type Background, drawBackground } from './background/drawBackground.ts'
import { areStanding } from './background/standing.ts'
import { firstFitting } from './donating.ts'
import { drawLight } from './light.ts'
import { placementParameters } from './placed.ts'
import { placeThing } from './placing.ts'
import type { Draft, Recipe, RecipeContext, Source } from './recipe.ts'
import { checkSeen } from './staged.ts'
import { people, type Subject, subjectOf, unfitSubject, wispyThings } from './subject.ts'
import { livesOn } from './things.ts'

/** Puts one thing into two photographs, at the same place, size and light. */
export const backgroundSwap: Recipe = {
  kind: 'background_change',
  name: 'background_change/swap',
  version: 4,
  needs: [],
  from: 'photo',
  final: ['no-surface'],
  variants: 2,
  draft: swapped,
}

/** The least share of the picture that the subject takes: smaller things are rarely the main subject. */
const leastSubject = 0.05

async function swapped({ picture }: Source, context: RecipeContext): Promise<Draft> {
  const { donors, random } = context
  const other = await likePlace(picture, context)
  const { cutout, found } = await firstFitting(donors, random, (candidate) => {
    for (const [here, there] of random.shuffled(other.surfaces)) {
      if (!livesOn(candidate.thing, there.kind)) continue
      const placed = placeThing(picture, [here], candidate, random, { leastArea: leastSubject })
      if (placed !== undefined && isAlike(placed, there, picture)) return [placed, there] as const
    }
    return undefined
  })
  const [placement, surface] = found
  const light = drawLight(random)
  const look = meanLook(lookAt(picture, placement), lookAt(other.picture, placement))
  const seed = random.below(2 ** 31)
  const source = stageThing(picture, cutout, placement, { light, look }, numbersOf(seed))
  const there = { ...placement, surface }
  const target = stageThing(other.picture, cutout, there, { light, look }, numbersOf(seed))
  checkSeen(picture, source)
  checkSeen(other.picture, target)
  return {
    source: source.picture,
    target: target.picture,
    region: outside(source.alpha),
    facts: { kind: 'background_change', subject: cutout.name, background: other.name },
    parameters: {
      background: other.name.en,
      ...placementParameters(placement),
      harmony: { ...source.harmony },
    },
    donors: [cutout.id, other.donor],
  }
}

/** The same numbers in [0, 1) for the same seed. */
function numbersOf(seed: number): () => number {
  const random = new Random(seed)
  return () => random.unit()
}

type Pair = readonly [here: Surface, there: Surface]

/** A place with a name, and surfaces here and there that lie on each other. */
interface LikePlace {
  readonly picture: Picture
  /** Both of a pair over the area that they share. */
  readonly surfaces: readonly Pair[]
  readonly name: Phrase
  readonly donor: string
}

/** A donor's place where the same thing can be in the same spot. @throws Rejection `no-surface`, `no-background` */
async function likePlace(
  picture: Picture,
  { donors, random, annotation: own }: RecipeContext,
): Promise<LikePlace> {
  if (own.surfaces.length === 0) throw new Rejection('no-surface')
  for (let draw = 0; draw < 40; draw++) {
    const donor = await donors.picture(random)
    if (donor === undefined) break
    const { background, surfaces } = donor.annotation
    if (background === undefined || background.en === own.background?.en) continue
    const cover = coverOf(donor.picture, picture)
    const pairs = own.surfaces.flatMap((here) =>
      surfaces.flatMap((there) => sharedSurfaces(here, cover.surface(there))),
    )
    if (pairs.length > 0)
      return { picture: cover.picture, surfaces: pairs, name: background, donor: donor.id }
  }
  throw new Rejection('no-background')
}

/** Two surfaces of the same nature, over the area that they share; none where they share none. */
function sharedSurfaces(here: Surface, there: Surface): readonly Pair[] {
  if ((here.kind === 'sky') !== (there.kind === 'sky')) return []
  if ((here.kind === 'grass') !== (there.kind === 'grass')) return []
  const [a, b] = [here.area, there.area]
  const [left, right] = [Math.max(a[0], b[0]), Math.min(a[2], b[2])]
  const [top, bottom] = [Math.max(a[1], b[1] - 0.03), Math.min(a[3], b[3] + 0.03)]
  if (left >= right || top >= bottom) return []
  const area = [left, top, right, bottom] as const
  const pair: Pair = [
    { ...here, area },
    { ...there, area },
  ]
  return [pair]
}

/** How much larger or smaller the same thing would have to be in the other place. */
const likeScale = [0.62, 1.6] as const

function isAlike({ y, surface: here }: Placement, there: Surface, picture: Picture): boolean {
  if (here.kind === 'sky') return true
  const ratio = scaleAt(there, y / picture.height, picture) / scaleAt(here, y / picture.height, picture)
  return ratio > likeScale[0] && ratio < likeScale[1]
}

/** Puts the main subject of the source before another background. */
export const backgroundChange: Recipe = {
  kind: 'background_change',
  name: 'background_change/matte',
  version: 8,
  needs: ['matting'],
  uses: ['detector'],
  from: 'photo',
  final: unfitSubject,
  variants: 8,
  draft,
}

async function draft(
  { picture }: Source,
  { tools, donors, random, annotation }: RecipeContext,
): Promise<Draft> {
  const subject = await subjectOf(picture, tools, { least: 0.08, most: 0.75, doubt: 0.02, annotation })
  // Of what nobody could name, and what goes on beyond the picture, the matte is as likely a part.
  if (subject.name === undefined && (isUnsure(subject, picture) || holdsOthers(subject, annotation)))
    throw new Rejection('no-name', { unseen: subject.unseen })
  if (subject.name !== undefined && wispyThings.has(subject.name.en)) throw new Rejection('seen-through')
  const footing = footingOf(subject, picture)
  if (footing === 'within' && (isBust(subject) || !areStanding(subject, annotation)))
    throw new Rejection('cut-off')
  const { parts } = subject
  if (subject.name === undefined && footing === 'within' && parts > 1) throw new Rejection('parts', { parts })
  const { background, toned } = await suitingBackground(picture, subject, footing, { donors, random, tools })
  const cut = cutSubject(picture, subject.matte)
  const shadow = background.floor && footing === 'within' ? floorShadow(subject.matte) : undefined
  const below = shadow === undefined ? toned : shadePicture(toned, shadow, 0.75)
  return {
    source: picture,
    target: compositePictures(below, cut.picture, subject.matte),
    region: outside(subject.matte),
    facts: {
      kind: 'background_change',
      ...(subject.name !== undefined && { subject: subject.name }),
      background: background.name,
    },
    parameters: {
      background: background.name.en,
      made: background.donor === undefined,
      footing,
      share: subject.share,
      doubt: subject.doubt,
      unseen: subject.unseen,
      parts,
    },
    ...(background.donor !== undefined && { donors: [background.donor] }),
  }
}

/** How many backgrounds are tried until one has light that suits the subject. */
const mostTries = 6

/** @throws Rejection `light` where the last one is far lighter or darker too */
async function suitingBackground(
  picture: Picture,
  { matte }: Subject,
  footing: 'cut' | 'within',
  { donors, random, tools }: Pick<RecipeContext, 'donors' | 'random' | 'tools'>,
): Promise<{ readonly background: Background; readonly toned: Picture }> {
  for (let tries = 1; ; tries++) {
    const background = await drawBackground(picture, footing, { donors, random, tools })
    try {
      return { background, toned: tonedFor(background.picture, picture, matte) }
    } catch (error) {
      if (!(error instanceof Rejection) || tries === mostTries) throw error
    }
  }
}

/** Whether the subject goes on beyond the lower or a side edge, or stands within the picture. */
function footingOf({ box, matte }: Subject, { width, height }: Picture): 'cut' | 'within' {
  if (box.y + box.height < height - 3) return 'within'
  const last = matte.data.subarray((height - 2) * width, (height - 1) * width)
  const covered = last.reduce((count, value) => count + (value >= 128 ? 1 : 0), 0)
  return covered > 0.2 * box.width ? 'cut' : 'within'
}

/** Whether of somebody who should stand there only the upper body is seen: something before it hides the rest. */
const isBust = ({ name, box }: Subject): boolean =>
  name !== undefined && people.has(name.en) && box.height < 1.2 * box.width

/** The largest share of its outline along which no edge is seen, of what has no name. */
const mostUnseenOfUnnamed = 0.1

/** Whether little of an outline is seen, or it goes on beyond the upper side, or beyond both left and right. */
function isUnsure({ box, unseen }: Subject, { width }: Picture): boolean {
  return unseen > mostUnseenOfUnnamed || box.y < 3 || (box.x < 3 && box.x + box.width > width - 3)
}

/** Above this score what is detected within a subject is some other thing than the whole of it. */
const leastOther = 0.42

/** Whether things are known in what has no name itself: then it is a group, of which a part may be missing, or one and a half. */
const holdsOthers = ({ box }: Subject, { things }: Pick<Annotation, 'things'>): boolean =>
  things.some((thing) => {
    if (thing.score < leastOther) return false
    const [u, v] = [thing.box.x + thing.box.width / 2, thing.box.y + thing.box.height / 2]
    return u > box.x && u < box.x + box.width && v > box.y && v < box.y + box.height
  })

/** How far apart in lightness a subject and its background may be before they look pasted. */
const mostContrast = 0.42

/** The background, a little toward the lightness of the subject. @throws Rejection `light` where they are too far apart */
function tonedFor(background: Picture, picture: Picture, matte: Mask): Picture {
  const own = colourStatistics(background)
  const subject = colourStatistics(picture, matte)
  const difference = own.mean[0] - subject.mean[0]
  if (Math.abs(difference) > mostContrast) throw new Rejection('light', { difference })
  const mean = [own.mean[0] - 0.12 * difference, own.mean[1], own.mean[2]] as const
  return transferColours(background, own, { mean, deviation: own.deviation })
}

/** Everything that the subject does not fully cover. */
function outside(matte: Mask): Mask {
  return { ...matte, data: matte.data.map((value) => (value === 255 ? 0 : 255)) }
}
