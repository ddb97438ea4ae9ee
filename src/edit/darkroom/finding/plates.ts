import { dilateMask, polygonMask } from '../../../image/index.ts'
import type { Box, TextLine } from '../../../tools/index.ts'
import type { Candidate } from './candidates.ts'
import type { View } from './view.ts'

const vehicles = new Set(['car', 'bus', 'truck', 'motorcycle'])
/** How far a plate reaches over its letters, in heights of them. */
const rim = 0.35
/** A plate's width over its height, from two lines on a motorcycle to one on a car. */
const [leastWide, mostWide] = [1.4, 8]
/** On a vehicle, what of its height lies above all plates. */
const above = 0.35

/** Lines of text that look like the number plate of a vehicle; on a vehicle, where one was detected. */
export async function findPlates(view: View): Promise<Candidate[]> {
  const lines = (await view.lines()).filter(looksLikePlate)
  if (lines.length === 0) return []
  const known = view.tools.has('detector') ? await view.detections() : []
  const boxes = known.filter(({ label, score }) => vehicles.has(label) && score >= 0.3).map(({ box }) => box)
  const onVehicle = lines.filter((line) => boxes.some((box) => isLowOn(box, line)))
  const { width, height } = view.seen
  return (boxes.length > 0 ? onVehicle : lines).map((line) => {
    const tall = sideOf(line, 0, 3)
    return {
      name: 'license plate',
      score: (boxes.length > 0 ? 0.9 : 0.6) * line.score,
      box: boxOf(line),
      mask: () =>
        Promise.resolve(dilateMask(polygonMask(width, height, line.corners), Math.max(1, rim * tall))),
    }
  })
}

/** Whether a line has 4 to 9 letters and digits with at least one digit, in capitals, and is wide. */
export function looksLikePlate({ text, corners }: Pick<TextLine, 'text' | 'corners'>): boolean {
  const bare = text.replace(/[\s.·•:\-–—'"|]/g, '')
  const wide = sideOf({ corners }, 0, 1) / Math.max(1, sideOf({ corners }, 0, 3))
  return (
    /^[\p{Lu}\p{Script=Han}\d]{4,9}$/u.test(bare) &&
    /\d/.test(bare) &&
    (/\p{L}/u.test(bare) || bare.length >= 5) &&
    wide >= leastWide &&
    wide <= mostWide
  )
}

function sideOf({ corners }: Pick<TextLine, 'corners'>, from: 0 | 1, to: 1 | 3): number {
  return Math.hypot(corners[to][0] - corners[from][0], corners[to][1] - corners[from][1])
}

function boxOf({ corners }: TextLine): Box {
  const [xs, ys] = [corners.map(([x]) => x), corners.map(([, y]) => y)]
  const [x, y] = [Math.min(...xs), Math.min(...ys)]
  return { x, y, width: Math.max(...xs) - x, height: Math.max(...ys) - y }
}

/** Whether a line lies on the lower part of a vehicle, or just under it, and is far narrower. */
function isLowOn(vehicle: Box, line: TextLine): boolean {
  const { x, y, width, height } = boxOf(line)
  const [across, down] = [
    (x + width / 2 - vehicle.x) / vehicle.width,
    (y + height / 2 - vehicle.y) / vehicle.height,
  ]
  return across > 0 && across < 1 && down > above && down < 1.1 && width < 0.5 * vehicle.width
}
