import { differenceMap, type Picture, thresholdMask } from '../../image/index.ts'
import {
  type Light,
  type Placement,
  type Staged,
  type SurfaceKind,
  stageThing,
} from '../../operations/index.ts'
import { Rejection } from '../../tools/index.ts'
import { unrestAround } from './clearing.ts'
import { type Candidate, firstFitting } from './donating.ts'
import { drawLight } from './light.ts'
import { placeThing } from './placing.ts'
import type { RecipeContext } from './recipe.ts'
import { suits } from './suiting.ts'

/** A thing in a picture, with all that is needed to put another in the same place. */
export interface Stage extends Candidate {
  readonly placement: Placement
  readonly light: Light
  readonly staged: Staged
}

/** The things that suit a recipe. */
export interface StageDemands {
  readonly accept?: (candidate: Candidate) => boolean
  /** The least share of the picture that the thing's rectangle takes; of one that stands on the ground, where that is more. */
  readonly leastArea?: number
  readonly leastStanding?: number
}

/**
 * Puts a thing of the donors into a picture, that meets the demands; a cut-out person is seen to be one. @throws Rejection `no-surface`, `dark`, `no-donor`,
 * `no-place`, `faint`, `crowded`
 */
export async function stageOne(
  picture: Picture,
  { donors, random, annotation }: RecipeContext,
  { accept = () => true, leastArea, leastStanding }: StageDemands = {},
): Promise<Stage> {
  const { things, light } = annotation
  const surfaces = annotation.surfaces.filter(({ kind }) => annotation.surfacesTold || measurable.has(kind))
  if (surfaces.length === 0) throw new Rejection('no-surface')
  // Things that are placed into a dark picture rarely match its light.
  if (light === 'night') throw new Rejection('dark')
  const obstacles = things.filter(({ label }) => label !== 'dining table').map(({ box }) => box)
  const { cutout, thing, found } = await firstFitting(donors, random, (candidate) =>
    candidate.thing.nature !== 'person' && accept(candidate) && suits(candidate.thing, annotation)
      ? placeThing(picture, surfaces, candidate, random, {
          obstacles,
          ...(leastArea !== undefined && { leastArea }),
          ...(leastStanding !== undefined && { leastStanding }),
        })
      : undefined,
  )
  const fall = drawLight(random)
  const staged = stageThing(picture, cutout, found, { light: fall }, () => random.unit())
  checkSeen(picture, staged)
  const unrest = unrestAround(picture, thresholdMask(staged.alpha))
  if (unrest > mostUnrest) throw new Rejection('crowded', { unrest })
  return { cutout, thing, placement: found, light: fall, staged }
}

/**
 * Surfaces that are told well enough by colour and texture for a thing to be put there: a road may as well be a wall or
 * asphalt seen from above, a table a plate, and in what looks like sand things seem dropped.
 */
const measurable: ReadonlySet<SurfaceKind> = new Set(['sky', 'grass'])

/** In a place busier than this what is put in is hardly made out, or stands before what it should stand behind. */
const mostUnrest = 0.08

/** The least mean difference over the thing, in levels, at which it is visible. */
const leastDifference = 32

/** @throws Rejection `faint` where the thing hardly differs from what was there */
export function checkSeen(before: Picture, { picture, alpha }: Staged): void {
  const difference = differenceMap(before, picture)
  let [sum, count] = [0, 0]
  for (const [i, coverage] of alpha.data.entries())
    if (coverage >= 128) {
      sum += difference.data[i]!
      count++
    }
  const mean = count === 0 ? 0 : sum / count
  if (mean < leastDifference) throw new Rejection('faint', { difference: mean })
}
