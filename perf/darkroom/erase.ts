import { basename, join } from 'node:path'
import { embeddedModel, openModelEditor } from 'pentimento/edit'
import { writeFileWhole } from 'pentimento/files'
import { encodePicture, type Mask, maskShare, type Picture, resizePicture } from 'pentimento/image'
import { eraseRegion, withRim } from 'pentimento/operations'
import { openToolbox, type Toolbox, toolsFolder } from 'pentimento/tools'
import { watchPeaks } from '../fullSize/peaks.ts'
import { type Figures, type Perf, round3 } from '../measure.ts'
import { captionFont, drawSheet } from '../nano/sheet.ts'
import { heldOutFiles, likenessIn, type Paste, pasteInto, photoOf } from './pastes.ts'

/** The longer side of the photographs in which the results are compared. */
const comparedSide = 1024

/** Who takes the thing out: from the picture and the hole, or from the instruction. */
type Eraser = (paste: Paste, hole: Mask) => Promise<Picture>

/**
 * Things pasted into photographs and taken out again: by `eraseRegion`, G'MIC, OpenCV (Telea) and the embedded model, each
 * with the same hole, against the photograph, within the hole. And time and memory of `eraseRegion` by megapixels.
 */
export async function erasing(perf: Perf): Promise<Figures> {
  const files = heldOutFiles(perf.flags.photos)
  if (files.length === 0)
    throw new Error(
      "erase: no held-out photographs; 'npm run dataset:demo' brings those of Debian packages, or name a folder with --photos",
    )
  const figures = await sizes(files[0]!, perf)
  const most = Number(perf.flags.most ?? files.length)
  const { erasers, close } = await openErasers(perf)
  try {
    const names = Object.keys(erasers)
    perf.line(`PSNR (dB) and SSIM within the hole: ${names.join(', ')}`)
    const rows: Record<string, { psnr: number; ssim: number; seconds: number }>[] = []
    for (const [number, file] of files.slice(0, most).entries()) {
      const photo = await photoOf(file, comparedSide)
      const paste = pasteInto(photo, basename(file).replace(/\.\w+$/, ''), number)
      rows.push(await compare(paste, erasers, perf))
    }
    return { ...figures, cases: rows.length, ...means(rows, names, perf) }
  } finally {
    await close()
  }
}

/** Everyone who is there, the measured one first. */
async function openErasers(
  perf: Perf,
): Promise<{ erasers: Readonly<Record<string, Eraser>>; close(): Promise<void> }> {
  const folder = toolsFolder(process.env)
  const gmic = await openToolbox({ folder })
  const telea = await withoutPrograms(() => openToolbox({ folder }))
  const nano = await openModelEditor(embeddedModel(), { provider: 'cpu' })
  const inpaint =
    (tools: Toolbox): Eraser =>
    ({ pasted }, hole) =>
      tools.get('inpainter').inpaint(pasted, hole)
  const isGmic = gmic.has('inpainter') && gmic.get('inpainter').facts.implementation.startsWith('gmic')
  if (!isGmic) perf.line("without G'MIC: it is not installed")
  if (!telea.has('inpainter')) perf.line("without Telea: 'pentimento tools install opencv' brings it")
  const erasers: Record<string, Eraser> = {
    darkroom: async ({ pasted }, hole) => eraseRegion(pasted, hole).picture,
    ...(isGmic && { gmic: inpaint(gmic) }),
    ...(telea.has('inpainter') && { telea: inpaint(telea) }),
    nano: ({ pasted, instruction }) => nano.edit(pasted, instruction),
  }
  return {
    erasers,
    close: async () => {
      await Promise.all([gmic.close(), telea.close(), nano.close()])
    },
  }
}

/** G'MIC is found by the path of programs; without one, the inpainter is Telea's. */
async function withoutPrograms<T>(open: () => Promise<T>): Promise<T> {
  const { PATH } = process.env
  process.env.PATH = ''
  try {
    return await open()
  } finally {
    process.env.PATH = PATH
  }
}

type Row = Record<string, { psnr: number; ssim: number; seconds: number }>

