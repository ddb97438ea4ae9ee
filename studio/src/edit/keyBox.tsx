import { type KeyboardEvent, useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Box } from './strokes.ts'
import type { Mask } from './useMask.ts'

interface KeyBoxProps {
  readonly mask: Mask
  readonly onDone: () => void
}

/** A box that is placed by keys: arrows move it, with Shift they size it, Enter takes it, Escape leaves it. */
export function KeyBox({ mask, onDone }: KeyBoxProps) {
  const { t } = useTranslation()
  const { width, height, add } = mask
  const ref = useRef<HTMLDivElement>(null)
  const [box, setBox] = useState<Box>(() => ({
    x: Math.round(width / 4),
    y: Math.round(height / 4),
    width: Math.round(width / 2),
    height: Math.round(height / 2),
  }))
  useEffect(() => ref.current?.focus(), [])
  const onKeyDown = (event: KeyboardEvent): void => {
    const { key, shiftKey, altKey } = event
    const arrow = arrows[key]
    if (!arrow && key !== 'Enter' && key !== 'Escape') return
    event.preventDefault()
    event.stopPropagation()
    if (key === 'Enter') add({ kind: 'box', box, erases: false })
    if (!arrow) {
      onDone()
      return
    }
    // A twentieth of the picture a press; with Alt single pixels.
    const step = altKey ? 1 : Math.max(1, Math.round(Math.max(width, height) / 20))
    setBox(moved(box, arrow[0] * step, arrow[1] * step, shiftKey, mask))
  }
  const percent = (value: number, of: number): string => `${(100 * value) / of}%`
  return (
    <div
      ref={ref}
      role="application"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: it takes the arrow keys
      tabIndex={0}
      className="key-box"
      aria-label={t('edit.mask.keyBox')}
      aria-describedby="key-box-place"
      onKeyDown={onKeyDown}
      style={{
        left: percent(box.x, width),
        top: percent(box.y, height),
        width: percent(box.width, width),
        height: percent(box.height, height),
      }}
    >
      <span id="key-box-place" className="unseen" aria-live="polite">
        {t('edit.mask.place', { ...box })}
      </span>
    </div>
  )
}

const arrows: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
}

function moved(box: Box, x: number, y: number, sizes: boolean, { width, height }: Mask): Box {
  const within = (value: number, least: number, most: number): number =>
    Math.min(most, Math.max(least, value))
  if (sizes)
    return {
      ...box,
      width: within(box.width + x, 1, width - box.x),
      height: within(box.height + y, 1, height - box.y),
    }
  return { ...box, x: within(box.x + x, 0, width - box.width), y: within(box.y + y, 0, height - box.height) }
}
