import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { dyed, isDyeable, parseFolderSidecar, type ThingFacts, thingOf } from 'pentimento/dataset'
import {
  compositePictures,
  contactShadow,
  cropLayer,
  cropPicture,
  evenMask,
  type Layer,
  type Picture,
  pasteMask,
  pastePicture,
  readLayer,
  resizePicture,
  scaleLayer,
  shadePicture,
  spreadColours,
} from 'pentimento/image'
import type { FactsOf, Noun } from 'pentimento/instructions'
import type { Random } from 'pentimento/random'
import { Rejection } from 'pentimento/tools'
import { mirrorPicture } from './triplets.ts'
import type { Edit } from './wordings.ts'

/** Names of the photographs among Debian's stamps. */
const stampNames = new URL('../examples/sidecars/tuxpaint-stamps.json', import.meta.url)

/** A thing with its outline and its name. */
export interface NamedCutout extends Layer {
  readonly name: Noun
  readonly facts?: ThingFacts
}

/** Pixels of the longer side that cut-outs are kept at: they fill no more of a picture. */
const longest = 192

/** Reads the photographic stamps below a folder, as far as they are there. */
export async function readCutouts(folder: string): Promise<readonly NamedCutout[]> {
  const read: NamedCutout[] = []
  const named = parseFolderSidecar('tuxpaint-stamps.json', readFileSync(stampNames, 'utf8'))
  for (const [file, { thing }] of Object.entries(named)) {
    const path = join(folder, file)
    if (thing === undefined || !existsSync(path)) continue
    const cut = cropLayer(await readLayer(path))
    if (cut === undefined) continue
    const { picture, alpha } = cut
    const factor = Math.min(1, longest / Math.max(alpha.width, alpha.height))
    const { en, cn, ...facts } = thing
    read.push({
      name: { en, cn },
      facts,
      ...scaleLayer({ picture: spreadColours(picture, alpha), alpha }, factor),
    })
  }
  return read
}

/** A picture with things in it, what becomes of it, and by what edit. */
export interface PastedEdit {
  readonly source: Picture
  readonly target: Picture
  readonly edit: Edit
}

/** Edits of things that were put into a square picture, without end. Nothing of them is natural but picture and thing. */
export class PastedEdits {
  readonly #backgrounds: readonly Picture[]
  readonly #cutouts: readonly NamedCutout[]
  readonly #dyeable: readonly NamedCutout[]

  constructor(backgrounds: readonly Picture[], cutouts: readonly NamedCutout[]) {
    this.#backgrounds = backgrounds
    this.#cutouts = cutouts
    this.#dyeable = cutouts.filter((cutout) =>
      isDyeable(cutout, thingOf(cutout.name, undefined, cutout.facts)),
    )
  }

  /** A thing that is to be gone, with now and then another one, which stays; what is behind it is known. */
  removal(random: Random, size: number): PastedEdit {
    const { picture: bare, other } = this.#scene(random, size)
    const thing = random.pick(this.#cutouts.filter((each) => each !== other))
    const { picture } = pasted(bare, thing, random)
    return { source: picture, target: bare, edit: { kind: 'subject-remove', subject: thing.name } }
  }

  /** A thing that takes another colour, as the recipe of `color_alter` dyes it. */
  dye(random: Random, size: number): PastedEdit {
    for (;;) {
      const thing = random.pick(this.#dyeable)
      const scene = this.#scene(random, size)
      if (scene.other === thing) continue
      const { picture, alpha } = pasted(scene.picture, thing, random)
      try {
        const { source, target, facts } = dyed(
          picture,
          { matte: alpha, name: thing.name, leastShare: 0 },
          random,
        )
        const { place: _, ...edit } = facts as FactsOf<'color_alter'>
        return { source, target, edit }
      } catch (error) {
        if (!(error instanceof Rejection)) throw error
      }
    }
  }

  /** A part of one of the pictures, sometimes with a thing in it, which is not the one that is edited. */
  #scene(
    random: Random,
    size: number,
  ): { readonly picture: Picture; readonly other: NamedCutout | undefined } {
    const { width, height, ...photo } = random.pick(this.#backgrounds)
    const whole = Math.min(width, height)
    const side = Math.round(random.between(Math.min(whole, size), whole))
    const [x, y] = [random.below(width - side + 1), random.below(height - side + 1)]
    const cut = cropPicture({ width, height, ...photo }, { x, y, width: side, height: side })
    const resized = resizePicture(cut, { width: size, height: size, filter: 'lanczos' })
    const scene = random.chance(0.5) ? mirrorPicture(resized) : resized
    const other = random.chance(0.35) ? random.pick(this.#cutouts) : undefined
    return { picture: other ? pasted(scene, other, random).picture : scene, other }
  }
}

/** The longer side of a thing, as a share of the picture's. */
const [least, most] = [0.14, 0.62]

/** Pastes an object at a random place into a picture, with its own light and usually with a shadow at its base. */
function pasted(picture: Picture, cutout: NamedCutout, random: Random): Layer {
  const { width, height } = picture
  const share = least + (most - least) * random.unit() ** 1.5
  const longer = Math.max(cutout.alpha.width, cutout.alpha.height)
  const small = scaleLayer(cutout, (share * Math.max(width, height)) / longer)
  const size = small.alpha
  const [x, y] = [
    Math.round(random.between(-0.15 * size.width, width - 0.85 * size.width)),
    Math.round(random.between(-0.1 * size.height, height - 0.9 * size.height)),
  ]
  const [gain, lift] = [random.between(0.75, 1.15), random.between(-20, 20)]
  const data = small.picture.data.map((level) =>
    Math.max(0, Math.min(255, Math.round(gain * (level - 128) + 128 + lift))),
  )
  const frame = { width, height, data: new Uint8Array(3 * width * height) }
  const layer = pastePicture(frame, { ...small.picture, data }, x, y)
  const alpha = pasteMask(evenMask(width, height, 0), small.alpha, x, y)
  const shadow = contactShadow(alpha, Math.max(2, 0.06 * size.height))
  const ground = random.chance(0.6) ? shadePicture(picture, shadow, random.between(0.3, 0.7)) : picture
  return { picture: compositePictures(ground, layer, alpha), alpha }
}
