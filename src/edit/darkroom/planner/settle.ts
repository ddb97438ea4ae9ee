import type { Step, Target } from '../plan.ts'

/** Steps as they go together: what is said twice once, what stays as the subject of what changes around it. */
export function settled(steps: readonly Step[], keep: readonly Target[]): readonly Step[] {
  const found: Step[] = []
  for (const step of steps) {
    const same = found.findIndex((each) => JSON.stringify(each) === JSON.stringify(step))
    if (same < 0) found.push(step)
  }
  // `blur everything except the dog`: the dog is what stays in front.
  return found.map((step) =>
    step.kind === 'background' &&
    step.target === undefined &&
    keep.length === 1 &&
    ['thing', 'person', 'face'].includes(keep[0]!.type)
      ? { ...step, target: keep[0] }
      : step,
  )
}
