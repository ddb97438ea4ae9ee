import { useTranslation } from 'react-i18next'
import { Label } from './pane.tsx'
import type { PanePlace } from './usePane.ts'
import { share } from './zoom.ts'

interface DividerProps {
  /** Where it stands, as a share of the pane's width. */
  readonly divide: number
  readonly onDivide: (share: number) => void
  readonly place: PanePlace
  readonly before?: string | undefined
  readonly after?: string | undefined
}

/** The line between before and after: by its handle, or by arrows. */
export function Divider({ divide, onDivide, place, before, after }: DividerProps) {
  const { t } = useTranslation()
  const step = (by: number): void => onDivide(share(divide + by))
  return (
    <>
      {before && divide > 0.15 && <Label place={place} text={before} />}
      {after && divide < 0.85 && <Label place={place} text={after} isRight />}
      <div
        className="divider"
        style={{ transform: `translateX(${divide * place.pane.width}px)` }}
        role="slider"
        tabIndex={0}
        aria-label={t('shared.divide')}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.round(divide * 100)}
        onKeyDown={(event) => {
          const by = { ArrowLeft: -0.02, ArrowRight: 0.02, Home: -1, End: 1 }[event.key]
          if (by === undefined) return
          event.preventDefault()
          event.stopPropagation()
          step(by)
        }}
        onPointerDown={(event) => {
          event.stopPropagation()
          event.currentTarget.setPointerCapture(event.pointerId)
        }}
        onPointerMove={(event) => {
          if (!event.currentTarget.hasPointerCapture(event.pointerId)) return
          const box = event.currentTarget.parentElement!.getBoundingClientRect()
          onDivide(share((event.clientX - box.left) / box.width))
        }}
      >
        <span className="handle" aria-hidden="true" />
      </div>
    </>
  )
}
