import type { Plane } from '../tool.ts'

/** Depth models that tell the distance; the others tell its inverse, up to scale and shift. */
const metricModels = new Set(['glpn', 'depth_pro', 'zoedepth', 'metric3d', 'metric3dv2', 'chmv2'])

/** Whether larger values of a model are farther away, by its `config.json`. */
export function isMetric(config: {
  readonly model_type?: unknown
  readonly depth_estimation_type?: unknown
}): boolean {
  return config.depth_estimation_type === 'metric' || metricModels.has(String(config.model_type))
}

/**
 * What a depth model predicts as nearness from 0 (the farthest) to 1 (the nearest). Distances are inverted first, so
 * that both sorts of model mean the same: nearness falls off as 1/distance. Of a plane at one depth it is 0.
 */
export function nearnessOf({ width, height, data }: Plane, metric: boolean): Plane {
  const inverse = Float32Array.from(data, (value) => (metric ? 1 / Math.max(value, 1e-3) : value))
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const value of inverse) {
    if (value < least) least = value
    if (value > most) most = value
  }
  const range = most - least
  return { width, height, data: inverse.map((value) => (range > 0 ? (value - least) / range : 0)) }
}
