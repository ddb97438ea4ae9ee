import { attention } from './attention.ts'
import { core } from './core.ts'
import { dataset } from './dataset.ts'
import { detail } from './detail.ts'
import { fullSize, streaming } from './fullSize/index.ts'
import { type Figures, machine, type Perf, save } from './measure.ts'
import { overfitting } from './overfit.ts'
import { quantize } from './quantize.ts'
import { trainStep } from './train.ts'

/** Every command: measures, prints lines, and returns the figures it printed. */
const commands: Readonly<Record<string, (perf: Perf) => Promise<Figures>>> = {
  core,
  attention,
  quantize,
  'full-size': fullSize,
  detail,
  streaming,
  dataset,
  train: trainStep,
  overfit: overfitting,
}

const [name = '', ...flags] = process.argv.slice(2)
const command = commands[name]
if (!command || flags.some((flag) => flag !== '--save')) {
  console.error(
    `perf: expected one of ${Object.keys(commands).join(', ')}, then perhaps --save, got '${process.argv.slice(2).join(' ')}'`,
  )
  process.exitCode = 2
} else {
  console.log(Object.values(machine()).join(' · '))
  const figures = await command({ line: (text) => console.log(text) })
  if (flags.includes('--save')) save(name, figures)
  console.log(JSON.stringify({ perf: name, ...figures }))
}
