import { EditError } from '../../edit/index.ts'
import { PentimentoError } from '../../error/index.ts'
import { ImageError } from '../../image/index.ts'
import { ToolError } from '../../tools/index.ts'
import type { EditOutput } from '../edits/rows.ts'
import { ServiceError } from '../error.ts'

/** Why an edit failed, and whether finally: another try would fail in the same way. */
export interface EditFailure {
  readonly error: NonNullable<EditOutput['error']>
  readonly isFinal: boolean
  /** Whether the editor works as intended. */
  readonly isSound: boolean
}

/** Codes of EditError that concern the machine, not the request. */
const ofMachine = new Set(['memory', 'numbers', 'closed', 'checkpoint'])

/** What an error of an edit means. */
export function failureOf(error: unknown): EditFailure {
  if (error instanceof EditError) {
    const isOurs = ofMachine.has(error.code)
    return failure(error.code === 'closed' ? 'internal' : error.code, error.message, !isOurs, !isOurs)
  }
  if (error instanceof ToolError && error.code === 'tool-missing')
    return failure('tools-missing', missingTools(error), true, true)
  if (error instanceof ImageError || error instanceof ServiceError)
    return failure('input', error.message, true, true)
  const line = error instanceof PentimentoError ? error.message : 'a server error; the log has details'
  return failure('internal', line, false, false)
}

function failure(code: string, message: string, isFinal: boolean, isSound: boolean): EditFailure {
  return { error: { code, message: message.replaceAll(/\s*\n\s*/g, '; ') }, isFinal, isSound }
}

/** The message, with the names of the missing packs. */
function missingTools({ message, packs }: ToolError): string {
  const names = packs.map(({ name }) => name)
  const said = names.every((name) => message.includes(name))
  return said || names.length === 0
    ? message
    : `${message}; missing: ${names.join(', ')}; install them with 'pentimento tools install ${names.join(' ')}'`
}
