import type { ModelFile } from '../../onnx/index.ts'
import type { Jobs, TextLine } from '../tool.ts'
import type { OpenCv } from './opencv.ts'
import { type Reading, readLine, straighten } from './textLine.ts'
import { findTextRegions, type Quad } from './textRegions.ts'

/** Lines that are read less surely are no text, or none that anyone could read. */
const leastScore = 0.6
/** Below it the line may stand on its head. */
const doubtful = 0.75
/** Lines that are taller than wide by this factor are read from the side. */
const tall = 1.5

/** The parts of PP-OCR. */
export interface OcrParts {
  readonly cv: OpenCv
  readonly detector: ModelFile
  readonly recogniser: ModelFile
  /** Class 1 is the first; the last is the space. */
  readonly characters: readonly string[]
}

/** Lines of English and Chinese text by PP-OCRv4: regions, straightened, read. */
export function paddleOcr({ cv, detector, recogniser, characters }: OcrParts): Jobs['ocr'] {
  return {
    async read(picture): Promise<readonly TextLine[]> {
      const lines: TextLine[] = []
      for (const region of await findTextRegions(cv, detector, picture)) {
        const read = async (corners: Quad): Promise<Reading & { corners: Quad }> => ({
          corners,
          ...(await readLine(recogniser, characters, straighten(picture, corners))),
        })
        const upright = await read(isTall(region) ? turned(region) : region)
        const best =
          upright.score < doubtful ? better(upright, await read(headless(upright.corners))) : upright
        if (best.text !== '' && best.score >= leastScore)
          lines.push({ text: best.text, score: best.score, corners: best.corners })
      }
      return lines
    },
  }
}

function isTall([topLeft, topRight, , bottomLeft]: Quad): boolean {
  const width = Math.hypot(topRight[0] - topLeft[0], topRight[1] - topLeft[1])
  const height = Math.hypot(bottomLeft[0] - topLeft[0], bottomLeft[1] - topLeft[1])
  return height >= tall * width
}

/** The same corners, of text that runs downwards. */
const turned = ([a, b, c, d]: Quad): Quad => [b, c, d, a]

/** The same corners, of text that stands on its head. */
const headless = ([a, b, c, d]: Quad): Quad => [c, d, a, b]

function better<T extends Reading>(a: T, b: T): T {
  return b.score > a.score ? b : a
}
