import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Caption, embeddedExamples, visionCaptioner } from 'pentimento/dataset'
import { openFileStore } from 'pentimento/jobs'
import { isPrecise, isTrueOf, openCaptionModel, statedRates, worldOf } from '../test/dataset/captionModel.ts'
import { captionsOf, loopbackVision, storePairs, visionToolbox } from '../test/dataset/captionWorld.ts'
import type { Figures, Perf } from './measure.ts'

const pairs = 40
const wordings = 3

/** Beliefs and texts that were wrong, of all pairs. */
interface Marks {
  claims: number
  falseClaims: number
  captions: number
  falseCaptions: number
  vagueCaptions: number
  missingCaptions: number
  descriptions: number
  falseDescriptions: number
  calls: number
  tokens: number
}

const share = (part: number, of: number): string => (of === 0 ? '-' : `${((100 * part) / of).toFixed(1)} %`)

/**
 * Captions by a model on loopback that hallucinates in 20 % of its calls, is vague in 30 % and forgets Chinese in 5 %,
 * by the most rounds of annotation; what it first said itself is the baseline.
 */
export async function captions({ line }: Perf): Promise<Figures> {
  const folder = mkdtempSync(join(tmpdir(), 'captions-'))
  const world = worldOf(pairs, 7)
  const model = await openCaptionModel(world, { seed: 7 })
  try {
    const files = await openFileStore({ folder })
    const stored = await storePairs(world, files)
    const vision = loopbackVision(model.baseUrl)
    const tools = visionToolbox(vision)
    const bank = await embeddedExamples()
    const figures: Record<string, number | string> = { pairs, wordings, ...statedRates }
    line(
      `${pairs} pairs, ${wordings} wordings in 2 languages; the model errs: ${JSON.stringify(statedRates)}`,
    )
    line(
      'rounds   false claims   false captions   vague   missing   false descriptions   calls   tokens (of a pair)',
    )
    for (let rounds = 1; rounds <= 5; rounds++) {
      const settings = {
        type: 'vision',
        rounds,
        shown: 8,
        copied: 0.5,
        tries: 3,
        readBack: true,
        temperature: 0.7,
        maxTokens: 2048,
      } as const
      const captioner = visionCaptioner(vision, { settings, wordings, inverse: false, bank, style: {} })
      const marks: Marks = {
        claims: 0,
        falseClaims: 0,
        captions: 0,
        falseCaptions: 0,
        vagueCaptions: 0,
        missingCaptions: 0,
        descriptions: 0,
        falseDescriptions: 0,
        calls: 0,
        tokens: 0,
      }
      const { signal } = new AbortController()
      for (const [at, pair] of stored.entries())
        mark(await captionsOf(captioner, pair, { files, tools, seed: rounds, signal }), at, marks)
      if (rounds === 1) {
        const { first } = model
        const told = {
          firstFalse: first.filter(({ text, truth }) => !isTrueOf(text, truth)).length,
          firstVague: first.filter(({ text, truth }) => !isPrecise(text, truth)).length,
          firstForgotten: first.filter(
            ({ text, language }) => language === 'cn' && !/\p{Script=Han}/u.test(text),
          ).length,
        }
        const of = (part: number): string => share(part, first.length)
        line(
          `unchecked   what it first wrote: false ${of(told.firstFalse)}, vague ${of(told.firstVague)}, English for Chinese ${of(told.firstForgotten)}`,
        )
        Object.assign(figures, { first: first.length, ...told })
      }
      const wanted = marks.captions + marks.missingCaptions
      line(
        [
          `${rounds}`.padEnd(9),
          `${marks.falseClaims}/${marks.claims} ${share(marks.falseClaims, marks.claims)}`.padEnd(17),
          share(marks.falseCaptions, marks.captions).padEnd(15),
          share(marks.vagueCaptions, marks.captions).padEnd(8),
          share(marks.missingCaptions, wanted).padEnd(10),
          share(marks.falseDescriptions, marks.descriptions).padEnd(19),
          (marks.calls / pairs).toFixed(1).padEnd(8),
          Math.round(marks.tokens / pairs),
        ].join(''),
      )
      for (const [name, value] of Object.entries(marks)) figures[`${name}${rounds}`] = value
    }
    return figures
  } finally {
    await model.close()
    rmSync(folder, { recursive: true })
  }

  function mark(rows: readonly Caption[], at: number, marks: Marks): void {
    const { truth } = world[at]!
    const last = Math.max(...rows.filter(({ trace }) => beliefsOf(trace)).map(({ round }) => round))
    for (const { round, trace, usage } of rows) {
      marks.calls += usage?.calls ?? 0
      marks.tokens += (usage?.inputTokens ?? 0) + (usage?.outputTokens ?? 0)
      if (round !== last) continue
      for (const { claim, belief } of beliefsOf(trace) ?? []) {
        if (belief < 0.6) continue
        marks.claims++
        if (!isTrueOf(`${claim.thing} ${claim.says}`, truth)) marks.falseClaims++
      }
    }
    const said = rows.filter(({ purpose, text }) => purpose === 'instruction' && text !== '')
    marks.captions += said.length
    marks.missingCaptions += 2 * wordings - said.length
    marks.falseCaptions += said.filter(({ text }) => !isTrueOf(text, truth)).length
    marks.vagueCaptions += said.filter(({ text }) => !isPrecise(text, truth)).length
    const described = rows.filter(
      ({ purpose, round }) => round > last && (purpose === 'source' || purpose === 'target'),
    )
    marks.descriptions += described.length
    marks.falseDescriptions += described.filter(({ text }) => !isTrueOf(text, truth)).length
  }
}

interface Told {
  readonly claim: { readonly thing: string; readonly says: string }
  readonly belief: number
}

const beliefsOf = (trace: Caption['trace']): readonly Told[] | undefined =>
  (trace as { readonly beliefs?: readonly Told[] } | undefined)?.beliefs
