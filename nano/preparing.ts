// The thread that prepares examples: what is asked of it are their numbers.
import { parentPort, workerData } from 'node:worker_threads'
import { type Ingredients, Preparer } from './prepare.ts'

const preparer = new Preparer(workerData as Ingredients)
parentPort!.on('message', async (index: number) => {
  const prepared = await preparer.prepare(index)
  const { source, target } = prepared
  parentPort!.postMessage({ index, prepared }, [source.buffer as ArrayBuffer, target.buffer as ArrayBuffer])
})
