import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { commandLine, startProgram } from '../../test/commandLine.ts'
import { writeTinyCheckpoint } from '../../test/tinyCheckpoint.ts'
import { type Picture, writePicture } from '../image/index.ts'
import { runCommandLine } from './program.ts'

/*
 * `pentimento train` on the tiny checkpoint. What is killed or interrupted is a process of its own; the rest runs in this
 * one, through the same function that the program calls.
 */

const startedIn = process.cwd()
let folder: string
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'train-command-'))
  process.chdir(folder)
  await writeTinyCheckpoint(join(folder, 'tiny'))
  mkdirSync(join(folder, 'data'))
  const rows: Record<string, object> = {}
  for (let i = 0; i < 3; i++) {
    // Two wide ones and a tall one, so that there are two grids.
    const size = i === 2 ? { width: 48, height: 64 } : { width: 64, height: 48 }
    await writePicture(pictureOf(size, i), join(folder, 'data', `source${i}.png`))
    await writePicture(pictureOf(size, i + 5), join(folder, 'data', `target${i}.png`))
    rows[`target${i}.png`] = { ref_image_path: `source${i}.png`, caption: `make it ${i}` }
  }
  writeFileSync(join(folder, 'data', 'list.json'), JSON.stringify(rows))
  const run = {
    model: 'tiny',
    data: 'data/list.json',
    size: 64,
    steps: 8,
    batch: 2,
    learningRate: 1e-3,
    saveEvery: 3,
    average: 0.9,
  }
  writeFileSync(join(folder, 'run.json'), JSON.stringify(run))
  // Latents and features are made once for all tests.
  const first = await pentimento('train', 'run.json', '--output', 'whole', ...fast)
  expect(first.code, first.error).toBe(0)
}, 300_000)
afterAll(() => {
  process.chdir(startedIn)
  rmSync(folder, { recursive: true })
})

function pictureOf({ width, height }: { width: number; height: number }, seed: number): Picture {
  const data = new Uint8Array(3 * width * height).map((_, i) => (i * (seed + 3) + (i >> 5) * seed * 11) % 256)
  return { width, height, data }
}

const start = (args: readonly string[]) =>
  startProgram(args, { cwd: folder, env: { ...process.env, PENTIMENTO_CACHE: join(folder, 'cache') } })
const run = commandLine(runCommandLine, () => ({ PENTIMENTO_CACHE: join(folder, 'cache') }))
const pentimento = (...args: readonly string[]) => run(args)

const fast = ['--threads', '1', '--device', 'cpu']

/** Losses by step, as the run's file has them. */
function lossesOf(output: string): number[] {
  const lines = readFileSync(join(folder, output, 'metrics.jsonl'), 'utf8')
    .trim()
    .split('\n')
  return lines.map((line, i) => {
    const { step, loss } = JSON.parse(line) as { step: number; loss: number }
    expect(step).toBe(i + 1)
    return loss
  })
}

