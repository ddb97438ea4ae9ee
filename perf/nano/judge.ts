import {
  type EditDefaults,
  type EditParts,
  type ModelEditor,
  openModelEditor,
  openParts,
  readableSize,
} from 'pentimento/edit'
import {
  carryEdit,
  differenceMap,
  dilateMask,
  invertMask,
  type Mask,
  maskShare,
  meanDifference,
  type Picture,
  peakSignalToNoise,
  resizePicture,
  structuralSimilarity,
  thresholdMask,
} from 'pentimento/image'
import { time } from '../measure.ts'
import type { HeldOut } from './heldOut.ts'

export type Language = 'en' | 'cn'

/** How near a picture is to another. */
export interface Likeness {
  /** In dB; of equal pictures 60, so that means stay finite. */
  readonly psnr: number
  readonly ssim: number
}

/** One edit against the target of its triplet. */
export interface Measures {
  readonly edit: Likeness
  /** Of the source: what an edit that does nothing would have. */
  readonly floor: Likeness
  /** Of the target after the autoencoder: what an edit without a fault would have. */
  readonly ceiling: Likeness
  /** Levels by which what was to stay has changed, and what the autoencoder alone changes there. */
  readonly outside: { readonly edit: number; readonly roundTrip: number } | undefined
}

/** An edit that was made, with its measures at the edit's size and at the picture's own. */
export interface Judged {
  readonly kind: string
  readonly recipe: string | undefined
  readonly language: Language
  readonly small: Measures
  readonly large: Measures
}

/** The pictures of a judged triplet, at the edit's size. */
export interface Shown {
  readonly source: Picture
  readonly target: Picture
  readonly edits: Readonly<Record<Language, Picture>>
}

/** A picture that was to be left alone. */
export interface LeftAlone {
  readonly language: Language
  /** At the edit's size, against the picture after the autoencoder, and against the picture. */
  readonly small: { readonly ofRoundTrip: number; readonly ofPicture: number }
  /** At the picture's own size, after the detail stage. */
  readonly large: number
}

const mostPsnr = 60

const psnr = (one: Picture, other: Picture): number => Math.min(mostPsnr, peakSignalToNoise(one, other))

const likeness = (one: Picture, other: Picture): Likeness => ({
  psnr: psnr(one, other),
  ssim: structuralSimilarity(one, other),
})

/** A model that is judged by its edits. */
export class Judge {
  readonly defaults: EditDefaults
  readonly #editor: ModelEditor
  readonly #parts: EditParts

  private constructor(editor: ModelEditor, parts: EditParts) {
    this.#editor = editor
    this.#parts = parts
    this.defaults = editor.defaults
  }

  static async open(folder: string): Promise<Judge> {
    const editor = await openModelEditor(folder, { provider: 'cpu' })
    return new Judge(editor, await openParts(folder, { provider: 'cpu' }))
  }

  /** Edits a triplet's source by its instruction in both languages. */
  async judge(triplet: HeldOut): Promise<{ readonly judged: readonly Judged[]; readonly shown: Shown }> {
    const { kind, recipe, source, target, instruction } = triplet
    const size = readableSize(source, this.defaults.size)
    const seen = resizePicture(source, size)
    const wanted = resizePicture(target, size)
    const [roundTrip, ideal] = [await this.#roundTrip(seen), await this.#roundTrip(wanted)]
    const carried = (result: Picture) => carryEdit({ original: source, result, seen, roundTrip }).picture
    const small = measuring({ source: seen, target: wanted, ideal, untouched: roundTrip })
    const large = measuring({ source, target, ideal: carried(ideal), untouched: source })
    const edits: Partial<Record<Language, Picture>> = {}
    const judged: Judged[] = []
    for (const language of ['en', 'cn'] as const) {
      const words = instruction[language]
      if (words === '') continue
      const result = await this.#editor.edit(source, words, { keepEditSize: true })
      edits[language] = result
      judged.push({ kind, recipe, language, small: small(result), large: large(carried(result)) })
    }
    const { en = seen, cn = en } = edits
    return { judged, shown: { source: seen, target: wanted, edits: { en, cn } } }
  }

  /** Edits a picture that an instruction wants as it is. */
  async leaveAlone(picture: Picture, instruction: string, language: Language): Promise<LeftAlone> {
    const size = readableSize(picture, this.defaults.size)
    const seen = resizePicture(picture, size)
    const result = await this.#editor.edit(picture, instruction, { keepEditSize: true })
    const roundTrip = await this.#roundTrip(seen)
    return {
      language,
      small: { ofRoundTrip: psnr(result, roundTrip), ofPicture: psnr(result, seen) },
      large: psnr(carryEdit({ original: picture, result, seen, roundTrip }).picture, picture),
    }
  }

  /** Seconds of a whole edit. */
  async time(picture: Picture, instruction: string): Promise<number> {
    return (await time(() => this.#editor.edit(picture, instruction))) / 1000
  }

  async close(): Promise<void> {
    await this.#parts.close()
    await this.#editor.close()
  }

  async #roundTrip(picture: Picture): Promise<Picture> {
    const side = this.#parts.pixelsPerToken
    const grid = { width: picture.width / side, height: picture.height / side }
    return this.#parts.decode(await this.#parts.encode(picture), grid)
  }
}

interface Pair {
  readonly source: Picture
  readonly target: Picture
  readonly ideal: Picture
  /** The source where nothing was done. */
  readonly untouched: Picture
}

/** Levels from which a difference is seen. */
const visible = 12

/** Measures edits of one triplet; what they all share is worked out once. */
function measuring({ source, target, ideal, untouched }: Pair): (edit: Picture) => Measures {
  const outside = outsideOf(source, target)
  const changeOutside = (picture: Picture) => outside && meanDifference(picture, source, outside)
  const roundTrip = changeOutside(untouched)
  const [floor, ceiling] = [likeness(source, target), likeness(ideal, target)]
  return (result) => {
    const edit = changeOutside(result)
    return {
      edit: likeness(result, target),
      floor,
      ceiling,
      outside: edit === undefined || roundTrip === undefined ? undefined : { edit, roundTrip },
    }
  }
}

/** What stays: farther than a thirty-second of the picture from all that changes; nothing where that is next to nothing. */
function outsideOf(source: Picture, target: Picture): Mask | undefined {
  const changed = thresholdMask(differenceMap(source, target), visible)
  const around = Math.round(Math.min(source.width, source.height) / 32)
  const outside = invertMask(dilateMask(changed, around))
  return maskShare(outside) < 0.05 ? undefined : outside
}
