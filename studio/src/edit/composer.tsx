import { type KeyboardEvent, useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { Suggestions } from '../models/suggestions.tsx'
import { Icon } from '../shared/icons.tsx'
import { ChoosePictures } from './choosePictures.tsx'
import { keptInstructions } from './instructions.ts'
import { Understood } from './understood.tsx'
import { useStudio } from './useStudio.tsx'

/** Where the instruction is typed: Enter sends it, Shift and Enter begin a new line, arrow up brings earlier ones. */
export function Composer({ onSettings }: { readonly onSettings: () => void }) {
  const { t } = useTranslation()
  const { draft, change, submit, isSubmitting, editors, base } = useStudio()
  const field = useRef<HTMLTextAreaElement>(null)
  const earlier = useRef(-1)
  const isFirst = useRef(true)
  const hasPicture = base?.picture !== undefined
  useEffect(() => {
    // A picture came: what should change is the next thing to say. Touch keyboards would cover the picture.
    if (hasPicture && isFirst.current && matchMedia('(pointer: fine)').matches) field.current?.focus()
    if (hasPicture) isFirst.current = false
  }, [hasPicture])
  const send = (): void => {
    earlier.current = -1
    void submit()
  }
  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>): void => {
    const { key, shiftKey, currentTarget, nativeEvent } = event
    // Enter also chooses among the characters of an input method.
    if (key === 'Enter' && !shiftKey && !nativeEvent.isComposing) {
      event.preventDefault()
      send()
    } else if (key === 'ArrowUp' && isAtEdge(currentTarget, 'first')) recall(event, 1)
    else if (key === 'ArrowDown' && earlier.current >= 0 && isAtEdge(currentTarget, 'last')) recall(event, -1)
  }
  const recall = (event: KeyboardEvent, by: number): void => {
    const kept = keptInstructions()
    const next = Math.min(kept.length - 1, earlier.current + by)
    if (next === earlier.current) return
    event.preventDefault()
    earlier.current = next
    change({ instruction: kept[next] ?? '' })
  }
  const names = editors.map(({ name }) => name).join(' + ')
  return (
    <form
      className="composer"
      onSubmit={(event) => {
        event.preventDefault()
        send()
      }}
    >
      {draft.instruction === '' ? <Suggestions /> : <Understood />}
      <label className="unseen" htmlFor="instruction">
        {t('edit.instruction')}
      </label>
      <textarea
        id="instruction"
        ref={field}
        rows={1}
        value={draft.instruction}
        placeholder={t('edit.placeholder')}
        enterKeyHint="send"
        maxLength={32_000}
        onChange={(event) => {
          earlier.current = -1
          change({ instruction: event.target.value })
        }}
        onKeyDown={onKeyDown}
      />
      <div className="composer-row">
        <ChoosePictures className="plain" label={t('edit.addPicture')}>
          <Icon name="picture" />
        </ChoosePictures>
        <button type="button" className="plain" title={t('edit.settings')} onClick={onSettings}>
          <Icon name="settings" />
          <span className="unseen">{t('edit.settings')}:</span>
          <span className="names">{names}</span>
          {draft.variations > 1 && <span>×{draft.variations}</span>}
        </button>
        <span className="space" />
        <button
          type="submit"
          className="primary"
          disabled={isSubmitting || !hasPicture || draft.instruction.trim() === ''}
        >
          {t('edit.send')}
        </button>
      </div>
    </form>
  )
}

/** Whether the caret stands in the first or the last line, so that arrows have nothing to do there. */
function isAtEdge(
  { value, selectionStart, selectionEnd }: HTMLTextAreaElement,
  line: 'first' | 'last',
): boolean {
  if (selectionStart !== selectionEnd) return false
  return line === 'first'
    ? !value.slice(0, selectionStart).includes('\n')
    : !value.slice(selectionEnd).includes('\n')
}
