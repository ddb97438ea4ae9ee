import { type Picture, resizePicture } from '../../image/index.ts'
import type { ModelFile } from '../../onnx/index.ts'
import { clamp, floatsOf } from './pixels.ts'
import type { Quad } from './textRegions.ts'

/** Lines are scaled to this height. */
const height = 48
const [leastWidth, mostWidth] = [48, 3200]

/** What a space may follow and stand before, in scripts that have spaces between words. */
const endsWord = /[\p{Script=Latin}\p{N}.,!?;:)]/u
const startsWord = /[\p{Script=Latin}\p{N}(]/u
const leastSpace = 0.015

/** What a line says. */
export interface Reading {
  readonly text: string
  /** The mean probability of its characters. */
  readonly score: number
}

/** Reads one line of text by a network that gives a character for each few pixels of width (PP-OCRv4's recogniser). */
export async function readLine(
  model: ModelFile,
  characters: readonly string[],
  line: Picture,
): Promise<Reading> {
  const width = clamp(Math.ceil((line.width * height) / line.height), leastWidth, mostWidth)
  const scaled = resizePicture(line, { width, height, filter: 'bilinear' })
  const plane = width * height
  const data = new Float32Array(3 * plane)
  for (let c = 0; c < 3; c++)
    for (let i = 0; i < plane; i++) data[c * plane + i] = scaled.data[3 * i + 2 - c]! / 127.5 - 1
  const feeds = { [model.inputs[0]!]: { dtype: 'f32', shape: [1, 3, height, width], data } as const }
  const output = (await model.run(feeds))[model.outputs[0]!]
  return decode(floatsOf(output), output!.shape[2]!, characters)
}

/**
 * The likeliest character of each step; repeats are one, and the blank (class 0) stands between. (Connectionist
 * temporal classification, read greedily.) The network was trained mostly on Chinese and is shy of spaces: between
 * other letters a small probability of one is enough.
 */
function decode(steps: Float32Array, classes: number, characters: readonly string[]): Reading {
  let text = ''
  let [sum, count, before, gap] = [0, 0, 0, 0]
  for (let at = 0; at < steps.length; at += classes) {
    let best = 0
    for (let k = 1; k < classes; k++) if (steps[at + k]! > steps[at + best]!) best = k
    if (best !== 0 && best !== before) {
      const character = characters[best - 1] ?? ''
      if (gap > leastSpace && endsWord.test(text.at(-1) ?? '') && startsWord.test(character)) text += ' '
      text += character
      sum += steps[at + best]!
      count++
    }
    gap = best === 0 ? Math.max(gap, steps[at + classes - 1]!) : 0
    before = best
  }
  return { text: text.trim(), score: count > 0 ? sum / count : 0 }
}

/** What lies in a quadrilateral, upright, in its own size: the top left corner first. */
export function straighten(picture: Picture, [topLeft, topRight, , bottomLeft]: Quad): Picture {
  const width = Math.max(1, Math.round(Math.hypot(topRight[0] - topLeft[0], topRight[1] - topLeft[1])))
  const tall = Math.max(1, Math.round(Math.hypot(bottomLeft[0] - topLeft[0], bottomLeft[1] - topLeft[1])))
  const data = new Uint8Array(3 * width * tall)
  for (let v = 0; v < tall; v++)
    for (let u = 0; u < width; u++) {
      const [right, down] = [(u + 0.5) / width, (v + 0.5) / tall]
      const x = topLeft[0] + right * (topRight[0] - topLeft[0]) + down * (bottomLeft[0] - topLeft[0])
      const y = topLeft[1] + right * (topRight[1] - topLeft[1]) + down * (bottomLeft[1] - topLeft[1])
      sample(picture, x - 0.5, y - 0.5, data, 3 * (v * width + u))
    }
  return { width, height: tall, data }
}

/** The colour between four pixels, the border going on outside. */
export function sample(picture: Picture, x: number, y: number, into: Uint8Array, at: number): void {
  const { width, height: rows, data } = picture
  const [left, top] = [Math.floor(x), Math.floor(y)]
  const [fx, fy] = [x - left, y - top]
  const [x0, x1] = [clamp(left, 0, width - 1), clamp(left + 1, 0, width - 1)]
  const [y0, y1] = [clamp(top, 0, rows - 1), clamp(top + 1, 0, rows - 1)]
  for (let c = 0; c < 3; c++) {
    const upper = data[3 * (y0 * width + x0) + c]! * (1 - fx) + data[3 * (y0 * width + x1) + c]! * fx
    const lower = data[3 * (y1 * width + x0) + c]! * (1 - fx) + data[3 * (y1 * width + x1) + c]! * fx
    into[at + c] = Math.round(upper * (1 - fy) + lower * fy)
  }
}
