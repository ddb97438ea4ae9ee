// The thread that prepares examples: what is asked of it are their numbers.
import { parentPort, workerData } from 'node:worker_threads'
import { type Ingredients, Preparer } from './prepare.ts'

const preparer = new Preparer(workerData as Ingredients)

async function answer(index: number): Promise<void> {
  const prepared = await preparer.prepare(index)
  parentPort!.postMessage({ index, prepared })
}

// What fails ends the thread, and its owner hears of it.
parentPort!.on('message', (index: number) => void answer(index))