async function compare(paste: Paste, erasers: Readonly<Record<string, Eraser>>, perf: Perf): Promise<Row> {
  const hole = withRim(paste.pasted, paste.mask)
  const row: Row = {}
  const shown = [paste.pasted]
  for (const [name, erase] of Object.entries(erasers)) {
    const start = performance.now()
    const result = await erase(paste, hole)
    const seconds = (performance.now() - start) / 1000
    row[name] = { ...likenessIn(result, paste.photo, hole), seconds }
    shown.push(result)
  }
  const told = Object.values(row).map(({ psnr, ssim }) => `${psnr.toFixed(1)} ${ssim.toFixed(3)}`)
  perf.line(`  ${paste.name}: ${told.join('  ')}`)
  if (perf.flags.sheet !== undefined) await writeSheet(perf.flags.sheet, paste, [...shown, paste.photo])
  return row
}

async function writeSheet(folder: string, { name }: Paste, pictures: readonly Picture[]): Promise<void> {
  const cells = pictures.map((picture, i) => ({ picture, caption: i === 0 ? name : '' }))
  const style = { font: await captionFont(), cellWidth: 420, textSize: 16, gap: 6 }
  const bytes = await encodePicture(await drawSheet([cells], style), 'jpeg', { quality: 88 })
  await writeFileWhole(join(folder, `erase-${name.replaceAll(/[^\w-]+/g, '-')}.jpg`), bytes)
}

/** Means, and how often each is at most as good as the first. */
function means(rows: readonly Row[], names: readonly string[], perf: Perf): Record<string, number> {
  const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length
  const figures: Record<string, number> = {}
  const [first] = names
  for (const name of names) {
    const each = rows.map((row) => row[name]!)
    const [psnr, ssim] = [mean(each.map((row) => row.psnr)), mean(each.map((row) => row.ssim))]
    const seconds = mean(each.map((row) => row.seconds))
    Object.assign(figures, {
      [`${name}.psnr`]: round3(psnr),
      [`${name}.ssim`]: round3(ssim),
      [`${name}.seconds`]: round3(seconds),
    })
    let told = ''
    if (name !== first) {
      const noWorse = mean(rows.map((row) => (row[first!]!.psnr >= row[name]!.psnr ? 1 : 0)))
      const ratio =
        mean(rows.map((row) => row[name]!.seconds)) / mean(rows.map((row) => row[first!]!.seconds))
      Object.assign(figures, { [`${name}.noWorse`]: round3(noWorse), [`${name}.timeRatio`]: round3(ratio) })
      told = `; ${first} is no worse in ${(100 * noWorse).toFixed(0)} %, ${name} takes ${ratio.toFixed(2)}× as long`
    }
    perf.line(`${name}: ${psnr.toFixed(2)} dB, SSIM ${ssim.toFixed(3)}, ${seconds.toFixed(1)} s${told}`)
  }
  return figures
}

/** Time and memory at 1, 4 and 12 megapixels, with a hole of about a twentieth of the picture. */
async function sizes(file: string, perf: Perf): Promise<Record<string, number>> {
  const figures: Record<string, number> = {}
  const photo = await photoOf(file, 4000)
  for (const [megapixels, width, height] of [
    [1, 1152, 864],
    [4, 2304, 1728],
    [12, 4000, 3000],
  ] as const) {
    const large = resizePicture(photo, { width, height, filter: 'bicubic' })
    const { pasted, mask } = pasteInto(large, '', 0)
    const hole = withRim(pasted, mask)
    const peaks = watchPeaks()
    const start = performance.now()
    const used = process.cpuUsage()
    eraseRegion(pasted, hole)
    const { user, system } = process.cpuUsage(used)
    const seconds = (performance.now() - start) / 1000
    const peak = peaks.anonymous / 2 ** 20
    await peaks.stop()
    perf.line(
      `${megapixels} megapixels, ${(100 * maskShare(hole)).toFixed(0)} % hole: ${seconds.toFixed(1)} s, ` +
        `${((user + system) / 1e6).toFixed(1)} s of a core, ${peak.toFixed(0)} MiB in use at most`,
    )
    Object.assign(figures, {
      [`mp${megapixels}.seconds`]: round3(seconds),
      [`mp${megapixels}.coreSeconds`]: round3((user + system) / 1e6),
      [`mp${megapixels}.peakMiB`]: round3(peak),
    })
  }
  return figures
}
