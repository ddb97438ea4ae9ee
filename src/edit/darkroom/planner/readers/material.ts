import { beyond, type ClauseReader, steps } from '../clause.ts'
import { sense } from '../senses.ts'

export const rematerialised: ClauseReader = (clause) => {
  const found = clause.tokens.flatMap((token, at) => {
    const material = sense(token, 'material') ?? sense(token, 'stuff')
    const mention = clause.mentionOf(at)
    const alone =
      mention !== undefined && mention.to - mention.from <= 2 && clause.mentions.indexOf(mention) > 0
    return material && (mention === undefined || alone) ? [{ at, material, mention }] : []
  })
  if (found.length === 0) return undefined
  const instead = clause.smallAt('instead')
  const { material, mention } = (instead > 0 && found.find(({ at }) => at < instead)) || found.at(-1)!
  const things = clause.mentions.filter(
    (each) => each !== mention && each.target.type !== 'picture' && each.target.type !== 'background',
  )
  const target =
    things[0]?.target ??
    clause.antecedent ??
    (clause.options.region ? { type: 'region' as const, phrase: 'this' } : undefined)
  if (!target) return undefined
  if (clause.has('add', 'remove', 'blur') && !/质感|材质|texture/.test(clause.text)) return undefined
  if (material.is === 'stuff') return beyond
  return steps({ kind: 'material', target, material: material.name }, clause.mentions)
}

/** `granite countertop please`: the material precedes the object. */
export const ofStuff: ClauseReader = (clause) => {
  if (clause.has('remove', 'add', 'blur', 'keep', 'move', 'crop', 'hide')) return undefined
  const [mention] = clause.mentions
  if (mention?.target.type !== 'thing') return undefined
  const inside = clause.tokens
    .slice(mention.from, mention.to)
    .map((token) => sense(token, 'material') ?? sense(token, 'stuff'))
    .find((each) => each !== undefined)
  const changes =
    clause.has('make', 'replace') ||
    clause.hasSmall('instead') ||
    clause.tokens.length <= 5 ||
    /\bwould (?:be|look)\b|换|想要/.test(clause.normalised.text)
  if (!inside || !changes || clause.mentions.length > 2) return undefined
  if (inside.is === 'stuff') return beyond
  const stuffAt = clause.tokens.findIndex((token) => sense(token, 'material') === inside)
  const word = clause.tokens[stuffAt]!
  const last = clause.tokens[mention.to - 1]!
  // `变成砖墙` after `左边的墙`: the first clause names the object.
  const target =
    clause.mentions.length === 2
      ? mention.target
      : { ...mention.target, phrase: clause.normalised.shown.slice(word.end, last.end).trim() }
  return steps({ kind: 'material', target, material: inside.name }, clause.mentions, 0.8)
}
