import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type ChatManners, openSmallChatServer, type SmallChatServer } from '../../../test/smallChatServer.ts'
import type { Picture } from '../../image/index.ts'
import { ToolError } from '../error.ts'
import { contracts } from '../jobs.contract.ts'
import { askVision, type OpenAiVisionOptions, openAiVision } from './openaiVision.ts'
import { visionDetector, visionOcr, visionTagger } from './visionJobs.ts'

const key = 'sk-test-0123456789'
const gpt = { key, models: ['gpt-4o'] }

let server: SmallChatServer
const serve = async (manners: ChatManners = gpt): Promise<void> => {
  await server?.close()
  server = await openSmallChatServer(manners)
}
beforeEach(() => serve())
afterEach(() => server.close())

const vision = (options: Partial<OpenAiVisionOptions> = {}) =>
  openAiVision({ baseUrl: server.baseUrl, model: 'gpt-4o', key, backoffSeconds: 0.001, ...options })

const picture: Picture = {
  width: 60,
  height: 40,
  data: Uint8Array.from({ length: 60 * 40 * 3 }, (_, i) => (i * 7) % 256),
}

const failure = async (asked: Promise<unknown>): Promise<ToolError> => {
  const error = await asked.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  expect(error).toBeInstanceOf(ToolError)
  const { message } = error as ToolError
  expect(message).not.toContain('\n')
  expect(message).not.toContain(key)
  return error as ToolError
}

describe('a question', () => {
  it('goes out in the order of its parts, and its answer comes back', async () => {
    server.turns = [{ says: ' Two dogs.\n' }]
    const answer = await vision({ pictures: 'png' }).ask({
      system: 'Be brief.',
      parts: ['Compare', picture, 'with', picture],
      maxTokens: 50,
      seed: 7,
    })
    expect(answer).toBe('Two dogs.')
    const [asked] = server.asked
    expect(asked?.texts).toEqual(['Be brief.', 'Compare', 'with'])
    expect(asked?.pictures.map(({ width, height, data }) => ({ width, height, data }))).toEqual([
      picture,
      picture,
    ])
    expect(asked?.body).toMatchObject({ max_tokens: 50, temperature: 0, seed: 7 })
    const content = (asked?.body.messages[1]?.content ?? []) as readonly { readonly type: string }[]
    expect(content.map(({ type }) => type)).toEqual(['text', 'image_url', 'text', 'image_url'])
  })

  it('may ask for JSON by schema, by mode, or by words', async () => {
    const jsonSchema = {
      type: 'object',
      properties: { ok: { type: 'boolean' } },
      required: ['ok'],
      additionalProperties: false,
    }
    server.turns = [{ says: '{"ok": true}' }]
    for (const json of ['schema', 'object', 'prompt'] as const)
      expect(await vision({ json }).ask({ parts: ['Is it?'], jsonSchema })).toBe('{"ok":true}')
    const [schema, object, prompt] = server.asked
    expect(schema?.body.response_format).toMatchObject({
      type: 'json_schema',
      json_schema: { schema: jsonSchema },
    })
    expect(object?.body.response_format).toEqual({ type: 'json_object' })
    expect(prompt?.body).not.toHaveProperty('response_format')
    expect(prompt?.texts.at(-1)).toContain(JSON.stringify(jsonSchema))
  })

  it.each([
    ['fences', '```json\n{"a": [1]}\n```'],
    ['thoughts', '<think>Maybe {"a": 2}?</think>\n{"a": [1]}'],
  ])('takes JSON out of %s', async (_, says) => {
    server.turns = [{ says }]
    expect(await vision().ask({ parts: ['?'], jsonSchema: {} })).toBe('{"a":[1]}')
  })

  it('goes on from what was said before, and tells what it took', async () => {
    server.turns = [{ says: 'Now in JSON.', usage: { prompt_tokens: 2000, completion_tokens: 500 } }]
    const tool = vision({ pictures: 'png', price: { input: 2, output: 8 } })
    const before = [
      { role: 'user' as const, parts: [picture, 'What is it?'] },
      { role: 'assistant' as const, parts: ['A dog.'] },
    ]
    const answer = await tool.answer?.({ before, parts: ['And now?'] })
    expect(answer).toMatchObject({ outcome: 'answer', text: 'Now in JSON.', model: 'gpt-4o' })
    expect(answer).toMatchObject({ inputTokens: 2000, outputTokens: 500, cost: 0.008 })
    expect(server.asked[0]?.body.messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'user'])
    expect(server.asked[0]?.body.messages[1]?.content).toBe('A dog.')
    expect(server.asked[0]?.pictures).toHaveLength(1)
  })

  it('is answered with whatever came of it', async () => {
    server.turns = [{ says: 'I', finish: 'length' }, { says: null, refusal: 'No.' }, { says: '' }]
    const outcomes = []
    for (let i = 0; i < 3; i++) outcomes.push(await askVision(vision(), { parts: ['?'] }))
    expect(outcomes).toMatchObject([
      { outcome: 'cut-off', text: 'I' },
      { outcome: 'refused', reason: 'No.' },
      { outcome: 'answer', text: '' },
    ])
  })

  it('waits until the server takes another call, whoever asks', async () => {
    server.turns = [{ says: 'Yes.', afterMs: 5 }]
    const tool = vision({ concurrency: 2 })
    await Promise.all(Array.from({ length: 6 }, () => tool.ask({ parts: ['?'] })))
    expect(server.mostAtOnce).toBe(2)
  })

  it('is given up when it is told to', async () => {
    server.turns = [{ fault: 'silence' }]
    const stop = new AbortController()
    const asked = vision().ask({ parts: ['?'], signal: stop.signal })
    setTimeout(() => stop.abort(), 20)
    expect((await failure(asked)).code).toBe('cancelled')
  })

  it('learns what a model does not take, and asks in its way from then on', async () => {
    await serve({ ...gpt, unsupported: ['max_tokens', 'temperature'] })
    const tool = vision()
    expect(await tool.ask({ parts: ['Hi'] })).toBe('Hello.')
    expect(await tool.ask({ parts: ['Hi'], maxTokens: 9 })).toBe('Hello.')
    expect(server.asked[1]?.body).toMatchObject({ max_completion_tokens: 9 })
    expect(server.asked[1]?.body).not.toHaveProperty('temperature')
  })

  it('has no key where the server wants none', async () => {
    await serve({ models: ['gpt-4o'], dialect: 'vllm' })
    await vision({ key: undefined }).ask({ parts: ['Hi'] })
    expect(server.asked[0]).not.toHaveProperty('authorization')
  })
})

