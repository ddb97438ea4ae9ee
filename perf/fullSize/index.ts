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
  const kept = process.env.PENTIMENTO_FULL_SIZE
  const folder = kept ?? join(await mkdtemp(join(tmpdir(), 'pentimento-')), 'full')
  try {
    await writeFullSize(folder, (text) => perf.line(text))
    const runtime = await openRuntime({ provider: 'cpu' })
    const dit = await openCheckpoint(join(folder, 'step1x-edit-i1258.safetensors'))
    const vae = await openCheckpoint(join(folder, 'vae.safetensors'))
    // What takes least memory comes first: what was freed before would hide it.
    const figures = {
      ...(await decoder(perf, runtime, vae)),
      ...(await edits(perf, folder)),
      ...(await blocks(perf, runtime, dit)),
    }
    await Promise.all([dit.close(), vae.close()])
    await runtime.close()
    return figures
  } finally {
    if (kept === undefined) await rm(join(folder, '..'), { recursive: true })
  }
}
