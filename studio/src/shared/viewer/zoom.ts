import { useMemo, useState } from 'react'

/** Which part of a picture is looked at, and how large; panes with the same zoom show the same part. */
export interface Zoom {
  /** Pixels of the page a pixel of the picture; undefined: the whole picture, as large as fits. */
  readonly scale: number | undefined
  /** The spot in the middle of the pane, as shares of the picture's width and height. */
  readonly x: number
  readonly y: number
}

export const fitted: Zoom = { scale: undefined, x: 0.5, y: 0.5 }

/** The zoom of one or more panes. */
export interface ZoomControl {
  readonly zoom: Zoom
  readonly set: (zoom: Zoom) => void
  /** The scale of the whole picture in its pane. */
  readonly fit: number
  readonly setFit: (fit: number) => void
}

export function useZoom(): ZoomControl {
  const [zoom, set] = useState<Zoom>(fitted)
  const [fit, setFit] = useState(1)
  return useMemo(() => ({ zoom, set, fit, setFit }), [zoom, fit])
}

/** The scale at which a pixel of the picture is one of the screen. */
export const wholeScale = (): number => 1 / devicePixelRatio

/** Above this scale single pixels are shown, with sharp edges. */
export const isCrisp = (scale: number): boolean => scale * devicePixelRatio > 2

/** Zooms by a factor about the middle. */
export function zoomBy({ zoom, set, fit }: ZoomControl, factor: number): void {
  set(scaled(zoom, (zoom.scale ?? fit) * factor, fit))
}

/** Moves by pixels of the page; `width` and `height` are of the picture. */
export function moveBy(
  { zoom, set, fit }: ZoomControl,
  by: { readonly x: number; readonly y: number },
  picture: { readonly width: number; readonly height: number },
): void {
  const scale = zoom.scale ?? fit
  set({
    ...zoom,
    x: share(zoom.x - by.x / (picture.width * scale)),
    y: share(zoom.y - by.y / (picture.height * scale)),
  })
}

/** Another scale at the same spot: from fitting to 64-fold. */
export function scaled(zoom: Zoom, scale: number, fit: number): Zoom {
  if (scale <= fit * 1.001) return fitted
  return { ...zoom, scale: Math.min(64, scale) }
}

export const share = (value: number): number => Math.min(1, Math.max(0, value))
