import type { EditJudgeCall } from './judge.ts'

/** The version of the prompt below: part of a judge's identity. */
export const pairPromptVersion = '1'

/** The prompt that goes with the source and two edits of it. */
export function pairPrompt(instruction: string): string {
  return `You compare two edits of one picture. Three pictures are given: first the source picture, second edit A, third edit B.

The instruction that both edits were to carry out:
${instruction}

Compare them by these points, the first one that makes a clear difference decides:
1. Instruction: which edit does all of what the instruction asks for, where it asks for it?
2. Preservation: which edit leaves everything else as it is in the source: people, objects, text, layout, light?
3. Quality: which edit looks more like a picture with no fault: no distortions, seams, blur or unreadable details?

Judge only what you see. The order of A and B is by chance, and size, sharpening and file quality count for nothing. If neither is clearly better, it is a tie.

Answer with one JSON object and nothing else:
{"reasoning": "<at most two short sentences>", "preferred": "A" | "B" | "tie"}`
}

/** The JSON schema of the answer, for servers that hold a model to one. */
export const pairSchema: object = {
  type: 'object',
  properties: { reasoning: { type: 'string' }, preferred: { type: 'string', enum: ['A', 'B', 'tie'] } },
  required: ['reasoning', 'preferred'],
  additionalProperties: false,
}

/** Which edit a judge's answer prefers; nothing where it does not clearly say so. */
export function parsePreference(answer: string): Pick<EditJudgeCall, 'preferred' | 'reasoning'> {
  const start = answer.indexOf('{')
  const end = answer.lastIndexOf('}') + 1
  let value: unknown
  try {
    value = JSON.parse(answer.slice(Math.max(0, start), end))
  } catch {
    return {}
  }
  const { preferred, reasoning } = (value ?? {}) as { preferred?: unknown; reasoning?: unknown }
  const side = sides.get(String(preferred).trim().toLowerCase())
  return {
    ...(typeof reasoning === 'string' && { reasoning }),
    ...(typeof preferred === 'string' && side !== undefined && { preferred: side }),
  }
}

const sides: ReadonlyMap<string, 'first' | 'second' | 'tie'> = new Map([
  ['a', 'first'],
  ['b', 'second'],
  ['tie', 'tie'],
])
