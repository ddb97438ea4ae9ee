import type { EditUsage } from '../progress.ts'
import type { Price } from './configuration.ts'

/** The cost of an edit in USD; undefined without prices. @param further pictures beside the edited one */
export function usageCost(price: Price | undefined, usage: EditUsage, further = 0): number | undefined {
  if (!price) return undefined
  const { inputTokens = 0, outputTokens = 0, images = 0 } = usage
  return (
    images * ((price.perImage ?? 0) + further * (price.perFurtherImage ?? 0)) +
    (inputTokens * (price.perMillionInputTokens ?? 0)) / 1e6 +
    (outputTokens * (price.perMillionOutputTokens ?? 0)) / 1e6
  )
}

/**
 * What an edit would cost in USD: a picture, and by token what is expected of it, with about three characters of an
 * instruction a token.
 */
export function estimatedCost(
  price: Price,
  tokens: { readonly input: number; readonly output: number } | undefined,
  instruction: string,
  further: number,
): number {
  const usage = {
    images: 1,
    inputTokens: (tokens?.input ?? 0) + Math.ceil(instruction.length / 3),
    outputTokens: tokens?.output ?? 0,
  }
  return usageCost(price, usage, further)!
}
