import { readFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { filteredTurns, openJudgeServer } from '../../../test/judgeServer.ts'
import { openSmallProxy, throughProxy } from '../../../test/proxy.ts'
import type { SmallChatServer } from '../../../test/smallChatServer.ts'
import { type Picture, readPicture, resizePicture } from '../../image/index.ts'
import { type JudgeConfig, JudgeError, sha256, textTokens } from '../../judges/index.ts'
import { type Toolbox, ToolError } from '../../tools/index.ts'
import type { EditJudge, EditJudgeCall, EditQuestion } from './judge.ts'
import { openEditJudge } from './openEditJudge.ts'
import { consistencyPrompt, qualityPrompt } from './viescore/prompts.ts'

const key = 'sk-test-0123456789'

let server: SmallChatServer
const serve = async (options: Parameters<typeof openJudgeServer>[0] = {}): Promise<void> => {
  await server?.close()
  server = await openJudgeServer({ key, ...options })
}
beforeEach(() => serve())
afterEach(() => server.close())

const painted = (width: number, height: number, step: number): Picture => ({
  width,
  height,
  data: Uint8Array.from({ length: width * height * 3 }, (_, i) => (i * step) % 256),
})
const source = painted(24, 16, 7)
const edited = painted(30, 30, 11)
const sc: EditQuestion = { type: 'sc', instruction: 'Make it red.', source, edited }
const pq: EditQuestion = { type: 'pq', edited, sourceSize: source }
const pair: EditQuestion = {
  type: 'pair',
  instruction: 'Make it red.',
  source,
  first: edited,
  second: source,
}

const open = (config: Partial<JudgeConfig> & { readonly type: JudgeConfig['type'] }, more = {}): EditJudge =>
  openEditJudge('tested', {
    judges: { tested: { baseUrl: server.baseUrl, key: 'KEY', ...config } as JudgeConfig },
    environment: { KEY: key },
    backoffSeconds: 0.001,
    ...more,
  })
const gpt = (config: Partial<JudgeConfig> = {}, more = {}) =>
  open({ type: 'gpt-4.1', ...config } as never, more)
const request = { repeat: 0, signal: new AbortController().signal }
const ask = (judge: EditJudge, question: EditQuestion = sc, repeat = 0): Promise<EditJudgeCall> =>
  judge.ask(question, { ...request, repeat })
const says = (...texts: readonly string[]): void => {
  server.respond = undefined
  server.turns = texts.map((text) => ({ says: text }))
}
const good = '{"score": [8, 9], "reasoning": "Red."}'

const failure = async (asked: Promise<unknown>): Promise<JudgeError> => {
  const error = await asked.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  expect(error).toBeInstanceOf(JudgeError)
  const { message } = error as JudgeError
  expect(message).not.toContain('\n')
  expect(message).not.toContain(key)
  return error as JudgeError
}

/** Types of the parts of the only message, and the rest of the body. */
function sent(index = 0): {
  readonly types: readonly string[]
  readonly rest: object
  readonly formats: unknown
} {
  const { messages, model, ...rest } = server.asked[index]!.body
  expect(messages).toHaveLength(1)
  const content = messages[0]!.content as readonly { type: string; image_url?: { url: string } }[]
  const formats = content.flatMap(({ image_url }) => image_url?.url.split(';')[0] ?? [])
  return { types: content.map(({ type }) => type), rest: { model, ...rest }, formats }
}

describe('GPT-4.1', () => {
  it('is asked as the official script asks it', async () => {
    const call = await ask(gpt())
    expect(sent()).toEqual({
      types: ['text', 'image_url', 'image_url'],
      rest: { model: 'gpt-4.1', max_tokens: 1400 },
      formats: ['data:image/jpeg', 'data:image/jpeg'],
    })
    expect(server.asked[0]!.texts).toEqual([consistencyPrompt('Make it red.')])
    expect(server.asked[0]!.pictures.map(({ width, height }) => [width, height])).toEqual([
      [24, 16],
      [24, 16],
    ])
    expect(call).toMatchObject({ convention: 'gpt-4.1', model: 'gpt-4.1', judge: 'tested' })
    expect(call).not.toHaveProperty('seed')
  })

  it('is asked for quality by the edited picture alone, without the instruction', async () => {
    await ask(gpt(), pq)
    expect(sent().types).toEqual(['text', 'image_url'])
    expect(server.asked[0]!.texts).toEqual([qualityPrompt])
    expect(server.asked[0]!.pictures).toMatchObject([{ width: 24, height: 16 }])
  })

  it('is asked through the proxy of the environment', async () => {
    const proxy = await openSmallProxy()
    const baseUrl = throughProxy(server.baseUrl)
    const environment = { KEY: key, HTTP_PROXY: proxy.address }
    await ask(gpt({ baseUrl }, { environment }))
    expect(proxy.asked).toEqual([`POST ${baseUrl}/chat/completions`])
    await proxy.close()
  })

  it('is asked when its turn comes, with the pictures encoded, and again after an answer that cannot be read', async () => {
    says('no scores', good)
    let turns = 0
    const call = await gpt().ask(sc, {
      ...request,
      whenReady: (run) => {
        expect(server.asked).toHaveLength(turns++)
        return run()
      },
    })
    expect([turns, call.scores]).toEqual([2, [8, 9]])
  })

  it('needs its key, which stands in the environment alone', () => {
    expect(() => openEditJudge('gpt-4.1')).toThrow(
      "judge 'gpt-4.1': expected its key in the environment variable OPENAI_API_KEY, which is not set",
    )
    expect(openEditJudge('gpt-4.1', { environment: { OPENAI_API_KEY: key } }).name).toBe('gpt-4.1')
  })

  it('that is no longer served says when it went', async () => {
    await serve({ models: ['gpt-5'] })
    const { code, message } = await failure(ask(gpt()))
    expect(code).toBe('judge-unusable')
    expect(message).toMatch(/HTTP 404: The model `gpt-4.1` does not exist.*shuts gpt-4.1 down on 2027-01-14/)
  })
})

describe('Qwen2.5-VL-72B', () => {
  const qwen = () => open({ type: 'qwen2.5-vl-72b' })

  it('is asked as the official script asks it', async () => {
    const call = await ask(qwen())
    expect(sent()).toEqual({
      types: ['image_url', 'image_url', 'text'],
      rest: {
        model: 'Qwen/Qwen2.5-VL-72B-Instruct',
        max_tokens: 512,
        temperature: 0,
        top_k: 1,
        seed: 42,
      },
      formats: ['data:image/png', 'data:image/png'],
    })
    expect(server.asked[0]!.pictures).toMatchObject([
      source,
      resizePicture(edited, { width: 24, height: 16 }),
    ])
    expect(call).toMatchObject({ seed: 42, parameters: { max_tokens: 512, temperature: 0, top_k: 1 } })
  })

  it.each(['openai', 'vllm'] as const)(
    'does without top_k where a server (%s) does not know it',
    async (dialect) => {
      await serve({ dialect, unsupported: ['top_k'] })
      const call = await ask(qwen())
      expect(call.scores).toHaveLength(2)
      expect(call.parameters).toEqual({ max_tokens: 512, temperature: 0 })
    },
  )

  it('is opened by its address', () => {
    expect(openEditJudge('qwen2.5-vl-72b:http://127.0.0.1:8000/v1').name).toBe('qwen2.5-vl-72b')
    expect(() => openEditJudge('qwen2.5-vl-72b:nowhere')).toThrow(
      /expected gpt-4\.1, qwen2\.5-vl-72b:<address/,
    )
  })
})

describe('the pictures', () => {
  const golden = JSON.parse(
    readFileSync(new URL('../../../test/golden/viescore/pillow.json', import.meta.url), 'utf8'),
  ) as { readonly jpeg: string; readonly resized_30x21_sha256: string }
  const known: Picture = {
    width: 24,
    height: 16,
    data: Uint8Array.from({ length: 24 * 16 * 3 }, (_, i) => {
      const [x, y, c] = [Math.floor(i / 3) % 24, Math.floor(i / 72), i % 3]
      return (7 * x + 13 * y * (c + 1) + x * y) % 256
    }),
  }

  it('are the JPEGs that Pillow makes by its defaults', async () => {
    await ask(gpt(), { type: 'pq', edited: known, sourceSize: known })
    const pillow = await readPicture(Buffer.from(golden.jpeg, 'base64'))
    expect(server.asked[0]!.pictures[0]!.data).toEqual(pillow.data)
    expect(pillow.data).not.toEqual(known.data)
  })

  it('are stretched as Pillow stretches them by its defaults', async () => {
    await ask(open({ type: 'qwen2.5-vl-72b' }), {
      type: 'pq',
      edited: known,
      sourceSize: { width: 30, height: 21 },
    })
    expect(sha256(server.asked[0]!.pictures[0]!.data)).toBe(golden.resized_30x21_sha256)
  })
})

describe('another judge', () => {
  const custom = { type: 'custom', model: 'gpt-4.1' } as const

  it('is held to a JSON schema', async () => {
    await ask(open(custom))
    expect(sent().rest).toMatchObject({ temperature: 0, seed: 42, response_format: { type: 'json_schema' } })
  })

  it('is asked without it where the server cannot', async () => {
    await serve({ unsupported: ['response_format'] })
    const call = await ask(open(custom))
    expect(call.scores).toHaveLength(2)
    expect(call.parameters).toEqual({ max_tokens: 1024, temperature: 0 })
  })

  it('learns from refusals that come at the same time', async () => {
    await serve({ unsupported: ['response_format'] })
    const judge = open(custom)
    const calls = await Promise.all([sc, pq, pair, sc].map((question) => ask(judge, question)))
    expect(calls.flatMap(({ problem }) => problem ?? [])).toEqual([])
  })

  it('is another one with other parameters, and the same with more hands', () => {
    const { identity } = open(custom)
    expect(open({ ...custom, concurrency: 3, retries: 1 }).identity).toBe(identity)
    expect(open({ ...custom, maxTokens: 2000 }).identity).not.toBe(identity)
    expect(open({ ...custom, parameters: { repetition_penalty: 1.05 } }).identity).not.toBe(identity)
  })
})

describe('a call', () => {
  it('is stored whole', async () => {
    server.respond = undefined
    const usage = { prompt_tokens: 1000, completion_tokens: 100 }
    server.turns = [
      { says: good, model: 'gpt-4.1-2025-04-14', provider: 'Azure', fingerprint: 'fp_1', usage },
    ]
    let time = 100
    const clock = { now: () => new Date('2026-11-27T12:00:00Z'), monotonic: () => (time += 2) }
    const call = await ask(gpt({}, { clock }), sc, 3)
    const files = sentFiles()
    expect(call).toEqual({
      question: 'sc',
      judge: 'tested',
      convention: 'gpt-4.1',
      model: 'gpt-4.1',
      reported: 'gpt-4.1-2025-04-14 (Azure)',
      fingerprint: 'fp_1',
      promptHash: sha256(consistencyPrompt('Make it red.')),
      pictureHashes: files.map(sha256),
      parameters: { max_tokens: 1400 },
      repeat: 3,
      raw: [good],
      scores: [8, 9],
      reasoning: 'Red.',
      inputTokens: 1000,
      outputTokens: 100,
      cost: (2 * 1000 + 8 * 100) / 1e6,
      seconds: 2,
      at: '2026-11-27T12:00:00.000Z',
    })
  })

  const sentFiles = () => {
    const content = server.asked[0]!.body.messages[0]!.content as readonly { image_url?: { url: string } }[]
    return content.flatMap(({ image_url }) =>
      image_url ? [Buffer.from(image_url.url.split(',')[1]!, 'base64')] : [],
    )
  }

  it('never takes less than no time, whatever the clock does', async () => {
    let hour = 12
    const clock = { now: () => new Date(Date.UTC(2026, 0, 1, hour--)), monotonic: () => hour }
    expect((await ask(gpt({}, { clock }))).seconds).toBe(0)
  })

  it('tells what it will cost, roughly', () => {
    const judge = gpt()
    const words = textTokens(consistencyPrompt('Make it red.'))
    expect(judge.estimate?.(sc)).toBeCloseTo((2 * (words + 2 * 255) + 8 * 100) / 1e6, 9)
    expect(judge.estimate?.(pq)).toBeCloseTo((2 * (textTokens(qualityPrompt) + 255) + 8 * 100) / 1e6, 9)
    expect(open({ type: 'qwen2.5-vl-72b' }).estimate).toBeUndefined()
  })
})

describe('an answer that cannot be read', () => {
  it('is asked for again, and all of them are kept', async () => {
    says('I like it.', '{"score": [8, 9], "reas', '{"score": [11, 9]}', good)
    const call = await ask(gpt({ tries: 3 }))
    // The second one is read by the official parser: it takes a list from text without an object.
    expect(call).toMatchObject({ raw: ['I like it.', '{"score": [8, 9], "reas'], scores: [8, 9] })
    expect(call.inputTokens).toBe(2)
  })

  it.each([
    ['prose', 'I would give it an eight and a nine.', 'unparsable'],
    ['half a JSON', '{"score": [8, ', 'unparsable'],
    ['a page', '<html><body>Score: 8/10</body></html>', 'unparsable'],
    ['nothing', '', 'unparsable'],
    ['too much', '{"score": [15, 9], "reasoning": "Wow."}', 'out-of-range'],
    ['a single score', '{"score": [8], "reasoning": "Fine."}', 'wrong-count'],
  ] as const)('%s is missing in the end', async (_, text, problem) => {
    says(text)
    const call = await ask(gpt())
    expect(call.problem).toBe(problem)
    expect(call.raw).toEqual([text, text, text])
    expect(call).not.toHaveProperty('scores')
    expect(server.count).toBe(3)
  })

  it('keeps the numbers that do not count', async () => {
    says('{"score": [8, 7, 6]}')
    expect(await ask(gpt())).toMatchObject({ problem: 'wrong-count', read: [8, 7, 6] })
  })

  it('has another seed the next time, and in each repeat', async () => {
    says('Hm.', good, good)
    const judge = open({ type: 'custom', model: 'gpt-4.1' })
    const calls = [await ask(judge, sc, 0), await ask(judge, sc, 1)]
    expect(server.asked.map(({ body }) => body.seed)).toEqual([42, 43, 1042])
    expect(calls.map(({ seed }) => seed)).toEqual([43, 1042])
  })
})

describe('a question that will not be answered', () => {
  it.each(Object.entries(filteredTurns))(
    'is told apart and not repeated: %s',
    async (_, { turn, reason }) => {
      server.respond = undefined
      server.turns = [turn]
      const call = await ask(gpt())
      expect(call.problem).toBe('filtered')
      expect(call.reason).toMatch(reason)
      expect(call.raw[0]).not.toBe('')
      expect(server.count).toBe(1)
    },
  )

  it('is refused by the model', async () => {
    server.respond = undefined
    server.turns = [{ says: null, refusal: "I can't rate people." }]
    expect(await ask(gpt())).toMatchObject({
      problem: 'refused',
      reason: "I can't rate people.",
      raw: ["I can't rate people."],
    })
    expect(server.count).toBe(1)
  })

  it('is cut off before its scores, and not where they are there', async () => {
    server.respond = undefined
    server.turns = [{ says: '{"reasoning": "It is', finish: 'length' }]
    expect(await ask(gpt())).toMatchObject({ problem: 'cut-off', raw: ['{"reasoning": "It is'] })
    expect(server.count).toBe(1)
    server.turns = [{ says: '{"score": [8, 7], "reasoning": "It is', finish: 'length' }]
    expect(await ask(gpt())).toMatchObject({ scores: [8, 7] })
  })
})

describe('a server', () => {
  it('that is busy is asked when it says', async () => {
    server.respond = undefined
    server.turns = [{ status: 429, body: {}, headers: { 'retry-after': '0' } }, { says: good }]
    expect((await ask(gpt({}, { backoffSeconds: 3600 }))).scores).toEqual([8, 9])
  })

  it('that cannot be reached leaves the question open', async () => {
    const judge = gpt({ retries: 0 })
    await server.close()
    expect((await failure(ask(judge))).code).toBe('judge')
    await serve()
  })

  it('that answers a page is no judge', async () => {
    server.respond = undefined
    server.turns = [{ status: 200, body: '<html>Welcome</html>' }]
    const { code, message } = await failure(ask(gpt()))
    expect([code, message]).toEqual([
      'judge',
      expect.stringMatching(/^judge 'tested' at http.*with '<html>.*' instead of JSON/),
    ])
  })

  it.each([
    [
      401,
      { error: { message: `Incorrect API key provided: ${key}`, code: 'invalid_api_key' } },
      /check the key/,
    ],
    [
      429,
      { error: { message: 'You exceeded your quota.', code: 'insufficient_quota' } },
      /HTTP 429: You exceeded/,
    ],
    [403, { error: { message: 'Not allowed.' } }, /check that this key may use this model/],
  ])('that will answer nothing (%s) is told apart', async (status, body, message) => {
    server.respond = undefined
    server.turns = [{ status, body }]
    const error = await failure(ask(gpt()))
    expect(error.code).toBe('judge-unusable')
    expect(error.message).toMatch(message)
  })

  it('is left when the run is cancelled', async () => {
    server.respond = undefined
    server.turns = [{ fault: 'silence' }]
    const signal = AbortSignal.timeout(50)
    const stop = new AbortController()
    signal.addEventListener('abort', () => stop.abort())
    expect((await failure(gpt().ask(sc, { repeat: 0, signal: stop.signal }))).code).toBe('cancelled')
  })
})

describe('a pair', () => {
  it('is asked with its three pictures', async () => {
    says('{"reasoning": "B keeps the rest.", "preferred": "B"}')
    const call = await ask(gpt(), pair)
    expect(call).toMatchObject({ question: 'pair', preferred: 'second', reasoning: 'B keeps the rest.' })
    expect(sent().types).toEqual(['text', 'image_url', 'image_url', 'image_url'])
    expect(server.asked[0]!.texts[0]).toContain('Make it red.')
  })

  it('without a clear word is missing', async () => {
    says('{"preferred": "both"}')
    expect(await ask(gpt(), pair)).toMatchObject({ problem: 'unparsable' })
    expect(server.count).toBe(3)
  })
})

describe('a local judge', () => {
  const local = (answer: () => Promise<string>): EditJudge =>
    openEditJudge('local', {
      toolbox: {
        has: () => true,
        get: () => ({
          facts: { implementation: 'tiny', version: '1', concurrency: 2, timeLimitSeconds: 1 },
          ask: answer,
        }),
      } as unknown as Toolbox,
    })

  it('is the vision tool', async () => {
    const judge = local(() => Promise.resolve(good))
    expect(await ask(judge)).toMatchObject({ convention: 'local', model: 'tiny', scores: [8, 9], seed: 42 })
    expect(judge.concurrency).toBe(2)
  })

  it('may refuse, and fail', async () => {
    const throws = (code: 'tool-refused' | 'tool-failed') => () => Promise.reject(new ToolError(code, 'no'))
    expect(await ask(local(throws('tool-refused')))).toMatchObject({ problem: 'refused', reason: 'no' })
    expect((await failure(ask(local(throws('tool-failed'))))).code).toBe('judge')
  })

  it('is missing where there is no vision tool', () => {
    const toolbox = { has: () => false } as unknown as Toolbox
    expect(() => openEditJudge('local', { toolbox })).toThrow(/this machine has no vision tool/)
  })
})
