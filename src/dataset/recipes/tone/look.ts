import type { Picture } from '../../../image/index.ts'
import { type FactsByKind, type LookName, lookWords } from '../../../instructions/index.ts'
import { developed, type LookParametersByName, type Scene, toneLooks } from '../../../operations/index.ts'
import type { Random } from '../../../random/index.ts'
import type { Json } from '../recipe.ts'

/** The wording of an edit of tone. */
export type ToneWords = FactsByKind['tone_transfer']

/** A look, with parameters by chance. */
export interface Look {
  /** Such as `teal-orange`, for provenance. */
  readonly name: LookName
  /** Omitted if only the way back is a sensible instruction. */
  readonly forward?: ToneWords
  /** The other direction: the changed picture is the source, the photograph the target. */
  readonly back?: ToneWords
  /** Why the look would not show, or would look wrong, on this photograph; nothing where it fits. */
  unfit(scene: Scene): string | undefined
  /** The changed picture, with what was drawn for it. */
  apply(
    scene: Scene,
    random: Random,
  ): { readonly picture: Picture; readonly drawn: { readonly [key: string]: Json } }
}

/** What is drawn for a look, and as what provenance keeps it where that is not the same. */
interface Draw<P> {
  readonly draw: (random: Random, scene: Scene) => P
  readonly drawn?: (parameters: P) => { readonly [key: string]: Json }
}

/** A look whose parameters are drawn. */
export function drawnLook<N extends keyof LookParametersByName & LookName>(
  name: N,
  draw: Draw<LookParametersByName[N]>['draw'],
  drawn: Draw<LookParametersByName[N]>['drawn'] = (parameters) => ({ ...parameters }),
): Look {
  const look = toneLooks[name]
  return {
    name,
    ...wordsOf(name),
    unfit: (scene) => look.unfit?.(scene),
    apply(scene, random) {
      const parameters = draw(random, scene)
      const picture = developed(look, scene, parameters, () => random.unit())
      return { picture, drawn: drawn(parameters) }
    },
  }
}

/** A look whose one parameter is drawn between two bounds. */
export function drawnAmount(
  name: keyof AmountLooks & LookName,
  [least, most]: readonly [number, number],
): Look {
  return drawnLook(
    name,
    (random) => ({ amount: random.between(least, most) }),
    ({ amount }) => ({ strength: amount }),
  )
}

type AmountLooks = {
  [N in keyof LookParametersByName as LookParametersByName[N] extends { readonly amount: number }
    ? Exclude<keyof LookParametersByName[N], 'amount'> extends never
      ? N
      : never
    : never]: LookParametersByName[N]
}

function wordsOf(name: LookName): Pick<Look, 'forward' | 'back'> {
  const { action, forward, back } = lookWords[name]
  return {
    ...(forward && { forward: { action, change: forward.change, result: forward.result } }),
    ...(back && { back: { action, change: back.change, result: back.result } }),
  }
}
