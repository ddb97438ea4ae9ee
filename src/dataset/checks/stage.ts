import { type Mask, readPicture } from '../../image/index.ts'
import { canonicalJson } from '../../jobs/index.ts'
import type { Toolbox } from '../../tools/index.ts'
import type { PairStage } from '../pairs/stage.ts'
import { readStored } from '../storedPicture.ts'
import { checks, checksOf } from './all.ts'
import type { Check } from './check.ts'
import { measureDraft, toolsOf } from './measure.ts'

/** Measures pairs that have no measures of the checks' versions yet. */
export function measureStage(tools: Toolbox, of: readonly Check[] = checks): PairStage {
  const used = of
    .flatMap(({ needs, uses = [] }) => [...needs, ...uses])
    .filter((job) => tools.has(job))
    .map((job) => tools.get(job).facts)
  return {
    name: 'measures',
    // The version of an adapter names its server: `openai:gpt-4o`.
    limits: Object.fromEntries(
      used
        .filter(({ implementation }) => implementation.includes(':'))
        .map(({ implementation, concurrency }) => [implementation, concurrency]),
    ),
    keyOf({ pair, measures }) {
      const wanted = checksOf(pair.kind, tools, of).map((check) => ({
        check: check.name,
        version: check.version,
        tools: toolsOf(check, tools),
      }))
      const has = (check: string, version: number, asked: string): boolean =>
        measures.some(
          (each) => each.check === check && each.version === version && (each.tools ?? '') === asked,
        )
      if (wanted.every((each) => has(each.check, each.version, each.tools))) return undefined
      return canonicalJson(wanted)
    },
    async run({ pair }, { files, pairs }) {
      const { source, target, mask } = pair.pictures
      const draft = {
        source: await readStored(files, source),
        target: await readStored(files, target),
        ...(mask === undefined ? {} : { region: await readMask(await files.get(mask)) }),
        facts: pair.facts,
      }
      await pairs.addMeasures(pair.id, await measureDraft(draft, tools, of))
    },
  }
}

/** A mask is a grey PNG. */
async function readMask(bytes: Uint8Array): Promise<Mask> {
  const { width, height, data } = await readPicture(bytes)
  return { width, height, data: data.filter((_, i) => i % 3 === 0) }
}
