import { useCallback, useEffect, useMemo, useState } from 'react'
import { notifyProblem } from '../shared/toasts.tsx'
import type { Spot, StrokeHandler } from '../shared/viewer/usePane.ts'
import { loadMask } from './storedMasks.ts'
import type { Box, Stroke } from './strokes.ts'
import { useStudio } from './useStudio.tsx'

export const maskTools = ['brush', 'erase', 'box'] as const
export type MaskTool = (typeof maskTools)[number]

/** The region of the next edit while it is drawn. */
export interface Mask {
  readonly tool: MaskTool
  readonly setTool: (tool: MaskTool) => void
  /** Diameter of the brush in pixels of the picture. */
  readonly size: number
  readonly setSize: (size: number) => void
  /** Of what is shown, 0 to 1. */
  readonly opacity: number
  readonly setOpacity: (opacity: number) => void
  readonly strokes: readonly Stroke[]
  /** Counts the stored masks that have come: what is drawn looks otherwise then. */
  readonly loaded: number
  /** The stroke under the pointer. */
  readonly live: Stroke | undefined
  readonly handler: StrokeHandler
  readonly add: (stroke: Stroke) => void
  readonly undo: () => void
  /** Of the picture. */
  readonly width: number
  readonly height: number
}

/** The mask of the picture that the next edit goes on from. */
export function useMask(): Mask {
  const { base, draft, change } = useStudio()
  const { width = 1, height = 1 } = base?.picture ?? {}
  const [tool, setTool] = useState<MaskTool>('brush')
  const [share, setShare] = useState(1 / 12)
  const [opacity, setOpacity] = useState(0.55)
  const [live, setLive] = useState<Stroke>()
  const node = base?.id
  const strokes = draft.region && draft.region.node === node ? draft.region.strokes : none
  const size = Math.max(1, Math.round(share * Math.max(width, height)))
  const [loaded, setLoaded] = useState(0)
  useEffect(() => {
    for (const stroke of strokes)
      if (stroke.kind === 'stored')
        loadMask(stroke.picture).then(() => setLoaded((count) => count + 1), notifyProblem)
  }, [strokes])
  const set = useCallback(
    (next: readonly Stroke[]) =>
      change({ region: node === undefined || next.length === 0 ? undefined : { node, strokes: next } }),
    [change, node],
  )
  const handler = useMemo<StrokeHandler>(() => {
    let start: Spot = { x: 0, y: 0 }
    let current: Stroke | undefined
    const show = (stroke: Stroke | undefined): void => {
      current = stroke
      setLive(stroke)
    }
    const done = (): void => {
      const isWhole = current && (current.kind !== 'box' || (current.box.width > 1 && current.box.height > 1))
      if (current && isWhole) set([...strokes, current])
      show(undefined)
    }
    return {
      start: (spot) => {
        start = spot
        if (tool !== 'box') show({ kind: 'line', points: rounded(spot), size, erases: tool === 'erase' })
      },
      move: (spot) => {
        if (tool === 'box') show({ kind: 'box', box: boxOf(start, spot, { width, height }), erases: false })
        else if (current?.kind === 'line') show({ ...current, points: [...current.points, ...rounded(spot)] })
      },
      end: done,
      drop: () => show(undefined),
    }
  }, [tool, size, width, height, strokes, set])
  return {
    tool,
    setTool,
    size,
    setSize: (pixels) => setShare(Math.min(0.5, Math.max(0.002, pixels / Math.max(width, height)))),
    opacity,
    setOpacity,
    strokes,
    loaded,
    live,
    handler,
    add: (stroke) => set(stroke.kind === 'clear' ? [] : [...strokes, stroke]),
    undo: () => set(strokes.slice(0, -1)),
    width,
    height,
  }
}

const none: readonly Stroke[] = []

/** A tenth of a pixel is enough, and short to keep. */
const rounded = ({ x, y }: Spot): readonly number[] => [Math.round(10 * x) / 10, Math.round(10 * y) / 10]

/** The whole pixels between two corners, within the picture. */
function boxOf(a: Spot, b: Spot, { width, height }: { width: number; height: number }): Box {
  const within = (value: number, most: number): number => Math.round(Math.min(most, Math.max(0, value)))
  const [x, right] = [within(Math.min(a.x, b.x), width), within(Math.max(a.x, b.x), width)]
  const [y, bottom] = [within(Math.min(a.y, b.y), height), within(Math.max(a.y, b.y), height)]
  return { x, y, width: right - x, height: bottom - y }
}
