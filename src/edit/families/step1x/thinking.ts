import { type Picture, resizePicture } from '../../../image/index.ts'
import type { LanguageModel } from '../../../language/index.ts'
import type { EditHooks, StageClock } from '../../progress.ts'
import { previewTexts } from '../../reflection/previewTexts.ts'
import { type Round, reflect } from '../../reflection/reflect.ts'
import { roundReport } from '../../reflection/report.ts'
import { questionTexts } from '../../reflection/texts.ts'
import { Thinker, type ThinkerOptions } from '../../reflection/thinker.ts'
import { stepsFrom } from '../../sampling/sampling.ts'
import type { Drawing, DrawJob } from '../family.ts'

/** What a thinking edit is made with. */
export interface Thinking {
  readonly job: DrawJob
  readonly clock: StageClock
  readonly hooks: EditHooks
  /** The preview asks in Chinese, scores nothing, and takes the last result. */
  readonly isPreview: boolean
  /** The checkpoint's own language model, with the memory that it needs. */
  languageModel(): Promise<LanguageModel>
  /** One edit from noise; random numbers go on from try to try. */
  attempt(job: DrawJob): Promise<Drawing>
}

/** A result at the size of the picture, and how it was drawn. */
interface Tried {
  readonly picture: Picture
  readonly drawing?: Drawing
}

/**
 * An edit of v1.2: its language model rewrites the instruction, judges results and says what to mend, where the settings
 * ask for it. The result is that of the best try, on the picture as the first one saw it.
 */
export async function drawThinking(thinking: Thinking): Promise<Drawing> {
  const { job, hooks, attempt } = thinking
  const { think, reflect: isJudged } = job.settings
  if (!think && !isJudged) return attempt(job)
  const thinker = thinkerOf(thinking)
  const prompt = think ? await thinker.rewrite(job.picture, job.instruction) : job.instruction
  const rewritten = think ? { rewritten: prompt } : {}
  if (!isJudged) {
    const drawing = await attempt({ ...job, instruction: prompt })
    await hooks.onThought?.({ ...rewritten, rounds: [], best: 1 })
    return drawing
  }
  const { rounds, best } = await tryAndJudge(thinking, prompt, thinker)
  await hooks.onThought?.({ ...rewritten, rounds: rounds.map(roundReport), best })
  const { seen, roundTrip } = rounds[0]!.result.drawing!
  return { seen, result: rounds[best - 1]!.result.drawing!.result, roundTrip }
}

function tryAndJudge(
  { job, clock, hooks, isPreview, attempt }: Thinking,
  prompt: string,
  thinker: Pick<Thinker, 'judge'>,
): Promise<{ readonly rounds: readonly Round<Tried>[]; readonly best: number }> {
  const { steps, tries } = job.settings
  return reflect<Tried>({
    picture: { picture: job.picture },
    prompt,
    tries,
    isScored: !isPreview,
    edit: async ({ picture }, instruction, number) => {
      // What is mended begins at the result, and what begins anew, as the first try did.
      const init = picture === job.picture ? job.init : undefined
      clock.begin(number, init ? stepsFrom(steps, init.strength) : steps)
      const drawing = await attempt({ ...job, picture, instruction, init })
      return { picture: resizePicture(drawing.result, picture), drawing }
    },
    judge: (source, result, instruction) => thinker.judge(source.picture, result.picture, instruction),
    onRound: (round, number) => hooks.onRound?.(roundReport(round), round.result.picture, number),
  })
}

const doing: Readonly<Record<Parameters<NonNullable<ThinkerOptions['onAsk']>>[0], string>> = {
  rewrite: 'rewriting the instruction',
  describe: 'describing the expected result',
  score: 'comparing the result',
  reflect: 'judging the result',
  score1: 'scoring the edit',
  score2: 'scoring the picture',
}

/** A thinker each of whose calls is a stage of the edit, which hears of a stop at every token. */
function thinkerOf({ job, clock, isPreview, languageModel }: Thinking): Pick<Thinker, 'rewrite' | 'judge'> {
  let model: LanguageModel | undefined
  const thinker = new Thinker(
    {
      async answer(question, options) {
        const answer = model!.stream(question, options, { onRead: () => clock.check() })
        for (;;) {
          const { done, value } = await answer.next()
          if (done) return value
          clock.check()
        }
      },
    },
    {
      seed: Number(BigInt.asUintN(32, BigInt(job.settings.seed))),
      texts: isPreview ? previewTexts : questionTexts,
      scores: !isPreview,
      onAsk: (question) => clock.doing(doing[question]),
    },
  )
  const staged = <T>(run: () => Promise<T>): Promise<T> =>
    clock.stage('think', async () => {
      model = await languageModel()
      return run()
    })
  return {
    rewrite: (picture, instruction) => staged(() => thinker.rewrite(picture, instruction)),
    judge: (source, result, instruction) => staged(() => thinker.judge(source, result, instruction)),
  }
}