describe('what passes', () => {
  const overloaded = { status: 503, body: 'upstream connect error', headers: {} }

  it.each([
    [
      'a busy server',
      [{ status: 429, body: { error: { message: 'Rate limit reached', code: 'rate_limit_exceeded' } } }],
    ],
    ['a failing one', [overloaded, { status: 500, body: { error: { message: 'oops' } } }]],
    ['a broken connection', [{ fault: 'drop' as const }, { fault: 'drop' as const }]],
    ['half an answer', [{ fault: 'half' as const }]],
  ])('%s is asked again', async (_, turns) => {
    server.turns = [...turns, { says: 'At last.' }]
    expect(await vision().ask({ parts: ['?'] })).toBe('At last.')
    expect(server.asked).toHaveLength(turns.length + 1)
  })

  it('waits as long as it is told', async () => {
    server.turns = [{ status: 429, body: {}, headers: { 'retry-after': '0' } }, { says: 'Now.' }]
    expect(await vision({ backoffSeconds: 3600 }).ask({ parts: ['?'] })).toBe('Now.')
  })

  it('does not wait for an hour', async () => {
    server.turns = [{ status: 429, body: {}, headers: { 'retry-after': '3600' } }]
    const { message, code } = await failure(vision().ask({ parts: ['?'] }))
    expect(code).toBe('tool-server')
    expect(message).toMatch(/asks to wait 3600 s/)
  })

  it('is given up in the end', async () => {
    server.turns = [{ fault: 'drop' }]
    const { message, code } = await failure(vision({ retries: 2 }).ask({ parts: ['?'] }))
    expect(code).toBe('tool-server')
    expect(message).toMatch(/^vision \(gpt-4o\) at http:\/\/127\.0\.0\.1:\d+\/v1: no answer after 3 tries: /)
    expect(server.asked).toHaveLength(3)
  })

  it('is no quota that is used up', async () => {
    const body = { error: { message: 'You exceeded your current quota.', code: 'insufficient_quota' } }
    server.turns = [{ status: 429, body }]
    expect((await failure(vision().ask({ parts: ['?'] }))).message).toMatch(
      /HTTP 429: You exceeded your current quota/,
    )
    expect(server.asked).toHaveLength(1)
  })

  it('ends with the time limit', async () => {
    server.turns = [{ fault: 'silence' }]
    const { message, code } = await failure(vision({ timeLimitSeconds: 0.2 }).ask({ parts: ['?'] }))
    expect(code).toBe('tool-server')
    expect(message).toMatch(/no answer within its time limit \(1 try\); raise timeLimitSeconds/)
  })
})

