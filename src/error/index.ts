export { callSite } from './callSite.ts'
export { isCancelled, PentimentoError, systemReason } from './error.ts'
