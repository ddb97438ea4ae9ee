import { mapPlane, type Plane, planeOf, soften } from '../../image/index.ts'
import type { Scene } from '../scene/scene.ts'

/**
 * How surely each pixel faces up, 0 to 1: ground, roofs, the upper edges of things. On these, distance grows upward in
 * the picture; on a wall it does not. Where distances are only guessed, the ground that somebody found, or the lower
 * part of a picture with a sky.
 */
function facingUp({ distance, sky, skyShare, hasDepth, ground }: Scene): Plane {
  if (!hasDepth && ground) return ground
  const { width, height } = distance
  if (!hasDepth && skyShare < 0.03) return planeOf(width, height)
  const soft = soften(distance, Math.max(width, height) / 160).data
  return mapPlane(sky, (cover, i) => {
    const y = Math.floor(i / width)
    const [above, below] = [Math.max(0, y - 1), Math.min(height - 1, y + 1)]
    const x = i - y * width
    const rise = ((soft[above * width + x]! - soft[below * width + x]!) * height) / Math.max(1, below - above)
    const low = hasDepth ? 1 : 0.8 * Math.min(1, Math.max(0, (y / height - 0.35) * 4))
    return (1 - cover) * low * Math.min(1, Math.max(0, (rise - 0.2) / 0.5))
  })
}

/** Snow on what faces up: more on lit parts than in hollows. `uneven` are clouds of 0 to 1. */
export function snowOnGround(scene: Scene, uneven: Plane): Plane {
  const local = soften(scene.grey, Math.max(4, scene.grey.width / 120))
  const lying = mapPlane(facingUp(scene), (up, i) => {
    const raised = scene.grey.data[i]! - local.data[i]!
    return up * Math.min(1, Math.max(0, 0.85 + 3 * raised + 0.7 * (uneven.data[i]! - 0.5)))
  })
  return soften(lying, 0.6)
}

/** A colour of OKLab under snow, 0 to 1: shade in snow is blue and not deep. Changes `lab`. */
export function snowed(lab: { [k: number]: number }, white: number): void {
  const light = 0.5 + 0.5 * Math.min(1, 1.35 * lab[0]!) ** 0.75
  lab[0] = lab[0]! + white * (light - lab[0]!)
  lab[1] = lab[1]! * (1 - white) - 0.004 * white
  lab[2] = lab[2]! * (1 - white) - (0.03 * (1 - light) + 0.006) * white
}
