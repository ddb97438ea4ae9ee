import type { TFunction } from 'i18next'
import type { SessionNode } from '../shared/server.ts'

/** The label of a node: its name, else its instruction, else its file. */
export const labelOf = ({ name, edit, picture }: SessionNode, t: TFunction): string =>
  name ?? edit?.task.instruction ?? picture?.name ?? t('history.original')

/** The state of its edit, or its editor, in a few words. */
export function stateOf({ edit, parent }: SessionNode, t: TFunction): string {
  if (!edit) return parent === null ? t('history.original') : ''
  if (edit.state === 'waiting')
    return edit.position ? t('history.position', { count: edit.position }) : t('history.next')
  if (edit.state === 'active') {
    const { steps = 0, done = 0, stage } = edit.progress ?? {}
    if (stage === 'denoise' || stage === 'edit') return t('history.making', { done: Math.floor(done), steps })
    return t('history.active')
  }
  if (edit.state === 'failed') return edit.error?.message ?? t('history.failed')
  return edit.state === 'cancelled' ? t('history.cancelled') : edit.task.model
}
