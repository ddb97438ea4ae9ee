import { blurPlane } from './blur.ts'
import { maskBox } from './mask.ts'
import type { Mask } from './picture.ts'
import { warpMask } from './warp.ts'

/** How the shadow of a thing that stands on the ground falls. */
export interface ShadowShape {
  /** The height of the shadow, as a share of the thing's. */
  readonly flatness: number
  /** How far its top leans to the right, as a share of the thing's height. */
  readonly lean: number
  /** The softness far from the ground line, in pixels. */
  readonly blur: number
}

/**
 * The shadow that a thing throws on the ground it stands on: its coverage laid down onto the ground around its
 * lowest line, sharper where it touches and softer farther off. Empty for an empty mask.
 */
export function castShadow(thing: Mask, { flatness, lean, blur }: ShadowShape): Mask {
  const { width, height } = thing
  const box = maskBox(thing)
  if (box === undefined) return { width, height, data: new Uint8Array(width * height) }
  const ground = box.y + box.height
  // (x, y) goes to (x + lean·(ground − y), ground − flatness·(ground − y)).
  const laid = warpMask(
    thing,
    [1, -lean, lean * ground, 0, flatness, ground * (1 - flatness), 0, 0, 1],
    thing,
  )
  const sharp = Float32Array.from(laid.data)
  const soft = blurPlane(sharp, width, height, blur)
  const near = blurPlane(sharp, width, height, blur / 4)
  const reach = Math.max(1, flatness * box.height)
  const data = Uint8Array.from(sharp, (_, i) => {
    const far = Math.min(1, Math.max(0, (ground - Math.floor(i / width)) / reach))
    return near[i]! * (1 - far) + soft[i]! * far + 0.5
  })
  return { width, height, data }
}

/** The dark line where a thing touches the ground: its lowest `reach` pixels in each column near the ground line. */
export function contactShadow(thing: Mask, reach: number): Mask {
  const { width, height, data } = thing
  const box = maskBox(thing)
  const plane = new Float32Array(width * height)
  if (box === undefined) return { width, height, data: new Uint8Array(width * height) }
  const ground = box.y + box.height
  for (let x = box.x; x < box.x + box.width; x++) {
    let lowest = ground - 1
    while (lowest > box.y && data[lowest * width + x]! < 128) lowest--
    // A foot that is lifted, or the side of a ball, throws less.
    const nearness = 1 - (ground - 1 - lowest) / (2 * reach)
    if (nearness <= 0) continue
    for (let y = Math.max(0, lowest - Math.ceil(reach / 2)); y <= Math.min(height - 1, lowest + 1); y++)
      plane[y * width + x] = 255 * nearness
  }
  const blurred = blurPlane(plane, width, height, Math.max(0.8, reach / 2))
  return { width, height, data: Uint8Array.from(blurred, (value) => Math.min(255, value * 1.4)) }
}
