export type { AdamWOptions, AdamWRates, AdamWState } from './adamw.ts'
export { AdamW, adamw } from './adamw.ts'
