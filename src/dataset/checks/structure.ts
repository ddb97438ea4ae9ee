import { edgeCorrelation } from '../../image/index.ts'
import type { Check } from './check.ts'

/** How well the scene is preserved: `edges`, the correlation of the edges of source and target. */
export const structure: Check = {
  name: 'structure',
  version: 1,
  needs: [],
  measure: ({ draft: { source, target } }) => ({ edges: edgeCorrelation(source, target) }),
}
