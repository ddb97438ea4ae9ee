import sharp from 'sharp'
import { ImageError } from './error.ts'
import type { Layer } from './layer.ts'
import { readBytes, reasonOf } from './read.ts'

/** Layers are cut-outs: larger files are refused. */
const mostPixels = 50_000_000

/**
 * Reads a picture file together with its alpha channel; without one, all is covered. Colours are not multiplied by
 * the alpha. @throws ImageError that says in one line what is wrong with the file
 */
export async function readLayer(file: string | Uint8Array): Promise<Layer> {
  const name = typeof file === 'string' ? file : 'picture'
  const bytes = typeof file === 'string' ? await readBytes(file) : file
  try {
    const { data, info } = await sharp(bytes, { limitInputPixels: mostPixels })
      .rotate()
      .toColourspace('srgb')
      .ensureAlpha()
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true })
    const { width, height } = info
    const [rgb, alpha] = [new Uint8Array(3 * width * height), new Uint8Array(width * height)]
    for (let i = 0; i < width * height; i++) {
      const from = info.channels * i
      for (let c = 0; c < 3; c++) rgb[3 * i + c] = data[from + (info.channels === 4 ? c : 0)]!
      alpha[i] = data[from + info.channels - 1]!
    }
    return { picture: { width, height, data: rgb }, alpha: { width, height, data: alpha } }
  } catch (error) {
    throw new ImageError(
      'format',
      `${name}: not a picture that can be read (${reasonOf(error)}); expected PNG, WebP or another picture file`,
      { cause: error },
    )
  }
}
