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
