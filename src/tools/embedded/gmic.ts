import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Mask, type Picture, resizePicture } from '../../image/index.ts'
import { ToolError } from '../error.ts'
import type { Jobs } from '../tool.ts'
import { maskProblem, onlyWhere } from './inpainter.ts'
import { decodePnm, encodePgm, encodePpm } from './netpbm.ts'
import { runProgram, withFolder } from './program.ts'

/** One thread and a fixed seed: with more, its filters give other pixels every time. */
const oneThread = { OMP_NUM_THREADS: '1' }
const seeded = ['-v', '-', 'srand', '1']

/** Filters by what the picture then looks like, with the arguments that look good at 512 to 1024 pixels. */
const filters: Readonly<Record<string, readonly string[]>> = {
  cartoon: ['cartoon', '3,200,20,0.25,1.5,8'],
  'pencil drawing': ['pencilbw', ','],
  'pencil sketch': ['sketchbw', '4'],
  'ink drawing': ['fx_charcoal', '65,70,170,0,1,0,50,70,255,255,255,0,0,0,0,0'],
  woodcut: ['fx_engrave', '0.5,4,0,8,40,0,0,0,10,1,0,0,0,1'],
  'halftone print': ['halftone', '5,8,8,5,0.1'],
  'oil painting': ['fx_brushify', '7,0.25,4,64,25,12,0,2,4,0.2,0.5,30,1,1,1,5,0,0.2,1'],
  'expressive painting': ['fx_painting', '5,2.5,1.5,50,1,0'],
  'outlined painting': ['drawing', ','],
  'soft painting': ['kuwahara', '7'],
  'cubist painting': ['cubism', ','],
  'stained glass': ['stained_glass', '30%,0.2'],
  'low poly': ['polygonize', ','],
  'block mosaic': ['tetris', '12'],
  'old photograph': ['old_photo'],
}

/** Smaller pictures are enlarged first: several filters have no use for fewer pixels. */
const leastSide = 64

/** Named filters of G'MIC. */
export function gmicStylizer(timeLimitSeconds: number): Jobs['stylizer'] {
  return {
    styles: Object.keys(filters),
    async stylize(picture, style) {
      const filter = Object.hasOwn(filters, style) ? filters[style] : undefined
      if (!filter)
        throw new ToolError(
          'configuration',
          `stylizer: expected one of ${Object.keys(filters).join(', ')}, got ${style}`,
        )
      const small = Math.min(picture.width, picture.height)
      const scale = small < leastSide ? Math.ceil(leastSide / small) : 1
      const enlarged = resizePicture(picture, {
        width: picture.width * scale,
        height: picture.height * scale,
        filter: 'bicubic',
      })
      const result = await runGmic(
        { 'in.ppm': encodePpm(enlarged) },
        ['in.ppm', ...filter, '-to_rgb', '-cut', '0,255', '-round'],
        timeLimitSeconds,
      )
      return resizePicture(result, { width: picture.width, height: picture.height, filter: 'lanczos' })
    },
  }
}

/** Fills with patches of the rest of the picture, so that texture continues. */
export function patchInpainter(timeLimitSeconds: number): Jobs['inpainter'] {
  return {
    async inpaint(picture: Picture, mask: Mask): Promise<Picture> {
      const problem = maskProblem(picture, mask)
      if (problem !== undefined) throw new ToolError('tool-failed', `inpainter: ${problem}`)
      if (mask.data.every((x) => x < 128)) return picture
      const filled = await runGmic(
        { 'in.ppm': encodePpm(picture), 'mask.pgm': encodePgm(mask) },
        ['in.ppm', 'mask.pgm', '-inpaint_matchpatch[0]', '[1]', '-remove[1]', '-cut', '0,255', '-round'],
        timeLimitSeconds,
      )
      return onlyWhere(mask, filled, picture)
    },
  }
}

/**
 * Lets G'MIC keep its own files in a folder, which it otherwise does in the user's home; commands that the user has
 * defined there are not read either.
 */
export const gmicHome = (folder: string): Readonly<Record<string, string>> => ({ GMIC_PATH: folder })

/** Runs a G'MIC pipeline on files in a separate folder. */
async function runGmic(
  files: Readonly<Record<string, Uint8Array>>,
  pipeline: readonly string[],
  timeLimitSeconds: number,
): Promise<Picture> {
  return withFolder(async (folder) => {
    for (const [name, bytes] of Object.entries(files)) await writeFile(join(folder, name), bytes)
    const inside = pipeline.map((part) => (part in files ? join(folder, part) : part))
    const out = join(folder, 'out.ppm')
    const { code, error } = await runProgram('gmic', [...seeded, ...inside, '-o', out], {
      timeLimitSeconds,
      env: { ...oneThread, ...gmicHome(folder) },
    })
    const bytes = code === 0 ? await readFile(out).catch(() => undefined) : undefined
    const [picture] = bytes ? decodePnm(bytes) : []
    if (picture) return picture
    // biome-ignore lint/suspicious/noControlCharactersInRegex: its messages are coloured
    const plain = error.replaceAll(/\u001b\[[\d;]*m/g, '')
    const reason = plain.split('\n').find((line) => line.includes('***')) ?? `code ${code}`
    throw new ToolError('tool-failed', `gmic: ${reason.trim()}`)
  })
}
