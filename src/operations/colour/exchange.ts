import { levelOfLinear, linearOfLevel } from '../../image/index.ts'

/**
 * A level in which a share of a thing's light is exchanged for another light: what is behind the thing stays. All are
 * sRGB levels, the share is 0 to 1.
 */
export function exchangedLevel(level: number, from: number, to: number, share: number): number {
  return levelOfLinear(linearOfLevel[level]! + share * (linearOfLevel[to]! - linearOfLevel[from]!))
}
