import { edgeCorrelation } from '../../image/index.ts'
import type { Check, Finding } from './check.ts'

/** The scene is kept: where the kind demands it, the edges of source and target are the same. */
export const structure: Check = {
  name: 'structure',
  needs: [],
  run({ draft: { source, target }, demands }): Finding {
    const edges = edgeCorrelation(source, target)
    const least = demands.structure
    if (least === undefined) return { values: { edges } }
    const values = { edges, least }
    return edges < least ? { values, reason: 'structure-lost' } : { values }
  },
}
