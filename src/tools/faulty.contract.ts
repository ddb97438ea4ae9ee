import { Rejection } from './rejection.ts'
import { serve } from './serve.ts'

/** The tools' process of host.test.ts: it does whatever a tool should not. */
let calls = 0

serve(async ({ method, args }) => {
  calls++
  switch (method) {
    case 'echo':
      return args
    case 'count':
      return { calls, pid: process.pid }
    case 'spin':
      for (;;) calls++
    case 'wait':
      return new Promise(() => undefined)
    case 'exit':
      process.exit(7)
      break
    case 'abort':
      return process.abort()
    case 'throwLater':
      setTimeout(() => {
        throw new Error('thrown where nobody waits')
      })
      return new Promise(() => undefined)
    case 'reject':
      throw new Rejection('no-subject', { coverage: 0.01 })
    default:
      throw new Error(`no method\ncalled ${method}`)
  }
})
