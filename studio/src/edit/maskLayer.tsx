import { useEffect, useRef } from 'react'
import { KeyBox } from './keyBox.tsx'
import { paint, paintStroke } from './paint.ts'
import type { Mask } from './useMask.ts'

/** The canvas has at most so many pixels on its longer side; the mask itself is made at the picture's size. */
const mostSide = 2048

/** A colour that is visible on any picture. */
const colour = '#ff2878'

interface MaskLayerProps {
  readonly mask: Mask
  /** A box is being placed by keys. */
  readonly isKeyed: boolean
  readonly onKeyed: (isKeyed: boolean) => void
}

/** The region as it is drawn, over the picture. */
export function MaskLayer({ mask, isKeyed, onKeyed }: MaskLayerProps) {
  const canvas = useRef<HTMLCanvasElement>(null)
  const ring = useRef<HTMLDivElement>(null)
  const { width, height, strokes, loaded, live, size, tool, opacity } = mask
  const scale = Math.min(1, mostSide / Math.max(width, height))
  // biome-ignore lint/correctness/useExhaustiveDependencies: a stored mask that has come is drawn
  useEffect(() => {
    const context = canvas.current?.getContext('2d')
    if (!context) return
    paint(context, strokes, { width, height, scale, colour })
    if (live) paintStroke(context, live, { width, height, colour })
  }, [strokes, loaded, live, width, height, scale])
  useEffect(() => {
    // The ring follows the pointer without drawing the page anew.
    const pane = canvas.current?.closest<HTMLElement>('.pane')
    if (!pane) return
    const onMove = ({ clientX, clientY }: PointerEvent): void => {
      const box = canvas.current?.getBoundingClientRect()
      if (!ring.current || !box) return
      ring.current.style.left = `${clientX - box.left}px`
      ring.current.style.top = `${clientY - box.top}px`
      ring.current.hidden = false
    }
    const onLeave = (): void => {
      if (ring.current) ring.current.hidden = true
    }
    pane.addEventListener('pointermove', onMove)
    pane.addEventListener('pointerleave', onLeave)
    return () => {
      pane.removeEventListener('pointermove', onMove)
      pane.removeEventListener('pointerleave', onLeave)
    }
  }, [])
  return (
    <>
      <canvas
        ref={canvas}
        className="mask"
        style={{ opacity }}
        width={Math.round(width * scale)}
        height={Math.round(height * scale)}
      />
      {tool !== 'box' && (
        <div
          ref={ring}
          className="ring"
          hidden
          style={{ width: `${(100 * size) / width}%`, aspectRatio: 1 }}
        />
      )}
      {isKeyed && <KeyBox mask={mask} onDone={() => onKeyed(false)} />}
    </>
  )
}
