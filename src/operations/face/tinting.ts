import { type Mask, mapOklab, type Picture, type Plane, type Triple } from '../../image/index.ts'

/** A mask as a plane of 0 to 1. */
export function planeOfMask({ width, height, data }: Mask): Plane {
  return { width, height, data: Float32Array.from(data, (value) => value / 255) }
}

/** A plane in another size, interpolated between the centres of its pixels. */
export function planeInSize(
  plane: Plane,
  { width, height }: { readonly width: number; readonly height: number },
): Plane {
  if (plane.width === width && plane.height === height) return plane
  const data = new Float32Array(width * height)
  const lefts = new Int32Array(width)
  const shares = new Float32Array(width)
  for (let x = 0; x < width; x++) {
    const at = Math.min(plane.width - 1, Math.max(0, ((x + 0.5) * plane.width) / width - 0.5))
    lefts[x] = Math.min(Math.floor(at), Math.max(0, plane.width - 2))
    shares[x] = at - lefts[x]!
  }
  const step = plane.width > 1 ? 1 : 0
  for (let y = 0; y < height; y++) {
    const at = Math.min(plane.height - 1, Math.max(0, ((y + 0.5) * plane.height) / height - 0.5))
    const top = Math.min(Math.floor(at), Math.max(0, plane.height - 2))
    const share = at - top
    const [above, below] = [top * plane.width, Math.min(plane.height - 1, top + 1) * plane.width]
    for (let x = 0; x < width; x++) {
      const [left, right] = [lefts[x]!, lefts[x]! + step]
      const high =
        plane.data[above + left]! + shares[x]! * (plane.data[above + right]! - plane.data[above + left]!)
      const low =
        plane.data[below + left]! + shares[x]! * (plane.data[below + right]! - plane.data[below + left]!)
      data[y * width + x] = high + share * (low - high)
    }
  }
  return { width, height, data }
}

/**
 * The picture changed in OKLab where a plane covers it; exact where it does not. The plane may be of a smaller copy.
 * `change` writes to the three numbers that it is given.
 */
export function tinted(
  picture: Picture,
  cover: Plane,
  change: (lab: Triple, share: number, at: number) => void,
): Picture {
  const { width, height } = picture
  const shares = planeInSize(cover, picture).data
  let count = 0
  for (let i = 0; i < shares.length; i++) if (shares[i]! > 0) count++
  const places = new Int32Array(count)
  const covered = new Uint8Array(3 * count)
  for (let i = 0, k = 0; i < shares.length; i++) {
    if (!(shares[i]! > 0)) continue
    covered[3 * k] = picture.data[3 * i]!
    covered[3 * k + 1] = picture.data[3 * i + 1]!
    covered[3 * k + 2] = picture.data[3 * i + 2]!
    places[k++] = i
  }
  const changed = mapOklab({ width: count, height: 1, data: covered }, (lab, k) => {
    const at = places[k]!
    change(lab, shares[at]!, at)
  })
  const data = picture.data.slice()
  for (let k = 0; k < count; k++) {
    const at = 3 * places[k]!
    data[at] = changed.data[3 * k]!
    data[at + 1] = changed.data[3 * k + 1]!
    data[at + 2] = changed.data[3 * k + 2]!
  }
  return { width, height, data }
}

/** The picture with another of its size mixed in by coverage of 0 to 1; exact where it is 0. */
export function mixed(picture: Picture, other: Picture, cover: Plane): Picture {
  const shares = planeInSize(cover, picture).data
  const data = picture.data.slice()
  for (let i = 0; i < shares.length; i++) {
    const share = shares[i]!
    if (share === 0) continue
    for (let c = 3 * i; c < 3 * i + 3; c++)
      data[c] = Math.round(data[c]! + share * (other.data[c]! - data[c]!))
  }
  return { width: picture.width, height: picture.height, data }
}
