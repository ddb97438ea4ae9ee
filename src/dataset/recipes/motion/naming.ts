import type { Phrase } from '../../../instructions/index.ts'
import type { Box } from '../../../tools/index.ts'

/** How a subject went, by its own height: right and down are above 0; `scale` is above 1 where it came closer. */
export interface Movement {
  readonly right: number
  readonly down: number
  readonly scale: number
}

/** The movement from one box to another. */
export function movementOf(from: Box, to: Box): Movement {
  const height = Math.max(from.height, to.height)
  return {
    right: (to.x + to.width / 2 - from.x - from.width / 2) / height,
    // Feet tell where someone stands better than the middle does.
    down: (to.y + to.height - from.y - from.height) / height,
    scale: Math.sqrt((to.height * to.width) / (from.height * from.width)),
  }
}

/** A verb phrase for the movement, in the base form; nothing where it is too small to be named. */
export function nameMovement(
  { right, down, scale }: Movement,
  { walks }: { readonly walks: boolean },
): Phrase | undefined {
  const [verb, go] = walks ? (['walk', '走'] as const) : (['move', '移'] as const)
  const [far, across] = [Math.abs(down), Math.abs(right)]
  const nearer = scale > 1.18
  const further = scale < 0.85
  if (across < 0.3 && far < 0.25 && !nearer && !further) return undefined
  if (across < 0.35 && (nearer || further))
    return nearer
      ? { en: `${verb} closer to the camera`, cn: `${go}近镜头` }
      : { en: `${verb} further away from the camera`, cn: `${go}远一些` }
  const side: Phrase = right > 0 ? { en: 'right', cn: '右' } : { en: 'left', cn: '左' }
  if (across > 2 * far || far < 0.2)
    return { en: `${verb} to the ${side.en}`, cn: `向${side.cn}${walks ? '走' : '移动'}` }
  if (far > 2 * across)
    return down > 0
      ? { en: `${verb} down, toward the camera`, cn: `向下${go}近镜头` }
      : { en: `${verb} up, away from the camera`, cn: `向上${go}远` }
  const level: Phrase = down > 0 ? { en: 'lower', cn: '下' } : { en: 'upper', cn: '上' }
  return {
    en: `${verb} to the ${level.en} ${side.en}`,
    cn: `向${side.cn}${level.cn}方${walks ? '走' : '移动'}`,
  }
}
