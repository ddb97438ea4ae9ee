import { cropPicture, type Picture, pastePicture, resizePicture } from '../../image/index.ts'
import { boxOfLine, eraseRegion, facesOf, readLines, rewriteLine } from '../../operations/index.ts'
import { Rejection, type TextLine, type Toolbox } from '../../tools/index.ts'
import type { Decision } from './decisions.ts'
import { withPlaceholders } from './personalText.ts'

type Place = readonly [x: number, y: number, width: number, height: number]

/**
 * A picture in which what was found can no longer be read or recognised: personal words become placeholders in their own
 * lettering, where a font fits; every other place becomes coarse blocks.
 */
export async function obscured(
  picture: Picture,
  findings: readonly Decision[],
  tools: Toolbox,
): Promise<Picture> {
  let made = picture
  const texts = findings.filter(({ what }) => what === 'text')
  const writer =
    texts.length > 0 && tools.has('ocr') && tools.has('fonts') ? await openWriter(picture, tools) : undefined
  for (const { what, box } of findings) {
    if (!box) continue
    const written = what === 'text' ? await writer?.(made, box) : undefined
    made = written ?? coarsened(made, box)
  }
  return made
}

/** Writes a placeholder in place of a line; gives undefined where its lettering cannot be matched. */
type Writer = (picture: Picture, place: Place) => Promise<Picture | undefined>

async function openWriter(first: Picture, tools: Toolbox): Promise<Writer> {
  const ocr = tools.get('ocr')
  const faces = await facesOf(tools.get('fonts'))
  let lines = await readLines(ocr, first)
  return async (picture, place) => {
    const line = lines.find((each) => covers(place, each))
    const to = line && withPlaceholders(line.text)
    if (!line || to === undefined || to === line.text) return undefined
    try {
      const { picture: made } = await rewriteLine(
        picture,
        { line, start: 0, end: [...line.text].length, to, others: lines },
        { faces, fill: (part, mask) => eraseRegion(part, mask).picture },
      )
      // Nothing of the old words may remain readable.
      const after = await readLines(ocr, made)
      if (after.some((each) => covers(place, each) && each.text.trim() === line.text.trim())) return undefined
      lines = after
      return made
    } catch (error) {
      if (error instanceof Rejection) return undefined
      throw error
    }
  }
}

function covers([x, y, width, height]: Place, line: TextLine): boolean {
  const box = boxOfLine(line)
  const [cx, cy] = [box.x + box.width / 2, box.y + box.height / 2]
  return cx >= x && cx <= x + width && cy >= y && cy <= y + height
}

/** Blocks across the shorter side of an obscured place. */
const blocks = 4

/** A picture with a box, a little widened, in coarse blocks. */
function coarsened(picture: Picture, [left, top, w, h]: Place): Picture {
  const margin = Math.round(0.1 * Math.max(w, h))
  const [x, y] = [Math.max(0, left - margin), Math.max(0, top - margin)]
  const width = Math.min(picture.width, left + w + margin) - x
  const height = Math.min(picture.height, top + h + margin) - y
  const block = Math.max(1, Math.min(width, height) / blocks)
  const few = {
    width: Math.max(1, Math.round(width / block)),
    height: Math.max(1, Math.round(height / block)),
  }
  const small = resizePicture(cropPicture(picture, { x, y, width, height }), { ...few, filter: 'bilinear' })
  return pastePicture(picture, resizePicture(small, { width, height, filter: 'nearest' }), x, y)
}
