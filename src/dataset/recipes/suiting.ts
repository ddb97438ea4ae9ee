import type { Annotation } from '../annotations/annotation.ts'
import type { Thing, ThingGroup } from './things.ts'

/** Groups of things that are only under the open sky. */
const outside: ReadonlySet<ThingGroup> = new Set([
  ...(['animal', 'bird', 'waterfowl', 'flyer', 'boat', 'plant', 'street', 'vehicle'] as const),
])

/** Groups of things that are only in rooms, or laid down by somebody. */
const inside: ReadonlySet<ThingGroup> = new Set([...(['instrument', 'tool'] as const)])

/** What is seen where people live, drive and play: no place for wild animals and cattle. */
const busy: ReadonlySet<string> = new Set([
  ...['car', 'bus', 'truck', 'motorcycle', 'bicycle', 'train', 'traffic light', 'stop sign', 'parking meter'],
  ...[
    'sports ball',
    'baseball bat',
    'baseball glove',
    'tennis racket',
    'skateboard',
    'snowboard',
    'skis',
    'frisbee',
  ],
  ...['surfboard', 'airplane', 'umbrella', 'person'],
])

/** Whether a thing makes sense in a scene: by where it lives, and by what else is there. */
export function suits({ group }: Thing, { things, place }: Annotation): boolean {
  if (place === 'indoors') return !outside.has(group)
  if (place === 'outdoors' && inside.has(group)) return false
  const isBusy = things.some(({ label, score }) => score >= 0.4 && label !== undefined && busy.has(label))
  return !(isBusy && group === 'animal')
}
