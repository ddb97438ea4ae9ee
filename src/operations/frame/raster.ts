/** A picture or a mask: bytes in rows from the top, the same number of them for each pixel. */
export interface Raster {
  readonly width: number
  readonly height: number
  readonly data: Uint8Array
}

/** Bytes a pixel. */
export function channelsOf({ width, height, data }: Raster): number {
  return data.length / (width * height)
}
