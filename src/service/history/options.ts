import { editOptions } from '../../edit/index.ts'

/** Whether this JSON value is a valid option of an edit. For files from untrusted sources. */
export function acceptsOption(name: string, value: unknown): boolean {
  if (!Object.hasOwn(editOptions, name)) return false
  const { kind, accepts } = editOptions[name as keyof typeof editOptions]
  const isLarge = kind === 'whole' && typeof value === 'string' && /^\d{1,20}$/.test(value)
  return accepts(isLarge ? BigInt(value) : value)
}
