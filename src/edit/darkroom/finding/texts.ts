import { dilateMask, type Mask, polygonMask } from '../../../image/index.ts'
import { bareText, editDistance } from '../../../operations/index.ts'
import type { TextLine } from '../../../tools/index.ts'
import type { Candidate } from './candidates.ts'
import type { View } from './view.ts'

/** Lines of text, by what they say where that is told: the one that is nearest to it. */
export async function findText(
  view: View,
  text: string | undefined,
): Promise<{ found: Candidate[]; seen: Candidate[] }> {
  const lines = await view.lines()
  const seen = lines.map((line) => candidateOf(view, line))
  if (text === undefined) return { found: seen.map((each) => ({ ...each, name: 'line of text' })), seen }
  const wanted = bareText(text)
  const scored = lines.map((line, i) => ({
    candidate: seen[i]!,
    likeness: likeness(wanted, bareText(line.text)),
  }))
  const best = Math.max(0, ...scored.map((each) => each.likeness))
  if (best >= 0.72)
    return {
      found: scored.filter((each) => each.likeness >= best - 0.02).map((each) => each.candidate),
      seen,
    }
  // It may run over several lines.
  const parts = scored.filter(({ candidate }) => wanted.includes(bareText(candidate.name.slice(1, -1))))
  const joined = parts.map(({ candidate }) => bareText(candidate.name.slice(1, -1))).join('')
  if (parts.length > 1 && likeness(wanted, joined) >= 0.72)
    return {
      found: [
        united(
          view,
          text,
          parts.map(({ candidate }) => candidate),
        ),
      ],
      seen,
    }
  return { found: [], seen }
}

/** 1 for the same text, or for a part of the line that is a good share of it; less by each letter that differs. */
function likeness(wanted: string, line: string): number {
  if (wanted === '' || line === '') return 0
  if (line.includes(wanted))
    return wanted.length >= 2 || line.length <= 2 ? 0.9 + 0.1 * (wanted.length / line.length) : 0.5
  return 1 - editDistance(wanted, line) / Math.max(wanted.length, line.length)
}

function candidateOf(view: View, { text, score, corners }: TextLine): Candidate {
  const [xs, ys] = [corners.map(([x]) => x), corners.map(([, y]) => y)]
  const [x, y] = [Math.min(...xs), Math.min(...ys)]
  const [width, height] = [Math.max(...xs) - x, Math.max(...ys) - y]
  const { seen } = view
  const tall = Math.min(
    Math.hypot(corners[3][0] - corners[0][0], corners[3][1] - corners[0][1]),
    Math.hypot(corners[1][0] - corners[0][0], corners[1][1] - corners[0][1]),
  )
  return {
    name: `"${text}"`,
    score,
    box: { x, y, width, height },
    // Letters reach a little over the corners that were found.
    mask: () =>
      Promise.resolve(dilateMask(polygonMask(seen.width, seen.height, corners), Math.max(1, 0.08 * tall))),
  }
}

function united({ seen }: View, text: string, parts: readonly Candidate[]): Candidate {
  const [left, top] = [Math.min(...parts.map(({ box }) => box.x)), Math.min(...parts.map(({ box }) => box.y))]
  const right = Math.max(...parts.map(({ box }) => box.x + box.width))
  const bottom = Math.max(...parts.map(({ box }) => box.y + box.height))
  return {
    name: `"${text}"`,
    score: Math.min(...parts.map(({ score }) => score)),
    box: { x: left, y: top, width: right - left, height: bottom - top },
    mask: async () => {
      const data = new Uint8Array(seen.width * seen.height)
      for (const part of parts) {
        const mask: Mask = await part.mask()
        for (let i = 0; i < data.length; i++) if (mask.data[i]! > data[i]!) data[i] = mask.data[i]!
      }
      return { width: seen.width, height: seen.height, data }
    },
  }
}
