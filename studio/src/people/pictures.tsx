import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useKeys } from '../shared/useKeys.ts'
import { Layer, Pane } from '../shared/viewer/pane.tsx'
import '../shared/viewer/viewer.css'
import { fitted, moveBy, useZoom, zoomBy } from '../shared/viewer/zoom.ts'
import { type Judged, letterOf } from './judge.ts'

interface PicturesProps {
  readonly judged: Judged
  /** The content below a picture. */
  readonly under: (place: number) => ReactNode
  /** The picture that keys apply to. */
  readonly active?: number | undefined
  readonly onActive?: (place: number) => void
  /** The content at the end. */
  readonly end: ReactNode
}

/** The original and the results; all show the same part at the same scale. */
export function Pictures({ judged, under, active, onActive, end }: PicturesProps) {
  const { t } = useTranslation()
  const control = useZoom()
  const [showsSource, setShowsSource] = useState(false)
  const { instruction, language, source, pictures } = judged
  const move = (x: number, y: number): void => moveBy(control, { x, y }, judged)
  useKeys(
    {
      '+': () => zoomBy(control, 1.5),
      '-': () => zoomBy(control, 1 / 1.5),
      '0': () => control.set(fitted),
      ArrowLeft: () => move(60, 0),
      ArrowRight: () => move(-60, 0),
      ArrowUp: () => move(0, 60),
      ArrowDown: () => move(0, -60),
      ' ': () => setShowsSource(true),
    },
    { ' ': () => setShowsSource(false) },
  )
  const shown = (src: string, alt: string) => ({ ...judged, src, alt })
  return (
    <>
      <p className="instruction">
        <span className="hint">{t('people.instruction')}</span>{' '}
        <strong lang={language === 'cn' ? 'zh-CN' : language} data-testid="instruction">
          {instruction}
        </strong>
      </p>
      <section className={`pictures of-${pictures.length + 1}`} aria-label={t('shared.pictures')}>
        <figure className="original">
          <Pane size={judged} control={control} label={t('people.original')}>
            <Layer shown={shown(source, t('people.original'))} />
          </Pane>
          <figcaption className="zoom-tools">
            <button type="button" aria-label={t('shared.zoom.out')} onClick={() => zoomBy(control, 1 / 1.5)}>
              −
            </button>
            <button type="button" onClick={() => control.set(fitted)}>
              {t('shared.zoom.fit')}
            </button>
            <button type="button" aria-label={t('shared.zoom.in')} onClick={() => zoomBy(control, 1.5)}>
              +
            </button>
            <button
              type="button"
              className="hold"
              aria-pressed={showsSource}
              title={t('people.holdKey')}
              onPointerDown={() => setShowsSource(true)}
              onPointerUp={() => setShowsSource(false)}
              onPointerLeave={() => setShowsSource(false)}
              onPointerCancel={() => setShowsSource(false)}
              onKeyDown={(event) => [' ', 'Enter'].includes(event.key) && setShowsSource(true)}
              onKeyUp={() => setShowsSource(false)}
              onContextMenu={(event) => event.preventDefault()}
            >
              {t('people.hold')}
            </button>
          </figcaption>
        </figure>
        {pictures.map((each, place) => {
          const name = t('people.picture', { letter: letterOf(place) })
          return (
            <figure
              key={each}
              className={active === place ? 'active' : ''}
              onPointerDown={() => onActive?.(place)}
            >
              <Pane
                size={judged}
                control={control}
                label={showsSource ? t('people.original') : letterOf(place)}
              >
                <Layer
                  shown={shown(showsSource ? source : each, showsSource ? t('people.original') : name)}
                />
              </Pane>
              <figcaption>{under(place)}</figcaption>
            </figure>
          )
        })}
      </section>
      <div className="end">{end}</div>
    </>
  )
}
