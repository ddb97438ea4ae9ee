/**
 * Models that see pictures and are asked about them: servers that speak OpenAI's chat completions, and the vision tool of this
 * machine. What is asked is up to the layers above; what is not an answer is never a number here.
 */
export type { JudgeClock } from './ask.ts'
export { Budget, beyondBudget, type Spending, unknownPrice, usd } from './budget.ts'
export type { JudgeConfig } from './configuration.ts'
export { judgeConfig, judgeSchema, judgesSchema } from './configuration.ts'
export type { Convention } from './convention.ts'
export type { JudgeErrorCode } from './error.ts'
export { JudgeError } from './error.ts'
export type {
  CallEstimate,
  Judge,
  JudgeCall,
  JudgeFacts,
  JudgeProblem,
  JudgeQuestion,
  JudgeRequest,
  QuestionSize,
  Reading,
  TokenPrice,
  Turn,
} from './judge.ts'
export type { OpenJudgeOptions } from './openJudge.ts'
export { openJudge } from './openJudge.ts'
export { sha256 } from './pictures.ts'
export type { ListedTokenPrice } from './prices.ts'
export { listedTokenPrices } from './prices.ts'
export type { PictureRule } from './tokens.ts'
export { pictureRule, pictureTokens, textTokens } from './tokens.ts'
