import type { Picture } from '../../../image/index.ts'
import type { FactsByKind, Phrase } from '../../../instructions/index.ts'
import type { Random } from '../../../random/index.ts'
import type { Json } from '../recipe.ts'
import type { Scene } from './scene.ts'

/** How an edit of tone is put into words. */
export type ToneWords = FactsByKind['tone_transfer']

/** A change of a photograph's light, weather, season or grading. */
export interface Look {
  /** Such as `teal-orange`, for provenance. */
  readonly name: string
  /** Left out where only the way back is a sensible instruction. */
  readonly forward?: ToneWords
  /** The other direction: the changed picture is the source, the photograph the target. */
  readonly back?: ToneWords
  /** Why the look would not show, or would look wrong, on this photograph; nothing where it fits. */
  unfit?(scene: Scene): string | undefined
  /** The changed picture, with what was drawn for it. */
  apply(
    scene: Scene,
    random: Random,
  ): { readonly picture: Picture; readonly drawn: { readonly [key: string]: Json } }
}

/** Words of an edit of tone in both languages, in short. */
export function words(
  action: ToneWords['action'],
  change: readonly [en: string, cn: string],
  result: readonly [en: string, cn: string],
): ToneWords {
  const phrase = ([en, cn]: readonly [string, string]): Phrase => ({ en, cn })
  return { action, change: phrase(change), result: phrase(result) }
}
