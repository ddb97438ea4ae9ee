export { isCancelled, PentimentoError, systemReason } from './error.ts'
