import { execFileSync } from 'node:child_process'
import { mkdtempSync, openSync, readFileSync, readSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { type Mask, type Picture, readFont, readPicture, resizePicture } from '../image/index.ts'
import { hostedTool, openToolHost } from './hosted.ts'
import { packFolder, toolsFolder } from './install.ts'
import { contracts } from './jobs.contract.ts'
import { packs } from './packs.ts'
import type { Job, Jobs, Point, Tool } from './tool.ts'
import { openToolbox } from './toolbox.ts'

const folder = toolsFolder(process.env)
const tools = await openToolbox({ folder })
const host = openToolHost(folder)
const work = mkdtempSync(join(tmpdir(), 'tools-'))
afterAll(async () => {
  await Promise.all([tools.close(), host.close()])
  rmSync(work, { recursive: true })
})

/** Tests of a job: skipped where its tool is not installed, unless the environment says that it must be. */
function job<J extends Job>(name: J, tests: (tool: () => Tool<J>) => void): void {
  const required = process.env.PENTIMENTO_REQUIRE_TOOLS === '1'
  const missing = !tools.has(name) && !required
  const title = missing ? `${name} (not installed: see 'pentimento tools list')` : name
  describe.skipIf(missing)(title, () => tests(() => tools.get(name)))
}

const photo = (name: string): Promise<Picture> =>
  readPicture(fileURLToPath(new URL(`../../test/pictures/photos/${name}.jpg`, import.meta.url)))
const sample = (name: string): Promise<Picture> => readPicture(join(packFolder(folder, packs.human), name))

/** Whether a point is inside a polygon, both in parts of the picture's sides. */
function inside(polygon: readonly Point[], [x, y]: Point): boolean {
  let within = false
  for (const [i, [ax, ay]] of polygon.entries()) {
    const [bx, by] = polygon[(i + 1) % polygon.length]!
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) within = !within
  }
  return within
}

/** The share of a region that a mask covers. */
function coverage(mask: Mask, region: (point: Point) => boolean): number {
  let [covered, all] = [0, 0]
  for (let i = 0; i < mask.data.length; i++) {
    const at = [
      ((i % mask.width) + 0.5) / mask.width,
      (Math.floor(i / mask.width) + 0.5) / mask.height,
    ] as const
    if (!region(at)) continue
    all++
    covered += mask.data[i]! / 255
  }
  return covered / all
}

/** The board of the road sign in kait-herzog-8242, drawn by hand within its edges. */
const board: readonly Point[] = [
  [0.17, 0.4],
  [0.375, 0.44],
  [0.375, 0.625],
  [0.17, 0.615],
]

/** Letters on a plain ground, by ffmpeg with the fonts of the pack. */
async function written(text: string, size: number): Promise<Picture> {
  const file = join(work, 'text.txt')
  writeFileSync(file, text)
  const font = tools.get('fonts').files[0]!.file
  const draw = `drawtext=fontfile=${font}:textfile=${file}:fontsize=${size}:x=(w-tw)/2:y=(h-th)/2:fontcolor=0x202840`
  return readPicture(ffmpeg(['-f', 'lavfi', '-i', 'color=0xd8e0c8:s=400x200', '-vf', draw], 'png', 1))
}

function ffmpeg(args: readonly string[], format: string, frames?: number): string {
  const out = join(work, `${args.length}-${frames ?? 'all'}.${format}`)
  const limit = frames === undefined ? [] : ['-frames:v', String(frames)]
  execFileSync('ffmpeg', ['-v', 'error', '-y', ...args, ...limit, out])
  return out
}

job('matting', (tool) => {
  contracts.matting(tool)
  it('covers a road sign and nothing far from it', async () => {
    const matte = await tool().matte(await photo('kait-herzog-8242'))
    expect(coverage(matte, (point) => inside(board, point))).toBeGreaterThan(0.95)
    expect(coverage(matte, ([x, y]) => x > 0.5 || y < 0.3)).toBeLessThan(0.01)
  })
})

