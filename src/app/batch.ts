import { readFile } from 'node:fs/promises'
import { basename, dirname, extname, join, resolve } from 'node:path'
import type { Command } from 'commander'
import { parse } from 'csv-parse/sync'
import { z } from 'zod'
import { parseJson, parseRecipe, type Recipe, sameEdit } from '../edit/index.ts'
import { readRecipe } from '../image/index.ts'
import { type EditJob, FileEditor, readJob } from './editing.ts'
import { describeFailure, UsageError } from './failure.ts'
import {
  addEditFlags,
  addModelFlags,
  type EditFlags,
  editOptions,
  type ModelFlags,
  modelChoice,
} from './options.ts'
import { duration, type Terminal } from './terminal.ts'

/** A row of a list: what it leaves out is taken from the command line. */
interface Row {
  readonly picture: string
  readonly instruction: string
  readonly output?: string | undefined
  readonly seed?: number | undefined
  readonly steps?: number | undefined
  readonly guidance?: number | undefined
  readonly size?: number | undefined
  readonly negative?: string | undefined
}

const number = z.preprocess((value) => (value === '' ? undefined : value), z.coerce.number().optional())
const text = z.preprocess((value) => (value === '' ? undefined : value), z.string().optional())
const rowsSchema: z.ZodType<Row[]> = z.array(
  z.object({
    picture: z.string().min(1),
    instruction: z.string().min(1),
    output: text,
    seed: number,
    steps: number,
    guidance: number,
    size: number,
    negative: text,
  }),
)

interface Flags extends ModelFlags, EditFlags {
  readonly output: string
  readonly json?: true
}

/** `pentimento batch list.csv` */
export function batchCommand(program: Command, terminal: Terminal): void {
  const command = program
    .command('batch')
    .description('make many edits from a list; those that are there already are skipped')
    .argument(
      '<list>',
      'JSON list or CSV table: picture, instruction, and maybe output, seed, steps, guidance, size, negative',
    )
    .option('-o, --output <folder>', 'where to write', 'edits')
    .option('--json', 'print one line of JSON for each edit')
  addEditFlags(addModelFlags(command)).action(async (list: string, flags: Flags) => {
    const jobs = jobsOf(await readRows(list), list, flags)
    const editor = await FileEditor.open(modelChoice(flags, terminal), terminal)
    let failed = 0
    try {
      for (const [i, job] of jobs.entries()) {
        terminal.signal.throwIfAborted()
        const tell = (result: object, line: string) =>
          terminal.out(
            flags.json
              ? `${JSON.stringify({ index: i, output: job.output, ...result })}\n`
              : `[${i + 1}/${jobs.length}] ${job.output}  ${line}\n`,
          )
        try {
          const read = await readJob(job)
          const wanted = editor.recipeOf(read)
          if (await isDone(job.output, wanted)) tell({ skipped: true }, 'is there already')
          else {
            const { seconds, recipe } = await editor.run(read, wanted)
            tell({ seconds, recipe }, duration(seconds))
          }
        } catch (error) {
          const { line, exitCode } = describeFailure(error)
          if (exitCode !== 2) throw error
          failed++
          tell({ error: line }, `failed: ${line}`)
        }
      }
    } finally {
      await editor.close()
    }
    if (failed > 0)
      throw new UsageError(
        `${list}: ${failed} of ${jobs.length} edits failed; mend those rows and run it again`,
      )
  })
}

async function readRows(list: string): Promise<Row[]> {
  const content = await readFile(list, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(`${list}: cannot be read (${error.code ?? error.message})`)
  })
  if (extname(list).toLowerCase() !== '.csv') return parseJson(list, content, rowsSchema)
  let rows: unknown
  try {
    rows = parse(content, { columns: true, bom: true, skip_empty_lines: true, trim: true })
  } catch (error) {
    throw new UsageError(`${list}: not a CSV table (${(error as Error).message})`)
  }
  return parseJson(list, JSON.stringify(rows), rowsSchema)
}

/** Pictures are looked for beside the list; outputs are numbered where they have no name. @throws UsageError */
function jobsOf(rows: readonly Row[], list: string, flags: Flags): EditJob[] {
  if (rows.length === 0) throw new UsageError(`${list}: expected at least one row`)
  const jobs = rows.map(({ picture, instruction, output, ...own }, i) => {
    const name = basename(picture, extname(picture))
    const given = Object.entries(own).filter(([, value]) => value !== undefined)
    return {
      picture: resolve(dirname(list), picture),
      instruction,
      output: join(flags.output, output ?? `${String(i + 1).padStart(4, '0')}-${name}.png`),
      options: { ...editOptions(flags), ...Object.fromEntries(given) },
    }
  })
  const seen = new Set<string>()
  for (const { output } of jobs) {
    if (seen.has(output))
      throw new UsageError(`${list}: two rows would write ${output}; give them different outputs`)
    seen.add(output)
  }
  return jobs
}

/** Whether the output is there, made by the same edit. */
async function isDone(output: string, recipe: Omit<Recipe, 'result'>): Promise<boolean> {
  const found = await readRecipe(output).catch(() => undefined)
  if (found === undefined) return false
  try {
    return sameEdit(parseRecipe(output, found), recipe)
  } catch {
    return false
  }
}
