import { expect, it } from 'vitest'
import type { Mask, Picture } from '../image/index.ts'
import type { Box, Job, Point, Tool } from './tool.ts'

type Contract<J extends Job> = (tool: () => Tool<J>) => void

/** Jobs of which a contract can be written without knowing what is behind them. */
type ContractedJob = Exclude<Job, 'generator' | 'vision' | 'video' | 'fonts'>

/** Numbers that repeat from run to run, 0 to 255. */
const noise = (i: number): number => (Math.imul(i + 1, 2654435761) >>> 0) % 256

function picture(width: number, height: number, level: (i: number) => number): Picture {
  return { width, height, data: Uint8Array.from({ length: 3 * width * height }, (_, i) => level(i)) }
}

/** Pictures that are easily forgotten: one pixel, one line, odd sides, grey, one colour. */
const odd = picture(67, 45, noise)
const pictures: readonly (readonly [name: string, picture: Picture])[] = [
  ['one pixel', picture(1, 1, () => 130)],
  ['a line of pixels', picture(1, 9, noise)],
  ['odd sides', odd],
  ['greys', picture(64, 48, (i) => noise(Math.floor(i / 3)))],
  ['white', picture(50, 40, () => 255)],
]

function expectMask(mask: Mask, { width, height }: Picture): void {
  expect(mask).toMatchObject({ width, height })
  expect(mask.data).toBeInstanceOf(Uint8Array)
  expect(mask.data.length).toBe(width * height)
}

function expectInside({ x, y, width, height }: Box, within: Picture): void {
  expect(Math.min(x, y)).toBeGreaterThanOrEqual(0)
  expect(Math.min(width, height)).toBeGreaterThan(0)
  expect(x + width).toBeLessThanOrEqual(within.width + 1e-6)
  expect(y + height).toBeLessThanOrEqual(within.height + 1e-6)
}

function expectPoint(point: Point): void {
  expect(point.every((x) => Number.isFinite(x))).toBe(true)
}

/** Sizes alone, for tools that take seconds for each picture; what is in it does not decide whether they work. */
const sizes = pictures.slice(0, 3)

/** Of every picture: an answer that fits it, the picture left as it was; of one the same answer when it is asked again. */
function everyPicture<J extends Job, T>(
  tool: () => Tool<J>,
  ask: (tool: Tool<J>, picture: Picture) => Promise<T>,
  check: (answer: T, picture: Picture) => void,
  given: typeof pictures = pictures,
): void {
  it.each(given)('takes a picture of %s', async (_, given) => {
    const before = Uint8Array.from(given.data)
    const answer = await ask(tool(), given)
    check(answer, given)
    expect(given.data).toEqual(before)
    if (given === odd) expect(await ask(tool(), given)).toEqual(answer)
  })
}

/** A mask over the middle of a picture; of one pixel, nothing. */
function middle({ width, height }: Picture): Mask {
  const data = new Uint8Array(width * height)
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      if (Math.abs(2 * x + 1 - width) < width / 2 && Math.abs(2 * y + 1 - height) < height / 2)
        data[y * width + x] = width * height > 1 ? 128 + (noise(y * width + x) % 128) : 127
  // What is not covered by half stays.
  data[0] = Math.min(data[0]!, 127)
  return { width, height, data }
}