job('segmenter', (tool) => {
  contracts.segmenter(tool)
  it('covers the thing in the box', async () => {
    const given = await photo('kait-herzog-8242')
    const { width, height } = given
    const box = { x: 0.05 * width, y: 0.35 * height, width: 0.39 * width, height: 0.48 * height }
    const mask = await tool().segment(given, box)
    expect(coverage(mask, (point) => inside(board, point))).toBeGreaterThan(0.9)
    // The sky between the board and its frame.
    expect(coverage(mask, ([x, y]) => x > 0.06 && x < 0.09 && y > 0.45 && y < 0.6)).toBeLessThan(0.2)
  })
})

job('detector', (tool) => {
  contracts.detector(tool)
  it('finds a person where one is, and none on the moon', async () => {
    const [first, ...others] = await tool().detect(await sample('body.jpg'))
    expect(first).toMatchObject({ label: 'person' })
    expect(first!.score).toBeGreaterThan(0.6)
    expect(others.filter(({ label }) => label === 'person')).toEqual([])
    const { x, y, width, height } = first!.box
    // Drawn by hand around her, in a picture of 1200 pixels.
    const wanted = { left: 200, right: 955, top: 15, bottom: 1195 }
    for (const [found, by] of [
      [x, wanted.left],
      [x + width, wanted.right],
      [y, wanted.top],
      [y + height, wanted.bottom],
    ] as const)
      expect(Math.abs(found - by)).toBeLessThan(60)
    const moon = await tool().detect(await photo('nasa-45068'))
    expect(moon.filter(({ label }) => label === 'person')).toEqual([])
  })
})

job('tagger', (tool) => {
  contracts.tagger(tool)
  it('names the person', async () => {
    const [first] = await tool().tag(await sample('body.jpg'))
    expect(first?.tag).toBe('person')
  })
})

job('ocr', (tool) => {
  contracts.ocr(tool)
  it.each([
    ['Fresh coffee', 44],
    ['OPEN', 80],
    ['Platform 7', 30],
    ['今日特价', 60],
    ['欢迎光临', 28],
  ])('reads %s as it was written', async (text, size) => {
    const lines = await tool().read(await written(text, size))
    expect(lines.map((line) => line.text)).toEqual([text])
    const [[left, top], , [right, bottom]] = lines[0]!.corners
    expect((left + right) / 2).toBeGreaterThan(190)
    expect((left + right) / 2).toBeLessThan(210)
    expect(bottom - top).toBeGreaterThan(0.6 * size)
    expect(bottom - top).toBeLessThan(1.9 * size)
  })

  it('reads a word on its head, its corners as it is read', async () => {
    const upright = await written('Upturned', 44)
    const data = Uint8Array.from({ length: upright.data.length }, (_, i) => {
      const pixel = upright.width * upright.height - 1 - Math.floor(i / 3)
      return upright.data[3 * pixel + (i % 3)]!
    })
    const [line] = await tool().read({ ...upright, data })
    expect(line?.text).toBe('Upturned')
    expect(line!.corners[0][0]).toBeGreaterThan(line!.corners[1][0])
  })

  it('reads a road sign in a photograph', async () => {
    const lines = await tool().read(await photo('kait-herzog-8242'))
    expect(lines.map(({ text }) => text)).toEqual(['WELCOME TO', 'COLORFUL', 'COLORADO'])
  })
})

job('faces', (tool) => {
  contracts.faces(tool)
  it('lays the mesh on a face, irises within the eyes, the right one of the person first', async () => {
    const [face, ...others] = await tool().find(await sample('face.jpg'))
    expect(others).toEqual([])
    expect(face!.mesh).toHaveLength(478)
    // Read off the picture of 256 pixels by hand: pupils, tip of the nose, corners of the mouth.
    const places = { 468: [84.5, 96.5], 473: [163.5, 94], 1: [121, 139], 61: [98, 175], 291: [153, 174] }
    for (const [index, [x, y]] of Object.entries(places)) {
      const found = face!.mesh[Number(index)]!
      expect(Math.hypot(found[0] - x!, found[1] - y!), `point ${index}`).toBeLessThan(4)
    }
    // A rendered young woman.
    expect(face!.age).toBeGreaterThan(15)
    expect(face!.age).toBeLessThan(45)
    expect(face!.male).toBeLessThan(0.4)
  })

  it('finds none where there are none', async () => {
    for (const name of ['nasa-45068', 'kait-herzog-8242', 'jad-limcaco-183877'])
      expect(await tool().find(await photo(name))).toEqual([])
  })
})

