import {
  expose,
  type Mask,
  type NextRandom,
  type Picture,
  resizePicture,
  toneStatistics,
} from '../../image/index.ts'
import { Rejection, type Tool } from '../../tools/index.ts'
import { tonesShifted } from '../adjust/regions.ts'
import type { Edited } from '../edited.ts'
import { mixed } from '../tone/mix.ts'
import type { OwnStyle, OwnStyleName, StyleParametersByName } from './style.ts'
import { ownStyles } from './styles.ts'

/** How a style is applied. */
export interface StyleOptions {
  /** 0 to 2: below 1 the photograph is seen through, above 1 it is drawn more coarsely. Default: 1. */
  readonly strength?: number
  /** Where; soft edges blend. Default: everywhere. */
  readonly mask?: Mask | undefined
}

/**
 * Draws a picture of any size in a style that needs no tool. A large picture is drawn at the style's own size, where
 * strokes and dots have the size that suits a picture seen whole, and the drawing is enlarged.
 * @throws Rejection `nothing-to-draw` for an empty picture; `too-grey` for a style that lives on colour
 */
export function applyStyle(
  picture: Picture,
  name: OwnStyleName,
  { strength = 1, mask, next }: StyleOptions & { readonly next: NextRandom },
): Edited {
  const style = ownStyles[name] as OwnStyle<StyleParametersByName[typeof name]>
  const bold = Math.max(1, strength)
  const small = shrunk(picture, style.side / (1 + 0.5 * (bold - 1)))
  const { chroma, contrast, median } = toneStatistics(small)
  if (contrast < 0.02) throw new Rejection('nothing-to-draw', { contrast })
  if (style.colourful && chroma < 0.015) throw new Rejection('too-grey', { style: name, chroma })
  const seen = style.lifts && median < 0.62 ? lifted(small, median) : small
  const drawn = style.draw(seen, style.usual(small, bold), next)
  return over(picture, drawn, style.blocks ? 'nearest' : 'bicubic', { strength, mask })
}

/** Shadows and middle tones brought up to where lines and flat tones show them. */
function lifted(picture: Picture, median: number): Picture {
  const open = tonesShifted(tonesShifted(picture, 'shadows', 1), 'shadows', 0.7)
  return expose(open, Math.max(0, 2.2 * (0.5 - median)))
}

/** The longer side at which the stylizer tool draws. */
const stylizerSide = 1400

/** Draws a picture of any size by a filter of the stylizer tool. @throws ToolError */
export async function applyStylizer(
  picture: Picture,
  name: string,
  { stylizer, strength = 1, mask }: StyleOptions & { readonly stylizer: Tool<'stylizer'> },
): Promise<Edited> {
  const drawn = await stylizer.stylize(shrunk(picture, stylizerSide), name)
  return over(picture, drawn, 'bicubic', { strength, mask })
}

function over(
  picture: Picture,
  drawn: Picture,
  filter: 'nearest' | 'bicubic',
  { strength = 1, mask }: StyleOptions,
): Edited {
  const { width, height } = picture
  const full =
    drawn.width === width && drawn.height === height ? drawn : resizePicture(drawn, { width, height, filter })
  return { picture: mixed(picture, full, Math.min(1, strength), mask), ...(mask && { region: mask }) }
}

function shrunk(picture: Picture, side: number): Picture {
  const scale = side / Math.max(picture.width, picture.height)
  if (scale >= 1) return picture
  return resizePicture(picture, {
    width: Math.max(1, Math.round(picture.width * scale)),
    height: Math.max(1, Math.round(picture.height * scale)),
    filter: 'bilinear',
  })
}
