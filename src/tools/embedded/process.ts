import { serve } from '../serve.ts'
import { type HostedJob, openLoader, parts } from './parts.ts'

/** The tools' process: `process.ts <folder of the packs>`. */
const loader = openLoader(process.argv[2] ?? '')

serve(async ({ tool, method, args }) => {
  if (!Object.hasOwn(parts, tool)) throw new Error(`internal: no implementation of the job ${tool}`)
  const part: object = await loader.part(tool as HostedJob)
  const run = (part as Readonly<Record<string, unknown>>)[method]
  if (typeof run !== 'function') throw new Error(`internal: ${tool} has no method ${method}`)
  return (await run.apply(part, [...args])) as unknown
})
