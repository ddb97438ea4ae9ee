import { loadedMask, tinted } from './storedMasks.ts'
import type { Stroke } from './strokes.ts'

type Context = CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D

interface PaintSize {
  /** Of the picture, in pixels. */
  readonly width: number
  readonly height: number
  /** Pixels of the canvas a pixel of the picture. */
  readonly scale: number
  readonly colour: string
}

/** Draws strokes from an empty canvas: the colour where the picture may change, nothing elsewhere. Stored masks are loaded before. */
export function paint(context: Context, strokes: readonly Stroke[], size: PaintSize): void {
  context.setTransform(size.scale, 0, 0, size.scale, 0, 0)
  context.globalCompositeOperation = 'source-over'
  context.clearRect(0, 0, size.width, size.height)
  for (const stroke of strokes) paintStroke(context, stroke, size)
}

/** Draws one stroke more. */
export function paintStroke(
  context: Context,
  stroke: Stroke,
  { width, height, colour }: Omit<PaintSize, 'scale'>,
): void {
  context.fillStyle = colour
  context.strokeStyle = colour
  if (stroke.kind === 'clear') context.clearRect(0, 0, width, height)
  else if (stroke.kind === 'invert') {
    context.globalCompositeOperation = 'xor'
    context.fillRect(0, 0, width, height)
  } else if (stroke.kind === 'stored') {
    const mask = loadedMask(stroke.picture)
    context.globalCompositeOperation = 'source-over'
    if (mask) context.drawImage(tinted(mask, colour), 0, 0, width, height)
  } else {
    context.globalCompositeOperation = stroke.erases ? 'destination-out' : 'source-over'
    if (stroke.kind === 'line') paintLine(context, stroke)
    else context.fillRect(stroke.box.x, stroke.box.y, stroke.box.width, stroke.box.height)
  }
}

function paintLine(context: Context, stroke: Extract<Stroke, { kind: 'line' }>): void {
  const [x = 0, y = 0, ...rest] = stroke.points
  context.lineWidth = stroke.size
  context.lineCap = 'round'
  context.lineJoin = 'round'
  context.beginPath()
  context.moveTo(x, y)
  // A dot is a line too, if it has some length.
  if (rest.length === 0) context.lineTo(x + 0.01, y)
  for (let i = 0; i + 1 < rest.length; i += 2) context.lineTo(rest[i]!, rest[i + 1]!)
  context.stroke()
}
