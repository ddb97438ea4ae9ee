import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openSmallChatServer, type SmallChatServer } from '../../../../test/smallChatServer.ts'
import type { Picture } from '../../../image/index.ts'
import { openAiVision, ToolError } from '../../../tools/index.ts'
import type { EditPlan } from '../plan.ts'
import { visionPlanner } from './vision.ts'

let server: SmallChatServer
beforeEach(async () => {
  server = await openSmallChatServer({ models: ['gpt-4o'] })
})
afterEach(() => server.close())

const planner = () =>
  visionPlanner(openAiVision({ baseUrl: server.baseUrl, model: 'gpt-4o', backoffSeconds: 0.001 }))
const says = (...answers: unknown[]): void => {
  server.turns = answers.map((each) => ({ says: JSON.stringify(each) }))
}

const car = { type: 'thing', phrase: 'the red car', noun: 'car' } as const
const erasing: EditPlan = { version: 1, steps: [{ kind: 'erase', target: car }], keep: [] }
const nulls = { colour: null, place: null, order: null, size: null, all: null, text: null }
const answered = {
  type: 'plan',
  plan: { version: 1, steps: [{ kind: 'erase', target: { ...car, ...nulls } }], keep: [] },
  understood: null,
  confidence: 0.9,
}
const picture: Picture = { width: 2048, height: 40, data: new Uint8Array(2048 * 40 * 3).fill(90) }

describe('a plan of a vision model', () => {
  it('is asked for in a strict schema, with the picture, and comes without its nulls', async () => {
    says(answered)
    const reading = await planner().read('remove the red car', { picture, region: true })
    expect(reading).toEqual({ type: 'plan', plan: erasing, confidence: 0.9 })
    const [asked] = server.asked
    expect(asked?.pictures[0]).toMatchObject({ width: 1024, height: 20 })
    expect(asked?.texts.join('\n')).toContain('Instruction: remove the red car')
    expect(asked?.texts.join('\n')).toContain('marked a region')
    // The server refuses a schema that is not strict, so that an answer shows that it was.
    expect(asked?.body.response_format).toMatchObject({ json_schema: { strict: true } })
  })

  it('is asked for once more where it does not fit, with what is wrong', async () => {
    const unknown = {
      kind: 'look',
      look: 'sparkling',
      strength: 1,
      target: { type: 'picture', phrase: 'it', ...nulls },
    }
    says({ ...answered, plan: { version: 1, steps: [unknown], keep: [] } }, answered)
    expect(await planner().read('remove the red car', {})).toMatchObject({ type: 'plan', plan: erasing })
    expect(server.asked[1]?.texts.at(-1)).toMatch(
      /^It does not fit: plan\.steps\.0\.look: expected one of .*sepia.*; got 'sparkling'/,
    )
  })

  it('that never fits is an error in one line', async () => {
    says({ type: 'plan', plan: null, understood: null, confidence: 1 })
    const error = await planner()
      .read('remove the car', {})
      .catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(ToolError)
    expect((error as ToolError).message).toMatch(
      /^planner \(openai:gpt-4o\): the answer does not fit a plan: plan: expected a plan, got none; .*use the embedded planner or another model$/,
    )
    expect(server.asked).toHaveLength(2)
  })

  it('may be none, and then names what can be done', async () => {
    says({ type: 'beyond', plan: null, understood: null, confidence: 0.9 })
    const reading = await planner().read('add a dragon to the house', {})
    expect(reading).toMatchObject({ type: 'beyond', wish: 'add a dragon to the house' })
    expect(reading.type === 'beyond' && reading.nearest).toContain('remove the house')
  })

  it('has the name and version of its model', () => {
    expect(planner()).toMatchObject({ name: 'openai:gpt-4o', version: '1+1+gpt-4o' })
  })
})
