import { useTranslation } from 'react-i18next'
import { useKeys } from '../shared/useKeys.ts'
import { type View, views } from '../shared/viewer/viewer.tsx'
import { fitted, moveBy, scaled, wholeScale, type ZoomControl, zoomBy } from '../shared/viewer/zoom.ts'

interface ViewBarProps {
  readonly view: View
  readonly onView: (view: View) => void
  readonly control: ZoomControl
  readonly canCompare: boolean
  readonly onShowBefore: (shows: boolean) => void
  readonly onShowHistory: () => void
  readonly picture: { readonly width: number; readonly height: number } | undefined
}

const keys = ['Q', 'W', 'E', 'R', 'T']

/** How the picture is looked at. */
export function ViewBar({
  view,
  onView,
  control,
  canCompare,
  onShowBefore,
  onShowHistory,
  picture,
}: ViewBarProps) {
  const { t } = useTranslation()
  const percent = Math.round(100 * (control.zoom.scale ?? control.fit) * devicePixelRatio)
  const whole = (): void => control.set(scaled(control.zoom, wholeScale(), control.fit))
  const move = (x: number, y: number): void => picture && moveBy(control, { x, y }, picture)
  useKeys(
    {
      ...(canCompare &&
        Object.fromEntries(views.map((each, i) => [keys[i]!.toLowerCase(), () => onView(each)]))),
      '+': () => zoomBy(control, 1.5),
      '-': () => zoomBy(control, 1 / 1.5),
      '0': () => control.set(fitted),
      '1': whole,
      ArrowLeft: () => move(60, 0),
      ArrowRight: () => move(-60, 0),
      ArrowUp: () => move(0, 60),
      ArrowDown: () => move(0, -60),
      ' ': () => onShowBefore(true),
    },
    { ' ': () => onShowBefore(false) },
  )
  return (
    <div className="view-bar">
      <button type="button" className="narrow" onClick={onShowHistory}>
        {t('edit.history')}
      </button>
      {canCompare && (
        <fieldset className="segments" aria-label={t('shared.views.label')}>
          {views.map((each, i) => (
            <button
              key={each}
              type="button"
              aria-pressed={view === each}
              title={`${t(`shared.views.${each}`)} (${keys[i]})`}
              onClick={() => onView(each)}
            >
              {t(`shared.views.${each}`)}
            </button>
          ))}
        </fieldset>
      )}
      {canCompare && (
        <button
          type="button"
          title={t('edit.holdKey')}
          onPointerDown={() => onShowBefore(true)}
          onPointerUp={() => onShowBefore(false)}
          onPointerLeave={() => onShowBefore(false)}
          onKeyDown={(event) => event.key === 'Enter' && onShowBefore(true)}
          onKeyUp={() => onShowBefore(false)}
        >
          {t('edit.hold')}
        </button>
      )}
      <span className="space" />
      <div className="zoom">
        <button
          type="button"
          className="plain"
          aria-label={t('shared.zoom.out')}
          onClick={() => zoomBy(control, 1 / 1.5)}
        >
          −
        </button>
        <button type="button" className="plain" title={t('shared.zoom.whole')} onClick={whole}>
          {t('shared.zoom.level', { percent })}
        </button>
        <button
          type="button"
          className="plain"
          aria-label={t('shared.zoom.in')}
          onClick={() => zoomBy(control, 1.5)}
        >
          +
        </button>
        <button type="button" className="plain" onClick={() => control.set(fitted)}>
          {t('shared.zoom.fit')}
        </button>
      </div>
    </div>
  )
}
