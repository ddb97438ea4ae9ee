import { existsSync } from 'node:fs'
import { join } from 'node:path'
import {
  dyed,
  type FactsOf,
  isDyeable,
  isSolid,
  type Noun,
  photographicStamps,
  type Random,
  Rejection,
  remade,
  thingOf,
} from 'pentimento/dataset'
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
import { mirrorPicture } from './triplets.ts'
import type { Edit } from './wordings.ts'

/** A thing with its outline and its name. */
export interface NamedCutout extends Layer {
  readonly name: Noun
}

/** Pixels of the longer side that cut-outs are kept at: they fill no more of a picture. */
const longest = 192

/** Reads the photographic stamps below a folder, as far as they are there. */
export async function readCutouts(folder: string): Promise<readonly NamedCutout[]> {
  const read: NamedCutout[] = []
  for (const { file, en, cn } of photographicStamps) {
    const path = join(folder, file)
    if (!existsSync(path)) continue
    const cut = cropLayer(await readLayer(path))
    if (cut === undefined) continue
    const { picture, alpha } = cut
    const factor = Math.min(1, longest / Math.max(alpha.width, alpha.height))
    read.push({
      name: { en, cn },
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

/** What is done with pasted things. */
export type PastedSort = 'removal' | 'dye' | 'material' | 'addition' | 'replacement'

/** Edits of things that were put into a square picture, without end. Nothing of them is natural but picture and thing. */
export class PastedEdits {
  readonly #backgrounds: readonly Picture[]
  readonly #cutouts: readonly NamedCutout[]
  readonly #dyeable: readonly NamedCutout[]
  readonly #solid: readonly NamedCutout[]

  /** @param cutouts three at least: one stays, one goes and one comes */
  constructor(backgrounds: readonly Picture[], cutouts: readonly NamedCutout[]) {
    this.#backgrounds = backgrounds
    this.#cutouts = cutouts
    this.#dyeable = cutouts.filter((cutout) => isDyeable(cutout, thingOf(cutout.name)!))
    this.#solid = cutouts.filter(({ name }) => isSolid(thingOf(name)!))
  }

  draw(sort: PastedSort, random: Random, size: number): PastedEdit {
    switch (sort) {
      case 'removal':
        return this.removal(random, size)
      case 'dye':
        return this.dye(random, size)
      case 'material':
        return this.material(random, size)
      case 'addition':
        return this.addition(random, size)
      case 'replacement':
        return this.replacement(random, size)
    }
  }

  /** A thing that is to be gone, with now and then another one, which stays; what is behind it is known. */
  removal(random: Random, size: number): PastedEdit {
    const { picture: bare, other } = this.#scene(random, size)
    const thing = this.#except(random, other)
    const { picture } = pasted(bare, thing, drawPlace(random))
    return { source: picture, target: bare, edit: { kind: 'subject-remove', subject: thing.name } }
  }

  /** The same the other way round. Where it is to come is not said. */
  addition(random: Random, size: number): PastedEdit {
    const { source, target, edit } = this.removal(random, size)
    const { subject } = edit as FactsOf<'subject-remove'>
    return { source: target, target: source, edit: { kind: 'subject-add', subject } }
  }

  /** A thing, and another one in its place. */
  replacement(random: Random, size: number): PastedEdit {
    const { picture: bare, other } = this.#scene(random, size)
    const from = this.#except(random, other)
    const to = this.#except(random, other, from)
    const place = drawPlace(random)
    return {
      source: pasted(bare, from, place).picture,
      target: pasted(bare, to, place).picture,
      edit: { kind: 'subject-replace', from: from.name, to: to.name },
    }
  }

  /** A thing that takes another colour, as the recipe of `color_alter` dyes it. */
  dye(random: Random, size: number): PastedEdit {
    return this.#altered(this.#dyeable, random, size, ({ picture, alpha }, name) => {
      const { source, target, facts } = dyed(picture, { matte: alpha, name, leastShare: 0 }, random)
      return { source, target, facts: facts as FactsOf<'color_alter'> }
    })
  }

  /** A thing that is made of something else, as the recipe of `material_alter` makes it. */
  material(random: Random, size: number): PastedEdit {
    return this.#altered(this.#solid, random, size, ({ picture, alpha }, name) => {
      const { source, target, facts } = remade(picture, alpha, name, random)
      return { source, target, facts: facts as FactsOf<'material_alter'> }
    })
  }

  /** A thing that a recipe alters; another one where the recipe refuses it. Where it is, is not said. */
  #altered(
    things: readonly NamedCutout[],
    random: Random,
    size: number,
    alter: (
      layer: Layer,
      name: Noun,
    ) => Omit<PastedEdit, 'edit'> & {
      readonly facts: FactsOf<'color_alter'> | FactsOf<'material_alter'>
    },
  ): PastedEdit {
    for (;;) {
      const scene = this.#scene(random, size)
      const thing = random.pick(things)
      if (thing === scene.other) continue
      try {
        const layer = pasted(scene.picture, thing, drawPlace(random))
        const { facts, ...pictures } = alter(layer, thing.name)
        const { place: _, ...edit } = facts
        return { ...pictures, edit }
      } catch (error) {
        if (!(error instanceof Rejection)) throw error
      }
    }
  }

  #except(random: Random, ...others: readonly (NamedCutout | undefined)[]): NamedCutout {
    return random.pick(this.#cutouts.filter((each) => !others.includes(each)))
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
    return { picture: other ? pasted(scene, other, drawPlace(random)).picture : scene, other }
  }
}

/** The longer side of a thing, as a share of the picture's. */
const [least, most] = [0.14, 0.62]

/** Where a thing is put, and in what light. */
interface Place {
  /** Its longer side, as a share of the picture's. */
  readonly share: number
  /** From left to right and from top to bottom, 0 to 1. */
  readonly across: number
  readonly down: number
  readonly gain: number
  readonly lift: number
  /** Of its shadow; 0 without any. */
  readonly strength: number
}

/** Anywhere, in light of its own and mostly with a shadow at its foot. */
function drawPlace(random: Random): Place {
  return {
    share: least + (most - least) * random.unit() ** 1.5,
    across: random.unit(),
    down: random.unit(),
    gain: random.between(0.75, 1.15),
    lift: random.between(-20, 20),
    strength: random.chance(0.6) ? random.between(0.3, 0.7) : 0,
  }
}

/** Puts a thing into a picture. */
function pasted(picture: Picture, cutout: NamedCutout, place: Place): Layer {
  const { width, height } = picture
  const { share, across, down, gain, lift, strength } = place
  const scale = (share * Math.max(width, height)) / Math.max(cutout.alpha.width, cutout.alpha.height)
  const small = scaleLayer(cutout, scale)
  const size = small.alpha
  // It may be cut off at the edges by some of its size.
  const x = Math.round(across * (width - 0.7 * size.width) - 0.15 * size.width)
  const y = Math.round(down * (height - 0.8 * size.height) - 0.1 * size.height)
  const data = small.picture.data.map((level) =>
    Math.max(0, Math.min(255, Math.round(gain * (level - 128) + 128 + lift))),
  )
  const frame = { width, height, data: new Uint8Array(3 * width * height) }
  const layer = pastePicture(frame, { ...small.picture, data }, x, y)
  const alpha = pasteMask(evenMask(width, height, 0), small.alpha, x, y)
  const ground =
    strength === 0
      ? picture
      : shadePicture(picture, contactShadow(alpha, Math.max(2, 0.06 * size.height)), strength)
  return { picture: compositePictures(ground, layer, alpha), alpha }
}
