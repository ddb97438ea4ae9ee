import {
  type Bare,
  dressChinese,
  dressEnglish,
  type Facts,
  type FactsByKind,
  type FactsOf,
  type Phrasing,
  parseTemplate,
  phrasings,
  sentencesOf,
  type Template,
  usualVariation,
  type Variation,
  type Wording,
} from '../../instructions/index.ts'
import type { Random } from '../../random/index.ts'
import { DatasetError } from '../error.ts'
import { taxonomy } from '../taxonomy.ts'
import type { Captioner, Instruction } from './captioner.ts'

/** Which wordings of an edit are used. */
export interface GrammarOptions {
  /** Whether a wording may be drawn, by its letters with the slots unfilled. Default: all. */
  readonly wordings?: (skeleton: string) => boolean
}

/**
 * Puts edits into English and Chinese by templates, from the facts alone: true by construction, and the same for the
 * same seed. @throws DatasetError `configuration` when more wordings are asked for than there are
 */
export function grammarCaptioner(
  variation: Partial<Variation> = {},
  { wordings = () => true }: GrammarOptions = {},
): Captioner {
  const manner = { ...usualVariation, ...variation }
  const templates = new Map<string, Template>()
  const parse = (source: string): Template => {
    const template = templates.get(source) ?? parseTemplate(source)
    templates.set(source, template)
    return template
  }
  return {
    name: 'grammar',
    version: '3',
    async caption({ facts, random, count }) {
      const drawn: Instruction[] = []
      const used = { en: new Set<string>(), cn: new Set<string>() }
      for (let i = 0; i < count; i++)
        drawn.push(instruction(facts, random, manner, used, { parse, wordings }))
      return drawn
    },
  }
}

interface Grammar extends Required<GrammarOptions> {
  readonly parse: (source: string) => Template
}

interface Used {
  readonly en: Set<string>
  readonly cn: Set<string>
}

function instruction(
  facts: Facts,
  random: Random,
  manner: Variation,
  used: Used,
  grammar: Grammar,
): Instruction {
  const { en, cn } = wordingsOf(facts, random)
  const tail = taxonomy[facts.kind].where === 'region' && random.chance(manner.tails)
  const slips: ('en' | 'cn')[] = []
  const english = { ...draw(en, used.en, facts, random, grammar), tail }
  const texts = {
    en: dressEnglish(english, random, manner, () => slips.push('en')),
    cn: dressChinese({ ...draw(cn, used.cn, facts, random, grammar), tail }, random, manner, () =>
      slips.push('cn'),
    ),
  }
  return slips.length === 0 ? texts : { ...texts, slips }
}

/** What may be said in either language: both leave out the same. */
function wordingsOf<K extends keyof FactsByKind>(
  facts: FactsOf<K>,
  random: Random,
): { en: Wording; cn: Wording } {
  const phrasing = phrasings[facts.kind as K] as Phrasing<K>
  const said = phrasing.mention?.(facts, random) ?? facts
  return { en: phrasing.en(said), cn: phrasing.cn(said, random) }
}

/** A template by chance, then one of its sentences that was not drawn yet, so that templates of many words weigh no more. */
function draw(
  wording: Wording,
  used: Set<string>,
  facts: Facts,
  random: Random,
  { parse, wordings }: Grammar,
): Omit<Bare, 'tail'> {
  const order = new Set(wording.orders)
  for (const source of random.shuffled([...wording.orders, ...wording.sentences])) {
    const left = sentencesOf(parse(source), wording.fillings, wording.say).filter(
      ({ skeleton }) => !used.has(skeleton) && wordings(skeleton),
    )
    if (left.length === 0) continue
    const { pieces, skeleton } = random.pick(left)
    used.add(skeleton)
    return { pieces, order: order.has(source) }
  }
  throw new DatasetError(
    'configuration',
    `captions of ${facts.kind}: expected at most ${used.size} wordings, got a request for more; ask for fewer`,
  )
}
