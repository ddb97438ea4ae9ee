import type { Picture } from '../../image/index.ts'
import type { ModelFile } from '../../onnx/index.ts'
import type { Box, Detection, Jobs } from '../tool.ts'
import { overlap } from './boxes.ts'
import { cocoLabels } from './coco.ts'
import { clamp, floatsOf, letterbox } from './pixels.ts'

const side = 512
/** The network's maps have a cell for each 4×4 pixels. */
const [cells, stride] = [128, 4]
const leastScore = 0.25
const most = 50

/** The nodes that {@link centernetDetector} reads. */
export const centernetOutputs: readonly string[] = ['tower_0/keypoints', 'tower_0/wh']

/**
 * Things of the 80 COCO kinds by CenterNet with MobileNetV3: each is a peak in a map of its kind, where another map
 * tells the distances to the sides. Source: Zhou et al., "Objects as Points".
 */
export function centernetDetector(model: ModelFile): Jobs['detector'] {
  return {
    async detect(picture: Picture): Promise<readonly Detection[]> {
      const { square, scale } = letterbox(picture, side)
      const [scores, distances] = await bothWays(model, Float32Array.from(square.data))
      const found = peaks(scores).map(({ cell, kind, score }): Detection => {
        // The mirrored maps lie three pixels further on, so their mean half of that.
        const [x, y] = [(cell % cells) * stride + (stride - 1) / 2, Math.floor(cell / cells) * stride]
        const [left, top, right, bottom] = distances.subarray(4 * cell, 4 * cell + 4)
        const sides = [x - left!, y - top!, x + right!, y + bottom!].map((at) => at / scale)
        return {
          label: cocoLabels[kind]!,
          score,
          box: within(picture, sides as [number, number, number, number]),
        }
      })
      return withoutDoubles(found.filter(({ box }) => box.width >= 1 && box.height >= 1)).slice(0, most)
    },
  }
}

/**
 * The maps of the picture and of its mirror image, averaged, as the paper does when it counts: things are found more
 * surely. @returns scores [128, 128, 80] and distances [128, 128, 4] (left, top, right, bottom)
 */
async function bothWays(model: ModelFile, data: Float32Array): Promise<[Float32Array, Float32Array]> {
  const run = async (pixels: Float32Array): Promise<[Float32Array, Float32Array]> => {
    const { output0, output1 } = await model.run({
      input: { dtype: 'f32', shape: [1, side, side, 3], data: pixels },
    })
    return [floatsOf(output0), floatsOf(output1)]
  }
  const [scores, distances] = await run(data)
  const [mirrored, mirroredDistances] = await run(mirror(data, 3, side))
  const backScores = mirror(mirrored, cocoLabels.length, cells)
  const backDistances = mirror(mirroredDistances, 4, cells)
  for (let i = 0; i < scores.length; i++) scores[i] = (scores[i]! + backScores[i]!) / 2
  const swapped = [2, 1, 0, 3]
  return [scores, distances.map((x, i) => (x + backDistances[i - (i % 4) + swapped[i % 4]!]!) / 2)]
}

/** Rows of `width` places turned around, each place of so many numbers. */
function mirror(data: Float32Array, numbers: number, width: number): Float32Array {
  const turned = new Float32Array(data.length)
  for (let i = 0; i < data.length / numbers; i++) {
    const from = i - (i % width) + (width - 1 - (i % width))
    turned.set(data.subarray(from * numbers, (from + 1) * numbers), i * numbers)
  }
  return turned
}

/** Cells that are the highest of their 3×3 neighbours in the map of a kind, best first. */
function peaks(scores: Float32Array): { cell: number; kind: number; score: number }[] {
  const kinds = cocoLabels.length
  const at = (x: number, y: number, kind: number): number =>
    x < 0 || y < 0 || x >= cells || y >= cells ? 0 : scores[(y * cells + x) * kinds + kind]!
  const found: { cell: number; kind: number; score: number }[] = []
  for (let i = 0; i < scores.length; i++) {
    const score = scores[i]!
    if (score < leastScore) continue
    const [kind, cell] = [i % kinds, Math.floor(i / kinds)]
    const [x, y] = [cell % cells, Math.floor(cell / cells)]
    let highest = true
    for (let dy = -1; dy <= 1; dy++)
      for (let dx = -1; dx <= 1; dx++) if (at(x + dx, y + dy, kind) > score) highest = false
    if (highest) found.push({ cell, kind, score })
  }
  return found.sort((a, b) => b.score - a.score || a.cell - b.cell || a.kind - b.kind)
}

function within(
  { width, height }: Picture,
  [left, top, right, bottom]: readonly [number, number, number, number],
): Box {
  const [x, y] = [clamp(left, 0, width), clamp(top, 0, height)]
  return { x, y, width: clamp(right, 0, width) - x, height: clamp(bottom, 0, height) - y }
}

/** The best of those that overlap: by half where they have the same name, nearly wholly where they have not. */
function withoutDoubles(sorted: readonly Detection[]): readonly Detection[] {
  const kept: Detection[] = []
  for (const each of sorted) {
    const double = kept.some(
      (other) => overlap(each.box, other.box) > (each.label === other.label ? 0.5 : 0.8),
    )
    if (!double) kept.push(each)
  }
  return kept
}

/** Names of what the detector finds, each with the score of its clearest example. */
export function detectionTagger(detector: Jobs['detector']): Jobs['tagger'] {
  return {
    async tag(picture) {
      const best = new Map<string, number>()
      for (const { label, score } of await detector.detect(picture))
        best.set(label, Math.max(score, best.get(label) ?? 0))
      return [...best].map(([tag, score]) => ({ tag, score })).sort((a, b) => b.score - a.score)
    },
  }
}
