export type { Edited } from './edited.ts'
