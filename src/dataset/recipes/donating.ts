import type { Random } from '../../random/index.ts'
import { Rejection } from '../../tools/index.ts'
import type { Cutout, Donors } from './recipe.ts'
import { type Thing, thingOf } from './things.ts'

/** A cut-out with what is known of the thing. */
export interface Candidate {
  readonly cutout: Cutout
  readonly thing: Thing
}

/** So many cut-outs are looked at for one that fits. */
const mostDraws = 60

/**
 * The first of the donors' cut-outs, drawn by chance, for which `accept` gives something. @throws Rejection
 * `no-donor` where there is none, `no-place` where none fits
 */
export async function firstFitting<T>(
  donors: Donors,
  random: Random,
  accept: (candidate: Candidate) => T | undefined,
): Promise<Candidate & { readonly found: T }> {
  for (let draw = 0; draw < mostDraws; draw++) {
    const cutout = await donors.cutout(random)
    if (cutout === undefined) throw new Rejection('no-donor')
    const thing = thingOf(cutout.name, cutout.alpha.width / cutout.alpha.height, cutout.facts)
    const found = accept({ cutout, thing })
    if (found !== undefined) return { cutout, thing, found }
  }
  throw new Rejection('no-place', { draws: mostDraws })
}