describe('pentimento train', () => {
  it('gives a checkpoint that edits, a report, measures and the last states', {
    timeout: 300_000,
  }, async () => {
    expect(readdirSync(join(folder, 'whole')).sort()).toEqual([
      'metrics.jsonl',
      'model',
      'report.html',
      'states',
    ])
    expect(readdirSync(join(folder, 'whole/states'))).toEqual(['step-00000006', 'step-00000008'])
    expect(lossesOf('whole')).toHaveLength(8)
    const report = readFileSync(join(folder, 'whole/report.html'), 'utf8')
    expect(report).toContain('<polyline points="')
    expect(report).not.toMatch(/(src|href)="(?!data:)/)
    const edited = await pentimento(
      ...['edit', 'data/source0.png', 'make it 0', '--model', 'whole/model', '-o', 'edit.png'],
      ...['--size', '64', '--steps', '2', ...fast],
    )
    expect(edited.code, edited.error).toBe(0)
  })

  it('goes on after kill -9 with the losses of an unbroken run', { timeout: 300_000 }, async () => {
    const { child, ended } = start(['train', 'run.json', '--output', 'killed', ...fast])
    child.stderr!.on('data', (text) => {
      if (String(text).includes('step 5/')) child.kill('SIGKILL')
    })
    expect((await ended).code).toBe(null)
    const resumed = await pentimento('train', 'run.json', '--output', 'killed', '--resume', ...fast)
    expect(resumed.code, resumed.error).toBe(0)
    expect(resumed.error).not.toContain('step 1/')
    expect(lossesOf('killed')).toEqual(lossesOf('whole'))
    const weights = (output: string) =>
      readFileSync(join(folder, output, 'model/step1x-edit-v1.0.safetensors'))
    expect(weights('killed').equals(weights('whole'))).toBe(true)
  })

  it('saves and ends with 130 when it is interrupted', { timeout: 300_000 }, async () => {
    const { child, ended } = start(['train', 'run.json', '--output', 'stopped', ...fast])
    let asked = false
    child.stderr!.on('data', (text) => {
      if (String(text).includes('step 2/') && !asked) {
        asked = true
        child.kill('SIGINT')
      }
    })
    const { code, error } = await ended
    expect(code).toBe(130)
    expect(error).toMatch(
      /pentimento: training: stopped, step \d is kept; resume it \(--resume\) to continue\n$/,
    )
    const resumed = await pentimento('train', 'run.json', '--output', 'stopped', '--resume', ...fast)
    expect(resumed.code, resumed.error).toBe(0)
    expect(lossesOf('stopped')).toEqual(lossesOf('whole'))
  })

  it.each(['kohya', 'peft'] as const)(
    'gives a LoRA in the names of %s that --lora takes',
    { timeout: 300_000 },
    async (format) => {
      const output = `lora-${format}`
      const trained = await pentimento(
        ...['train', 'run.json', '--output', output, '--lora-rank', '4', '--lora-format', format],
        ...['--precision', 'int8', '--steps', '3', '--sample-every', '3', ...fast],
      )
      expect(trained.code, trained.error).toBe(0)
      expect(trained.out).toMatch(format === 'kohya' ? /lora\.safetensors {2}step 3/ : /lora {2}step 3/)
      expect(readdirSync(join(folder, output, 'samples'))).toEqual(['step-00000003.png'])
      const lora = join(output, format === 'kohya' ? 'lora.safetensors' : 'lora')
      const edited = await pentimento(
        ...[
          'edit',
          'data/source0.png',
          'make it 0',
          '--model',
          'tiny',
          '--lora',
          lora,
          '-o',
          `${output}.png`,
        ],
        ...['--size', '64', '--steps', '1', ...fast],
      )
      expect(edited.code, edited.error).toBe(0)
    },
  )

  it('refuses an output that another process trains into', { timeout: 300_000 }, async () => {
    const { child, ended } = start(['train', 'run.json', '--output', 'busy', ...fast])
    let second: ReturnType<typeof pentimento> | undefined
    child.stderr!.on('data', (text) => {
      if (!String(text).includes('step 1/')) return
      child.kill('SIGSTOP')
      second = pentimento('train', 'run.json', '--output', 'busy', '--resume', ...fast)
      void second.finally(() => child.kill('SIGCONT'))
    })
    expect((await ended).code).toBe(0)
    expect(await second).toMatchObject({
      code: 2,
      error: expect.stringMatching(
        /busy: is in use by another training run \(process \d+ on .*\); wait for it/,
      ),
    })
    expect(lossesOf('busy')).toEqual(lossesOf('whole'))
  })

  it('refuses in one line what does not fit, with exit code 2', { timeout: 300_000 }, async () => {
    const bad = join(folder, 'data', 'bad.json')
    writeFileSync(bad, JSON.stringify({ 'target0.png': { ref_image_path: 'lost.png', caption: 'x' } }))
    const shapes = join(folder, 'data', 'shapes.jsonl')
    writeFileSync(shapes, JSON.stringify({ source: 'source0.png', target: 'target2.png', instruction: 'x' }))
    const wide = join(folder, 'data', 'wide.jsonl')
    writeFileSync(wide, '\ufeff{}', 'utf16le')
    writeFileSync(join(folder, 'typo.json'), '{"stepps": 3}')
    const cases: readonly (readonly [readonly string[], RegExp])[] = [
      [['--output', 'x'], /data: expected --data with a list of triplets/],
      [['run.json'], /output: expected --output with a folder to write to/],
      [['typo.json'], /typo\.json: .*stepps/],
      [['run.json', '--output', 'x', '--steps', '0'], /steps: expected a whole number above 0, got 0/],
      [['run.json', '--output', 'x', '--precision', 'int8'], /precision: expected fp32 for trained weights/],
      [
        ['run.json', '--output', 'x', '--data', bad],
        /bad\.json: row 1 \(target0\.png\): source: .*lost\.png: no such file or folder; correct or remove the row/,
      ],
      [
        ['run.json', '--output', 'x', '--warmup', '-1'],
        /warmup: expected a whole number of at least 0, got -1/,
      ],
      [['run.json', '--output', 'x', '--decay', 'steep'], /argument 'steep' is invalid.*linear, cosine/],
      [
        ['run.json', '--output', 'x', '--resume', '--data', wide],
        /wide\.jsonl: expected text in UTF-8, got UTF-16/,
      ],
      [
        ['run.json', '--output', 'whole', '--resume', '--lr', '1'],
        /has learningRate 0\.001, got 1; resume it/,
      ],
      [['run.json', '--output', 'run.json'], /output: expected a folder, got the file .*run\.json/],
      [
        ['run.json', '--output', 'x', '--data', shapes],
        /shapes\.jsonl: line 1: expected source and target of one shape, got 64×48 and 48×64/,
      ],
      [
        ['run.json', '--output', 'whole'],
        /states: contains a run at step 8; resume it \(--resume\), or choose another folder/,
      ],
    ]
    for (const [args, message] of cases) {
      const { code, error } = await pentimento('train', ...args, ...fast)
      expect.soft(error).toMatch(message)
      expect.soft(code, error).toBe(2)
    }
    expect(existsSync(join(folder, 'x', 'states'))).toBe(false)
  })
})
