import { existsSync } from 'node:fs'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Mask } from './picture.ts'
import { renderText } from './text.ts'
import { readFont } from './textFont.ts'

const folders = [
  process.env.PENTIMENTO_TOOLS ?? join(homedir(), '.cache/pentimento/tools'),
  '/usr/share/fonts',
]
const files = (
  await Promise.all(
    folders
      .filter((folder) => existsSync(folder))
      .map(async (folder) => (await readdir(folder, { recursive: true })).map((name) => join(folder, name))),
  )
).flat()
const fontFiles = files.filter((file) => /\.(ttf|otf)$/.test(file)).sort()
const chinese = fontFiles.find((file) => /NotoSansSC.*Bold/.test(file))
const [one] = fontFiles
const missing = one === undefined || chinese === undefined
if (missing && process.env.PENTIMENTO_REQUIRE_TOOLS === '1')
  throw new Error("fonts are missing; run 'pentimento tools install fonts'")

const inkOf = ({ data }: Mask): number => data.reduce((sum, value) => sum + value, 0) / 255

// Without the fonts' pack there is nothing to draw with.
describe.skipIf(missing)('renderText', () => {
  it('is cropped to its ink and grows with the size', async () => {
    const [small, large] = [
      await renderText('Hello', { font: one!, size: 20 }),
      await renderText('Hello', { font: one!, size: 80 }),
    ]
    expect(large.width / small.width).toBeCloseTo(4, 0)
    for (const { width, height, data } of [small, large]) {
      const some = (pixels: readonly number[]) => pixels.some((i) => data[i]! > 0)
      expect(some(Array.from({ length: width }, (_, x) => x))).toBe(true)
      expect(some(Array.from({ length: height }, (_, y) => y * width))).toBe(true)
    }
  })

  it('takes the file that it is given, not another of the system', async () => {
    // The same font under a name that no system has: were the file not read, another font would stand in.
    const folder = await mkdtemp(join(tmpdir(), 'font-'))
    try {
      const { family } = await readFont(one!)
      const strange = [...family].map((letter) => (/[a-z]/.test(letter) ? 'q' : letter)).join('')
      const utf16 = (text: string) => Buffer.from(text, 'utf16le').swap16()
      let bytes: Buffer = await readFile(one!)
      for (let at = bytes.indexOf(utf16(family)); at >= 0; at = bytes.indexOf(utf16(family), at + 1))
        bytes = Buffer.concat([bytes.subarray(0, at), utf16(strange), bytes.subarray(at + 2 * family.length)])
      const file = join(folder, 'strange.ttf')
      await writeFile(file, bytes)
      expect((await readFont(file)).family).toBe(strange)
      const [same, wanted] = [
        await renderText('Ragqu 42', { font: file, size: 40 }),
        await renderText('Ragqu 42', { font: one!, size: 40 }),
      ]
      expect(same).toEqual(wanted)
    } finally {
      await rm(folder, { recursive: true })
    }
  })

  it('draws Chinese with a Chinese font, each character about as wide as high', async () => {
    const two = await renderText('你好', { font: chinese!, size: 60 })
    const four = await renderText('你好世界', { font: chinese!, size: 60 })
    expect(four.width - two.width).toBeGreaterThan(110)
    expect(four.width - two.width).toBeLessThan(130)
    expect(inkOf(four)).toBeGreaterThan(1.4 * inkOf(two))
  })

  it('draws markup as it stands, and letters further apart where asked', async () => {
    const plain = await renderText('a<b>&c', { font: chinese!, size: 30 })
    const wide = await renderText('a<b>&c', { font: chinese!, size: 30, spacing: 10 })
    expect(wide.width - plain.width).toBeGreaterThan(40)
  })

  it('refuses what the font lacks, nothing, and sizes out of range', async () => {
    await expect(renderText('\u{1F600}', { font: chinese!, size: 30 })).rejects.toThrow(
      /lacks '\u{1F600}'; use another font/u,
    )
    await expect(renderText(' ', { font: chinese!, size: 30 })).rejects.toThrow('expected visible characters')
    await expect(renderText('a', { font: chinese!, size: 0 })).rejects.toThrow(
      'expected a size of 1 to 2000 pixels',
    )
  })
})

describe('readFont', () => {
  it('refuses files that are no fonts', async () => {
    await expect(readFont('no-such-file.ttf')).rejects.toThrow('no-such-file.ttf: no such file')
    await expect(readFont(new URL('./text.ts', import.meta.url).pathname)).rejects.toThrow(
      'not a readable TrueType or OpenType font',
    )
  })
})
