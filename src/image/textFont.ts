import { ImageError } from './error.ts'
import { openBytes } from './read.ts'

/** What a font file says of itself. */
export interface Font {
  readonly file: string
  /** Such as `Noto Sans SC`. */
  readonly family: string
  /** Such as `Bold`. */
  readonly style: string
  /** Whether it has a glyph for every character of a text; white space needs none. */
  has(text: string): boolean
}

/**
 * Reads names and characters of a TrueType or OpenType font; of a collection (.ttc) the first font of simplified Chinese,
 * else the first. @throws ImageError
 */
export async function readFont(file: string): Promise<Font> {
  const { bytes } = await openBytes(file)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  try {
    const fonts = fontStarts(view).map((start) => {
      const tables = tablesOf(view, start)
      return { names: namesOf(view, tables), tables }
    })
    const { names, tables } = fonts.find(({ names }) => / SC$/.test(names.family)) ?? fonts[0]!
    const glyphs = glyphRanges(view, tables)
    const known = (code: number): boolean => glyphs.some((has) => has(code))
    return {
      file,
      ...names,
      has: (text) => [...text].every((character) => /\s/.test(character) || known(character.codePointAt(0)!)),
    }
  } catch (error) {
    if (error instanceof ImageError) throw error
    throw new ImageError('format', `${file}: not a readable TrueType or OpenType font`, {
      cause: error,
    })
  }
}

const tagAt = (view: DataView, at: number): string =>
  String.fromCharCode(...[0, 1, 2, 3].map((i) => view.getUint8(at + i)))

function fontStarts(view: DataView): number[] {
  if (tagAt(view, 0) !== 'ttcf') return [0]
  return Array.from({ length: view.getUint32(8) }, (_, i) => view.getUint32(12 + 4 * i))
}

/** Where each table of the font begins. */
function tablesOf(view: DataView, start: number): ReadonlyMap<string, number> {
  const count = view.getUint16(start + 4)
  return new Map(
    Array.from({ length: count }, (_, i) => {
      const record = start + 12 + 16 * i
      return [tagAt(view, record), view.getUint32(record + 8)] as const
    }),
  )
}

/** Family and style: names 16 and 17 where there, else 1 and 2, of Windows' English. */
function namesOf(view: DataView, tables: ReadonlyMap<string, number>): { family: string; style: string } {
  const table = tables.get('name')!
  const texts = table + view.getUint16(table + 4)
  const names = new Map<number, string>()
  for (let i = 0; i < view.getUint16(table + 2); i++) {
    const record = table + 6 + 12 * i
    const [platform, language, name] = [0, 4, 6].map((offset) => view.getUint16(record + offset))
    if (platform !== 3 || language !== 0x409) continue
    const [length, offset] = [view.getUint16(record + 8), view.getUint16(record + 10)]
    const codes = Array.from({ length: length / 2 }, (_, k) => view.getUint16(texts + offset + 2 * k))
    names.set(name!, String.fromCharCode(...codes))
  }
  return { family: names.get(16) ?? names.get(1)!, style: names.get(17) ?? names.get(2) ?? 'Regular' }
}

/** Tests for the characters that the font maps, from its tables of formats 4 (to U+FFFF) and 12 (all). */
function glyphRanges(view: DataView, tables: ReadonlyMap<string, number>): ((code: number) => boolean)[] {
  const table = tables.get('cmap')!
  const starts = Array.from(
    { length: view.getUint16(table + 2) },
    (_, i) => table + view.getUint32(table + 8 + 8 * i),
  )
  return [...new Set(starts)].flatMap((start) => {
    const format = view.getUint16(start)
    if (format === 4) return [segmentsTest(view, start)]
    if (format === 12) return [groupsTest(view, start)]
    return []
  })
}

function segmentsTest(view: DataView, start: number): (code: number) => boolean {
  const doubled = view.getUint16(start + 6)
  return (code) => {
    for (let i = 0; i < doubled; i += 2) {
      if (view.getUint16(start + 14 + i) < code) continue
      const [first, delta] = [
        view.getUint16(start + 16 + doubled + i),
        view.getUint16(start + 16 + 2 * doubled + i),
      ]
      if (first > code) return false
      const place = start + 16 + 3 * doubled + i
      const range = view.getUint16(place)
      if (range === 0) return ((code + delta) & 0xffff) !== 0
      return view.getUint16(place + range + 2 * (code - first)) !== 0
    }
    return false
  }
}

function groupsTest(view: DataView, start: number): (code: number) => boolean {
  const count = view.getUint32(start + 12)
  return (code) => {
    for (let i = 0; i < count; i++) {
      const group = start + 16 + 12 * i
      if (view.getUint32(group) <= code && code <= view.getUint32(group + 4)) return true
    }
    return false
  }
}
