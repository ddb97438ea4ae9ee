import { cloudNoise, type NextRandom, type Plane } from '../../image/index.ts'
import type { Scene } from '../scene/scene.ts'

/** Uniform in [from, to). */
export const between = (next: NextRandom, from: number, to: number): number => from + (to - from) * next()

/** Clouds of chance over a scene: unevenness of haze, of leaves, of paper. `scale` by the picture's width. */
export function cloudsOver(
  { picture: { width, height } }: Scene,
  next: NextRandom,
  scale: number,
  octaves = 3,
): Plane {
  return cloudNoise(width, height, { scale: Math.max(2, scale * width), octaves, next })
}
