// Patches of 7 × 7 pixels in levels of a picture: four bytes a pixel (red, green, blue, texture), rows from the top.
// Places are byte offsets into the one memory, which the caller lays out; pixels are numbered by rows. A patch is named
// by its centre. Targets are patches that touch the hole, sources those that do not: no source ever changes.

const reach: i32 = 3
const side: i32 = 7

let state: u32 = 1

// A number of 32 bits that follows from the seed. Source: Marsaglia, "Xorshift RNGs".
@inline
function next(): u32 {
  let x = state
  x ^= x << 13
  x ^= x >> 17
  x ^= x << 5
  state = x
  return x
}

// A whole number from 0 to count − 1.
@inline
function below(count: i32): i32 {
  return <i32>((<u64>next() * <u64>count) >> 32)
}

export function seed(value: u32): void {
  state = value | 1
}

@inline
function squares(sum: v128, difference: v128): v128 {
  return i32x4.add(sum, v128.dot<i16>(difference, difference))
}

@inline
function total(sum: v128): i32 {
  sum = i32x4.add(sum, v128.shuffle<i32>(sum, sum, 2, 3, 0, 1))
  return i32x4.extract_lane(sum, 0) + i32x4.extract_lane(sum, 1)
}

// Σ (a − b)² over two patches, given by their upper left pixels. Stops where it exceeds `limit`.
function distance(a: usize, b: usize, stride: usize, limit: i32): i32 {
  let sum: v128 = i32x4(0, 0, 0, 0)
  for (let row = 0; row < side; row++) {
    sum = squares(sum, i16x8.sub(v128.load_ext<u8>(a), v128.load_ext<u8>(b)))
    sum = squares(sum, i16x8.sub(v128.load_ext<u8>(a, 8), v128.load_ext<u8>(b, 8)))
    sum = squares(sum, i16x8.sub(v128.load_ext<u8>(a, 16), v128.load_ext<u8>(b, 16)))
    const last = i16x8.sub(
      i16x8.extend_low_i8x16_u(v128.load_zero<u32>(a, 24)),
      i16x8.extend_low_i8x16_u(v128.load_zero<u32>(b, 24)),
    )
    sum = squares(sum, last)
    a += stride
    b += stride
    if ((row == 1 || row == 3) && total(sum) > limit) return i32.MAX_VALUE
  }
  return total(sum)
}

@inline
function corner(pixels: usize, at: i32, width: i32): usize {
  return pixels + (<usize>(at - reach * width - reach) << 2)
}

// The distances of all targets to their sources, after what is in the hole has changed.
export function measure(
  count: i32,
  targets: usize,
  field: usize,
  costs: usize,
  pixels: usize,
  width: i32,
): void {
  for (let i = 0; i < count; i++) {
    const p = load<i32>(targets + (<usize>i << 2))
    const at = <usize>p << 2
    const cost = distance(
      corner(pixels, p, width),
      corner(pixels, load<i32>(field + at), width),
      <usize>width << 2,
      i32.MAX_VALUE,
    )
    store<i32>(costs + at, cost)
  }
}

// One pass of PatchMatch over the targets, forward or backward: the neighbours' sources moved along, then sources at
// random around the best one, nearer and nearer. Source: Barnes et al., "PatchMatch", 2009.
export function improve(
  count: i32,
  targets: usize,
  field: usize,
  costs: usize,
  isTarget: usize,
  isSource: usize,
  pixels: usize,
  width: i32,
  height: i32,
  backward: bool,
  radius: i32,
): void {
  const stride = <usize>width << 2
  const step = backward ? -1 : 1
  for (let n = 0; n < count; n++) {
    const p = load<i32>(targets + (<usize>(backward ? count - 1 - n : n) << 2))
    const at = <usize>p << 2
    let best = load<i32>(field + at)
    let cost = load<i32>(costs + at)
    const here = corner(pixels, p, width)
    for (let k = 0; k < 2; k++) {
      const move = k == 0 ? step : step * width
      if (load<u8>(isTarget + (p - move)) == 0) continue
      const there = load<i32>(field + (<usize>(p - move) << 2)) + move
      if (there == best || load<u8>(isSource + there) == 0) continue
      const found = distance(here, corner(pixels, there, width), stride, cost)
      if (found < cost) {
        cost = found
        best = there
      }
    }
    for (let r = radius; r >= 1; r >>= 1) {
      const bestX = best % width
      const bestY = best / width
      const x = bestX + below(2 * r + 1) - r
      const y = bestY + below(2 * r + 1) - r
      if (x < 0 || y < 0 || x >= width || y >= height) continue
      const there = y * width + x
      if (there == best || load<u8>(isSource + there) == 0) continue
      const found = distance(here, corner(pixels, there, width), stride, cost)
      if (found < cost) {
        cost = found
        best = there
      }
    }
    store<i32>(field + at, best)
    store<i32>(costs + at, cost)
  }
}

// Each pixel of the hole from the sources of all targets that cover it, by their weights.
// Source: Wexler, Shechtman and Irani, "Space-time completion of video", 2007.
export function vote(
  count: i32,
  holes: usize,
  field: usize,
  weights: usize,
  isTarget: usize,
  pixels: usize,
  width: i32,
): void {
  for (let i = 0; i < count; i++) {
    const q = load<i32>(holes + (<usize>i << 2))
    let sum: v128 = f32x4(0, 0, 0, 0)
    let all: f32 = 0
    for (let dy = -reach; dy <= reach; dy++) {
      for (let dx = -reach; dx <= reach; dx++) {
        const move = dy * width + dx
        const p = q + move
        if (load<u8>(isTarget + p) == 0) continue
        const at = <usize>p << 2
        const weight = load<f32>(weights + at)
        const from = load<i32>(field + at) - move
        const colour = i32x4.extend_low_i16x8_u(
          i16x8.extend_low_i8x16_u(v128.load_zero<u32>(pixels + (<usize>from << 2))),
        )
        sum = f32x4.add(sum, f32x4.mul(f32x4.convert_i32x4_s(colour), f32x4.splat(weight)))
        all += weight
      }
    }
    if (all <= 0) continue
    const mean = i32x4.trunc_sat_f32x4_s(f32x4.nearest(f32x4.div(sum, f32x4.splat(all))))
    const words = i16x8.narrow_i32x4_s(mean, mean)
    store<i32>(pixels + (<usize>q << 2), i32x4.extract_lane(i8x16.narrow_i16x8_u(words, words), 0))
  }
}

// Of each pixel of the hole, where it is copied from: by the heaviest target that covers it.
export function choose(
  count: i32,
  holes: usize,
  field: usize,
  weights: usize,
  isTarget: usize,
  origins: usize,
  width: i32,
): void {
  for (let i = 0; i < count; i++) {
    const q = load<i32>(holes + (<usize>i << 2))
    let heaviest: f32 = -1
    let from: i32 = -1
    for (let dy = -reach; dy <= reach; dy++) {
      for (let dx = -reach; dx <= reach; dx++) {
        const move = dy * width + dx
        const p = q + move
        if (load<u8>(isTarget + p) == 0) continue
        const weight = load<f32>(weights + (<usize>p << 2))
        if (weight > heaviest) {
          heaviest = weight
          from = load<i32>(field + (<usize>p << 2)) - move
        }
      }
    }
    store<i32>(origins + (<usize>i << 2), from)
  }
}
