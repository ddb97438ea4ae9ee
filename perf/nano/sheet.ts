import { join } from 'node:path'
import {
  evenMask,
  type Font,
  type Mask,
  type Picture,
  pasteMask,
  pastePicture,
  readFont,
  renderText,
  resizePicture,
} from 'pentimento/image'
import { isInstalled, packFolder, packs, toolsFolder } from 'pentimento/tools'

/** A picture of a sheet, with words above it; empty words take no place where a whole row has none. */
export interface Cell {
  readonly picture: Picture
  readonly caption: string
}

/** How a sheet is drawn, in pixels. */
export interface SheetOptions {
  readonly font: Font
  readonly cellWidth: number
  readonly textSize: number
  readonly gap: number
}

/** The font for captions in both languages, of the pack `fonts`. @throws Error where it is not installed */
export async function captionFont(): Promise<Font> {
  const folder = toolsFolder(process.env)
  if (!isInstalled(folder, packs.fonts))
    throw new Error("captions: no font for them; 'pentimento tools install fonts' brings it")
  return readFont(join(packFolder(folder, packs.fonts), 'NotoSansSC-Regular.ttf'))
}

/** Rows of pictures at one width, each with its caption above it, on white. */
export async function drawSheet(rows: readonly (readonly Cell[])[], options: SheetOptions): Promise<Picture> {
  const { cellWidth, gap } = options
  const strips: { readonly y: number; readonly x: number; readonly picture: Picture }[] = []
  let y = gap
  for (const row of rows) {
    const captions = await Promise.all(row.map(({ caption }) => captionOf(caption, options)))
    const captionHeight = Math.max(...captions.map((each) => each?.height ?? 0))
    let rowHeight = 0
    for (const [i, { picture }] of row.entries()) {
      const x = gap + i * (cellWidth + gap)
      const caption = captions[i]
      if (caption) strips.push({ x, y: y + captionHeight - caption.height, picture: inked(caption) })
      const height = Math.max(1, Math.round((picture.height * cellWidth) / picture.width))
      const sized = resizePicture(picture, { width: cellWidth, height })
      strips.push({ x, y: y + captionHeight, picture: sized })
      rowHeight = Math.max(rowHeight, height)
    }
    y += captionHeight + rowHeight + gap
  }
  const width = gap + Math.max(...rows.map((row) => row.length)) * (cellWidth + gap)
  let sheet: Picture = { width, height: y, data: new Uint8Array(3 * width * y).fill(255) }
  for (const strip of strips) sheet = pastePicture(sheet, strip.picture, strip.x, strip.y)
  return sheet
}

/** Dark letters on white. */
function inked({ width, height, data }: Mask): Picture {
  const out = new Uint8Array(3 * width * height)
  for (let i = 0; i < out.length; i++) out[i] = 255 - 0.87 * data[Math.floor(i / 3)]!
  return { width, height, data: out }
}

const mostLines = 3

/** A caption's ink over as many lines as it needs, at the width of a cell; nothing for no words. */
async function captionOf(
  text: string,
  { font, cellWidth, textSize }: SheetOptions,
): Promise<Mask | undefined> {
  const known = [...text].map((character) => (font.has(character) ? character : '?')).join('')
  if (known.trim() === '') return undefined
  for (let count = 1; ; count++) {
    const lines = linesOf(known, count)
    const inks = await Promise.all(lines.map((line) => renderText(line, { font, size: textSize })))
    if (count < mostLines && inks.some(({ width }) => width > cellWidth)) continue
    const lineHeight = Math.round(1.35 * textSize)
    let caption = evenMask(cellWidth, lineHeight * inks.length + Math.round(textSize / 3), 0)
    for (const [i, ink] of inks.entries()) {
      const foot = lineHeight * (i + 1) - 0.25 * textSize + belowLine(lines[i]!) * textSize
      caption = pasteMask(caption, ink, 0, Math.max(0, Math.round(foot) - ink.height))
    }
    return caption
  }
}

/** How far a line's ink hangs below the line that letters stand on, in sizes of the text: ink comes cropped. */
function belowLine(line: string): number {
  if (/[gjpqy,;()Q]/.test(line)) return 0.22
  return /[\u3000-\u9fff]/u.test(line) ? 0.1 : 0
}

/** A text in parts of about the same length, parted at spaces where it has any. */
function linesOf(text: string, count: number): string[] {
  const words = /\s/.test(text) ? text.split(/\s+/) : [...text]
  const glue = /\s/.test(text) ? ' ' : ''
  const lines: string[] = ['']
  for (const word of words) {
    const last = lines.at(-1)!
    const isFull = last.length + word.length / 2 > text.length / count
    if (isFull && lines.length < count && last !== '') lines.push(word)
    else lines[lines.length - 1] = last === '' ? word : last + glue + word
  }
  return lines
}
