import { type Picture, resizePicture } from '../../image/index.ts'

/**
 * The colours of a picture shrunk to 4×3 pixels, each channel as one hexadecimal digit. It stays nearly the same when
 * a picture is scaled or compressed, so it finds a photograph again, whatever its file is called.
 */
export function fingerprintOf(picture: Picture): string {
  const small = resizePicture(picture, { width: 4, height: 3, filter: 'bilinear' })
  return Array.from(small.data, (level) => Math.floor(level / 16).toString(16)).join('')
}

/** Whether two fingerprints may be of the same picture: no digit differs by more than 1. */
export function sameFingerprint(one: string, other: string): boolean {
  if (one.length !== other.length) return false
  return [...one].every(
    (digit, i) => Math.abs(Number.parseInt(digit, 16) - Number.parseInt(other[i]!, 16)) <= 1,
  )
}
