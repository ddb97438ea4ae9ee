import type { TokenPrice } from './judge.ts'

/** A price from a public document, in USD for a million tokens. It changes without notice: the configuration overrides it. */
export interface ListedTokenPrice extends TokenPrice {
  readonly model: string
  /** It holds for addresses of this host, and for no other seller of the model. */
  readonly host: string
  /** The document, and the day on which it was read, as YYYY-MM-DD. */
  readonly address: string
  readonly seen: string
}

/** Prices of models that see pictures. What is missing has no price here: name it under `price` in the configuration. */
export const listedTokenPrices: readonly ListedTokenPrice[] = [
  {
    model: 'gpt-4.1',
    host: 'api.openai.com',
    input: 2,
    output: 8,
    address: 'https://github.com/github/docs/blob/main/data/tables/copilot/models-and-pricing.yml',
    seen: '2026-11-28',
  },
  {
    model: 'gpt-5-mini',
    host: 'api.openai.com',
    input: 0.25,
    output: 2,
    address: 'https://github.com/github/docs/blob/main/data/tables/copilot/models-and-pricing.yml',
    seen: '2026-11-28',
  },
  {
    model: 'gpt-5.4-mini',
    host: 'api.openai.com',
    input: 0.75,
    output: 4.5,
    address: 'https://docs.rs/crate/adk-model/0.6.0/source/src/openai/pricing.rs',
    seen: '2026-11-28',
  },
]

/** The listed price of a model at an address; a dated name such as `gpt-4.1-2025-04-14` is that of its model. */
export function listedPrice(model: string, baseUrl: string): TokenPrice | undefined {
  const { hostname } = new URL(baseUrl)
  const bare = model.replace(/-\d{4}-\d{2}-\d{2}$/, '')
  const listed = listedTokenPrices.find((each) => each.model === bare && each.host === hostname)
  return listed && { input: listed.input, output: listed.output }
}
