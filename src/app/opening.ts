import { basename } from 'node:path'
import type { ModelEditorOptions } from '../edit/index.ts'
import { bytesText, type ProgressLine } from './terminal.ts'

/** Bytes of a file that take a second or so to read. */
const worthShowing = 1e9

/** Shows what is done once when a model is opened: reading its files, quantising them, merging LoRAs. */
export function openingHooks(
  line: ProgressLine,
): Required<Pick<ModelEditorOptions, 'onIdentify' | 'onQuantize' | 'onMerge' | 'onWarning'>> {
  const tenth = (done: number, total: number) => `${Math.floor((10 * done) / total)}`
  return {
    onIdentify: ({ file, done, total }) => {
      if (total >= worthShowing)
        line.show(
          `reading once: ${basename(file)}, ${bytesText(done)} of ${bytesText(total)}`,
          `${file} ${tenth(done, total)}`,
        )
    },
    onQuantize: ({ done, total }) =>
      line.show(`quantising once: ${bytesText(done)} of ${bytesText(total)}`, tenth(done, total)),
    onMerge: ({ done, total }) =>
      line.show(`merging LoRAs once: ${done} of ${total} weights`, tenth(done, total)),
    onWarning: (warning) => line.say(warning),
  }
}
