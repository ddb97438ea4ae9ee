/** What a model costs, in USD, without taxes and discounts. */
export interface Price {
  /** Of one edit: one picture in, one out, at the settings that the editor sends. Estimates before a run use it. */
  readonly edit?: number
  /** Of a million tokens, where the server counts them: then the count decides what an edit did cost. */
  readonly tokens?: {
    /** Of instruction and picture, where both cost the same; else of the instruction. */
    readonly input: number
    /** Of the picture that goes in, where it costs something else. */
    readonly inputPicture?: number
    /** Of the picture that comes out. */
    readonly output: number
  }
}

/** A price from a public document. It changes without notice: the configuration overrides it. */
export interface ListedPrice extends Price {
  readonly model: string
  /** The document, and the day on which it was read, as YYYY-MM-DD. */
  readonly address: string
  readonly seen: string
}

/**
 * Prices that stood in a public document. A model that is missing has no price here, either because its vendor names
 * none in USD (Volcengine, DashScope in Beijing, StepFun), or only a lowest one ("from"), or because no document was at
 * hand (DashScope in Singapore). Vendors retire models: a row does not say that the model still runs.
 */
export const listedPrices: readonly ListedPrice[] = [
  // The documents do not say how many tokens a picture has: what an edit costs is known only after it.
  {
    model: 'gpt-image-2.6-sunburst',
    tokens: { input: 5, inputPicture: 8, output: 30 },
    address: 'https://developers.openai.com/api/docs/models/gpt-image-2.6-sunburst',
    seen: '2026-11-27',
  },
  // Quality medium, 1024×1024: 1,056 tokens out, without those of the source picture.
  {
    model: 'gpt-image-1-mini',
    edit: 0.011,
    tokens: { input: 2, inputPicture: 2.5, output: 8 },
    address: 'https://developers.openai.com/api/docs/models/gpt-image-1-mini',
    seen: '2026-11-27',
  },
  // 1,290 tokens a picture.
  {
    model: 'gemini-2.5-flash-image',
    edit: 0.039,
    tokens: { input: 0.3, output: 30 },
    address: 'https://discuss.ai.google.dev/t/issue-with-url-context-tooling/101173',
    seen: '2026-11-27',
  },
  // 1,120 tokens a picture of 1K.
  {
    model: 'gemini-nano-banana-2.1',
    edit: 0.0336,
    tokens: { input: 1.5, output: 30 },
    address: 'https://github.com/BerriAI/litellm/discussions/44983',
    seen: '2026-11-27',
  },
  // A picture of 1K or 2K.
  {
    model: 'gemini-3-pro-image',
    edit: 0.134,
    tokens: { input: 2, output: 120 },
    address: 'https://ngrok.com/changelog/ai-gateway-gemini-image-output',
    seen: '2026-11-27',
  },
  {
    model: 'seedream-4-0-250828',
    edit: 0.03,
    address: 'https://docs.byteplus.com/en/docs/Byteplus_LAS/Large_model_billing',
    seen: '2026-11-27',
  },
  {
    model: 'seedream-4-5-251128',
    edit: 0.04,
    address: 'https://docs.byteplus.com/en/docs/Byteplus_LAS/Large_model_billing',
    seen: '2026-11-27',
  },
  {
    model: 'flux-kontext-pro',
    edit: 0.04,
    address: 'https://github.com/black-forest-labs/skills/blob/main/skills/bfl-api/SKILL.md',
    seen: '2026-11-27',
  },
  {
    model: 'flux-kontext-max',
    edit: 0.08,
    address: 'https://github.com/black-forest-labs/skills/blob/main/skills/bfl-api/SKILL.md',
    seen: '2026-11-27',
  },
  // One megapixel in and one out; each answer of the server says what it really costs.
  {
    model: 'flux-2-pro',
    edit: 0.045,
    address: 'https://github.com/black-forest-labs/skills/blob/main/skills/bfl-api/SKILL.md',
    seen: '2026-11-27',
  },
]

/** The listed price of a model, if there is one. */
export function listedPrice(model: string): ListedPrice | undefined {
  return listedPrices.find((price) => price.model === model)
}

/** What an answer of a server tells of its price. */
export interface Metered {
  /** Pictures that were made. */
  readonly pictures: number
  readonly inputTokens?: number | undefined
  /** How many of the input tokens are those of pictures. */
  readonly inputPictureTokens?: number | undefined
  readonly outputTokens?: number | undefined
}

/** What an edit did cost in USD: by its tokens where price and answer have them, else by its pictures. */
export function costOf(price: Price | undefined, metered: Metered): number | undefined {
  const { tokens, edit } = price ?? {}
  const { inputTokens = 0, inputPictureTokens = 0, outputTokens } = metered
  if (tokens && outputTokens !== undefined) {
    const { input, inputPicture = input, output } = tokens
    const text = inputTokens - inputPictureTokens
    return (text * input + inputPictureTokens * inputPicture + outputTokens * output) / 1e6
  }
  return edit === undefined ? undefined : edit * metered.pictures
}
