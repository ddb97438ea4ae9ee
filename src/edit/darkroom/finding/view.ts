import { type LabPlanes, labOfPicture, type Mask, type Picture, resizePicture } from '../../../image/index.ts'
import type { Box, Detection, Face, TextLine, Toolbox } from '../../../tools/index.ts'

/** The longer side of what is analysed, and of what is read, in pixels. */
const [mostSeen, mostRead] = [1280, 2048]

/**
 * A picture as the finder sees it: shrunk to at most 1280 pixels on the longer side, with what tools say of it, each asked
 * once. All positions are those of `seen`.
 */
export class View {
  readonly picture: Picture
  readonly tools: Toolbox
  readonly #answers = new Map<string, Promise<unknown>>()
  readonly #measures = new Map<string, unknown>()
  #seen: Picture | undefined
  #lab: LabPlanes | undefined

  constructor(picture: Picture, tools: Toolbox) {
    this.picture = picture
    this.tools = tools
  }

  /** The shrunk picture, made when something is looked for. */
  get seen(): Picture {
    this.#seen ??= atMost(this.picture, mostSeen)
    return this.#seen
  }

  /** Pixels of the picture for each of `seen`. */
  get scale(): number {
    return this.picture.width / this.seen.width
  }

  get lab(): LabPlanes {
    this.#lab ??= labOfPicture(this.seen)
    return this.#lab
  }

  /** Coverage of the most salient subject. @throws ToolError `tool-missing` */
  matte(): Promise<Mask> {
    return this.once('matte', () => this.tools.get('matting').matte(this.seen))
  }

  /** Things by the detector, of the whole picture. @throws ToolError `tool-missing` */
  detections(): Promise<readonly Detection[]> {
    return this.once('detections', () => this.tools.get('detector').detect(this.seen))
  }

  /** Things by the detector in overlapping parts of the picture too, where it sees small ones. */
  closerDetections(): Promise<readonly Detection[]> {
    return this.once('closer', async () => {
      const whole = await this.detections()
      const found: Detection[] = [...whole]
      for (const part of partsOf(this.picture)) {
        const seen = atMost(cropOf(this.picture, part), 800)
        const scale = part.width / seen.width
        for (const { box, ...each } of await this.tools.get('detector').detect(seen)) {
          // What a part cuts off is seen better by another, or by the whole.
          if (isCutOff(box, seen, part, this.picture)) continue
          const at = {
            x: (part.x + box.x * scale) / this.scale,
            y: (part.y + box.y * scale) / this.scale,
            width: (box.width * scale) / this.scale,
            height: (box.height * scale) / this.scale,
          }
          const isKnown = found.some((other) => other.label === each.label && overlap(other.box, at) > 0.4)
          if (!isKnown) found.push({ ...each, box: at })
        }
      }
      return found.sort((one, other) => other.score - one.score)
    })
  }

  /** Coverage of the thing in a box. @throws ToolError `tool-missing` */
  segment(box: Box): Promise<Mask> {
    const key = `segment ${[box.x, box.y, box.width, box.height].map(Math.round)}`
    return this.once(key, () => this.tools.get('segmenter').segment(this.seen, box))
  }

  /** @throws ToolError `tool-missing` */
  faces(): Promise<readonly Face[]> {
    return this.once('faces', () => this.tools.get('faces').find(this.seen))
  }

  /** Lines of text, read at up to 2048 pixels. @throws ToolError `tool-missing` */
  lines(): Promise<readonly TextLine[]> {
    return this.once('lines', async () => {
      const large = atMost(this.picture, mostRead)
      const scale = this.seen.width / large.width
      const lines = await this.tools.get('ocr').read(large)
      return lines.map(({ corners, ...line }) => ({
        ...line,
        corners: corners.map(([x, y]) => [x * scale, y * scale]) as unknown as TextLine['corners'],
      }))
    })
  }

  /** Measures of the picture, computed once per name. */
  measured<T>(name: string, measure: () => T): T {
    if (!this.#measures.has(name)) this.#measures.set(name, measure())
    return this.#measures.get(name) as T
  }

  /** The answer of `ask`, computed once per key. Failures are retried. */
  once<T>(key: string, ask: () => Promise<T>): Promise<T> {
    const known = this.#answers.get(key) as Promise<T> | undefined
    if (known) return known
    const answer = ask()
    this.#answers.set(key, answer)
    answer.catch(() => this.#answers.delete(key))
    return answer
  }
}

/** The picture with at most so many pixels on its longer side. */
function atMost(picture: Picture, most: number): Picture {
  const factor = most / Math.max(picture.width, picture.height)
  if (factor >= 1) return picture
  const size = (side: number): number => Math.max(1, Math.round(side * factor))
  return resizePicture(picture, {
    width: size(picture.width),
    height: size(picture.height),
    filter: 'bilinear',
  })
}

/** Four parts that overlap by a quarter, in whole pixels. */
function partsOf({ width, height }: Picture): Box[] {
  const [w, h] = [Math.round(width * 0.6), Math.round(height * 0.6)]
  return [0, height - h].flatMap((y) => [0, width - w].map((x) => ({ x, y, width: w, height: h })))
}

function cropOf({ width, data }: Picture, { x, y, width: w, height: h }: Box): Picture {
  const out = new Uint8Array(3 * w * h)
  for (let row = 0; row < h; row++) {
    const from = 3 * ((y + row) * width + x)
    out.set(data.subarray(from, from + 3 * w), 3 * row * w)
  }
  return { width: w, height: h, data: out }
}

/** Whether a box touches a side of its part that is not a side of the picture. */
function isCutOff(box: Box, seen: Picture, part: Box, picture: Picture): boolean {
  const slack = 0.01 * Math.max(seen.width, seen.height)
  return (
    (box.x < slack && part.x > 0) ||
    (box.y < slack && part.y > 0) ||
    (box.x + box.width > seen.width - slack && part.x + part.width < picture.width) ||
    (box.y + box.height > seen.height - slack && part.y + part.height < picture.height)
  )
}

/** The share of two boxes' union that both cover: 0 to 1. */
export function overlap(a: Box, b: Box): number {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x)
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y)
  const common = Math.max(0, width) * Math.max(0, height)
  const union = a.width * a.height + b.width * b.height - common
  return union > 0 ? common / union : 0
}
