import { type PointerEvent, type RefObject, useEffect, useLayoutEffect, useRef, useState } from 'react'
import { fitted, scaled, share, wholeScale, type ZoomControl } from './zoom.ts'

interface Size {
  readonly width: number
  readonly height: number
}

/** Where a picture lies in its pane, in pixels of the page. */
export interface PanePlace extends Size {
  readonly left: number
  readonly top: number
  /** Pixels of the page a pixel of the picture. */
  readonly scale: number
  readonly pane: Size
}

/** Follows the size of a pane, and places a picture in it. */
export function usePlace(
  ref: RefObject<HTMLElement | null>,
  picture: Size,
  control: ZoomControl,
): PanePlace | undefined {
  const [pane, setPane] = useState<Size>()
  useLayoutEffect(() => {
    const element = ref.current
    if (!element) return
    const measure = (): void => setPane({ width: element.clientWidth, height: element.clientHeight })
    const observer = new ResizeObserver(measure)
    observer.observe(element)
    measure()
    return () => observer.disconnect()
  }, [ref])
  const fit = pane ? Math.min(pane.width / picture.width, pane.height / picture.height) : 1
  const { setFit } = control
  useLayoutEffect(() => setFit(fit), [fit, setFit])
  if (!pane || pane.width === 0) return undefined
  const scale = control.zoom.scale ?? fit
  const width = picture.width * scale
  const height = picture.height * scale
  return {
    width,
    height,
    scale,
    pane,
    left: edge(pane.width, width, control.zoom.x),
    top: edge(pane.height, height, control.zoom.y),
  }
}

/** A picture smaller than its pane lies in the middle; a larger one leaves no gap. */
const edge = (pane: number, size: number, spot: number): number =>
  size <= pane ? (pane - size) / 2 : Math.min(0, Math.max(pane - size, pane / 2 - spot * size))

export interface Spot {
  readonly x: number
  readonly y: number
}

/** Takes what one pointer draws, in pixels of the picture; two fingers still zoom and move. */
export interface StrokeHandler {
  readonly start: (spot: Spot) => void
  readonly move: (spot: Spot) => void
  readonly end: () => void
  /** A second finger came: it was no stroke. */
  readonly drop: () => void
}

/** What a pane does with the pointers over it. */
export interface Gestures {
  readonly onPointerDown: (event: PointerEvent<HTMLElement>) => void
  readonly onPointerMove: (event: PointerEvent<HTMLElement>) => void
  readonly onPointerUp: (event: PointerEvent<HTMLElement>) => void
  readonly onDoubleClick: (event: React.MouseEvent<HTMLElement>) => void
}

interface DragHandlers {
  readonly onDrag?: ((spot: Spot) => void) | undefined
  readonly stroke?: StrokeHandler | undefined
}

/**
 * Wheel and two fingers zoom about the spot under them, dragging moves, two clicks go between fitting and 100 %.
 * `onDrag` takes the place of moving while the whole picture is seen, with the spot in the pane; `stroke` always, but of
 * the middle button.
 */
export function useGestures(
  ref: RefObject<HTMLElement | null>,
  place: PanePlace | undefined,
  control: ZoomControl,
  { onDrag, stroke }: DragHandlers,
): Gestures {
  const isDrawing = useRef(false)
  const latest = useRef({ place, control })
  latest.current = { place, control }
  const pointers = useRef(new Map<number, Spot>())
  const spotOf = ({ clientX, clientY }: { clientX: number; clientY: number }): Spot => {
    const box = ref.current!.getBoundingClientRect()
    return { x: clientX - box.left, y: clientY - box.top }
  }
  /** So that the same spot of the picture stays under the fingers. */
  const zoomAbout = (spot: Spot, factor: number, moved: Spot = { x: 0, y: 0 }): void => {
    const { place: now, control: to } = latest.current
    if (!now) return
    const next = scaled(to.zoom, now.scale * factor, to.fit)
    if (next.scale === undefined) {
      to.set(fitted)
      return
    }
    const by = next.scale / now.scale
    const left = spot.x + moved.x - (spot.x - now.left) * by
    const top = spot.y + moved.y - (spot.y - now.top) * by
    to.set({
      scale: next.scale,
      x: share((now.pane.width / 2 - left) / (now.width * by)),
      y: share((now.pane.height / 2 - top) / (now.height * by)),
    })
  }
  const zoomer = useRef(zoomAbout)
  zoomer.current = zoomAbout
  useEffect(() => {
    const element = ref.current
    if (!element) return
    // React listens to wheels passively, so that the page would scroll.
    const onWheel = (event: WheelEvent): void => {
      event.preventDefault()
      const box = element.getBoundingClientRect()
      const lines = event.deltaMode === 1 ? 16 : 1
      // A pinch on a touch pad comes as a wheel with the control key.
      const factor = Math.exp((-event.deltaY * lines) / (event.ctrlKey ? 100 : 400))
      zoomer.current({ x: event.clientX - box.left, y: event.clientY - box.top }, factor)
    }
    element.addEventListener('wheel', onWheel, { passive: false })
    return () => element.removeEventListener('wheel', onWheel)
  }, [ref])

  /** From the pane to the picture. */
  const onPicture = ({ x, y }: Spot): Spot => ({
    x: (x - place!.left) / place!.scale,
    y: (y - place!.top) / place!.scale,
  })
  return {
    onPointerDown: (event) => {
      if (!place || (event.button !== 0 && event.button !== 1)) return
      event.currentTarget.setPointerCapture(event.pointerId)
      const spot = spotOf(event)
      pointers.current.set(event.pointerId, spot)
      const isFirst = pointers.current.size === 1
      if (stroke && isFirst && event.button === 0) {
        isDrawing.current = true
        stroke.start(onPicture(spot))
      } else if (isDrawing.current) {
        isDrawing.current = false
        stroke?.drop()
      } else if (isFirst && event.button === 0 && control.zoom.scale === undefined) onDrag?.(spot)
    },
    onPointerMove: (event) => {
      const before = pointers.current.get(event.pointerId)
      if (!before || !place) return
      const now = spotOf(event)
      const [other] = [...pointers.current].filter(([id]) => id !== event.pointerId)
      pointers.current.set(event.pointerId, now)
      if (other) {
        const fixed = other[1]
        const factor = distance(now, fixed) / Math.max(1, distance(before, fixed))
        const middle = { x: (before.x + fixed.x) / 2, y: (before.y + fixed.y) / 2 }
        zoomAbout(middle, factor, { x: (now.x - before.x) / 2, y: (now.y - before.y) / 2 })
      } else if (isDrawing.current) stroke?.move(onPicture(now))
      else if (control.zoom.scale !== undefined)
        zoomAbout(before, 1, { x: now.x - before.x, y: now.y - before.y })
      else if (!stroke) onDrag?.(now)
    },
    onPointerUp: (event) => {
      pointers.current.delete(event.pointerId)
      if (isDrawing.current) stroke?.end()
      isDrawing.current = false
    },
    onDoubleClick: (event) => {
      if (!place || stroke) return
      if (control.zoom.scale !== undefined) control.set(fitted)
      else zoomAbout(spotOf(event), Math.max(wholeScale(), place.scale * 2) / place.scale)
    },
  }
}

const distance = (a: Spot, b: Spot): number => Math.hypot(a.x - b.x, a.y - b.y)
