import { type PointerEvent, useEffect, useRef } from 'react'
import { type Item, pictureUrl } from './server.ts'

/** How the brush draws. */
export interface BrushState {
  /** Diameter in pixels of the picture. */
  readonly size: number
  readonly erases: boolean
  /** What is drawn so far, as a PNG in base64: what the brush goes on from. */
  readonly drawn?: string | undefined
  readonly onDrawn: (png: string) => void
}

/** Draws a region over the picture after the edit: white on black at the picture's own size. */
export function Brush({ item, state }: { readonly item: Item; readonly state: BrushState }) {
  const canvas = useRef<HTMLCanvasElement>(null)
  const last = useRef<{ x: number; y: number } | undefined>(undefined)
  const start = useRef(state.drawn)
  useEffect(() => {
    const context = canvas.current?.getContext('2d')
    if (!context) return
    const from = start.current
      ? `data:image/png;base64,${start.current}`
      : item.pictures.mask && pictureUrl(item.pictures.mask)
    if (!from) return
    const image = new Image()
    image.onload = () => context.drawImage(asAlpha(image), 0, 0)
    image.src = from
  }, [item])

  const spotOf = (event: PointerEvent<HTMLCanvasElement>): { x: number; y: number } => {
    const box = event.currentTarget.getBoundingClientRect()
    return {
      x: ((event.clientX - box.left) / box.width) * item.width,
      y: ((event.clientY - box.top) / box.height) * item.height,
    }
  }
  const draw = (event: PointerEvent<HTMLCanvasElement>): void => {
    const context = event.currentTarget.getContext('2d')
    if (!context || !last.current) return
    const spot = spotOf(event)
    context.globalCompositeOperation = state.erases ? 'destination-out' : 'source-over'
    context.strokeStyle = '#fff'
    context.lineWidth = state.size
    context.lineCap = 'round'
    context.beginPath()
    context.moveTo(last.current.x, last.current.y)
    context.lineTo(spot.x + 0.01, spot.y)
    context.stroke()
    last.current = spot
  }
  return (
    <canvas
      ref={canvas}
      className="brush"
      width={item.width}
      height={item.height}
      onPointerDown={(event) => {
        // The picture under it is not moved meanwhile.
        event.stopPropagation()
        event.currentTarget.setPointerCapture(event.pointerId)
        last.current = spotOf(event)
        draw(event)
      }}
      onPointerMove={draw}
      onPointerUp={(event) => {
        last.current = undefined
        state.onDrawn(pngOf(event.currentTarget))
      }}
    />
  )
}

/** White where the mask is, nothing elsewhere. */
function asAlpha(image: HTMLImageElement): HTMLCanvasElement {
  const copy = document.createElement('canvas')
  copy.width = image.naturalWidth
  copy.height = image.naturalHeight
  const context = copy.getContext('2d')!
  context.drawImage(image, 0, 0)
  const pixels = context.getImageData(0, 0, copy.width, copy.height)
  for (let i = 0; i < pixels.data.length; i += 4) {
    pixels.data[i + 3] = pixels.data[i]!
    pixels.data.fill(255, i, i + 3)
  }
  context.putImageData(pixels, 0, 0)
  return copy
}

/** White on black, as masks are stored. */
function pngOf(canvas: HTMLCanvasElement): string {
  const copy = document.createElement('canvas')
  copy.width = canvas.width
  copy.height = canvas.height
  const context = copy.getContext('2d')!
  context.fillStyle = '#000'
  context.fillRect(0, 0, copy.width, copy.height)
  context.drawImage(canvas, 0, 0)
  return copy.toDataURL('image/png').slice('data:image/png;base64,'.length)
}
