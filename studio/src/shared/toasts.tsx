import { useSyncExternalStore } from 'react'
import { useTranslation } from 'react-i18next'

/** A line that comes and goes; problems stay until they are dismissed. */
interface Toast {
  readonly id: number
  readonly text: string
  readonly isProblem: boolean
  readonly action?: { readonly text: string; readonly run: () => void } | undefined
}

let toasts: readonly Toast[] = []
let last = 0
const listeners = new Set<() => void>()
const seconds = 6

function set(next: readonly Toast[]): void {
  toasts = next
  for (const listener of listeners) listener()
}

const dismiss = (id: number): void => set(toasts.filter((each) => each.id !== id))

/** Tells something in passing, such as `Removed.` with the action `Undo`. */
export function notify(text: string, action?: Toast['action']): void {
  last++
  const id = last
  set([...toasts, { id, text, isProblem: false, action }])
  setTimeout(() => dismiss(id), 1000 * (action ? 2 * seconds : seconds))
}

/** Tells what went wrong, in one line. The same line is not told twice. */
export function notifyProblem(problem: unknown, action?: Toast['action']): void {
  const text = problem instanceof Error ? problem.message : String(problem)
  last++
  set([...toasts.filter((each) => each.text !== text), { id: last, text, isProblem: true, action }])
}

/** Where toasts appear; once a page. */
export function Toasts() {
  const { t } = useTranslation()
  const all = useSyncExternalStore(subscribe, () => toasts)
  return (
    <section className="toasts" aria-label={t('shared.notices')}>
      <div aria-live="polite">
        {all.map((each) => (
          <div key={each.id} className={each.isProblem ? 'toast problem' : 'toast'}>
            <span role={each.isProblem ? 'alert' : undefined}>{each.text}</span>
            {each.action && (
              <button
                type="button"
                onClick={() => {
                  each.action?.run()
                  dismiss(each.id)
                }}
              >
                {each.action.text}
              </button>
            )}
            <button
              type="button"
              className="plain"
              aria-label={t('shared.dismiss')}
              onClick={() => dismiss(each.id)}
            >
              ×
            </button>
          </div>
        ))}
      </div>
    </section>
  )
}

const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener)
  return () => listeners.delete(listener)
}
