import { beyond, type Clause, type ClauseReader, type Outcome, picture, steps } from '../clause.ts'
import { isSmall, sense } from '../senses.ts'
import { wantsGone } from './erase.ts'
import { adjust, place } from './tonePlace.ts'

/** Weather, light and season apply to the scene, even if the sky or the ground is named. */
export const ofScene: ReadonlySet<string> = new Set([
  'night',
  'golden-hour',
  'sunset',
  'blue-hour',
  'day',
  'autumn',
  'winter',
  'spring',
  'summer',
  'haze',
  'dense-fog',
  'rain',
  'snowfall',
  'overcast',
  'sunny',
])

const scenic = new Set(['sky', 'ground', 'plants', 'water', 'background'])

/** Looks that are stated as qualities of others: `warm golden hour light`. */
const generic = new Set(['warm', 'cool', 'vivid', 'muted', 'high-key', 'teal-orange', 'enhanced'])

/** `without rain`, `没有飘雪的`. */
const isNegated = (clause: Clause, at: number): boolean =>
  clause.tokens.slice(Math.max(0, at - 2), at).some((token) => isSmall(token, 'not')) ||
  (clause.has('remove') && !clause.has('make', 'add'))

export const looks: ClauseReader = (clause) => {
  // `get the tourists out of my sunset`
  const out = clause.tokens.some(
    (token) => /^(?:out|away|outta)$/.test(token.text) && sense(token, 'verb')?.verb === 'remove',
  )
  if (out && clause.mentions.some(({ target: { type } }) => type === 'thing' || type === 'person'))
    return undefined
  const found = clause.tokens.flatMap((token, at) => {
    const look = sense(token, 'look')
    const mention = clause.mentionOf(at)
    if (!look || (mention && !mention.fresh && mention.target.type !== 'picture' && !wantsGone(clause)))
      return []
    return [{ at, name: look.name, mention }]
  })
  if (found.length === 0) return undefined
  // The last one is the target: `turn day into night`, `summer to autumn`.
  const names = found.filter(
    ({ at }) =>
      !(
        sense(clause.tokens[at], 'colour') &&
        clause.mentions.some(({ target }) => target.type !== 'picture' && target.type !== 'background')
      ),
  )
  if (names.length === 0) return undefined
  const plain = names.filter(({ name: each }) => !generic.has(each))
  const listed = plain.length > 0 && !clause.hasSmall('to', 'from', 'instead') ? plain : names
  let name = listed.at(-1)!.name
  const monochrome = names.find(({ name: each }) => /black-and-white/.test(each))
  if (
    names.some(({ at, name: each }) => ['rain', 'snowfall', 'night'].includes(each) && isNegated(clause, at))
  )
    return beyond
  if (names.some(({ at, name: each }) => ['haze', 'dense-fog'].includes(each) && isNegated(clause, at)))
    return gone(clause, 'haze')
  // `day out of night`
  const outOf = found.length > 1 && /^(?:out of|from)$/.test(textBetween(clause, found[0]!.at, found[1]!.at))
  if (found.length > 1 && (clause.hasSmall('instead', 'not') || outOf)) name = found[0]!.name
  if (found.length > 1 && !clause.hasSmall('to', 'instead', 'not', 'from') && !clause.has('make'))
    name = found[0]!.name
  if (monochrome && (generic.has(name) || name === 'faded-film')) name = monochrome.name
  const neon = names.find(({ name: each }) => each === 'cyberpunk')
  if (neon && name === 'night') name = neon.name
  if (
    name === 'black-and-white' &&
    /dramatic|contrast|noir|moody|strong|反差|对比|强烈|戏剧/.test(clause.text)
  )
    name = 'dramatic-black-and-white'
  if (
    clause.has('colorize') ||
    (clause.has('recolour') &&
      clause.free('colour').length === 0 &&
      /上色|color(?:i[sz]e)?\b/.test(clause.text))
  )
    return beyond
  if (clause.has('retone') && ['haze', 'dense-fog', 'film-grain'].includes(name)) return gone(clause, name)
  if (wantsGone(clause) && !clause.has('make', 'add')) return gone(clause, name)
  if (clause.has('decrease') && ['haze', 'dense-fog'].includes(name)) return gone(clause, name)
  if (name === 'day') return beyond
  const things = clause.mentions.filter((each) => !found.some(({ mention }) => mention === each))
  const people = things.filter(
    ({ target: { type, noun } }) =>
      (type === 'thing' || type === 'person') &&
      !/leaf|leaves|tree|flower|blossom|street|city|house|town/.test(noun ?? ''),
  )
  if (people.some(({ fresh }) => fresh) && clause.has('add')) return undefined
  if (people.length > 0 && ofScene.has(name) && !clause.has('make') && !/\blook/.test(clause.text))
    return undefined
  const { target, used } = place(clause)
  const whole = ofScene.has(name) && (scenic.has(target.type) || target.type === 'thing')
  const strength = clause.strength
  // `the flowers should be more vivid`: more saturation.
  if (name === 'vivid' && ['thing', 'plants', 'water', 'sky', 'person'].includes(target.type))
    return steps(adjust('saturation', clause.amount, target), used)
  return steps(
    {
      kind: 'look',
      look: name,
      strength,
      target: whole || found.some(({ mention }) => mention?.target === target) ? picture(clause) : target,
    },
    [...used, ...clause.mentions.filter(({ target: t }) => scenic.has(t.type))],
  )
}

const textBetween = (clause: Clause, from: number, to: number): string =>
  clause.tokens
    .slice(from + 1, to)
    .map(({ text }) => text)
    .join(' ')

/** Weather and looks to remove. */
function gone(clause: Clause, name: string): Outcome {
  const { target } = place(clause)
  const at = scenic.has(target.type) || target.type === 'thing' ? picture(clause) : target
  const more = clause.degree === undefined && clause.measure('percent') === undefined ? 0.6 : clause.amount
  if (name === 'haze' || name === 'dense-fog') return steps(adjust('haze', -more, at), clause.mentions)
  if (name === 'film-grain') return steps(adjust('noise', -more, at), clause.mentions)
  return beyond
}
