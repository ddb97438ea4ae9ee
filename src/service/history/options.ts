import { editOptions } from '../../edit/index.ts'

/** Whether this is an option of an edit as JSON holds it, within its range. Of files that anybody may have written. */
export function acceptsOption(name: string, value: unknown): boolean {
  if (!Object.hasOwn(editOptions, name)) return false
  const { kind, accepts } = editOptions[name as keyof typeof editOptions]
  const isLarge = kind === 'whole' && typeof value === 'string' && /^\d{1,20}$/.test(value)
  return accepts(isLarge ? BigInt(value) : value)
}