job('safety', (tool) => {
  contracts.safety(tool)
  it('has nothing against landscapes and people', async () => {
    for (const name of ['nasa-45068', 'kait-herzog-8242', 'jad-limcaco-183877', 'ng-32703'])
      expect(await tool().unsafe(await photo(name))).toBeLessThan(0.3)
    expect(await tool().unsafe(await sample('body.jpg'))).toBeLessThan(0.3)
  })
})

/** A picture from a level for each place. */
function drawn(width: number, height: number, level: (x: number, y: number) => number): Picture {
  const data = new Uint8Array(3 * width * height)
  for (let i = 0; i < width * height; i++)
    data.fill(level(i % width, Math.floor(i / width)), 3 * i, 3 * i + 3)
  return { width, height, data }
}

job('edges', (tool) => {
  contracts.edges(tool)
  it('draws the outline of a square', async () => {
    const square = drawn(64, 64, (x, y) => (x >= 16 && x < 48 && y >= 16 && y < 48 ? 220 : 20))
    const { data } = await tool().edges(square)
    const white = [...data.keys()].filter((i) => data[i] === 255)
    expect(data.every((x) => x === 0 || x === 255)).toBe(true)
    expect(white.length).toBeGreaterThan(110)
    for (const i of white) {
      const outside = Math.max(Math.abs((i % 64) - 31.5), Math.abs(Math.floor(i / 64) - 31.5))
      expect(Math.abs(outside - 16)).toBeLessThan(2)
    }
  })
})

job('flow', (tool) => {
  contracts.flow(tool)
  it('tells how far a texture has moved', async () => {
    const texture = (x: number, y: number): number =>
      128 + 60 * Math.sin(x / 3) * Math.cos(y / 4) + 60 * Math.sin((x + y) / 7)
    const [from, to] = [drawn(96, 96, texture), drawn(96, 96, (x, y) => texture(x - 3, y + 2))]
    const { dx, dy } = await tool().flow(from, to)
    const median = (values: Float32Array): number => [...values].sort((a, b) => a - b)[48 * 96]!
    expect(median(dx)).toBeCloseTo(3, 0)
    expect(median(dy)).toBeCloseTo(-2, 0)
  })
})

/** Fills a hole in a pattern. @returns how far the filling is off, in levels */
async function fillingError(
  inpainter: Jobs['inpainter'],
  level: (x: number, y: number) => number,
): Promise<number> {
  const whole = drawn(96, 96, level)
  const mask = drawn(96, 96, (x, y) => (Math.hypot(x - 48, y - 48) < 14 ? 255 : 0))
  const hole = { width: 96, height: 96, data: mask.data.filter((_, i) => i % 3 === 0) }
  const broken = { ...whole, data: whole.data.map((x, i) => (mask.data[i] === 255 ? 255 : x)) }
  const filled = await inpainter.inpaint(broken, hole)
  const off = [...filled.data.keys()].filter((i) => mask.data[i] === 255)
  return off.reduce((sum, i) => sum + Math.abs(filled.data[i]! - whole.data[i]!), 0) / off.length
}

job('inpainter', (tool) => {
  contracts.inpainter(tool)
  it('carries texture on', async () => {
    const stripes = (x: number): number => (x % 12 < 6 ? 60 : 190)
    expect(await fillingError(tool(), stripes)).toBeLessThan(20)
  })
})

// OpenCV's inpainter does the job where gmic is missing: it keeps the same contract.
job('edges', () => {
  describe('the inpainter of opencv', () => {
    const inpainter = hostedTool(host, 'inpainter')
    contracts.inpainter(() => inpainter)
    it('fills smoothly', async () => {
      expect(await fillingError(inpainter, (x, y) => x + y)).toBeLessThan(8)
    })
  })
})

job('stylizer', (tool) => {
  contracts.stylizer(tool)
  it('draws in every style, each another way, the same each time', async () => {
    const { width, height, ...rest } = await photo('kait-herzog-8242')
    const given = resizePicture({ width, height, ...rest }, { width: 160, height: 150 })
    const seen: Picture[] = [given]
    for (const style of tool().styles) {
      const result = await tool().stylize(given, style)
      expect([result.width, result.height], style).toEqual([given.width, given.height])
      for (const other of seen) {
        const off = result.data.reduce((sum, x, i) => sum + Math.abs(x - other.data[i]!), 0)
        expect(off / result.data.length, style).toBeGreaterThan(3)
      }
      seen.push(result)
    }
    const [first, third] = [tool().styles[0]!, tool().styles[2]!]
    expect(await tool().stylize(given, first)).toEqual(seen[1])
    expect(await tool().stylize(given, third)).toEqual(seen[3])
  })
})

