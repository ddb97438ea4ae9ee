import {
  BenchError,
  type BenchWorkspace,
  openBench,
  openStudy,
  openSuite,
  pictureFile,
  readStudy,
  type Study,
  type Suite,
  studyReport,
  suitesFolder,
  type Vote,
  votesTable,
} from '../../bench/index.ts'
import { checkWritable, defaultCache, writeFileWhole } from '../../files/index.ts'
import { type Picture, readPicture } from '../../image/index.ts'
import { withAdvice } from '../outputs.ts'
import type { Terminal } from '../terminal.ts'
import { studyText } from './studyTables.ts'

/** Which study or arena, and how its result is printed. */
export interface StudyFlags {
  readonly study: string
  readonly json?: true
}

export const openFolder = (folder: string, terminal: Terminal): Promise<BenchWorkspace> =>
  openBench(folder, { env: terminal.env, log: (line) => terminal.error(`${line}\n`) })

/** The suite of a bench, for its source pictures. */
export const suiteOf = ({ facts }: BenchWorkspace, { env }: Terminal): Promise<Suite> =>
  openSuite(facts.suite.from, { suites: suitesFolder(env), cache: defaultCache(env) })

/** A result without the metadata of its maker. */
export async function resultOf(workspace: BenchWorkspace, name: string): Promise<Picture> {
  const { width, height, data } = await readPicture(await pictureFile(workspace, name))
  return { width, height, data }
}

/** Reads a study, or an arena, which is one of pairs. */
export async function readOf(type: 'study' | 'arena', folder: string, name: string): Promise<Study> {
  const study = await readStudy(folder, name)
  const found = study.mode === 'pair' ? 'arena' : 'study'
  if (found === type) return study
  throw new BenchError(
    'study',
    `${folder}: '${name}' is ${found === 'arena' ? 'an arena' : 'a study'}; use 'pentimento bench ${found}'`,
  )
}

/** Prints what was found. */
export async function printReport(
  type: 'study' | 'arena',
  folder: string,
  flags: StudyFlags,
  terminal: Terminal,
): Promise<void> {
  await withStudy(type, folder, flags, terminal, async ({ study, votes }) => {
    const report = studyReport(study, votes)
    terminal.out(flags.json ? `${JSON.stringify(report)}\n` : studyText(report))
  })
}

export interface ExportFlags extends StudyFlags {
  readonly output: string
  readonly overwrite?: true
}

/** Writes every answer as CSV. */
export async function exportVotes(
  type: 'study' | 'arena',
  folder: string,
  flags: ExportFlags,
  terminal: Terminal,
): Promise<void> {
  const { output, json } = flags
  const overwrite = flags.overwrite === true
  const advise = (error: unknown): never => {
    throw withAdvice(output, error, overwrite)
  }
  await checkWritable(output, { overwrite }).catch(advise)
  await withStudy(type, folder, flags, terminal, async ({ study, votes }) => {
    const table = votesTable(study, votes, studyReport(study, votes, { samples: 2 }))
    await writeFileWhole(output, table, { overwrite }).catch(advise)
    terminal.out(
      json ? `${JSON.stringify({ output, votes: votes.length })}\n` : `${output}: ${votes.length} votes\n`,
    )
  })
}

async function withStudy(
  type: 'study' | 'arena',
  folder: string,
  { study: name }: StudyFlags,
  terminal: Terminal,
  run: (found: { readonly study: Study; readonly votes: readonly Vote[] }) => Promise<void>,
): Promise<void> {
  const study = await readOf(type, folder, name)
  const workspace = await openFolder(folder, terminal)
  try {
    const votes: Vote[] = []
    for await (const each of openStudy(study, workspace.jobs).votes()) votes.push(each)
    await run({ study, votes })
  } finally {
    await workspace.close()
  }
}
