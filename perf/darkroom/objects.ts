import { basename } from 'node:path'
import { maskShare, type Picture, resizePicture } from 'pentimento/image'
import {
  blurBackground,
  labOfHex,
  moveThing,
  paintedBackground,
  photographBehind,
  recolour,
  recolourError,
  remake,
  replaceBackground,
} from 'pentimento/operations'
import { watchPeaks } from '../fullSize/peaks.ts'
import { type Figures, median, type Perf, round3 } from '../measure.ts'
import { heldOutFiles, pasteInto, photoOf } from './pastes.ts'

/** Colours that are asked for: each name of the basic ones, black and white too. */
const wanted = [
  '#c42024',
  '#ec7c1c',
  '#f0c824',
  '#34963e',
  '#265cc4',
  '#7a3aa8',
  '#ee78aa',
  '#6b4226',
  '#ffffff',
  '#808080',
  '#101010',
]

/**
 * Things of known outline and colour, put into photographs that nothing was tuned on, in every colour: how far their mean
 * is from what was asked, in OKLab, and how many levels outside of the region changed. And time and memory of what is done
 * to things and backgrounds, at 12 megapixels.
 */
export async function objects(perf: Perf): Promise<Figures> {
  const files = heldOutFiles(perf.flags.photos).slice(0, Number(perf.flags.most ?? 12))
  if (files.length === 0) throw new Error("objects: no photographs; name a folder with '--photos'")
  const errors: number[] = []
  let leaks = 0
  for (const [number, file] of files.entries()) {
    const photo = await photoOf(file, 1024)
    const { pasted, mask, name } = pasteInto(photo, basename(file), number)
    for (const hex of wanted) {
      const { picture, region } = recolour(pasted, mask, { to: labOfHex(hex) })
      const error = recolourError(picture, region, labOfHex(hex))
      if (error > 0.06) perf.line(`${name} to ${hex}: ${error.toFixed(3)}`)
      errors.push(error)
      leaks += changedOutside(pasted, picture, region.data)
    }
  }
  perf.line(
    `recoloured: median error ${median(errors).toFixed(3)}, at most ${Math.max(...errors).toFixed(3)} in OKLab, ` +
      `${leaks} levels changed outside (${errors.length} cases)`,
  )
  return {
    cases: errors.length,
    error: round3(median(errors)),
    mostError: round3(Math.max(...errors)),
    leaks,
    ...(await large(files, perf)),
  }
}

const changedOutside = (before: Picture, after: Picture, region: Uint8Array): number =>
  before.data.reduce(
    (count, level, i) => count + (region[Math.floor(i / 3)] === 0 && level !== after.data[i] ? 1 : 0),
    0,
  )

/** Seconds of a core and the most memory in use at 12 megapixels. */
async function large(files: readonly string[], perf: Perf): Promise<Figures> {
  const size = { width: 4000, height: 3000 }
  const photo = resizePicture(await photoOf(files[0]!, 4000), { ...size, filter: 'bicubic' })
  const second = await photoOf(files[1] ?? files[0]!, 4000)
  const { pasted, mask } = pasteInto(photo, '', 1)
  perf.line(`12 megapixels, the thing takes ${(100 * maskShare(mask)).toFixed(0)} %`)
  const plain = { floor: true, harmonised: false }
  const next = (): number => 0.4
  const runs: Readonly<Record<string, () => unknown>> = {
    recolour: () => recolour(pasted, mask, { to: labOfHex('#265cc4') }),
    wood: () => remake(pasted, mask, { material: 'wood', seed: 1 }),
    gold: () => remake(pasted, mask, { material: 'gold', seed: 1 }),
    blur: () => blurBackground(pasted, mask, { strength: 1 }),
    studio: () =>
      replaceBackground(pasted, mask, { ...plain, picture: paintedBackground(size, 'white studio', next) }),
    sunset: () =>
      replaceBackground(pasted, mask, { ...plain, picture: paintedBackground(size, 'sunset', next) }),
    picture: () => {
      const behind = photographBehind(second, size, { x: 0.5, y: 0.8 })
      return replaceBackground(pasted, mask, { ...behind, harmonised: true })
    },
    move: () => moveThing(pasted, mask, { right: 0.15, down: 0, scale: 1 }),
  }
  const figures: Record<string, number> = {}
  for (const [name, run] of Object.entries(runs)) {
    const peaks = watchPeaks()
    const used = process.cpuUsage()
    run()
    const { user, system } = process.cpuUsage(used)
    const peak = peaks.anonymous / 2 ** 20
    await peaks.stop()
    perf.line(
      `${name}: ${((user + system) / 1e6).toFixed(1)} s of a core, ${peak.toFixed(0)} MiB in use at most`,
    )
    figures[`mp12.${name}.coreSeconds`] = round3((user + system) / 1e6)
    figures[`mp12.${name}.peakMiB`] = round3(peak)
  }
  return figures
}
