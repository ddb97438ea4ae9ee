import { availableParallelism } from 'node:os'
import { InvalidArgumentError } from 'commander'
import { parseBytes } from './bytes.ts'

/** A number that a flag gives. */
export function numberOf(text: string): number {
  const number = Number(text)
  if (text.trim() === '' || Number.isNaN(number)) throw new InvalidArgumentError(`expected a number`)
  return number
}

/** US dollars that a flag gives. */
export function usdOf(text: string): number {
  const amount = numberOf(text)
  if (!(amount >= 0)) throw new InvalidArgumentError('expected USD of at least 0')
  return amount
}

/** Collects the values of a flag that may be given several times. */
export const repeated = (text: string, before: readonly string[] = []): readonly string[] => [...before, text]

/** Reads a flag that takes a whole number of a range. */
export function wholeOf(least: number, most: number, what = ''): (text: string) => number {
  return (text) => {
    const number = numberOf(text)
    if (!Number.isInteger(number) || number < least || number > most)
      throw new InvalidArgumentError(`expected a whole number from ${least} to ${most}${what}`)
    return number
  }
}

/** Threads: more than the machine has cores would only wait for each other. */
export function threadsOf(text: string): number {
  return wholeOf(1, availableParallelism(), ', the cores of this machine')(text)
}

/** Bytes of a size such as `6GB`. */
export function memoryOf(text: string): number {
  try {
    return parseBytes(text)
  } catch (error) {
    throw new InvalidArgumentError((error as Error).message)
  }
}
