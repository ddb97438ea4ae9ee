import { useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { Icon, type IconName } from '../shared/icons.tsx'
import { useKeys } from '../shared/useKeys.ts'
import { type Mask, type MaskTool, maskTools } from './useMask.ts'

const icons: Readonly<Record<MaskTool, IconName>> = { brush: 'brush', erase: 'eraser', box: 'box' }
const keys: Readonly<Record<MaskTool, string>> = { brush: 'b', erase: 'x', box: 'o' }

interface MaskBarProps {
  readonly mask: Mask
  readonly onKeyed: (isKeyed: boolean) => void
  readonly onDone: () => void
}

/** The tools that draw the region. */
export function MaskBar({ mask, onKeyed, onDone }: MaskBarProps) {
  const { t } = useTranslation()
  const { tool, setTool, size, setSize, opacity, setOpacity, strokes, add, undo, width, height } = mask
  const largest = Math.round(Math.max(width, height) / 2)
  const bar = useRef<HTMLDivElement>(null)
  useEffect(() => bar.current?.querySelector('button')?.focus(), [])
  useKeys({
    ...Object.fromEntries(maskTools.map((each) => [keys[each], () => setTool(each)])),
    i: () => add({ kind: 'invert' }),
    u: undo,
    '[': () => setSize(size / 1.25),
    ']': () => setSize(size * 1.25 + 1),
    m: onDone,
    Escape: onDone,
  })
  useUndoKey(undo)
  return (
    <div ref={bar} className="mask-bar" role="toolbar" aria-label={t('edit.mask.label')}>
      <fieldset className="segments" aria-label={t('edit.mask.tool')}>
        {maskTools.map((each) => (
          <button
            key={each}
            type="button"
            aria-pressed={tool === each}
            title={`${t(`edit.mask.${each}`)} (${keys[each].toUpperCase()})`}
            onClick={() => setTool(each)}
          >
            <Icon name={icons[each]} />
            <span className="words">{t(`edit.mask.${each}`)}</span>
          </button>
        ))}
      </fieldset>
      <button type="button" title={t('edit.mask.keyBox')} onClick={() => onKeyed(true)}>
        <Icon name="keyboard" />
        <span className="unseen">{t('edit.mask.byKeys')}</span>
      </button>
      <label>
        {t('edit.mask.size')}
        <input
          type="range"
          min={1}
          max={largest}
          value={size}
          onChange={(event) => setSize(Number(event.target.value))}
        />
      </label>
      <label>
        {t('edit.mask.opacity')}
        <input
          type="range"
          min={20}
          max={90}
          value={Math.round(100 * opacity)}
          onChange={(event) => setOpacity(Number(event.target.value) / 100)}
        />
      </label>
      <button type="button" title={`${t('edit.mask.invert')} (I)`} onClick={() => add({ kind: 'invert' })}>
        <Icon name="invert" />
        <span className="unseen">{t('edit.mask.invert')}</span>
      </button>
      <button
        type="button"
        title={`${t('edit.mask.undo')} (U)`}
        disabled={strokes.length === 0}
        onClick={undo}
      >
        <Icon name="undo" />
        <span className="unseen">{t('edit.mask.undo')}</span>
      </button>
      <button
        type="button"
        title={t('edit.mask.clear')}
        disabled={strokes.length === 0}
        onClick={() => add({ kind: 'clear' })}
      >
        <Icon name="trash" />
        <span className="unseen">{t('edit.mask.clear')}</span>
      </button>
      <span className="space" />
      <button type="button" className="primary" onClick={onDone}>
        {t('edit.mask.done')}
      </button>
    </div>
  )
}

/** Control or command and Z, while nobody types. */
function useUndoKey(undo: () => void): void {
  const latest = useRef(undo)
  latest.current = undo
  useEffect(() => {
    const onDown = (event: globalThis.KeyboardEvent): void => {
      const isField = (event.target as HTMLElement).tagName === 'TEXTAREA'
      if (isField || event.key.toLowerCase() !== 'z' || !(event.ctrlKey || event.metaKey)) return
      event.preventDefault()
      latest.current()
    }
    addEventListener('keydown', onDown)
    return () => removeEventListener('keydown', onDown)
  }, [])
}
