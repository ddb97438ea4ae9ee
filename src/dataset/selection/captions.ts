import type { Caption } from '../pairs/pair.ts'
import type { Verdict } from './decisions.ts'
import type { ChosenCaption, Criteria, Selected } from './selection.ts'

type Refused = Exclude<Selected, { readonly state: 'kept' }>

/**
 * The instructions that go with a pair: a person's words first, then of each captioner those of the round that is asked
 * for, in both languages and with enough agreement. Captioners that are preferred come first, the grammar last.
 */
export function chooseCaptions(
  captions: readonly Caption[],
  { agreement, wordings, round, prefer, only }: Criteria['captions'],
  verdict: Verdict,
): readonly ChosenCaption[] | Refused {
  const asked = captions.filter(
    ({ purpose, captioner }) =>
      purpose === 'instruction' && (only === undefined || only.includes(captioner.name)),
  )
  const instructions = asked.filter(({ abstained }) => abstained === undefined)
  const current = instructions.filter((each) => isCurrent(each, instructions, round))
  const both = inBothLanguages(current)
  const good = both.filter((each) => each.agreement >= agreement)
  const ordered = good
    .map((each, i) => ({ each, rank: rankOf(each.captioner, prefer), i }))
    .sort((a, b) => a.rank - b.rank || a.i - b.i)
    .map(({ each }) => each)
  const edited = editedCaption(verdict, instructions, ordered)
  const rest =
    edited === undefined ? ordered : ordered.filter(({ ids }) => !ids.includes(verdict.caption ?? ''))
  const chosen = [...(edited === undefined ? [] : [edited]), ...rest].slice(0, wordings)
  if (chosen.length > 0) return chosen
  if (both.length > 0)
    return {
      state: 'rejected',
      stage: 'captions',
      reason: 'low-agreement',
      values: { agreement: Math.max(...both.map((each) => each.agreement)), least: agreement },
    }
  const abstained = asked.find((each) => each.abstained !== undefined)
  if (instructions.length === 0 && abstained)
    return {
      state: 'rejected',
      stage: 'captions',
      reason: 'abstained',
      values: { captioner: abstained.captioner.name, why: abstained.abstained ?? '' },
    }
  const reason = instructions.length > 0 ? 'one-language' : 'no-caption'
  return { state: 'waiting', stage: 'captions', reason, values: { captions: instructions.length } }
}

/**
 * Of each captioner its newest version counts, which stands last, and of that the last round (that is not beyond the
 * one asked for).
 */
function isCurrent(caption: Caption, all: readonly Caption[], most: 'last' | number): boolean {
  const own = all.filter(({ captioner }) => captioner.name === caption.captioner.name)
  const newest = versionOf(own.at(-1)!)
  if (newest !== versionOf(caption)) return false
  const rounds = own
    .filter((each) => versionOf(each) === newest && (most === 'last' || each.round <= most))
    .map(({ round }) => round)
  return caption.round === Math.max(...rounds)
}

/** With its prompts: languages of two prompts are no pair. */
const versionOf = ({ captioner: { version, model = '' }, prompt = '' }: Caption): string =>
  `${version} ${model} ${prompt}`

function inBothLanguages(captions: readonly Caption[]): readonly ChosenCaption[] {
  const groups = new Map<string, { en?: Caption; cn?: Caption }>()
  for (const caption of captions) {
    const key = `${caption.captioner.name} ${caption.wording}`
    groups.set(key, { ...groups.get(key), [caption.language]: caption })
  }
  return [...groups.values()].flatMap(({ en, cn }) =>
    en === undefined || cn === undefined
      ? []
      : [
          {
            en: en.text,
            cn: cn.text,
            ids: [en.id, cn.id],
            captioner: en.captioner.name,
            round: en.round,
            agreement: Math.min(en.agreement, cn.agreement),
            ...(en.detail === undefined ? {} : { detail: en.detail }),
          },
        ],
  )
}

function rankOf(captioner: string, prefer: readonly string[]): number {
  const at = prefer.indexOf(captioner)
  if (at >= 0) return at
  return prefer.length + (captioner === 'grammar' ? 1 : 0)
}

/** A person's wording; a language that was not edited keeps the text of the caption that was read. */
function editedCaption(
  { text, caption }: Verdict,
  all: readonly Caption[],
  chosen: readonly ChosenCaption[],
): ChosenCaption | undefined {
  if (text === undefined) return undefined
  const read = all.find(({ id }) => id === caption)
  const pair = inBothLanguages(
    all.filter(
      (each) =>
        read !== undefined &&
        each.captioner.name === read.captioner.name &&
        each.round === read.round &&
        each.wording === read.wording,
    ),
  )[0]
  const base = pair ?? chosen[0]
  const [en, cn] = [text.en ?? base?.en, text.cn ?? base?.cn]
  if (!en || !cn) return undefined
  return { en, cn, ids: base?.ids ?? [], captioner: 'person', round: 0, agreement: 1, edited: true }
}
