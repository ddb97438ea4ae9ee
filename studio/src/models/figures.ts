import { currentLanguage } from '../shared/language.ts'

const locale = (): string => (currentLanguage() === 'cn' ? 'zh-CN' : 'en')

/** `42 GB`, `3.8 MB`. */
export function bytesText(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  const power = bytes < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3))
  const value = bytes / 1000 ** power
  const digits = value < 10 && power > 1 ? 1 : 0
  return `${new Intl.NumberFormat(locale(), { maximumFractionDigits: digits }).format(value)} ${units[power]}`
}

/** How many seconds are left of a download, by its last samples; undefined until two are there. */
export function secondsLeft(
  samples: readonly { readonly at: number; readonly done: number }[],
  total: number,
): number | undefined {
  const [first, last] = [samples[0], samples.at(-1)]
  if (!first || !last || last.at - first.at < 2000) return undefined
  const speed = (1000 * (last.done - first.done)) / (last.at - first.at)
  return speed > 0 ? (total - last.done) / speed : undefined
}
