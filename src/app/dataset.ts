import { spawn } from 'node:child_process'
import { type Command, InvalidArgumentError, Option } from 'commander'
import {
  initWorkspace,
  Ledger,
  openParts,
  type Stage,
  stages,
  startWorking,
  type Workspace,
} from '../dataset/index.ts'
import { captionsCommand } from './datasetCaptions.ts'
import { reportCommand, selectCommand, statusCommand, verifyCommand } from './datasetChecks.ts'
import { compareCommand } from './datasetCompare.ts'
import { exportCommand } from './datasetExport.ts'
import { judgeCommand } from './datasetJudge.ts'
import { ingestCommand, retouchCommand, reviewCommand } from './datasetPeople.ts'
import { runWithWorkers } from './datasetRun.ts'
import { statusOf, statusText } from './datasetStatus.ts'
import { upkeepCommands } from './datasetUpkeep.ts'
import { withWorkspace } from './datasetWorkspace.ts'
import type { Terminal } from './terminal.ts'

interface RunFlags {
  readonly workers?: number
  readonly concurrency?: number
  readonly json?: true
}

/** `pentimento dataset init | run | resume | status | work | export | report | verify | select | compare | captions | review | retouch | ingest` */
export function datasetCommand(program: Command, terminal: Terminal): void {
  const dataset = program
    .command('dataset')
    .description('make training triplets (picture, instruction, edited picture) from your pictures')
    .addHelpText('after', '\nEnvironment: DATABASE_URL, the Postgres server that several workers share.')
  initCommand(dataset, terminal)
  runCommands(dataset, terminal)
  statusCommand(dataset, terminal)
  exportCommand(dataset, terminal)
  reportCommand(dataset, terminal)
  verifyCommand(dataset, terminal)
  upkeepCommands(dataset, terminal)
  judgeCommand(dataset, terminal)
  selectCommand(dataset, terminal)
  compareCommand(dataset, terminal)
  reviewCommand(dataset, terminal)
  retouchCommand(dataset, terminal)
  captionsCommand(dataset, terminal)
  ingestCommand(dataset, terminal)
}

const count = (text: string): number => {
  const value = Number(text)
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError('expected a whole number above 0')
  return value
}

function initCommand(dataset: Command, terminal: Terminal): void {
  dataset
    .command('init')
    .description('make a workspace with a configuration; existing files are kept')
    .argument('<folder>', 'workspace folder')
    .option('--from <pictures...>', 'files and folders of pictures and videos')
    .option('--licence <name>', 'licence of these pictures, such as CC-BY-4.0')
    .option('--json', 'print the result as JSON')
    .action(async (folder: string, flags: { from?: string[]; licence?: string; json?: true }) => {
      const file = await initWorkspace(folder, { from: flags.from ?? [], licence: flags.licence })
      if (flags.json) terminal.out(`${JSON.stringify({ configuration: file })}\n`)
      else terminal.out(`${file}\nnow: pentimento dataset run ${folder}\n`)
    })
}

function runCommands(dataset: Command, terminal: Terminal): void {
  const runLike = (name: string, description: string, retries: boolean): void => {
    dataset
      .command(name)
      .description(description)
      .argument('<folder>', 'workspace folder')
      .option('--workers <n>', 'number of processes; more than one needs Postgres', count)
      .option('--concurrency <n>', 'triplets made at a time in each process', count)
      .option('--json', 'print the result as JSON')
      .action(async (folder: string, flags: RunFlags) => {
        await withWorkspace(folder, terminal, async (workspace) => {
          if (retries) for (const stage of stages) await workspace.jobs.retry(stage, { state: 'dead' })
          await runWithWorkers(workspace, terminal, flags, () => startWorkerProcess(folder, flags, terminal))
          const status = await statusOf(workspace)
          terminal.out(flags.json ? `${JSON.stringify(status)}\n` : statusText(status))
        })
      })
  }
  runLike('run', 'make all missing triplets; after Ctrl-C, run it again to continue', false)
  runLike('resume', 'like run, but also retry drafts that failed in a tool', true)
  dataset
    .command('work')
    .description('work on a dataset that another process runs, until stopped; needs Postgres')
    .argument('<folder>', 'folder with the same configuration')
    .option('--concurrency <n>', 'triplets made at a time', count)
    .addOption(new Option('--stages <names...>', 'stages to work on').choices(stages))
    .option('--json', 'print one line of JSON for each finished unit')
    .action(async (folder: string, flags: RunFlags & { stages?: Stage[] }) => {
      await withWorkspace(folder, terminal, (workspace) => work(workspace, terminal, flags))
    })
}

async function work(
  workspace: Workspace,
  terminal: Terminal,
  { stages: chosen, concurrency, json }: RunFlags & { readonly stages?: Stage[] },
): Promise<void> {
  const parts = await openParts(workspace, terminal.env, { budget: await Ledger.open(workspace) })
  try {
    const working = await startWorking(workspace, parts, {
      ...(chosen === undefined ? {} : { stages: chosen }),
      ...(concurrency === undefined ? {} : { concurrency }),
      ...(json
        ? {
            onUnit: ({ stage, key, output }) =>
              terminal.out(`${JSON.stringify({ stage, key, output: stage === 'drafts' ? output : null })}\n`),
          }
        : {}),
      signal: terminal.signal,
    })
    terminal.out(json ? '' : 'working; Ctrl-C stops\n')
    try {
      await Promise.race([working.failed, untilAborted(terminal.signal)])
    } finally {
      await working.stop({ abort: true })
    }
  } finally {
    await parts.tools.close()
  }
}

/** Ends when the signal does. */
const untilAborted = (signal: AbortSignal): Promise<void> =>
  new Promise((done) => {
    if (signal.aborted) done()
    else signal.addEventListener('abort', () => done(), { once: true })
  })

/** Starts this program as a worker. */
function startWorkerProcess(folder: string, { concurrency }: RunFlags, { env }: Terminal) {
  const flags = concurrency === undefined ? [] : ['--concurrency', String(concurrency)]
  return spawn(
    process.execPath,
    [...process.execArgv, process.argv[1]!, 'dataset', 'work', folder, '--json', ...flags],
    { env, stdio: ['ignore', 'pipe', 'pipe'] },
  )
}
