import type { Caption, Decision, Dossier } from '../pairs/pair.ts'
import type { Kind } from '../taxonomy.ts'

/** A text that a person reads, and its caption. */
export interface ShownText {
  readonly caption: string
  readonly text: string
}

/** What a reviewer sees of a pair: no recipe, model or score, which could bias the verdict. */
export interface ReviewItem {
  readonly pair: string
  readonly kind: Kind
  readonly width: number
  readonly height: number
  /** Names in the file store. */
  readonly pictures: Dossier['pair']['pictures']
  readonly texts: { readonly en?: ShownText; readonly cn?: ShownText }
  /** This person's decision before it was undone. */
  readonly before?: Pick<Decision, 'verdict' | 'reason' | 'note' | 'text' | 'mask'>
}

/** What was decided by each of those who disagree, without their names. */
export interface DisputedItem extends ReviewItem {
  readonly opinions: readonly Pick<Decision, 'verdict' | 'reason' | 'note' | 'text' | 'mask'>[]
}

/** A pair as a person is to see it. */
export function itemOf({ pair, captions }: Dossier): ReviewItem {
  const { id, kind, width, height, pictures } = pair
  const [en, cn] = (['en', 'cn'] as const).map((language) => bestInstruction(captions, language))
  const shown = (caption: Caption): ShownText => ({ caption: caption.id, text: caption.text })
  return {
    pair: id,
    kind,
    width,
    height,
    pictures,
    texts: { ...(en && { en: shown(en) }), ...(cn && { cn: shown(cn) }) },
  }
}

/** What people may read of a decision. */
export function opinionOf({ verdict, reason, note, text, mask }: Decision): DisputedItem['opinions'][number] {
  return {
    verdict,
    ...(reason && { reason }),
    ...(note && { note }),
    ...(text && { text }),
    ...(mask && { mask }),
  }
}

/** The instruction that rounds, facts and the other language agree with most; of equals the latest round's first wording. */
function bestInstruction(captions: readonly Caption[], language: Caption['language']): Caption | undefined {
  return captions
    .filter((caption) => caption.purpose === 'instruction' && caption.language === language)
    .reduce<Caption | undefined>((best, each) => (best && !isBetter(each, best) ? best : each), undefined)
}

function isBetter(one: Caption, other: Caption): boolean {
  if (one.agreement !== other.agreement) return one.agreement > other.agreement
  return one.round !== other.round ? one.round > other.round : one.wording < other.wording
}
