import type { Command } from 'commander'
import {
  estimateJudging,
  type JudgingEstimate,
  judgePairs,
  Ledger,
  openParts,
  readFunnel,
  startWorking,
} from '../dataset/index.ts'
import { usd } from '../judges/index.ts'
import { readWorkspace, withWorkspace } from './datasetWorkspace.ts'
import { UsageError } from './failure.ts'
import { usdOf } from './options.ts'
import { ProgressLine, type Terminal } from './terminal.ts'

interface JudgeFlags {
  readonly estimate?: true
  readonly budget?: number
  readonly allowUnknownPrice?: true
  readonly calibrate?: true
  readonly json?: true
}

/** `pentimento dataset judge` */
export function judgeCommand(dataset: Command, terminal: Terminal): void {
  dataset
    .command('judge')
    .description('ask the configured judges about all pairs that they have not judged')
    .argument('<folder>', 'workspace folder')
    .option('--estimate', 'print calls, tokens and cost, and ask nothing')
    .option(
      '--budget <usd>',
      'maximum total cost of judging this dataset, including earlier runs; judges are asked until it is exhausted',
      usdOf,
    )
    .option('--allow-unknown-price', 'with --budget, also ask judges without a known price')
    .option(
      '--calibrate',
      "compare scores with people's decisions, print the best minimum scores, and ask nothing",
    )
    .option('--json', 'print the result as JSON')
    .action((folder: string, flags: JudgeFlags) => judge(folder, flags, terminal))
}

async function judge(folder: string, flags: JudgeFlags, terminal: Terminal): Promise<void> {
  if (flags.calibrate) return calibrate(folder, flags, terminal)
  await withWorkspace(folder, terminal, async (workspace) => {
    const { budget: limit, allowUnknownPrice } = flags
    const budget = await Ledger.open(workspace)
    const parts = await openParts(workspace, terminal.env, { budget })
    try {
      const { judges = [] } = parts
      if (judges.length === 0)
        throw new UsageError(
          `${folder}: no judge is configured; name one under "judges" in pentimento.dataset.json`,
        )
      const estimates = await estimateJudging(workspace.pairs, judges)
      if (flags.json && flags.estimate) return terminal.out(`${JSON.stringify({ judges: estimates })}\n`)
      if (!flags.json) for (const each of estimates) terminal.out(`${lineOf(each)}\n`)
      if (flags.estimate) return
      checkPrices(estimates, flags)
      await budget.limit({
        ...(limit !== undefined && { most: limit }),
        allowUnknown: allowUnknownPrice ?? false,
      })
      const working = await startWorking(workspace, parts, {
        stages: ['judgements'],
        signal: terminal.signal,
      })
      const line = new ProgressLine(terminal)
      try {
        await judgePairs(workspace, parts, {
          signal: terminal.signal,
          failed: working.failed,
          onProgress: ({ done, dead, total }) =>
            line.show(
              `judging pairs ${done + dead}/${total}${dead > 0 ? `, ${dead} failed` : ''}`,
              `judging ${Math.floor((10 * done) / Math.max(1, total))}`,
            ),
        })
      } finally {
        line.end()
        await working.stop({ abort: true })
      }
      if (flags.json) terminal.out(`${JSON.stringify({ judges: estimates, spent: await budget.spent() })}\n`)
    } finally {
      await parts.tools.close()
    }
  })
}

/** What least scores would come closest to what people decided. @throws UsageError where there is nothing to compare */
async function calibrate(folder: string, { json }: JudgeFlags, terminal: Terminal): Promise<void> {
  const { judging } = await readWorkspace(folder, terminal, (workspace) => readFunnel(workspace))
  const { calibration } = judging
  if (json) return terminal.out(`${JSON.stringify({ calibration })}\n`)
  if (calibration.length === 0)
    throw new UsageError(
      `${folder}: --calibrate: expected pairs with scores that people accepted and others that they rejected; 'dataset judge' and 'dataset review' make them`,
    )
  for (const { judge: name, question, accepted, rejected, best, ordered } of calibration)
    terminal.out(
      `${name} ${question}: least ${best.least} keeps ${best.accepted} of ${accepted} accepted and ${best.rejected} of ${rejected} rejected pairs; ${Math.round(100 * ordered)} % in the order of people\n`,
    )
}

function lineOf({ judge, pairs, calls, inputTokens, outputTokens, cost }: JudgingEstimate): string {
  const price = cost === undefined ? 'price not known' : `about ${usd(cost)}`
  return `${judge}: ${pairs} pairs, ${calls} calls, about ${inputTokens} tokens in and ${outputTokens} out, ${price}`
}

/** @throws UsageError where there is a budget and a price is not known */
function checkPrices(estimates: readonly JudgingEstimate[], { budget, allowUnknownPrice }: JudgeFlags): void {
  if (budget === undefined || allowUnknownPrice) return
  const unknown = estimates.find(({ cost, pairs }) => cost === undefined && pairs > 0)
  if (unknown !== undefined)
    throw new UsageError(
      `--budget: the price of ${unknown.judge} is not known; give it in the configuration, or use --allow-unknown-price`,
    )
}
