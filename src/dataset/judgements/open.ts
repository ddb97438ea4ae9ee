import { type OpenJudgeOptions, openJudge } from '../../judges/index.ts'
import type { Configuration } from '../configuration.ts'
import { type JudgementOptions, type JudgementStage, judgementStage } from './judgementStage.ts'

/**
 * The judges of a dataset's configuration, each as a stage; nothing is asked yet.
 * @throws JudgeError where one cannot be asked: its key or its tool is missing
 */
export function openJudgements(
  { judges }: Pick<Configuration, 'judges'>,
  options: JudgementOptions & Omit<OpenJudgeOptions, 'judges'> = {},
): readonly JudgementStage[] {
  return Object.entries(judges).map(([name, { judge: config, ...asked }]) => {
    const opened =
      'from' in config
        ? { ...openJudge(config.from, options), name }
        : openJudge(name, { ...options, judges: { [name]: config } })
    return judgementStage({ judge: opened, ...asked }, options)
  })
}
