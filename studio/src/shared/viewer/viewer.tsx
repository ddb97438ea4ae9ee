import { type ReactNode, useState } from 'react'
import './viewer.css'
import { useTranslation } from 'react-i18next'
import { Divider } from './divider.tsx'
import { Layer, Pane, type Shown } from './pane.tsx'
import type { StrokeHandler } from './usePane.ts'
import { share, type ZoomControl } from './zoom.ts'

export const views = ['slider', 'side', 'difference', 'map', 'after'] as const
export type View = (typeof views)[number]

interface ViewerProps {
  /** What the result is compared with. */
  readonly before?: Shown | undefined
  readonly after: Shown
  /** Address of a map of what changed: brighter where more did. */
  readonly map?: string | undefined
  readonly view: View
  readonly control: ZoomControl
  /** Shows the picture before, whatever the view. */
  readonly showsBefore?: boolean | undefined
  /** Lies over the result alone, in its place and size; no other view is shown then. */
  readonly overlay?: ReactNode
  /** Takes what is drawn on the overlay. */
  readonly stroke?: StrokeHandler | undefined
}

/** A picture, or two in one of the ways to compare them; all panes show the same part. */
export function Viewer({ before, after, map, view, control, showsBefore, overlay, stroke }: ViewerProps) {
  const { t } = useTranslation()
  const [divide, setDivide] = useState(0.5)
  const one = (): ReactNode => {
    if (overlay !== undefined)
      return (
        <Pane size={after} control={control} stroke={stroke}>
          <Layer shown={after} />
          {overlay}
        </Pane>
      )
    if (showsBefore && before)
      return (
        <Pane size={after} control={control} label={before.label}>
          <Layer shown={before} />
        </Pane>
      )
    if (!before || view === 'after')
      return (
        <Pane size={after} control={control} label={after.label}>
          <Layer shown={after} />
        </Pane>
      )
    if (view === 'side')
      return (
        <>
          <Pane size={sized(before, after)} control={control} label={before.label}>
            <Layer shown={before} />
          </Pane>
          <Pane size={after} control={control} label={after.label}>
            <Layer shown={after} />
          </Pane>
        </>
      )
    if (view === 'difference')
      return (
        <Pane size={after} control={control} label={t('shared.views.difference')}>
          <div className="difference" role="img" aria-label={t('shared.views.difference')}>
            <Layer shown={before} isSilent />
            <Layer shown={after} isSilent />
          </div>
        </Pane>
      )
    if (view === 'map')
      return (
        <Pane size={after} control={control} label={t('shared.views.map')}>
          <Layer shown={after} />
          {map !== undefined && <div className="map" style={{ maskImage: `url("${map}")` }} />}
        </Pane>
      )
    return (
      <Pane
        size={after}
        control={control}
        onDrag={(spot) => setDivide(share(spot))}
        over={(place) => (
          <Divider
            divide={divide}
            onDivide={setDivide}
            place={place}
            before={before.label}
            after={after.label}
          />
        )}
      >
        {({ pane, width, left }) => (
          <>
            <Layer shown={after} />
            <Layer
              shown={before}
              hideRight={Math.min(width, Math.max(0, width - (divide * pane.width - left)))}
            />
          </>
        )}
      </Pane>
    )
  }
  const isTwo = view === 'side' && before && !showsBefore && overlay === undefined
  return (
    <section className={isTwo ? 'viewer two' : 'viewer'} aria-label={t('shared.pictures')}>
      {one()}
    </section>
  )
}

/** A picture as wide as another, so that both panes show the same part at the same scale. */
const sized = (picture: Shown, { width }: Shown): { width: number; height: number } => ({
  width,
  height: (picture.height * width) / picture.width,
})