/** What every tool that does a job must keep to; `tool` is called within the tests. */
export const contracts: { readonly [J in ContractedJob]: Contract<J> } = {
  matting: (tool) => everyPicture(tool, (matting, given) => matting.matte(given), expectMask, sizes),

  segmenter: (tool) =>
    everyPicture(
      tool,
      async (segmenter, given) => {
        const box = { x: given.width * 0.2, y: -3, width: given.width * 0.5, height: given.height + 9 }
        return segmenter.segment(given, box)
      },
      (mask, given) => {
        expectMask(mask, given)
        const outside = mask.data.filter((_, i) => i % given.width >= Math.ceil(given.width * 0.7))
        expect(outside.every((x) => x === 0)).toBe(true)
      },
      sizes.slice(1),
    ),

  detector: (tool) =>
    everyPicture(
      tool,
      (detector, given) => detector.detect(given),
      (found, given) => {
        for (const { label, score, box } of found) {
          expect(label).toMatch(/^[a-z ]+$/)
          expect(score).toBeGreaterThan(0)
          expect(score).toBeLessThanOrEqual(1)
          expectInside(box, given)
        }
      },
    ),

  tagger: (tool) =>
    everyPicture(
      tool,
      (tagger, given) => tagger.tag(given),
      (tags) => {
        expect(new Set(tags.map(({ tag }) => tag)).size).toBe(tags.length)
        const scores = tags.map(({ score }) => score)
        expect(scores).toEqual([...scores].sort((a, b) => b - a))
      },
    ),

  ocr: (tool) =>
    everyPicture(
      tool,
      (ocr, given) => ocr.read(given),
      (lines) => {
        for (const { text, score, corners } of lines) {
          expect(text.trim()).not.toBe('')
          expect(score).toBeLessThanOrEqual(1)
          expect(corners).toHaveLength(4)
          corners.forEach(expectPoint)
        }
      },
    ),

  faces: (tool) =>
    everyPicture(
      tool,
      (faces, given) => faces.find(given),
      (found) => {
        for (const { mesh, score } of found) {
          expect([468, 478]).toContain(mesh.length)
          expect(score).toBeLessThanOrEqual(1)
          mesh.forEach(expectPoint)
        }
      },
    ),

  depth: (tool) =>
    everyPicture(
      tool,
      (depth, given) => depth.depth(given),
      ({ data, ...size }, given) => {
        expect(size).toMatchObject({ width: given.width, height: given.height })
        expect(data.length).toBe(given.width * given.height)
        expect(data.every((x) => x >= 0 && x <= 1)).toBe(true)
      },
    ),

  edges: (tool) => everyPicture(tool, (edges, given) => edges.edges(given), expectMask),

  flow: (tool) => {
    everyPicture(
      tool,
      (flow, given) => flow.flow(given, given),
      ({ width, height, dx, dy }, given) => {
        expect([width, height]).toEqual([given.width, given.height])
        for (const part of [dx, dy]) {
          expect(part).toBeInstanceOf(Float32Array)
          expect(part.length).toBe(width * height)
          // Nothing has moved.
          expect(part.every((x) => Math.abs(x) < 0.5)).toBe(true)
        }
      },
    )
    it('refuses pictures of two sizes in one line', async () => {
      const refusal = tool().flow(picture(8, 8, noise), picture(8, 9, noise))
      await expect(refusal).rejects.toMatchObject({ code: 'tool-failed' })
      await expect(refusal).rejects.toThrow(/^[^\n]*8×8 and 8×9[^\n]*$/)
    })
  },

  inpainter: (tool) => {
    everyPicture(
      tool,
      (inpainter, given) => inpainter.inpaint(given, middle(given)),
      (filled, given) => {
        const mask = middle(given)
        expect([filled.width, filled.height]).toEqual([given.width, given.height])
        expect(filled.data.length).toBe(given.data.length)
        const kept = (x: number, i: number): boolean =>
          mask.data[Math.floor(i / 3)]! >= 128 || x === given.data[i]
        expect(filled.data.every(kept)).toBe(true)
      },
    )
    it('refuses a mask of another size, and one that leaves nothing, in one line', async () => {
      const full = { width: 8, height: 8, data: new Uint8Array(64).fill(255) }
      const refuses = async (mask: Mask, message: RegExp): Promise<void> => {
        const refusal = tool().inpaint(picture(8, 8, noise), mask)
        await expect(refusal).rejects.toMatchObject({ name: 'ToolError', code: 'tool-failed' })
        await expect(refusal).rejects.toThrow(message)
      }
      await refuses({ ...full, width: 4, height: 16 }, /^[^\n]*8×8[^\n]*4×16[^\n]*$/)
      await refuses(full, /^[^\n]*covers the complete picture[^\n]*$/)
    })
  },

  stylizer: (tool) => {
    it('names its styles, and refuses others in one line', async () => {
      expect(tool().styles.length).toBeGreaterThan(0)
      expect(new Set(tool().styles).size).toBe(tool().styles.length)
      await expect(tool().stylize(picture(8, 8, noise), 'no such style')).rejects.toThrow(
        /^[^\n]*no such style[^\n]*$/,
      )
    })
    everyPicture(
      tool,
      (stylizer, given) => stylizer.stylize(given, stylizer.styles[0]!),
      (drawn, given) => {
        expect([drawn.width, drawn.height]).toEqual([given.width, given.height])
        expect(drawn.data.length).toBe(given.data.length)
      },
    )
  },

  safety: (tool) =>
    everyPicture(
      tool,
      (safety, given) => safety.unsafe(given),
      (probability) => {
        expect(probability).toBeGreaterThanOrEqual(0)
        expect(probability).toBeLessThanOrEqual(1)
      },
    ),
}
