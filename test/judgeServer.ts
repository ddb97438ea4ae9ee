import {
  type ChatManners,
  type ChatTurn,
  openSmallChatServer,
  type SmallChatServer,
} from './smallChatServer.ts'

const azureFilter = {
  message:
    "The response was filtered due to the prompt triggering Azure OpenAI's content management policy. Please modify your prompt and retry.",
  type: null,
  param: 'prompt',
  code: 'content_filter',
  status: 400,
  innererror: {
    code: 'ResponsibleAIPolicyViolation',
    content_filter_result: {
      hate: { filtered: false, severity: 'safe' },
      jailbreak: { filtered: true, detected: true },
      violence: { filtered: false, severity: 'safe' },
    },
  },
}

/** The forms in which servers say that a filter stopped a judge's question, with what is told of each. */
export const filteredTurns: Readonly<Record<string, { readonly turn: ChatTurn; readonly reason: RegExp }>> = {
  'Azure, a jailbreak': {
    turn: { status: 400, body: { error: azureFilter } },
    reason: /^jailbreak: The response was filtered/,
  },
  'OpenAI, its policy': {
    turn: {
      status: 400,
      body: {
        error: {
          message: 'Your request was rejected by our safety system.',
          code: 'content_policy_violation',
        },
      },
    },
    reason: /^Your request was rejected/,
  },
  'OpenRouter, what Azure said': {
    turn: {
      status: 400,
      body: {
        error: {
          message: 'Provider returned error',
          code: 400,
          metadata: { raw: JSON.stringify({ error: azureFilter }), provider_name: 'Azure' },
        },
      },
    },
    reason: /^jailbreak: The response was filtered/,
  },
  'OpenRouter, its own moderation': {
    turn: {
      status: 403,
      body: {
        error: {
          message: 'openai/gpt-4.1 requires moderation. Your input was flagged.',
          code: 403,
          metadata: { reasons: ['violence'], flagged_input: 'You are a…', provider_name: 'OpenAI' },
        },
      },
    },
    reason: /^violence: openai\/gpt-4\.1 requires moderation/,
  },
  'a gateway that answers 200': {
    turn: { status: 200, body: { error: { message: 'Provider returned error', code: 'content_filter' } } },
    reason: /^Provider returned error/,
  },
  'LiteLLM, around Azure': {
    turn: {
      status: 400,
      body: {
        error: {
          message: 'litellm.BadRequestError: litellm.ContentPolicyViolationError: AzureException',
          type: null,
          code: '400',
          provider_specific_fields: { innererror: azureFilter.innererror },
        },
      },
    },
    reason: /^jailbreak: litellm/,
  },
  'DashScope, its inspection': {
    turn: {
      status: 400,
      body: {
        error: { message: 'Input data may contain inappropriate content.', code: 'data_inspection_failed' },
      },
    },
    reason: /^Input data may contain/,
  },
  'a filter on the answer': {
    turn: { says: '', finish: 'content_filter' },
    reason: /^finish reason content_filter/,
  },
}

export interface JudgeServerOptions extends Partial<ChatManners> {
  /** The time of an answer in milliseconds. Default: 0. */
  readonly afterMs?: number
}

/** A judge on loopback that answers every question of a benchmark in the right form, the same again for the same text. */
export async function openJudgeServer(options: JudgeServerOptions = {}): Promise<SmallChatServer> {
  const { afterMs = 0, ...manners } = options
  const server = await openSmallChatServer({
    models: ['gpt-4.1', 'Qwen/Qwen2.5-VL-72B-Instruct'],
    ...manners,
  })
  server.respond = ({ texts }) => {
    const text = texts.join('\n')
    const digit = [...text].reduce((sum, letter) => (sum * 31 + (letter.codePointAt(0) ?? 0)) % 9973, 7) % 6
    const says = text.includes('"preferred"')
      ? { reasoning: 'By the letters.', preferred: ['A', 'B', 'tie'][digit % 3] }
      : { score: [10 - digit, 9], reasoning: 'By the letters.' }
    const usage = { prompt_tokens: 1200, completion_tokens: 40 }
    return { says: JSON.stringify(says), afterMs, usage, fingerprint: 'fp_loopback' }
  }
  return server
}
