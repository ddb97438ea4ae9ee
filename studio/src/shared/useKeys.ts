import { useEffect, useRef } from 'react'

type Actions = Readonly<Record<string, () => void>>

/** Single keys, while nobody types. Escape leaves a field. */
export function useKeys(actions: Actions, onRelease: Actions = {}): void {
  const latest = useRef({ actions, onRelease })
  latest.current = { actions, onRelease }
  useEffect(() => {
    const keyOf = ({ key }: KeyboardEvent): string => (key.length === 1 ? key.toLowerCase() : key)
    const onDown = (event: KeyboardEvent): void => {
      const field = event.target as HTMLElement
      if (event.key === 'Escape') field.blur()
      if (event.ctrlKey || event.metaKey || event.altKey || isField(field, event.key)) return
      // Enter and space press the button that has the focus; only what changes nothing may repeat.
      if (field.tagName === 'BUTTON' && [' ', 'Enter'].includes(event.key)) return
      if (['SUMMARY', 'A'].includes(field.tagName) && event.key === 'Enter') return
      if (event.repeat && !event.key.startsWith('Arrow') && !'+-[]'.includes(event.key)) return
      const action = latest.current.actions[keyOf(event) === '=' ? '+' : keyOf(event)]
      if (!action) return
      event.preventDefault()
      action()
    }
    const onUp = (event: KeyboardEvent): void => latest.current.onRelease[keyOf(event)]?.()
    addEventListener('keydown', onDown)
    addEventListener('keyup', onUp)
    return () => {
      removeEventListener('keydown', onDown)
      removeEventListener('keyup', onUp)
    }
  }, [])
}

/** A range takes the arrows too; of a radio button and a check box they and the space are all that they take. */
function isField(field: HTMLElement, key: string): boolean {
  if (field instanceof HTMLInputElement && ['radio', 'checkbox'].includes(field.type))
    return key.startsWith('Arrow') || key === ' '
  return ['TEXTAREA', 'INPUT', 'SELECT'].includes(field.tagName)
}