job('video', (tool) => {
  const test = (size: string): string[] => ['-f', 'lavfi', '-i', `testsrc=d=4:s=${size}:r=5`]

  it('takes frames so many seconds apart, none twice, at most as many as wanted', async () => {
    const file = ffmpeg([...test('64x36'), '-c:v', 'mpeg4'], 'mp4')
    const frames = await tool().frames(file, { every: 1, most: 10 })
    expect(frames.map(({ width, height }) => [width, height])).toEqual(Array(4).fill([64, 36]))
    expect(await tool().frames(file, { every: 1, most: 10 })).toEqual(frames)
    expect(await tool().frames(file, { every: 1, most: 2 })).toEqual(frames.slice(0, 2))
    expect(await tool().frames(file, { every: 0, most: 100 })).toHaveLength(20)
    expect(await tool().frames(file, { every: 0.01, most: 100 })).toHaveLength(20)
    const part = { every: 1, most: 10, from: 2 }
    expect(await tool().frames(file, part)).toEqual(frames.slice(2))
    expect(await tool().frames(file, { ...part, to: 2.6 })).toEqual(frames.slice(2, 3))
    await expect(tool().frames(file, { ...part, to: 1 })).rejects.toThrow('expected times in order')
  })

  it('turns frames upright, and makes their pixels square', async () => {
    const turned = ffmpeg([...test('64x36'), '-c:v', 'mpeg4', '-r', '5'], 'mp4')
    const bytes = readFileSync(turned)
    // The matrix of the track's header: a quarter turn instead of none.
    const matrix = bytes.indexOf('tkhd') + 44
    for (const [i, x] of [0, 1, 0, -1, 0].entries()) bytes.writeInt32BE(x * 65536, matrix + 4 * i)
    writeFileSync(turned, bytes)
    const [frame] = await tool().frames(turned, { every: 1, most: 1 })
    expect([frame!.width, frame!.height]).toEqual([36, 64])
    const wide = ffmpeg([...test('36x36'), '-vf', 'setsar=2', '-c:v', 'mpeg4'], 'mp4')
    const [square] = await tool().frames(wide, { every: 1, most: 1 })
    expect([square!.width, square!.height]).toEqual([72, 36])
  })

  it('says in one line what is wrong with a file', async () => {
    const sound = ffmpeg(['-f', 'lavfi', '-i', 'sine=d=1'], 'wav')
    const [empty, text] = [join(work, 'empty.mp4'), join(work, '文字 -x.mp4')]
    writeFileSync(empty, '')
    writeFileSync(text, 'not a video at all')
    for (const [file, message] of [
      [sound, /holds no video, only sound or text; leave it out$/],
      [empty, /not a video that can be read/],
      [text, /not a video that can be read/],
      [join(work, 'none.mp4'), /no such video file$/],
      [work, /no such video file$/],
    ] as const) {
      const refusal = tool().frames(file, { every: 1, most: 2 })
      await expect(refusal).rejects.toMatchObject({ name: 'ToolError', code: 'source' })
      await expect(refusal).rejects.toThrow(message)
      await expect(refusal).rejects.not.toThrow(/\n/)
      await expect(refusal).rejects.toThrow(file)
    }
  })
})

job('fonts', (tool) => {
  it('are TrueType files, one of them bold', () => {
    expect(
      tool()
        .files.map(({ bold }) => bold)
        .sort(),
    ).toEqual([false, true])
    for (const { file } of tool().files) {
      const head = Buffer.alloc(4)
      readSync(openSync(file, 'r'), head)
      expect(head.toString('hex')).toBe('00010000')
    }
  })

  it('are of many faces where further packs are installed', async () => {
    for (const { file, chinese } of tool().others ?? []) {
      const font = await readFont(file)
      expect(font.has('Harbor 42')).toBe(true)
      expect(font.has('招牌')).toBe(chinese)
    }
  })
})
