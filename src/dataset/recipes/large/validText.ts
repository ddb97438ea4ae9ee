// "PP-OCR and a language model tell valid from invalid text, an instruction is made, and the picture retouched" (section
// 3.1.1): the vision model chooses the line and the words, operations write them, people may retouch them in review.

import { z } from 'zod'
import type { Mask, Picture } from '../../../image/index.ts'
import {
  bareText,
  boxOfLine,
  eraseRegion,
  facesOf,
  lingers,
  readingOf,
  readWithin,
  rewriteLine,
  stands,
} from '../../../operations/index.ts'
import { Rejection } from '../../../tools/index.ts'
import type { Draft, Recipe } from '../recipe.ts'
import { askVision } from './ask.ts'

const chosen = z.strictObject({
  valid: z
    .array(z.int().min(1))
    .describe('numbers of the lines that were read as they stand there, and mean something'),
  change: z.int().min(0).describe('number of the valid line that could say something else, 0 for none'),
  to: z.string().max(40).describe('what it could say: of about its length, in its language'),
})

/** A line that the vision model takes for valid text says what it proposes. */
export const validText: Recipe = {
  kind: 'text_change',
  name: 'text_change/valid',
  version: 2,
  needs: ['ocr', 'vision', 'fonts'],
  from: 'photo',
  final: ['no-text', 'no-valid-text'],
  variants: 1,
  async draft({ picture }, { tools }): Promise<Draft> {
    const ocr = tools.get('ocr')
    const lines = (await ocr.read(picture)).filter(
      ({ text, score }) => score > 0.7 && bareText(text).length >= 2,
    )
    if (lines.length === 0) throw new Rejection('no-text')
    const list = lines.map(({ text }, i) => `${i + 1}: ${text}`).join('\n')
    const { valid, change, to } = await askVision(tools, chosen, [
      picture,
      `A program read these lines in this picture:\n${list}\nWhich of them are right, and which could say something else?`,
    ])
    const line = valid.includes(change) ? lines[change - 1] : undefined
    if (line === undefined || to.trim() === '') throw new Rejection('no-valid-text', { lines: lines.length })
    const { text: from } = line
    if (bareText(from) === bareText(to)) throw new Rejection('same-text', { from })
    const letterTools = {
      faces: await facesOf(tools.get('fonts')),
      fill: (of: Picture, mask: Mask) => eraseRegion(of, mask).picture,
    }
    const made = await rewriteLine(
      picture,
      { line, start: 0, end: [...from].length, to: to.trim(), others: lines },
      letterTools,
    )
    const area = boxOfLine(line)
    const after = await readWithin(ocr, made.picture, area, 0.4 * area.height)
    const readAfter = readingOf(after)
    if (!stands(to, after)) throw new Rejection('new-text-unread', { to, readAfter })
    if (lingers(from, after)) throw new Rejection('old-text-left', { from, readAfter })
    return {
      source: picture,
      target: made.picture,
      region: made.region,
      facts: { kind: 'text_change', action: 'replace', from, to: to.trim() },
      parameters: { font: made.font, score: made.score, valid: valid.length, lines: lines.length, readAfter },
    }
  },
}
