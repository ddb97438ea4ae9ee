import { existsSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { type FileLock, makeFolder, removeParts, tryLock } from '../../files/index.ts'
import { checkResumed, checkSteps } from '../descent.ts'
import { TrainError } from '../error.ts'
import { fingerprintOf } from '../options.ts'
import { readSavedRun } from '../state.ts'
import type { PictureSettings } from './options.ts'

/** Makes and locks the folder of a run. @throws TrainError when another run uses it, FileError */
export async function lockOutput(output: string): Promise<FileLock> {
  if ((await stat(output).catch(() => undefined))?.isFile())
    throw new TrainError('input', `output: expected a folder, got the file ${output}`)
  await makeFolder(output)
  const attempt = await tryLock(join(output, '.lock'))
  if ('lock' in attempt) return attempt.lock
  const { pid, host } = attempt.holder
  throw new TrainError(
    'state',
    `${output}: is in use by another training run (process ${pid} on ${host}); wait for it, or choose another folder`,
  )
}

/** Removes the unfinished files and states that a killed run left in a locked folder. @throws FileError */
export async function removeUnfinished(output: string): Promise<void> {
  for (const folder of [output, join(output, 'states'), join(output, 'samples')])
    if (existsSync(folder)) await removeParts(folder, 0)
}

/** Compares what is known before model and triplets are. @throws TrainError when the run there was made otherwise */
export async function checkSavedOptions(
  states: string,
  settings: PictureSettings,
  resume: boolean,
): Promise<void> {
  const saved = await readSavedRun(states)
  if (!saved) return
  const { data = '', model = '' } = saved.fingerprint
  const fingerprint = {
    ...fingerprintOf(settings.training, { data: '', model: '', lora: settings.lora }),
    data,
    model,
  }
  checkResumed(states, saved, { resume, fingerprint })
  checkSteps(saved.step, settings.training.steps)
}
