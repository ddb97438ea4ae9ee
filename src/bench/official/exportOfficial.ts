import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { formatTable, writeFileWhole, writeFolderWhole } from '../../files/index.ts'
import { encodePicture, readPicture } from '../../image/index.ts'
import { pictureFile, sourceFile } from '../collect.ts'
import { BenchError } from '../error.ts'
import type { BenchResults, EditResult, Judgement } from '../results.ts'
import { itemName, type Language, languages, type Suite, type SuiteItem } from '../suite/suite.ts'
import type { BenchWorkspace } from '../workspace.ts'
import {
  type Backbone,
  columns,
  importedPrefix,
  placeOf,
  scoreFile,
  scoresFolder,
  sourceMark,
} from './columns.ts'

/** Options of an export. */
export interface ExportOptions {
  /** The new folder. */
  readonly output: string
  /** Only these systems and judges. Default: all. */
  readonly systems?: readonly string[] | undefined
  readonly judges?: readonly string[] | undefined
  /** Which repeat's scores, from 0. Default: 0. */
  readonly repeat?: number | undefined
  /**
   * What stands for Chinese in the score files: `cn` as the official scripts write it, `zh` as the official statistics
   * script asks for it. Default: cn.
   */
  readonly chinese?: 'cn' | 'zh' | undefined
  readonly signal?: AbortSignal | undefined
  readonly onPicture?: ((done: number, of: number) => void) | undefined
}

/** What was written of a system. */
export interface Exported {
  readonly system: string
  readonly pictures: number
  readonly refusals: number
  /** Rows of scores by the judge's folder. */
  readonly scores: Readonly<Record<string, number>>
}

/**
 * Writes a bench as the official scripts of GEdit-Bench lay their results out, so that their statistics script runs on
 * it: `<system>/fullset/<kind>/<language>/<key>.png` with `<key>_SRCIMG.png` beside it, and
 * `<system>/<gpt4o|qwen25vl>/eval_results_new/*.csv`. For EvalScope there are `<system>/<language>.jsonl` with lines
 * `{ "id", "image_path" }`. `refusals.jsonl` says why pictures are not there, for `bench import`.
 * @throws BenchError `export`, also where the folder is there already; FileError
 */
export async function exportOfficial(
  workspace: Pick<BenchWorkspace, 'files'>,
  suite: Pick<Suite, 'fileOf'>,
  results: BenchResults,
  options: ExportOptions,
): Promise<readonly Exported[]> {
  if (await stat(options.output).catch(() => undefined))
    throw new BenchError('export', `${options.output}: exists already, expected a new folder; choose another`)
  const systems = chosen(
    'system',
    results.systems.map(({ name }) => name),
    options.systems,
  )
  const judges = chosen('judge', results.judges, options.judges)
  const folders = backbonesOf(results, judges)
  for (const name of [...systems, ...results.items.map(({ kind }) => kind)]) checkName(name)
  const edits = results.edits.filter(({ system }) => systems.includes(system))
  const of = edits.filter(({ outcome }) => outcome === 'picture').length
  let done = 0
  return writeFolderWhole(
    options.output,
    async (folder) => {
      const written: Exported[] = []
      for (const system of systems) {
        const own = edits.filter((edit) => edit.system === system)
        const parts = new Map(own.map((edit) => [edit.item, edit]))
        for (const item of results.items) {
          const edit = parts.get(itemName(item))
          if (edit?.outcome !== 'picture') continue
          if (options.signal?.aborted)
            throw new BenchError('cancelled', 'export: cancelled, nothing was written')
          await writePictures(workspace, suite, join(folder, system), item, edit)
          options.onPicture?.(++done, of)
        }
        await writeLists(join(folder, system), results.items, parts)
        const scores: Record<string, number> = {}
        for (const [judge, backbone] of folders)
          scores[backbone] = await writeScores(join(folder, system, backbone, scoresFolder), {
            system,
            results,
            judge,
            options,
          })
        const refusals = own.filter(({ outcome }) => outcome === 'refused').length
        written.push({
          system,
          pictures: own.length - own.filter((edit) => edit.outcome !== 'picture').length,
          refusals,
          scores,
        })
      }
      return written
    },
    { overwrite: false },
  )
}

function chosen(
  what: string,
  all: readonly string[],
  wanted: readonly string[] | undefined,
): readonly string[] {
  const strange = wanted?.find((name) => !all.includes(name))
  if (strange !== undefined)
    throw new BenchError(
      'export',
      `${strange}: no such ${what} in the bench, which has ${all.join(', ') || 'none'}`,
    )
  return wanted ?? all
}

