import { kindOf } from './asClass.ts'
import { classesOf, type ReadClass, type ReaderWeights, unpackWeights } from './reader.ts'
import { readerClasses, readerModule, readerWidth } from './readerModule.ts'

let trained: ReaderWeights | undefined

/**
 * The classes of an instruction by the trained reader, most likely first. Its weights are unpacked on the first call.
 */
export function readClasses(instruction: string): readonly ReadClass[] {
  trained ??= unpackWeights(readerModule, readerClasses, readerWidth)
  return classesOf(instruction, trained)
}

/**
 * The likeliest class of the likeliest kind of step, with the probability of all classes of that kind if it has more than
 * half of it, otherwise its own; `beyond` and `unclear` count as one kind.
 */
export function readKind(instruction: string): ReadClass | undefined {
  const classes = readClasses(instruction)
  const shares = new Map<string, number>()
  const kindNamed = (name: string): string => kindOf(name) ?? 'none'
  for (const { name, share } of classes)
    shares.set(kindNamed(name), (shares.get(kindNamed(name)) ?? 0) + share)
  const [kind, share] = [...shares].reduce((most, each) => (each[1] > most[1] ? each : most), ['', 0])
  const likeliest = classes.find(({ name }) => kindNamed(name) === kind)
  if (!likeliest) return undefined
  // Where no class of the kind is the likely one, as with `more` and `less`, they do not count together.
  const isSure = kind === 'none' || likeliest.share >= 0.6 * share
  return { name: likeliest.name, share: isSure ? share : likeliest.share }
}
