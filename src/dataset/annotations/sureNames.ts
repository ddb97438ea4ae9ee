import type { Noun } from '../../instructions/index.ts'

/** What an animal is called whose kind is not sure. */
export const animal: Noun = { en: 'animal', cn: '动物', measure: '只' }

/** What a detector of 80 names takes any four-legged animal for. */
const fourLegged: ReadonlySet<string> = new Set(['cat', 'dog', 'horse', 'sheep', 'cow', 'bear'])

/** What it takes anything for that is round, long, soft, edible or dark against something light. */
const lookalikes: ReadonlySet<string> = new Set([
  ...['banana', 'apple', 'sandwich', 'orange', 'broccoli', 'carrot', 'hot dog', 'pizza', 'donut', 'cake'],
  ...['teddy bear', 'sports ball', 'frisbee', 'kite', 'bowl', 'spoon', 'knife', 'fork', 'vase', 'book'],
  ...['bird', 'airplane'],
  ...['remote', 'cell phone', 'mouse', 'scissors', 'toothbrush', 'hair drier', 'refrigerator', 'suitcase'],
])

/** The least scores at which the names of these are believed: lions were called dogs at 0.52, sausages carrots at 0.43, a spider's leg a bird at 0.41. */
const [leastFourLegged, leastLookalike] = [0.55, 0.55]

/**
 * What a thing may be called that a detector calls so at that score: its name, `animal` for one of four legs whose kind
 * is not sure, nothing for what is easily taken for something else.
 */
export function sureName(label: string, name: Noun, score: number): Noun | undefined {
  if (fourLegged.has(label)) return score >= leastFourLegged ? name : animal
  return lookalikes.has(label) && score < leastLookalike ? undefined : name
}
