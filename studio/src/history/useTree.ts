import { useCallback, useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { useStudio } from '../edit/useStudio.tsx'
import { type SessionNode, server } from '../shared/server.ts'
import { notify, notifyProblem } from '../shared/toasts.tsx'
import { expectChosen, noteAction, noteChosen, redo, undo } from './actions.ts'
import { nextTo } from './treeRows.ts'

/** The actions on the nodes of the session; each can be undone. */
export interface TreeActions {
  readonly name: (node: SessionNode, name: string) => Promise<void>
  readonly remove: (node: SessionNode) => Promise<void>
  readonly restore: (node: SessionNode) => Promise<void>
  readonly undo: () => void
  readonly redo: () => void
}

export function useTree(): TreeActions {
  const { t } = useTranslation()
  const { session, nodes, chosen, choose, refresh, cancel } = useStudio()
  const id = session?.id
  useEffect(() => {
    if (id !== undefined && chosen) noteChosen(id, chosen.id, choose)
  }, [id, chosen, choose])

  /** Changes a node, and says what goes wrong. */
  const change = useCallback(
    async (node: string, part: { name?: string | null; removed?: boolean }) => {
      if (id === undefined) return
      try {
        await server.changeNode(id, node, part)
      } catch (error) {
        notifyProblem(error)
      }
      await refresh()
    },
    [id, refresh],
  )
  const go = (node: string | undefined): void => {
    if (id === undefined || node === undefined) return
    expectChosen(id, node)
    choose(node)
  }
  const setRemoved = async (
    node: SessionNode,
    removed: boolean,
    after: string | undefined,
  ): Promise<void> => {
    await change(node.id, { removed })
    go(after)
  }

  const undoLast = useCallback(() => void (id !== undefined && undo(id).catch(notifyProblem)), [id])
  const redoLast = useCallback(() => void (id !== undefined && redo(id).catch(notifyProblem)), [id])
  useUndoKeys(undoLast, redoLast)

  return {
    async name(node, text) {
      if (id === undefined) return
      const [before, after] = [node.name ?? null, text.trim() === '' ? null : text.trim()]
      if (before === after) return
      noteAction(id, {
        what: 'name',
        undo: () => change(node.id, { name: before }),
        redo: () => change(node.id, { name: after }),
      })
      await change(node.id, { name: after })
    },
    async remove(node) {
      if (id === undefined) return
      // Nobody would see what comes of it.
      if (node.edit?.state === 'waiting' || node.edit?.state === 'active') await cancel(node)
      const isChosen = chosen !== undefined && isBelow(nodes, chosen.id, node.id)
      const next = isChosen ? nextTo(nodes, node.id)?.id : undefined
      const back = isChosen ? chosen.id : undefined
      noteAction(id, {
        what: 'remove',
        undo: () => setRemoved(node, false, back),
        redo: () => setRemoved(node, true, next),
      })
      await setRemoved(node, true, next)
      notify(t('history.removed'), { text: t('history.undo'), run: undoLast })
    },
    async restore(node) {
      if (id === undefined) return
      noteAction(id, {
        what: 'restore',
        undo: () => setRemoved(node, true, chosen?.id),
        redo: () => setRemoved(node, false, node.id),
      })
      await setRemoved(node, false, node.id)
    },
    undo: undoLast,
    redo: redoLast,
  }
}

function isBelow(nodes: readonly SessionNode[], id: string, top: string): boolean {
  for (let at: string | null = id; at !== null; ) {
    if (at === top) return true
    const here: string = at
    at = nodes.find((node) => node.id === here)?.parent ?? null
  }
  return false
}

/** Ctrl-Z and Ctrl-Shift-Z, while nobody types. The panel may be on the page twice: only one of them acts. */
function useUndoKeys(undoLast: () => void, redoLast: () => void): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const { tagName } = event.target as HTMLElement
      const isTyping = tagName === 'TEXTAREA' || tagName === 'INPUT'
      if (!(event.ctrlKey || event.metaKey) || event.altKey || isTyping || event.defaultPrevented) return
      const key = event.key.toLowerCase()
      if (key !== 'z' && key !== 'y') return
      event.preventDefault()
      if (key === 'y' || event.shiftKey) redoLast()
      else undoLast()
    }
    addEventListener('keydown', onKey)
    return () => removeEventListener('keydown', onKey)
  }, [undoLast, redoLast])
}