/** Names of systems and kinds become those of folders. */
function checkName(name: string): void {
  if (!/^(?!\.{1,2}$)[^\\/:*?"<>|\0]+$/.test(name))
    throw new BenchError(
      'export',
      `'${name}': no folder can have this name, expected one without / \\ : * ? " < > |`,
    )
}

/** The folder of each judge: the official script knows two. @throws BenchError where two judges would share one */
function backbonesOf({ judgements }: BenchResults, judges: readonly string[]): ReadonlyMap<string, Backbone> {
  const folders = new Map<string, Backbone>()
  for (const judge of judges) {
    const { calls } = judgements.find((each) => each.judge === judge) ?? {}
    const { convention = '', model = '' } = calls?.sc ?? calls?.pq ?? {}
    const words = `${judge.startsWith(importedPrefix) ? judge : ''} ${convention} ${model}`
    const backbone: Backbone = /qwen/i.test(words) ? 'qwen25vl' : 'gpt4o'
    const other = [...folders].find(([, folder]) => folder === backbone)?.[0]
    if (other !== undefined)
      throw new BenchError(
        'export',
        `${other} and ${judge}: the scores of both would lie in ${backbone}, which is all that the official statistics script knows; choose one by --judge`,
      )
    folders.set(judge, backbone)
  }
  return folders
}

async function writePictures(
  workspace: Pick<BenchWorkspace, 'files'>,
  suite: Pick<Suite, 'fileOf'>,
  folder: string,
  item: SuiteItem,
  edit: Extract<EditResult, { outcome: 'picture' }>,
): Promise<void> {
  const place = join(folder, 'fullset', placeOf(item))
  await writeFileWhole(`${place}.png`, await pictureFile(workspace, edit.picture))
  const source = await readPicture(await sourceFile(workspace, suite, { item, input: edit.input }))
  await writeFileWhole(`${place}${sourceMark}.png`, await encodePicture(source, 'png'))
}

/** EvalScope's lists, and the refusals. */
async function writeLists(
  folder: string,
  items: readonly SuiteItem[],
  edits: ReadonlyMap<string, EditResult>,
): Promise<void> {
  const lines: Record<Language | 'refusals', string[]> = { en: [], cn: [], refusals: [] }
  for (const item of items) {
    const edit = edits.get(itemName(item))
    if (edit?.outcome === 'picture')
      lines[item.language].push(JSON.stringify({ id: item.key, image_path: `fullset/${placeOf(item)}.png` }))
    if (edit?.outcome === 'refused') {
      const { kind, reason, text } = edit
      lines.refusals.push(JSON.stringify({ id: itemName(item), kind, reason, text }))
    }
  }
  for (const name of [...languages, 'refusals'] as const)
    if (lines[name].length > 0)
      await writeFileWhole(join(folder, `${name}.jsonl`), `${lines[name].join('\n')}\n`)
}

/** One file a group, which the statistics script reads, and one of all. @returns how many rows there are */
async function writeScores(
  folder: string,
  {
    system,
    results,
    judge,
    options: { repeat = 0, chinese = 'cn' },
  }: {
    readonly system: string
    readonly results: BenchResults
    readonly judge: string
    readonly options: ExportOptions
  },
): Promise<number> {
  const scores = new Map<string, Judgement>()
  for (const each of results.judgements)
    if (each.system === system && each.judge === judge && each.repeat === repeat) scores.set(each.item, each)
  const common = madeByAll(results)
  const all: string[][] = []
  for (const kind of results.suite.kinds) {
    const rows = results.items.flatMap((item) => {
      const { sc, pq } = scores.get(itemName(item)) ?? {}
      if (item.kind !== kind || sc === undefined || pq === undefined) return []
      const place = `${system}/fullset/${placeOf(item)}`
      return [
        [
          `${place}${sourceMark}.png`,
          `${place}.png`,
          item.instruction,
          String(sc),
          String(pq),
          (item.intersection ?? common.has(itemName(item))) ? 'True' : 'False',
          item.language === 'cn' ? chinese : item.language,
        ],
      ]
    })
    all.push(...rows)
    await writeFileWhole(join(folder, scoreFile(system, kind)), formatTable([columns, ...rows]))
  }
  await writeFileWhole(join(folder, scoreFile(system, 'combined')), formatTable([columns, ...all]))
  return all.length
}

/** Items of which every system of the bench gave a picture: the intersection as the paper defines it. */
function madeByAll({ systems, edits }: BenchResults): ReadonlySet<string> {
  const counts = new Map<string, number>()
  for (const { item, outcome } of edits)
    if (outcome === 'picture') counts.set(item, (counts.get(item) ?? 0) + 1)
  return new Set([...counts].filter(([, count]) => count === systems.length).map(([item]) => item))
}