describe('what does not pass', () => {
  it('a server that is not there', async () => {
    const { baseUrl } = server
    await server.close()
    const { message } = await failure(vision({ baseUrl, retries: 0 }).ask({ parts: ['?'] }))
    expect(message).toMatch(/no answer after 1 try: .*ECONNREFUSED.*check that the server runs/)
  })

  it('a wrong key, which is not shown even where the server shows it', async () => {
    const wrong = 'sk-wrong-key-abcdef'
    const { message } = await failure(vision({ key: wrong }).ask({ parts: ['?'] }))
    expect(message).toMatch(/HTTP 401: Incorrect API key provided: …\. .*; check the key/)
    expect(message).not.toContain(wrong)
  })

  it.each(['openai', 'vllm'] as const)('a model that is not there, as %s says it', async (dialect) => {
    await serve({ models: ['qwen2.5-vl'], dialect })
    expect((await failure(vision().ask({ parts: ['?'] }))).message).toMatch(
      /HTTP 404: The model `gpt-4o` does not exist/,
    )
  })

  it('an address without its /v1', async () => {
    const { message } = await failure(
      vision({ baseUrl: server.baseUrl.replace('/v1', '') }).ask({ parts: ['?'] }),
    )
    expect(message).toMatch(/HTTP 404: "?Not Found"?; check the address \(with its \/v1\)/)
  })

  it('a page of a proxy', async () => {
    server.turns = [{ status: 200, body: '<html>Welcome</html>' }]
    expect((await failure(vision().ask({ parts: ['?'] }))).message).toMatch(/HTTP 200 with '<html>Welcome/)
  })

  it.each([
    [
      'a refusal',
      { says: null, refusal: "I can't help with that." },
      'tool-refused',
      /the model refused: I can't help/,
    ],
    ['a filter within', { says: '', finish: 'content_filter' }, 'tool-refused', /content filter stopped/],
    [
      'a filter before',
      { status: 400, body: { error: { message: 'flagged', code: 'content_filter' } } },
      'tool-refused',
      /content filter refused the request: flagged/,
    ],
    ['broken JSON', { says: '{"a": 1' }, 'tool-answer', /expected JSON, the model answered '{"a": 1'/],
    ['prose for JSON', { says: 'Sure! Here it is.' }, 'tool-answer', /expected JSON/],
    [
      'an answer cut off',
      { says: '{"a": "b', finish: 'length' },
      'tool-answer',
      /cut off after 1024 tokens.*raise maxTokens/,
    ],
    ['nothing', { says: null }, 'tool-answer', /the answer is empty/],
    ['no choices', { status: 200, body: { choices: [] } }, 'tool-server', /without choices/],
  ])('%s has a code of its own', async (_, turn, code, message) => {
    server.turns = [turn]
    const error = await failure(vision().ask({ parts: ['?'], jsonSchema: {} }))
    expect(error.code).toBe(code)
    expect(error.message).toMatch(message)
  })
})

describe('jobs by questions', () => {
  it('finds things, in pixels of the picture that the model saw', async () => {
    // 60×40 is sent as 56×56: in a size of 28 a model's own pixels are those of the picture.
    server.turns = [
      {
        says: JSON.stringify({
          objects: [
            { label: 'Dog', certainty: 'certain', box: { left: 28, top: 0, right: 56, bottom: 28 } },
            { label: 'cat', certainty: 'unsure', box: { left: 10, top: 10, right: 10, bottom: 20 } },
            { label: 'far out', certainty: 'likely', box: { left: -5, top: 14, right: 14, bottom: 900 } },
          ],
        }),
      },
    ]
    expect(await visionDetector(vision()).detect(picture)).toEqual([
      { label: 'dog', score: 0.95, box: { x: 30, y: 0, width: 30, height: 20 } },
      { label: 'far out', score: 0.7, box: { x: 0, y: 10, width: 15, height: 30 } },
    ])
    expect(server.asked[0]?.pictures[0]).toMatchObject({ width: 56, height: 56 })
    expect(server.asked[0]?.texts[0]).toContain('56 wide and 56 high')
  })

  it('finds things in thousandths', async () => {
    server.turns = [
      {
        says: JSON.stringify({
          objects: [
            { label: 'dog', certainty: 'likely', box: { left: 500, top: 0, right: 1000, bottom: 500 } },
          ],
        }),
      },
    ]
    expect(await visionDetector(vision(), 'thousandths').detect(picture)).toEqual([
      { label: 'dog', score: 0.7, box: { x: 30, y: 0, width: 30, height: 20 } },
    ])
  })

  it('tags', async () => {
    server.turns = [
      {
        says: JSON.stringify({
          tags: [
            { tag: 'sky', certainty: 'likely' },
            { tag: 'Dog', certainty: 'certain' },
          ],
        }),
      },
    ]
    expect(await visionTagger(vision()).tag(picture)).toEqual([
      { tag: 'dog', score: 0.95 },
      { tag: 'sky', score: 0.7 },
    ])
  })

  it('reads', async () => {
    server.turns = [
      {
        says: JSON.stringify({
          lines: [
            { text: '营业中 OPEN', certainty: 'certain', box: { left: 0, top: 0, right: 56, bottom: 28 } },
          ],
        }),
      },
    ]
    expect(await visionOcr(vision()).read(picture)).toEqual([
      {
        text: '营业中 OPEN',
        score: 0.95,
        corners: [
          [0, 0],
          [60, 0],
          [60, 20],
          [0, 20],
        ],
      },
    ])
  })

  it('says what does not fit', async () => {
    server.turns = [{ says: '{"objects": [{"label": "dog"}]}' }]
    const { code, message } = await failure(visionDetector(vision()).detect(picture))
    expect(code).toBe('tool-answer')
    expect(message).toMatch(/^detector \(openai:gpt-4o\): the answer does not fit: objects\.0\./)
  })
})

describe('the contracts', () => {
  const box = { left: 100, top: -20, right: 900, bottom: 2000 }
  const answering = (answer: unknown): void => {
    server.turns = [{ says: JSON.stringify(answer) }]
  }

  describe('of a detector', () => {
    beforeEach(() => answering({ objects: [{ label: 'T-Shirt', certainty: 'likely', box }] }))
    contracts.detector(() => visionDetector(vision(), 'thousandths'))
  })
  describe('of a tagger', () => {
    beforeEach(() =>
      answering({
        tags: [
          { tag: 'sea', certainty: 'unsure' },
          { tag: 'Sea ', certainty: 'certain' },
          { tag: '', certainty: 'certain' },
        ],
      }),
    )
    contracts.tagger(() => visionTagger(vision()))
  })
  describe('of OCR', () => {
    beforeEach(() => answering({ lines: [{ text: ' OPEN ', certainty: 'certain', box }] }))
    contracts.ocr(() => visionOcr(vision(), 'thousandths'))
  })
})
