import {
  type Area,
  cropLayer,
  encodeLayer,
  ImageError,
  type Layer,
  type Mask,
  maskBox,
  maskComponents,
  maskShare,
  type Picture,
  perceptualHash,
  pictureHash,
  readLayer,
  scaleLayer,
} from '../../image/index.ts'
import type { Noun } from '../../instructions/index.ts'
import type { FileStore } from '../../jobs/index.ts'
import { type Detection, Rejection, type Toolbox } from '../../tools/index.ts'
import type { ThingFacts } from '../annotations/sidecar.ts'
import { usualOf } from '../annotations/usual.ts'
import { overlap } from '../checks/boxes.ts'

/** Increased whenever the cut-out of the same file or source may change. */
export const cutoutVersion = 3

/** A subject without background, in the file store. */
export interface IngestedCutout {
  readonly id: string
  readonly name: Noun
  /** What is known about it apart from its name. */
  readonly facts?: ThingFacts
  readonly picture: string
  /** Perceptual hash over grey. */
  readonly hash: string
}

/** A file of a subject with alpha. @throws Rejection when it has no alpha worth the name, or is too small */
export async function cutoutOfFile(
  file: string,
  name: Noun & ThingFacts,
  { files, size }: { readonly files: FileStore; readonly size: number },
): Promise<IngestedCutout> {
  const read = await readLayer(file).catch((error: unknown) => {
    throw error instanceof ImageError ? new Rejection(error.code, { detail: error.message }) : error
  })
  const share = maskShare({ ...read.alpha, data: read.alpha.data.map((level) => (level >= 128 ? 255 : 0)) })
  if (share > 0.97) throw new Rejection('no-alpha', { share })
  const { nature, habitat, size: metres, on, ...noun } = name
  const facts: ThingFacts = {
    ...(nature !== undefined && { nature }),
    ...(habitat !== undefined && { habitat }),
    ...(metres !== undefined && { size: metres }),
    ...(on !== undefined && { on }),
  }
  return kept(cropped(read, size), noun, facts, files)
}

const leastSide = 48

/** A matte is good when it is of one piece, crisp, and not cut off by the picture's border. */
const good = { least: 0.02, most: 0.6, soft: 0.2, border: 0.12, mainPart: 0.92, named: 0.5 } as const

/**
 * The subject of a photograph, by its matte, where that is good and the detector can name it.
 * @throws Rejection `no-subject`, `soft`, `cut-off`, `in-parts`, `no-name`
 */
export async function cutoutOfPhoto(
  picture: Picture,
  {
    files,
    size,
    tools,
    nounOf,
  }: {
    readonly files: FileStore
    readonly size: number
    readonly tools: Toolbox
    readonly nounOf: (label: string) => Noun | undefined
  },
): Promise<IngestedCutout> {
  const found = await tools.get('detector').detect(picture)
  const nameable = found.filter(({ label, score }) => score >= good.named && nounOf(label) !== undefined)
  if (nameable.length === 0) throw new Rejection('no-name', { detections: found.length })
  const matte = await tools.get('matting').matte(picture)
  const area = maskBox(matte, 128)
  const values = judged(matte)
  if (area === undefined || values.share < good.least || values.share > good.most)
    throw new Rejection('no-subject', values)
  if (values.soft > good.soft) throw new Rejection('soft', values)
  if (values.border > good.border) throw new Rejection('cut-off', values)
  if (values.mainPart < good.mainPart) throw new Rejection('in-parts', values)
  const best = bestBox(nameable, area)
  if (best === undefined) throw new Rejection('no-name', values)
  const clean = { ...matte, data: matte.data.map((level) => (level < 12 ? 0 : level)) }
  const layer = cropped({ picture, alpha: clean }, size)
  const { nature, height } = usualOf(best.label) ?? {}
  const { width, height: pixels } = layer.alpha
  const facts: ThingFacts = {
    ...(nature !== undefined && { nature }),
    // A sitting or lying person is not as tall as a standing one.
    ...(height !== undefined && nature !== 'person' && { size: (height * Math.max(width, pixels)) / pixels }),
  }
  return kept(layer, nounOf(best.label)!, facts, files)
}

function judged(matte: Mask): { share: number; soft: number; border: number; mainPart: number } {
  const { width, height, data } = matte
  let [inside, soft, rim, covered] = [0, 0, 0, 0]
  for (let i = 0; i < data.length; i++) {
    if (data[i]! >= 128) inside++
    if (data[i]! > 32 && data[i]! < 224) soft++
    const [x, y] = [i % width, Math.floor(i / width)]
    if (x === 0 || y === 0 || x === width - 1 || y === height - 1) {
      rim++
      if (data[i]! >= 128) covered++
    }
  }
  const [main] = maskComponents(matte)
  return {
    share: inside / data.length,
    soft: inside === 0 ? 1 : soft / inside,
    border: covered / rim,
    mainPart: inside === 0 ? 0 : (main?.area ?? 0) / inside,
  }
}

/** The detection that lies best on the subject, where one does and no other thing is in it as well. */
function bestBox(detections: readonly Detection[], area: Area): Detection | undefined {
  return detections
    .map((detection) => ({ detection, overlap: overlap(detection.box, area) }))
    .filter((each) => each.overlap >= 0.6)
    .sort((a, b) => b.overlap - a.overlap)[0]?.detection
}

/** Cropped to the covered area, and reduced to the working size. */
function cropped(layer: Layer, side: number): Layer {
  const part = cropLayer(layer)
  const { width, height } = part?.alpha ?? { width: 0, height: 0 }
  if (!part || Math.min(width, height) < leastSide)
    throw new Rejection('tiny', { width, height, least: leastSide })
  const factor = side / Math.sqrt(width * height)
  return factor < 1 ? scaleLayer(part, factor, 'lanczos') : part
}

async function kept(cutout: Layer, name: Noun, facts: ThingFacts, files: FileStore): Promise<IngestedCutout> {
  const { picture, alpha } = cutout
  const over = { ...picture, data: picture.data.map((level, i) => grey(level, alpha.data[(i / 3) | 0]!)) }
  return {
    id: pictureHash(over),
    name,
    ...(Object.keys(facts).length > 0 && { facts }),
    picture: await files.put(await encodeLayer(cutout)),
    hash: perceptualHash(over),
  }
}

const grey = (level: number, alpha: number): number => Math.round((level * alpha + 128 * (255 - alpha)) / 255)
