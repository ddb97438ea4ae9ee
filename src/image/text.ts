import sharp from 'sharp'
import { ImageError } from './error.ts'
import type { Mask } from './picture.ts'
import { type Font, readFont } from './textFont.ts'

/** How a text is set. */
export interface TextOptions {
  /** The font file, or what {@link readFont} gave for it. */
  readonly font: string | Font
  /** Pixels an em. */
  readonly size: number
  /** Extra pixels between letters. */
  readonly spacing?: number
  readonly align?: 'left' | 'centre' | 'right'
}

/**
 * The text as coverage, cropped to its ink: lines are parted by `\n`, and run from left to right.
 *
 * The library that draws looks fonts up by family name and falls back in silence, whatever file it was given, so the
 * name is read from the file, and characters that the file lacks are refused. @throws ImageError
 */
export async function renderText(
  text: string,
  { font, size, spacing = 0, align = 'left' }: TextOptions,
): Promise<Mask> {
  const { file, family, style, has } = typeof font === 'string' ? await readFont(font) : font
  if (text.trim() === '') throw new ImageError('size', `text: expected visible characters, got '${text}'`)
  if (!(size >= 1 && size <= 2000))
    throw new ImageError('size', `text: expected a size of 1 to 2000 pixels, got ${size}`)
  const missing = [...new Set(text)].filter((character) => !has(character))
  if (missing.length > 0)
    throw new ImageError(
      'format',
      `${file}: the font '${family}' lacks '${missing.join('')}'; use another font`,
    )
  const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
  // Pango measures spacing in 1024ths of a point; at 72 dots an inch a point is a pixel.
  const markup =
    spacing === 0 ? escaped : `<span letter_spacing="${Math.round(spacing * 1024)}">${escaped}</span>`
  const { data, info } = await sharp({
    // The comma ends the family, so that 'Sans Bold' as a family is not parsed as a style.
    text: { text: markup, font: `${family}, ${style} ${size}`, fontfile: file, dpi: 72, align, wrap: 'none' },
  })
    .raw()
    .toBuffer({ resolveWithObject: true })
  const coverage = new Uint8Array(info.width * info.height)
  for (let i = 0; i < coverage.length; i++) coverage[i] = data[i * info.channels]!
  return { width: info.width, height: info.height, data: coverage }
}
