// "Foreground by BiRefNet, flow by RAFT; the mean of the norm of the foreground's flow, and the norm of the mean flow of
// the background; pairs in which only the foreground moves; the change is named by a vision model" (section 3.1.1). The
// camera need not stand on a tripod: a pair is two whole frames.

import { z } from 'zod'
import { dilateMask, maskShare, thresholdMask, uniteMasks } from '../../../image/index.ts'
import { Rejection } from '../../../tools/index.ts'
import { flowNorms } from '../motion/flowNorms.ts'
import type { Draft, Recipe } from '../recipe.ts'
import { askVision, bothLanguages } from './ask.ts'

/** The least mean of the foreground's flow and the most of the background's mean flow, in pixels of a picture of 512. */
const [leastForeground, mostBackground] = [2.5, 0.6]

/** Pairs of frames that are measured for one draft. */
const mostPairs = 6

const named = z.strictObject({
  moved: z.boolean().describe('whether the main subject moved or changed its pose, and all else stayed'),
  subject: bothLanguages.describe('the subject that moved'),
  motion: z
    .strictObject({
      en: z.string().min(1).max(120).describe('a verb phrase in the base form, such as "raise the left arm"'),
      cn: z
        .string()
        .min(1)
        .max(60)
        .regex(/\p{Script=Han}/u)
        .describe('the same in Chinese, such as 举起左臂'),
    })
    .describe('what it did from the first picture to the second'),
})

/** Two frames between which only the subject moves, named by the vision model. */
export const namedMotion: Recipe = {
  kind: 'motion_change',
  name: 'motion_change/named',
  version: 1,
  needs: ['matting', 'flow', 'vision'],
  from: 'video',
  variants: 2,
  async draft({ picture, frames }, { tools, random }): Promise<Draft> {
    if (frames === undefined) throw new Rejection('no-video')
    const scale = Math.max(picture.width, picture.height) / 512
    const matte = thresholdMask(await tools.get('matting').matte(picture))
    const share = maskShare(matte)
    if (share < 0.01 || share > 0.7) throw new Rejection('no-subject', { share })
    let best = { foreground: 0, background: Number.POSITIVE_INFINITY }
    for (const frame of random.shuffled(frames.filter((each) => each !== picture)).slice(0, mostPairs)) {
      const flow = await tools.get('flow').flow(picture, frame)
      const around = dilateMask(matte, 4 * scale)
      const norms = flowNorms(flow, matte, around)
      if (norms.foreground > best.foreground) best = norms
      if (norms.foreground < leastForeground * scale || norms.background > mostBackground * scale) continue
      const there = thresholdMask(await tools.get('matting').matte(frame))
      const { moved, subject, motion } = await askVision(tools, named, [
        picture,
        frame,
        'These are two moments of one scene, in order. What did the main subject do?',
      ])
      if (!moved) throw new Rejection('not-named', norms)
      return {
        source: picture,
        target: frame,
        region: dilateMask(uniteMasks(matte, there), 8 * scale),
        facts: { kind: 'motion_change', subject, motion },
        parameters: { share, foregroundFlow: norms.foreground, backgroundFlow: norms.background },
      }
    }
    throw new Rejection('flow', { ...best, share })
  },
}
