import { type CSSProperties, type PointerEvent, type RefObject, useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Brush, type BrushState } from './brush.tsx'
import { type Item, pictureUrl } from './server.ts'

export const views = ['slider', 'side', 'difference', 'region'] as const
export type View = (typeof views)[number]

/** Where the pictures lie in their panes: all panes the same. Scale 1 fits the pane. */
export interface Place {
  readonly scale: number
  readonly x: number
  readonly y: number
}

export const fitted: Place = { scale: 1, x: 0, y: 0 }

/** Zooms by a factor about a spot, given from the pane's middle. */
export function zoomed(
  { scale, x, y }: Place,
  factor: number,
  spot: { x: number; y: number } = { x: 0, y: 0 },
): Place {
  const next = Math.min(32, Math.max(1, scale * factor))
  if (next === 1) return fitted
  const by = next / scale
  return { scale: next, x: spot.x - (spot.x - x) * by, y: spot.y - (spot.y - y) * by }
}

interface ViewerProps {
  readonly item: Item
  readonly view: View
  readonly place: Place
  readonly onPlace: (place: Place) => void
  /** Shows the picture before the edit, whatever the view. */
  readonly showsBefore: boolean
  readonly brush: BrushState | undefined
}

/** The pictures of a pair. */
export function Viewer({ item, view, place, onPlace, showsBefore, brush }: ViewerProps) {
  const { t } = useTranslation()
  const [divide, setDivide] = useState(50)
  const ref = useRef<HTMLDivElement>(null)
  const drag = useRef<{ x: number; y: number } | undefined>(undefined)
  const latest = useRef(place)
  latest.current = place
  useEffect(() => {
    const pane = ref.current
    if (!pane) return
    // React listens to wheels passively, so that the page would scroll.
    const onWheel = (event: WheelEvent): void => {
      event.preventDefault()
      const box = (event.target as Element).closest('.pane')?.getBoundingClientRect()
      if (!box) return
      const spot = {
        x: event.clientX - box.left - box.width / 2,
        y: event.clientY - box.top - box.height / 2,
      }
      onPlace(zoomed(latest.current, Math.exp(-event.deltaY / 400), spot))
    }
    pane.addEventListener('wheel', onWheel, { passive: false })
    return () => pane.removeEventListener('wheel', onWheel)
  }, [onPlace])

  const onPointerDown = (event: PointerEvent): void => {
    if (brush || (event.target as Element).closest('input')) return
    drag.current = { x: event.clientX, y: event.clientY }
    event.currentTarget.setPointerCapture(event.pointerId)
  }
  const onPointerMove = ({ clientX, clientY }: PointerEvent): void => {
    if (!drag.current || place.scale === 1) return
    onPlace({ ...place, x: place.x + clientX - drag.current.x, y: place.y + clientY - drag.current.y })
    drag.current = { x: clientX, y: clientY }
  }

  const before = pictureUrl(item.pictures.source)
  const after = pictureUrl(item.pictures.target)
  const area = <Region item={item} />
  const moved: CSSProperties = { transform: `translate(${place.x}px, ${place.y}px) scale(${place.scale})` }
  const pane = (layers: React.ReactNode, label?: string) => (
    <div className="pane">
      <Fitted item={item} style={moved} pixelated={place.scale > 4}>
        {layers}
      </Fitted>
      {label && <span className="label">{label}</span>}
    </div>
  )
  const one = (): React.ReactNode => {
    if (brush) return pane(<Brush key={item.pair} item={item} state={brush} />)
    if (showsBefore) return pane(<img src={before} alt={t('before')} />, t('before'))
    if (view === 'side')
      return (
        <>
          {pane(<img src={before} alt={t('before')} />, t('before'))}
          {pane(<img src={after} alt={t('after')} />, t('after'))}
        </>
      )
    if (view === 'difference')
      return pane(
        <div className="difference">
          <img src={before} alt={t('difference')} />
          <img src={after} alt="" />
        </div>,
        t('difference'),
      )
    if (view === 'region')
      return pane(
        <>
          <img src={after} alt={t('after')} />
          {area}
        </>,
        t('region'),
      )
    return (
      <>
        {pane(
          <>
            <img src={after} alt={t('after')} />
            <img src={before} alt={t('before')} style={{ clipPath: `inset(0 ${100 - divide}% 0 0)` }} />
            <div className="divide" style={{ left: `${divide}%` }} />
          </>,
        )}
        <input
          className="divider"
          type="range"
          min={0}
          max={100}
          step={0.5}
          value={divide}
          aria-label={t('divide')}
          onChange={(event) => setDivide(Number(event.target.value))}
        />
      </>
    )
  }
  return (
    <div
      ref={ref}
      className={`viewer ${view === 'side' && !brush && !showsBefore ? 'two' : ''}`}
      role="application"
      aria-label={t('picture')}
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
      onPointerUp={() => {
        drag.current = undefined
      }}
    >
      {one()}
    </div>
  )
}

/** The region of the edit over the picture. */
function Region({ item }: { readonly item: Item }) {
  const mask = item.pictures.mask
  if (mask === undefined) return null
  return <div className="region" style={{ maskImage: `url("${pictureUrl(mask)}")` }} />
}

interface FittedProps {
  readonly item: Item
  readonly style: CSSProperties
  readonly pixelated: boolean
  readonly children: React.ReactNode
}

/** A box with the picture's proportions, as large as its pane allows. */
function Fitted({ item, style, pixelated, children }: FittedProps) {
  const ref = useRef<HTMLDivElement>(null)
  const size = useFittedSize(ref, item.width / item.height)
  return (
    <div ref={ref} className="fit">
      <div className={`layers ${pixelated ? 'pixelated' : ''}`} style={{ ...style, ...size }}>
        {children}
      </div>
    </div>
  )
}

function useFittedSize(
  ref: RefObject<HTMLDivElement | null>,
  aspect: number,
): { width: number; height: number } {
  const [size, setSize] = useState({ width: 0, height: 0 })
  useEffect(() => {
    const pane = ref.current
    if (!pane) return
    const measure = (): void => {
      const width = Math.min(pane.clientWidth, pane.clientHeight * aspect)
      setSize({ width, height: width / aspect })
    }
    const observer = new ResizeObserver(measure)
    observer.observe(pane)
    measure()
    return () => observer.disconnect()
  }, [ref, aspect])
  return size
}
