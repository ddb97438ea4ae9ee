import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openRuntime } from 'pentimento/onnx'
import { openCheckpoint } from 'pentimento/weights'
import type { Figures, Perf } from '../measure.ts'
import { blocks, decoder } from './blocks.ts'
import { writeFullSize } from './checkpoint.ts'
import { edits } from './edits.ts'

/**
 * The published model at its full size on this machine: blocks, decoder, and edits whole and streamed. Needs 22 GB of
 * disk; `PENTIMENTO_FULL_SIZE` names a folder to keep the checkpoint in from run to run.
 */
export async function fullSize(perf: Perf): Promise<Figures> {
  return withCheckpoint(perf, async (folder) => {
    const runtime = await openRuntime({ provider: 'cpu' })
    const dit = await openCheckpoint(join(folder, 'step1x-edit-i1258.safetensors'))
    const vae = await openCheckpoint(join(folder, 'vae.safetensors'))
    // What takes least memory comes first: what was freed before would hide it.
    const figures = {
      ...(await decoder(perf, runtime, vae)),
      ...(await edits(perf, folder, [256, 512])),
      ...(await blocks(perf, runtime, dit)),
    }
    await Promise.all([dit.close(), vae.close()])
    await runtime.close()
    return figures
  })
}

/** Of all that only edits at 256 px, whole and streamed: ten minutes instead of half an hour. */
export async function streaming(perf: Perf): Promise<Figures> {
  return withCheckpoint(perf, (folder) => edits(perf, folder, [256]))
}

async function withCheckpoint(perf: Perf, run: (folder: string) => Promise<Figures>): Promise<Figures> {
  const kept = process.env.PENTIMENTO_FULL_SIZE
  const folder = kept ?? join(await mkdtemp(join(tmpdir(), 'pentimento-')), 'full')
  try {
    await writeFullSize(folder, (text) => perf.line(text))
    return await run(folder)
  } finally {
    if (kept === undefined) await rm(join(folder, '..'), { recursive: true })
  }
}
