import { ImageError } from './error.ts'
import type { Picture } from './picture.ts'

/** A number a pixel, rows from the top. */
export interface Plane {
  readonly width: number
  readonly height: number
  readonly data: Float32Array
}

/** A plane of one number everywhere. */
export function planeOf(width: number, height: number, value = 0): Plane {
  return { width, height, data: new Float32Array(width * height).fill(value) }
}

/** The plane with every number replaced. */
export function mapPlane(
  { width, height, data }: Plane,
  change: (value: number, at: number) => number,
): Plane {
  return { width, height, data: data.map(change) }
}

/** Red, green and blue of a picture as planes of 0 to 1, still sRGB-encoded. */
export function toChannels({ width, height, data }: Picture): readonly [Plane, Plane, Plane] {
  const channel = (c: number): Plane => {
    const out = new Float32Array(width * height)
    for (let i = 0; i < out.length; i++) out[i] = data[3 * i + c]! / 255
    return { width, height, data: out }
  }
  return [channel(0), channel(1), channel(2)]
}

/** The picture of three planes of 0 to 1, rounded and clamped: the inverse of {@link toChannels}. */
export function fromChannels(channels: readonly [Plane, Plane, Plane]): Picture {
  const [{ width, height }] = channels
  const data = new Uint8Array(3 * width * height)
  channels.forEach((plane, c) => {
    sameSize('fromChannels', channels[0], plane)
    for (let i = 0; i < plane.data.length; i++) data[3 * i + c] = toLevel(plane.data[i]!)
  })
  return { width, height, data }
}

/** A number of 0 to 1 as a level of 0 to 255, rounded and clamped. */
export function toLevel(value: number): number {
  return value <= 0 ? 0 : value >= 1 ? 255 : Math.floor(value * 255 + 0.5)
}

/** @throws ImageError where two pictures or planes have not the same size */
export function sameSize(
  where: string,
  wanted: { readonly width: number; readonly height: number },
  got: { readonly width: number; readonly height: number },
): void {
  if (wanted.width !== got.width || wanted.height !== got.height)
    throw new ImageError(
      'size',
      `${where}: expected ${wanted.width}×${wanted.height} as the other has, got ${got.width}×${got.height}`,
    )
}
