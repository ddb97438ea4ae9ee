import { useSyncExternalStore } from 'react'

/** Something that was done in a session and can be undone. */
export interface Action {
  /** In words, for the buttons: `name`, `remove`, `choose`. */
  readonly what: 'name' | 'remove' | 'restore' | 'choose'
  readonly undo: () => Promise<void> | void
  readonly redo: () => Promise<void> | void
}

interface Done {
  readonly done: readonly Action[]
  readonly undone: readonly Action[]
}

const nothing: Done = { done: [], undone: [] }
const most = 100

/** What was done in each session since the page was opened. */
const sessions = new Map<string, Done>()
/** What is chosen in each session: so that one choice counts once, whoever tells of it. */
const chosen = new Map<string, string>()
const listeners = new Set<() => void>()

function set(session: string, next: Done): void {
  sessions.set(session, next)
  for (const listener of listeners) listener()
}

/** Notes what was done; what had been undone cannot be done again from then on. */
export function noteAction(session: string, action: Action): void {
  const { done } = sessions.get(session) ?? nothing
  set(session, { done: [...done, action].slice(-most), undone: [] })
}

/** Notes which node is chosen, by whatever way. */
export function noteChosen(session: string, node: string, choose: (node: string) => void): void {
  const before = chosen.get(session)
  chosen.set(session, node)
  if (before === undefined || before === node) return
  const go = (target: string) => (): void => {
    chosen.set(session, target)
    choose(target)
  }
  noteAction(session, { what: 'choose', undo: go(before), redo: go(node) })
}

/** The next change of the choice is part of something else that is undone as a whole. */
export const expectChosen = (session: string, node: string): void => void chosen.set(session, node)

export async function undo(session: string): Promise<void> {
  const { done, undone } = sessions.get(session) ?? nothing
  const action = done.at(-1)
  if (!action) return
  set(session, { done: done.slice(0, -1), undone: [...undone, action] })
  await action.undo()
}

export async function redo(session: string): Promise<void> {
  const { done, undone } = sessions.get(session) ?? nothing
  const action = undone.at(-1)
  if (!action) return
  set(session, { done: [...done, action], undone: undone.slice(0, -1) })
  await action.redo()
}

/** What can be undone and done again in a session. */
export const useActions = (session: string | undefined): Done =>
  useSyncExternalStore(subscribe, () =>
    session === undefined ? nothing : (sessions.get(session) ?? nothing),
  )

const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener)
  return () => listeners.delete(listener)
}
