import { useTranslation } from 'react-i18next'
import { Icon } from '../shared/icons.tsx'
import { useKeys } from '../shared/useKeys.ts'
import { type View, views } from '../shared/viewer/viewer.tsx'
import { fitted, moveBy, scaled, wholeScale, type ZoomControl, zoomBy } from '../shared/viewer/zoom.ts'

interface ViewBarProps {
  readonly view: View
  readonly onView: (view: View) => void
  readonly control: ZoomControl
  readonly canCompare: boolean
  /** Whether it is known what the edit changed. */
  readonly hasMap: boolean
  readonly onShowBefore: (shows: boolean) => void
  readonly onShowHistory: () => void
  /** None while there is no picture to draw a region on. */
  readonly onMask: (() => void) | undefined
  readonly isMasked: boolean
  readonly onExport: (() => void) | undefined
  readonly picture: { readonly width: number; readonly height: number } | undefined
}

const keys: Readonly<Record<View, string>> = { slider: 'Q', side: 'W', difference: 'E', map: 'R', after: 'T' }

/** The view modes of the picture, and its actions. */
export function ViewBar(props: ViewBarProps) {
  const { t } = useTranslation()
  const { view, onView, control, canCompare, hasMap, onShowBefore, onShowHistory } = props
  const { onMask, isMasked, onExport, picture } = props
  const shown = views.filter((each) => each !== 'map' || hasMap)
  const percent = Math.round(100 * (control.zoom.scale ?? control.fit) * devicePixelRatio)
  const whole = (): void => control.set(scaled(control.zoom, wholeScale(), control.fit))
  const move = (x: number, y: number): void => picture && moveBy(control, { x, y }, picture)
  useKeys(
    {
      ...(canCompare &&
        Object.fromEntries(shown.map((each) => [keys[each].toLowerCase(), () => onView(each)]))),
      '+': () => zoomBy(control, 1.5),
      '-': () => zoomBy(control, 1 / 1.5),
      '0': () => control.set(fitted),
      '1': whole,
      ...(control.zoom.scale !== undefined && {
        ArrowLeft: () => move(60, 0),
        ArrowRight: () => move(-60, 0),
        ArrowUp: () => move(0, 60),
        ArrowDown: () => move(0, -60),
      }),
      ' ': () => onShowBefore(true),
      ...(onMask && { m: onMask }),
    },
    { ' ': () => onShowBefore(false) },
  )
  return (
    <div className="view-bar">
      <button type="button" className="narrow" onClick={onShowHistory}>
        <Icon name="history" />
        <span className="unseen">{t('edit.history')}</span>
      </button>
      {canCompare && (
        <>
          <fieldset className="segments wide" aria-label={t('shared.views.label')}>
            {shown.map((each) => (
              <button
                key={each}
                type="button"
                aria-pressed={view === each}
                title={`${t(`shared.views.${each}`)} (${keys[each]})`}
                onClick={() => onView(each)}
              >
                {t(`shared.views.${each}`)}
              </button>
            ))}
          </fieldset>
          <select
            className="narrow"
            aria-label={t('shared.views.label')}
            value={view}
            onChange={(event) => onView(event.target.value as View)}
          >
            {shown.map((each) => (
              <option key={each} value={each}>
                {t(`shared.views.${each}`)}
              </option>
            ))}
          </select>
          <button
            type="button"
            title={t('edit.holdKey')}
            onPointerDown={() => onShowBefore(true)}
            onPointerUp={() => onShowBefore(false)}
            onPointerLeave={() => onShowBefore(false)}
            onPointerCancel={() => onShowBefore(false)}
            onContextMenu={(event) => event.preventDefault()}
            onKeyDown={(event) => [' ', 'Enter'].includes(event.key) && onShowBefore(true)}
            onKeyUp={() => onShowBefore(false)}
            onBlur={() => onShowBefore(false)}
          >
            <Icon name="eye" />
            <span className="words">{t('edit.hold')}</span>
          </button>
        </>
      )}
      <span className="space" />
      {onMask && (
        <button type="button" aria-pressed={isMasked} title={t('edit.mask.hint')} onClick={onMask}>
          <Icon name="brush" />
          <span className="words">{t('edit.mask.open')}</span>
        </button>
      )}
      {onExport && (
        <button type="button" onClick={onExport}>
          <Icon name="download" />
          <span className="words">{t('edit.export.open')}</span>
        </button>
      )}
      <div className="zoom">
        <button
          type="button"
          className="plain wide"
          aria-label={t('shared.zoom.out')}
          onClick={() => zoomBy(control, 1 / 1.5)}
        >
          <Icon name="minus" />
        </button>
        <button type="button" className="plain percent" title={t('shared.zoom.whole')} onClick={whole}>
          {t('shared.zoom.level', { percent })}
        </button>
        <button
          type="button"
          className="plain wide"
          aria-label={t('shared.zoom.in')}
          onClick={() => zoomBy(control, 1.5)}
        >
          <Icon name="plus" />
        </button>
        <button
          type="button"
          className="plain"
          aria-label={t('shared.zoom.fit')}
          title={t('shared.zoom.fit')}
          onClick={() => control.set(fitted)}
        >
          <Icon name="fit" />
        </button>
      </div>
    </div>
  )
}
