import { join } from 'node:path'
import type { Command } from 'commander'
import {
  hubSettings,
  type PullProgress,
  publishedFacts,
  publishedLanguageModels,
  publishedModels,
  pull,
} from '../weights/index.ts'
import { modelsFolder } from './models.ts'
import { bytesText, duration, ProgressLine, type Terminal } from './terminal.ts'

interface Flags {
  readonly output?: string
  readonly revision?: string
  readonly json?: true
}

/** `pentimento pull <name|hub repo>` */
export function pullCommand(program: Command, terminal: Terminal): void {
  program
    .command('pull')
    .description('download a model from the Hugging Face hub; interrupted downloads resume')
    .argument(
      '<model>',
      `${Object.keys({ ...publishedModels, ...publishedLanguageModels }).join(', ')}, or a repository as owner/name`,
    )
    .option('-o, --output <folder>', 'output folder (default: a subfolder of the models folder)')
    .option('--revision <revision>', 'branch, tag or commit', undefined)
    .option('--json', 'print the result as JSON')
    .addHelpText(
      'after',
      '\nEnvironment: HF_ENDPOINT, HF_TOKEN, HF_HOME, HF_HUB_OFFLINE, HTTPS_PROXY, HTTP_PROXY, NO_PROXY.',
    )
    .action(async (model: string, flags: Flags) => {
      const line = new ProgressLine(terminal)
      const licence = Object.hasOwn(publishedFacts, model) ? publishedFacts[model]!.licence : undefined
      if (licence !== undefined) line.say(`${model}: licence ${licence}`)
      try {
        const { commits, ...pulled } = await pull(
          model,
          flags.output ?? join(modelsFolder(terminal.env), model),
          {
            revision: flags.revision,
            hub: hubSettings(terminal.env),
            signal: terminal.signal,
            onProgress: progressOn(line),
          },
        )
        const { folder, bytes, files } = pulled
        line.end()
        if (flags.json) terminal.out(`${JSON.stringify({ ...pulled, commits, licence })}\n`)
        else terminal.out(`${folder}  ${bytesText(bytes)} in ${files} files\n`)
      } finally {
        line.end()
      }
    })
}

function progressOn(line: ProgressLine): (progress: PullProgress) => void {
  let started: { readonly at: number; readonly bytes: number } | undefined
  return ({ file, done, total }) => {
    started ??= { at: performance.now(), bytes: done }
    const seconds = (performance.now() - started.at) / 1000
    const speed = (done - started.bytes) / Math.max(seconds, 0.001)
    const left = seconds > 2 && speed > 0 ? `, about ${duration((total - done) / speed)} left` : ''
    line.show(
      `${file}: ${bytesText(done)} of ${bytesText(total)}${left}`,
      `${file} ${Math.floor((20 * done) / total)}`,
    )
  }
}
