import { digestOf } from '../../jobs/index.ts'
import type { Caption, Dossier } from '../pairs/pair.ts'
import type { PairContext, PairStage } from '../pairs/stage.ts'

/** Writes the captions of pairs: the grammar is one captioner, a multimodal model another. */
export interface PairCaptioner {
  /** Such as `grammar`, for provenance. */
  readonly name: string
  /** Its identity in the rows: captions of the editions that the last run used are the newest. */
  readonly edition?: { readonly version: string; readonly prompt?: string }
  /** Everything that determines its captions of a pair; undefined if it cannot describe such pairs. */
  keyOf(dossier: Dossier): string | undefined
  readonly limits: Readonly<Record<string, number>>
  /** The same captions for the same pair, or one that says why there are none: see `Caption.abstained`. */
  caption(dossier: Dossier, context: PairContext): Promise<readonly Caption[]>
}

/** The stage `captions`, which runs each of these captioners. */
export function captionStage(captioners: readonly PairCaptioner[]): PairStage {
  return {
    name: 'captions',
    editions: captioners.flatMap(({ name, edition }) =>
      edition === undefined ? [] : [{ name, ...edition }],
    ),
    limits: Object.assign({}, ...captioners.map(({ limits }) => limits)) as PairStage['limits'],
    keyOf(dossier) {
      const keys = captioners.flatMap((captioner) => {
        const key = captioner.keyOf(dossier)
        return key === undefined ? [] : [[captioner.name, key]]
      })
      return keys.length === 0 ? undefined : digestOf(keys)
    },
    async run(dossier, context) {
      for (const captioner of captioners) {
        if (captioner.keyOf(dossier) === undefined) continue
        const captions = await captioner.caption(dossier, context)
        await context.pairs.addCaptions(dossier.pair.id, captions)
      }
    },
  }
}
