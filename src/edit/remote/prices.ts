import type { Price } from './configuration.ts'

/** A price from a public document, in USD. It changes without notice: the configuration overrides it. */
export interface ListedPrice extends Price {
  readonly model: string
  /** It holds for addresses of this host and those under it, and for no other seller of the model. */
  readonly host: string
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
  // The tokens of the instruction cost 5; the price of those of the picture is taken for both.
  {
    model: 'gpt-image-2.6-sunburst',
    host: 'api.openai.com',
    perMillionInputTokens: 8,
    perMillionOutputTokens: 30,
    address: 'https://developers.openai.com/api/docs/models/gpt-image-2.6-sunburst',
    seen: '2026-11-27',
  },
  // Text costs 2.
  {
    model: 'gpt-image-1-mini',
    host: 'api.openai.com',
    perMillionInputTokens: 2.5,
    perMillionOutputTokens: 8,
    address: 'https://developers.openai.com/api/docs/models/gpt-image-1-mini',
    seen: '2026-11-27',
  },
  // 1,290 tokens a picture of 1K.
  {
    model: 'gemini-2.5-flash-image',
    host: 'generativelanguage.googleapis.com',
    perMillionInputTokens: 0.3,
    perMillionOutputTokens: 30,
    address: 'https://discuss.ai.google.dev/t/issue-with-url-context-tooling/101173',
    seen: '2026-11-27',
  },
  // 1,120 tokens a picture of 1K.
  {
    model: 'gemini-nano-banana-2.1',
    host: 'generativelanguage.googleapis.com',
    perMillionInputTokens: 1.5,
    perMillionOutputTokens: 30,
    address: 'https://github.com/BerriAI/litellm/discussions/44983',
    seen: '2026-11-27',
  },
  // 1,120 tokens a picture of 1K or 2K.
  {
    model: 'gemini-3-pro-image',
    host: 'generativelanguage.googleapis.com',
    perMillionInputTokens: 2,
    perMillionOutputTokens: 120,
    address: 'https://ngrok.com/changelog/ai-gateway-gemini-image-output',
    seen: '2026-11-27',
  },
  {
    model: 'seedream-4-0-250828',
    host: 'bytepluses.com',
    perImage: 0.03,
    address: 'https://docs.byteplus.com/en/docs/Byteplus_LAS/Large_model_billing',
    seen: '2026-11-27',
  },
  {
    model: 'seedream-4-5-251128',
    host: 'bytepluses.com',
    perImage: 0.04,
    address: 'https://docs.byteplus.com/en/docs/Byteplus_LAS/Large_model_billing',
    seen: '2026-11-27',
  },
  {
    model: 'flux-kontext-pro',
    host: 'bfl.ai',
    perImage: 0.04,
    address: 'https://github.com/black-forest-labs/skills/blob/main/skills/bfl-api/SKILL.md',
    seen: '2026-11-27',
  },
  {
    model: 'flux-kontext-max',
    host: 'bfl.ai',
    perImage: 0.08,
    address: 'https://github.com/black-forest-labs/skills/blob/main/skills/bfl-api/SKILL.md',
    seen: '2026-11-27',
  },
  // One megapixel in and one out, and one for each further picture; each answer of the server says what the edit really costs.
  {
    model: 'flux-2-pro',
    host: 'bfl.ai',
    perImage: 0.045,
    perFurtherImage: 0.015,
    address: 'https://github.com/black-forest-labs/skills/blob/main/skills/bfl-api/SKILL.md',
    seen: '2026-11-27',
  },
]

/** The listed price of a model at an address, if there is one. */
export function listedPrice(model: string, baseUrl: string): ListedPrice | undefined {
  const { hostname } = new URL(baseUrl)
  return listedPrices.find(
    (price) => price.model === model && (hostname === price.host || hostname.endsWith(`.${price.host}`)),
  )
}
