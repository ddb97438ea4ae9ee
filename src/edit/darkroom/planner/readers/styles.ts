import { beyond, type ClauseReader, picture, steps } from '../clause.ts'
import { sense } from '../senses.ts'
import { place } from './tonePlace.ts'

export const styles: ClauseReader = (clause) => {
  const found = clause.tokens.flatMap((token, at) => {
    const style = sense(token, 'style')
    const mention = clause.mentionOf(at)
    return style && (mention === undefined || mention.fresh) ? [{ at, name: style.name, mention }] : []
  })
  const toPhoto =
    /\b(?:real|realistic|photorealistic|photographic)\b|\b(?:to|into|as) (?:a )?(?:real )?photo(?:graph)?$|\bfrom .* to photo|真实照片|真实|写实|实景|实拍|变成照片|还原成照片|(?:变|转|成|成为|为|到|要)(?:一张)?(?:真实的|写实的)?照片|相机拍|拍成照片|taken with a camera|photographed|(?:photo|photograph) (?:from|out of) this|style with that of a photo/.test(
      clause.text,
    )
  if (found.length === 0)
    return toPhoto &&
      /drawing|sketch|painting|render|画|style|photorealistic|realistic|真实照片/.test(clause.text)
      ? beyond
      : undefined
  if (toPhoto) return beyond
  if (clause.has('remove') && !clause.has('make')) return /texture|纹/.test(clause.text) ? undefined : beyond
  // `mosaic over the face` obscures; `a drawing on the wall` is an object.
  if (clause.has('pixelate', 'hide') && clause.mentions.length > 0) return undefined
  // `a blueprint drawing`: the more specific of two styles.
  const { name } = found.findLast((each) => each.name !== 'pencil') ?? found.at(-1)!
  if (name === 'pixel-art' && /pixels? (?:over|on)\b/.test(clause.text)) return undefined
  if (
    name === 'mosaic' &&
    !/\b(?:into|like|as|style)\b|mosaic (?:of|tile|art)/.test(clause.text) &&
    clause.mentions.some(({ target }) => target.type !== 'picture')
  )
    return undefined
  const things = clause.mentions.filter(
    (each) => !found.some(({ mention }) => mention === each) && each.target.type !== 'picture',
  )
  if (clause.has('add') && things.length > 0) return undefined
  // `my dog as a cartoon` is the complete picture; a face or a region alone may also be drawn.
  const alone =
    clause.hasSmall('only') ||
    ['face', 'background', 'sky', 'region', 'water', 'ground'].includes(things[0]?.target.type ?? '')
  const target =
    (alone ? things[0]?.target : undefined) ?? (things[0] ? picture(clause) : place(clause).target)
  return steps(
    {
      kind: 'style',
      style: name,
      strength: clause.strength,
      target: found.some(({ mention }) => mention?.target === target) ? picture(clause) : target,
    },
    clause.mentions,
  )
}
