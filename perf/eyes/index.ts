import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { collectResults, openBench, pictureFile } from 'pentimento/bench'
import { readPicture } from 'pentimento/image'
import type { Figures, Perf } from '../measure.ts'
import { type Agreement, agreementOf, type EyeLabel, kappaOf } from './agreement.ts'

/**
 * How far the checks of a bench of the embedded suite (`--bench <folder>`) agree with eyes that saw the same pictures.
 * Labels of pictures that an editor makes otherwise by now are left out and counted.
 */
export async function eyes({ flags, line }: Perf): Promise<Figures> {
  const text = await readFile(new URL('eyes.jsonl', import.meta.url), 'utf8')
  const labels = text
    .trimEnd()
    .split('\n')
    .map((each) => JSON.parse(each) as EyeLabel)
  const bench = await openBench(flags.bench ?? 'bench-embedded', { env: process.env })
  try {
    const { edits, checks } = await collectResults(bench)
    const same: EyeLabel[] = []
    for (const edit of edits) {
      const label = labels.find(({ system, item }) => system === edit.system && item === edit.item)
      if (!label || edit.outcome !== 'picture') continue
      const { data } = await readPicture(await pictureFile(bench, edit.picture))
      if (createHash('sha256').update(data).digest('hex') === label.pixels) same.push(label)
    }
    line(`${same.length} of ${labels.length} labelled pictures are in the bench as they were looked at`)
    const agreements = agreementOf(same, checks)
    for (const text of table(agreements)) line(text)
    const all = sumOf(agreements)
    return {
      labels: labels.length,
      same: same.length,
      agreed: all.passPass + all.failFail,
      falsePass: all.failPass,
      falseFail: all.passFail,
      kappa: Number(kappaOf(all).toFixed(2)),
    }
  } finally {
    await bench.close()
  }
}

/** The confusion table in Markdown, then where checks and eyes were apart. */
function* table(agreements: readonly Agreement[]): Generator<string> {
  yield '| System | pass by both | fail by both | pass by eye, fail by checks | fail by eye, pass by checks | unknown | kappa |'
  yield '|---|---|---|---|---|---|---|'
  for (const each of agreements.length > 1 ? [...agreements, sumOf(agreements)] : agreements) {
    const { system, passPass, failFail, passFail, failPass, unknown } = each
    const cells = [system, passPass, failFail, passFail, failPass, unknown, kappaOf(each).toFixed(2)]
    yield `| ${cells.join(' | ')} |`
  }
  for (const { system, apart } of agreements)
    for (const { item, eye, seen } of apart) yield `- ${system} ${item}: ${eye} by eye; ${seen}`
}

function sumOf(agreements: readonly Agreement[]): Agreement {
  const sum = { passPass: 0, passFail: 0, failPass: 0, failFail: 0, unknown: 0 }
  for (const each of agreements)
    for (const name of Object.keys(sum) as (keyof typeof sum)[]) sum[name] += each[name]
  return { system: 'all', ...sum, apart: [] }
}
