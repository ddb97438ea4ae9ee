import type { Box } from '../tool.ts'

/** The share of two boxes' union that both cover: 0 to 1. */
export function overlap(a: Box, b: Box): number {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x)
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y)
  const common = Math.max(0, width) * Math.max(0, height)
  const union = a.width * a.height + b.width * b.height - common
  return union > 0 ? common / union : 0
}
