import { type Mask, type NextRandom, type Picture, type Plane, resizeMask } from '../../image/index.ts'
import { Rejection } from '../../tools/index.ts'
import type { Edited } from '../edited.ts'
import { type Scene, viewScene } from '../scene/scene.ts'
import { carryLook } from './carryLook.ts'
import { colourChart, throughTable } from './colourTable.ts'
import { workPictureOf } from './enlarge.ts'
import { developed, type LookParametersByName, type ToneLook, type ToneLookName } from './look.ts'
import { toneLooks } from './looks.ts'
import { mixed } from './mix.ts'
import { refusalOf } from './refusal.ts'

/** How a look is applied. */
export interface LookOptions {
  /** 0 to 2: below 1 a share of the look, above 1 a stronger one. Default: 1. */
  readonly strength?: number
  /** Where; soft edges blend. Default: everywhere. */
  readonly mask?: Mask | undefined
  /** Nearness of 0 to 1 by a tool, at any size of the same shape. */
  readonly depth?: Plane | undefined
  /** The sky, where somebody knows it better than this: empty for none. At any size of the same shape. */
  readonly sky?: Mask | undefined
  /** The ground, where somebody found it. At any size of the same shape. */
  readonly ground?: Mask | undefined
  readonly next: NextRandom
}

/**
 * Changes light, weather, season or grading of a picture of any size. Up to 0.65 megapixels the look is worked out on
 * the picture itself; a larger one is seen through a smaller copy, whose change of light and colour it takes over with
 * its own detail.
 * @throws Rejection `unfit` where the look would not show, or look wrong: with the look and a sentence that says why
 */
export function applyLook(picture: Picture, name: ToneLookName, options: LookOptions): Edited {
  const { strength = 1, mask } = options
  const work = workPictureOf(picture)
  const scene = {
    ...viewScene(
      work,
      options.depth && depthFor(options.depth, work),
      options.sky && coverFor(options.sky, work),
    ),
    ...(options.ground && { ground: coverFor(options.ground, work) }),
  }
  const look = toneLooks[name] as ToneLook<LookParametersByName[typeof name]>
  const why = refusalOf(name, scene)
  if (why !== undefined) throw new Rejection('unfit', { look: name, why })
  const looked = lookedAt(picture, scene, look, Math.max(1, strength), options.next)
  const made = mixed(picture, looked, Math.min(1, strength), mask)
  return { picture: made, ...(mask && { region: mask }) }
}

function lookedAt<P>(
  picture: Picture,
  scene: Scene,
  look: ToneLook<P>,
  strength: number,
  next: NextRandom,
): Picture {
  const parameters = look.usual(strength, scene, next)
  if (scene.picture === picture) return developed(look, scene, parameters, next)
  const base =
    look.by === 'colour'
      ? throughTable(picture, look.base({ ...scene, picture: colourChart() }, parameters, next))
      : carryLook(picture, scene.picture, look.base(scene, parameters, next))
  return look.over ? look.over(base, scene, parameters, next) : base
}

/** A mask as a plane at the size of the scene. */
function coverFor(mask: Mask, { width, height }: Picture): Plane {
  const small =
    mask.width === width && mask.height === height
      ? mask
      : resizeMask(mask, { width, height, filter: 'bilinear' })
  return { width, height, data: Float32Array.from(small.data, (cover) => cover / 255) }
}

/** A tool's depth at the size of the scene. */
function depthFor(depth: Plane, { width, height }: Picture): Plane {
  if (depth.width === width && depth.height === height) return depth
  const data = new Float32Array(width * height)
  for (let y = 0; y < height; y++) {
    const row = Math.min(depth.height - 1, Math.floor(((y + 0.5) * depth.height) / height)) * depth.width
    for (let x = 0; x < width; x++)
      data[y * width + x] =
        depth.data[row + Math.min(depth.width - 1, Math.floor(((x + 0.5) * depth.width) / width))]!
  }
  return { width, height, data }
}
