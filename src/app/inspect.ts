import { stat } from 'node:fs/promises'
import type { Command } from 'commander'
import { inspectWeights, type PartReport } from '../edit/index.ts'
import { UsageError } from './failure.ts'
import { resolveModel } from './models.ts'
import { recipeOf } from './replay.ts'
import { bytesText, type Terminal } from './terminal.ts'

/** `pentimento inspect <file|folder|picture>` */
export function inspectCommand(program: Command, terminal: Terminal): void {
  program
    .command('inspect')
    .description('show the contents of a checkpoint, a LoRA or the recipe of a picture')
    .argument('<path>', 'checkpoint folder or name, .safetensors file, or a picture made by pentimento')
    .option('--json', 'print the report as JSON')
    .action(async (given: string, flags: { json?: true }) => {
      const path = resolveModel(given, terminal.env)
      const found = await stat(path).catch(() => undefined)
      if (!found) throw new UsageError(`${path}: no such file or folder`)
      if (/\.(png|jpe?g|webp)$/i.test(path)) {
        const recipe = await recipeOf(path)
        terminal.out(`${JSON.stringify(recipe, null, flags.json ? 0 : 2)}\n`)
        return
      }
      const report = await inspectWeights(path)
      if (flags.json) terminal.out(`${JSON.stringify(report)}\n`)
      else {
        if (report.family) terminal.out(`${titleOf(report.family, report.variant)}\n`)
        for (const part of report.parts) terminal.out(partText(part))
      }
      if (report.parts.some(({ problem }) => problem !== undefined)) terminal.fail(2)
    })
}

function partText({ path, kind, tensors, parameters, bytes, types, config, problem }: PartReport): string {
  const stored = Object.entries(types).map(
    ([type, count]) => `${type} ${((100 * count) / parameters).toFixed(0)} %`,
  )
  const lines = [
    `${path}`,
    `  ${kind}: ${parameters.toLocaleString('en')} parameters in ${tensors} tensors, ${bytesText(bytes)} (${stored.join(', ')})`,
    ...(config ? [`  ${JSON.stringify(config)}`] : []),
    problem === undefined
      ? kind === 'unknown'
        ? '  not a known part'
        : '  complete'
      : `  problem: ${problem}`,
  ]
  return `${lines.join('\n')}\n`
}

/** `Step1X-Edit v1.1`; a family whose title ends with a version has only the rest of it added. */
function titleOf(family: string, variant: string | undefined): string {
  const version = family.slice(family.lastIndexOf(' ') + 1)
  if (variant?.startsWith(version)) return family + variant.slice(version.length)
  return variant === undefined ? family : `${family} ${variant}`
}
