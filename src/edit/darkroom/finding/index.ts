import type { Mask, Picture } from '../../../image/index.ts'
import type { Toolbox } from '../../../tools/index.ts'
import type { Found } from '../carry.ts'
import type { Target } from '../plan.ts'
export declare function openFinder(
  picture: Picture,
  tools: Toolbox,
  o: { region?: Mask | undefined },
): { find(target: Target): Promise<Found> }
