import { UsageError } from './failure.ts'

const units: Readonly<Record<string, number>> = { K: 1e3, M: 1e6, G: 1e9, T: 1e12 }

/** Bytes of a size such as `6GB`, `800 MB` or `1.5GiB`. @throws UsageError */
export function parseBytes(text: string): number {
  const [, number, unit = '', binary] = /^\s*(\d+(?:\.\d+)?)\s*([KMGT]?)(i?)B?\s*$/i.exec(text) ?? []
  if (number !== undefined && unit === '')
    throw new UsageError(`memory: expected a size with a unit, got '${text}'; write ${number}GB`)
  const factor = units[unit.toUpperCase()]
  if (number === undefined || factor === undefined || Number(number) === 0)
    throw new UsageError(`memory: expected a size such as 6GB, got '${text}'`)
  return Number(number) * (binary ? 1024 ** (Math.log10(factor) / 3) : factor)
}
