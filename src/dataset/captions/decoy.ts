import { colours, type Facts, type Phrase, styleWords } from '../../instructions/index.ts'
import type { Random } from '../../random/index.ts'
import type { Claim } from './claims.ts'
import { isVague, mentionsOf, oppositeSide, sameThing } from './mentions.ts'

const change = (thing: string, says: string): Claim => ({
  picture: 'difference',
  type: 'change',
  thing,
  says,
})

/** A change that certainly did not happen: the edit was another. */
export function decoyOf(facts: Facts, random: Random): Claim {
  const other = (list: readonly Phrase[], than: string): string =>
    random.pick(
      list.filter(
        ({ en }) => !mentionsOf(en, 'en').colours.some((each) => than.includes(each)) && en !== than,
      ),
    ).en
  switch (facts.kind) {
    case 'color_alter':
      return change(
        facts.object.en,
        `became ${other(Object.values(colours), `${facts.to.en} ${facts.from?.en ?? ''}`)}`,
      )
    case 'subject-add':
      return change(facts.subject.en, 'was removed')
    case 'subject-remove':
      return change(facts.subject.en, 'was added')
    case 'subject-replace':
      return change(facts.to.en, `was replaced by ${facts.from.en}`)
    case 'material_alter':
      return change(facts.object.en, 'was removed')
    case 'motion_change':
      return change(facts.subject.en, 'was removed')
    case 'text_change':
      return change('picture', 'was mirrored')
    case 'style_change':
      return change(
        'picture',
        `became ${facts.style.en === styleWords.mosaic.en ? 'a blueprint' : 'a mosaic'}`,
      )
    case 'background_change':
      return change('picture', 'became a pencil sketch')
    case 'ps_human':
      return change('person', 'was replaced by another person')
    case 'tone_transfer':
      return change('picture', 'became a pencil sketch')
  }
}

const gone = /\b(?:removed|gone|disappear\w*|deleted|erased|missing|vanished|no longer)\b/i
const come = /\b(?:added|appear\w*|inserted|new|placed)\b/i

/** Whether a claim denies what the recipe did: another colour, the way back, the other side. */
export function certainlyFalse({ picture, type, thing, says }: Claim, facts: Facts): boolean {
  if (isVague(thing)) return false
  const { colours: said, sides } = mentionsOf(says, 'en')
  const misplaced = (place: Phrase | undefined): boolean =>
    place !== undefined && oppositeSide(mentionsOf(place.en, 'en').sides, sides) !== undefined
  switch (facts.kind) {
    case 'color_alter': {
      if (!sameThing(thing, facts.object.en)) return false
      const to = mentionsOf(facts.to.en, 'en').colours
      const isOther = said.length > 0 && to.length > 0 && !said.some((each) => to.includes(each))
      return (
        isOther && (type === 'change' || (picture === 'target' && type === 'attribute' && said.length === 1))
      )
    }
    case 'subject-add':
      return (
        type === 'change' && sameThing(thing, facts.subject.en) && (gone.test(says) || misplaced(facts.place))
      )
    case 'subject-remove':
      return (
        type === 'change' &&
        sameThing(thing, facts.subject.en) &&
        ((come.test(says) && !gone.test(says)) || misplaced(facts.place))
      )
    default:
      return false
  }
}
