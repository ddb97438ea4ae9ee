import { type ReactNode, useRef, useState } from 'react'
import { type PanePlace, type StrokeHandler, useGestures, usePlace } from './usePane.ts'
import { isCrisp, type ZoomControl } from './zoom.ts'

/** A picture as it is shown. */
export interface Shown {
  /** Address of its file. */
  readonly src: string
  /** Address of a small one, shown until the file is there. */
  readonly placeholder?: string | undefined
  readonly alt: string
  /** A few words over it: `Before`. */
  readonly label?: string | undefined
  /** In pixels, upright. */
  readonly width: number
  readonly height: number
}

interface PaneProps {
  /** Decides the proportions; other layers are stretched to it. */
  readonly size: { readonly width: number; readonly height: number }
  readonly control: ZoomControl
  readonly label?: string | undefined
  /** While the whole picture is seen, where somebody drags: a share of the pane's width. */
  readonly onDrag?: ((share: number) => void) | undefined
  /** Takes what is drawn on the picture. */
  readonly stroke?: StrokeHandler | undefined
  /** What lies over the layers, in the pane's own pixels. */
  readonly over?: ((place: PanePlace) => ReactNode) | undefined
  /** The layers, in the picture's own place. */
  readonly children: ReactNode | ((place: PanePlace) => ReactNode)
}

/** A window on a picture, which can be zoomed and moved. */
export function Pane({ size, control, label, onDrag, stroke, over, children }: PaneProps) {
  const ref = useRef<HTMLDivElement>(null)
  const place = usePlace(ref, size, control)
  const gestures = useGestures(ref, place, control, {
    stroke,
    onDrag: onDrag && place && (({ x }) => onDrag(x / place.pane.width)),
  })
  const isZoomed = control.zoom.scale !== undefined
  return (
    <div
      ref={ref}
      className={`pane ${stroke ? 'drawn' : isZoomed ? 'zoomed' : ''}`}
      {...gestures}
      onPointerCancel={gestures.onPointerUp}
    >
      {place && (
        <div
          className={`layers ${isCrisp(place.scale) ? 'crisp' : ''}`}
          style={{
            width: place.width,
            height: place.height,
            transform: `translate(${place.left}px, ${place.top}px)`,
          }}
        >
          {typeof children === 'function' ? children(place) : children}
        </div>
      )}
      {place && label && <Label place={place} text={label} />}
      {place && over?.(place)}
    </div>
  )
}

interface LabelProps {
  readonly place: PanePlace
  readonly text: string
  readonly isRight?: boolean
}

/** A few words in an upper corner of the picture, as far as that is seen. */
export function Label({ place, text, isRight = false }: LabelProps) {
  const from = isRight ? place.pane.width - place.left - place.width : place.left
  const style = { [isRight ? 'right' : 'left']: Math.max(0, from) + 10, top: Math.max(0, place.top) + 10 }
  return (
    <span className="label" style={style}>
      {text}
    </span>
  )
}

interface LayerProps {
  readonly shown: Shown
  /** How much is hidden from the right, in pixels of the page. */
  readonly hideRight?: number | undefined
  /** Whether it is the same picture that another layer tells about already. */
  readonly isSilent?: boolean
}

/** One picture of a pane: its placeholder until its file is there. */
export function Layer({ shown, hideRight, isSilent = false }: LayerProps) {
  const [loaded, setLoaded] = useState<string>()
  const waits = shown.placeholder !== undefined && loaded !== shown.src
  return (
    <img
      key={shown.src}
      src={shown.src}
      alt={isSilent ? '' : shown.alt}
      decoding="async"
      draggable={false}
      onLoad={() => setLoaded(shown.src)}
      style={{
        ...(waits && { backgroundImage: `url("${shown.placeholder}")` }),
        ...(hideRight !== undefined && { clipPath: `inset(0 ${hideRight}px 0 0)` }),
      }}
    />
  )
}
