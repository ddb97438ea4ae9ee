import { z } from 'zod'
import { type Picture, resizePicture } from '../../../image/index.ts'
import {
  backdropWords,
  lookWords,
  materialWords,
  retouchWords,
  styleWords,
  stylizerWords,
} from '../../../instructions/index.ts'
import { type Tool, ToolError } from '../../../tools/index.ts'
import type { EditPlan, Planner, PlannerOptions, Reading, Step } from '../plan.ts'
import { planSchema } from '../planSchema.ts'
import { describePlan } from './describe.ts'
import { nearestInstructions } from './embedded.ts'
import { strictSchema, withoutNulls } from './strict.ts'

const answer = z.object({
  type: z.enum(['plan', 'unclear', 'beyond']),
  /** Only with the type `plan`. */
  plan: planSchema.optional(),
  /** What was understood of an unclear instruction. */
  understood: z.string().optional(),
  confidence: z.number().min(0).max(1),
})

/** The longer side of the picture that a model sees, in pixels. */
const seenSide = 1024

/**
 * Plans instructions by a model that sees the picture, in the schema of plans. An invalid answer is requested once
 * more, with the error.
 * @throws ToolError `tool-answer` if the second is invalid, too; what the tool throws
 */
export function visionPlanner(vision: Tool<'vision'>): Planner {
  return {
    name: vision.facts.implementation,
    version: `1+${vision.facts.version}`,
    read: (instruction, options) => readBy(vision, instruction, options),
  }
}

async function readBy(
  vision: Tool<'vision'>,
  instruction: string,
  options: PlannerOptions,
): Promise<Reading> {
  const question = [
    ...(options.picture ? [asSeen(options.picture)] : []),
    `Instruction: ${instruction}`,
    ...(options.region ? ['The user marked a region: "this" and "here" are the target type region.'] : []),
    ...(options.second ? ['The user gave a second picture, for a background of the type picture.'] : []),
  ]
  const ask = (more: readonly string[]): Promise<string> =>
    vision.ask({
      system: system(),
      parts: [...question, ...more],
      maxTokens: 2048,
      temperature: 0,
      seed: 0,
      jsonSchema: strictSchema(z.toJSONSchema(answer)) as object,
      ...(options.signal && { signal: options.signal }),
    })
  const first = await ask([])
  options.signal?.throwIfAborted()
  const read = parsed(first)
  if (!('problem' in read)) return readingOf(read, instruction)
  const second = await ask([`Your answer was ${first}`, `It does not fit: ${read.problem}. Answer again.`])
  options.signal?.throwIfAborted()
  const again = parsed(second)
  if (!('problem' in again)) return readingOf(again, instruction)
  throw new ToolError(
    'tool-answer',
    `planner (${vision.facts.implementation}): the answer does not fit a plan: ${again.problem}; got '${second.slice(0, 80)}'; use the embedded planner or another model`,
  )
}

type Answer = z.output<typeof answer>

function parsed(text: string): Answer | { readonly problem: string } {
  const result = answer.safeParse(withoutNulls(JSON.parse(text)))
  if (!result.success) {
    const [issue] = result.error.issues
    return { problem: `${issue?.path.join('.')}: ${issue?.message}` }
  }
  if (result.data.type !== 'plan') return result.data
  if (result.data.plan === undefined) return { problem: 'plan: expected a plan, got none' }
  const strange = result.data.plan.steps.map(strangeName).find((each) => each !== undefined)
  return strange === undefined ? result.data : { problem: strange }
}

/** A planner may output only names of operations. */
function strangeName(step: Step, at: number): string | undefined {
  const check = (path: string, name: string, known: object): string | undefined =>
    Object.hasOwn(known, name)
      ? undefined
      : `plan.steps.${at}.${path}: expected one of ${Object.keys(known).join(', ')}; got '${name}'`
  switch (step.kind) {
    case 'look':
      return check('look', step.look, lookWords)
    case 'style':
      return check('style', step.style, { ...styleWords, ...stylizerWords })
    case 'retouch':
      return check('retouch', step.retouch, retouchWords)
    case 'material':
      return check('material', step.material, materialWords)
    case 'background':
      return step.to.type === 'backdrop' ? check('to.name', step.to.name, backdropWords) : undefined
    default:
      return undefined
  }
}

function readingOf({ type, plan, understood, confidence }: Answer, instruction: string): Reading {
  if (type === 'plan') return { type, plan: plan as EditPlan, confidence }
  const nearest = nearestInstructions(instruction)
  if (type === 'beyond') return { type, wish: instruction, nearest }
  return { type, understood: understood ?? (plan ? describePlan(plan, 'en') : ''), nearest }
}

function asSeen(picture: Picture): Picture {
  const share = Math.min(1, seenSide / Math.max(picture.width, picture.height))
  if (share === 1) return picture
  return resizePicture(picture, {
    width: Math.max(1, Math.round(picture.width * share)),
    height: Math.max(1, Math.round(picture.height * share)),
  })
}

const list = (words: object): string => Object.keys(words).join(', ')

function system(): string {
  return [
    'You turn an instruction for a photo editor into a plan of steps. The editor works by algorithm: it can do the kinds of steps of the schema and nothing else.',
    'Answer with the type plan, and steps in the order of the instruction; with beyond where something would have to be invented (add or replace things, other poses, expressions, clothes, views); with unclear where it is no request, or what it is done to cannot be known.',
    'A target has the words of the user as its phrase, an English noun in the singular (a COCO name where there is one), and its colour, place, order and size only where the instruction says so. What the instruction wants to stay goes into keep. The version is 1.',
    'Strengths are 0 to 2, where 1 is usual. Amounts are −1 to 1, 0.3 where none was said. Degrees are clockwise. Colours have their name and #rrggbb.',
    `Looks: ${list(lookWords)}. Styles: ${list({ ...styleWords, ...stylizerWords })}. Retouches: ${list(retouchWords)}. Materials: ${list(materialWords)}. Backdrops: ${list(backdropWords)}.`,
  ].join('\n')
}
