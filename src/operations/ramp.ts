/** A number within 0 and 1. */
export const unit = (x: number): number => (x < 0 ? 0 : x > 1 ? 1 : x)

/** 0 below `from`, 1 above `to`, smooth between. */
export function smoothstep(from: number, to: number, x: number): number {
  const t = unit((x - from) / (to - from))
  return t * t * (3 - 2 * t)
}
