export type { AdamWOptions } from './adamw.ts'
export { AdamW } from './adamw.ts'
