import type { Picture } from '../../image/index.ts'
import { readLines } from '../../operations/index.ts'
import type { Box, Detection, TextLine, Toolbox } from '../../tools/index.ts'
import { personalTexts } from './personalText.ts'

/** Something in a picture that may identify a person. */
export interface Finding {
  readonly what: 'face' | 'plate' | 'screen' | 'text'
  readonly box: Box
  readonly reason: string
  /** The recognised text. */
  readonly text?: string
}

const vehicles = new Set(['car', 'truck', 'bus', 'motorcycle'])
const screens = new Set(['tv', 'laptop', 'cell phone'])

/** Letters and digits of a number plate, in one or two groups; Chinese ones begin with their province. */
const plate = /^[\p{Script=Han}]?[A-Z0-9]{1,4}[ ·.-]?[A-Z0-9]{2,6}$/u

/** The required jobs, and what cannot be found without each. */
export const wantedJobs = {
  faces: 'faces',
  ocr: 'plates, screens and personal text',
  detector: 'plates and screens',
} as const

/** The required jobs that no tool does. */
export function missingJobs(tools: Toolbox): readonly (keyof typeof wantedJobs)[] {
  return (Object.keys(wantedJobs) as (keyof typeof wantedJobs)[]).filter((job) => !tools.has(job))
}

/** Looks for faces, number plates, screens with text, and personal text that can be read. */
export async function findPersonal(picture: Picture, tools: Toolbox): Promise<readonly Finding[]> {
  const faces = tools.has('faces') ? await tools.get('faces').find(picture) : []
  const lines = tools.has('ocr') ? await readLines(tools.get('ocr'), picture) : []
  const things = tools.has('detector') && lines.length > 0 ? await tools.get('detector').detect(picture) : []
  return [
    ...faces.map(
      ({ box, score }): Finding => ({
        what: 'face',
        box,
        reason: `a face (${score.toFixed(2)})`,
      }),
    ),
    ...textFindings(lines, things),
  ]
}

/** Findings of lines of text, by the things they are on. */
export function textFindings(lines: readonly TextLine[], things: readonly Detection[]): readonly Finding[] {
  const found: Finding[] = []
  const onScreen = new Map<Detection, TextLine[]>()
  for (const line of lines) {
    const box = boxOf(line)
    const on = (labels: ReadonlySet<string>): Detection | undefined =>
      things.filter(({ label }) => labels.has(label)).find((thing) => holds(thing.box, box))
    const screen = on(screens)
    if (screen) {
      onScreen.set(screen, [...(onScreen.get(screen) ?? []), line])
      continue
    }
    const vehicle = on(vehicles)
    const words = line.text.trim()
    if (vehicle && plate.test(words) && /\d/.test(words)) {
      found.push({ what: 'plate', box, text: words, reason: `a number plate on a ${vehicle.label}` })
      continue
    }
    const personal = personalTexts(line.text)
    if (personal.length > 0)
      found.push({
        what: 'text',
        box,
        text: line.text,
        reason: `text with ${[...new Set(personal.map(({ what }) => what))].join(', ')}`,
      })
  }
  for (const [screen, on] of onScreen)
    found.push({
      what: 'screen',
      box: screen.box,
      text: on.map(({ text }) => text).join(' / '),
      reason: `a screen (${screen.label}) with ${on.length === 1 ? 'a line' : `${on.length} lines`} of text`,
    })
  return found
}

function boxOf({ corners }: TextLine): Box {
  const [xs, ys] = [corners.map(([x]) => x), corners.map(([, y]) => y)]
  const [x, y] = [Math.min(...xs), Math.min(...ys)]
  return { x, y, width: Math.max(...xs) - x, height: Math.max(...ys) - y }
}

/** Whether the middle of a box lies in another. */
function holds(outer: Box, { x, y, width, height }: Box): boolean {
  const [cx, cy] = [x + width / 2, y + height / 2]
  return cx >= outer.x && cx <= outer.x + outer.width && cy >= outer.y && cy <= outer.y + outer.height
}
