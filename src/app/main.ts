#!/usr/bin/env node
import { runCommandLine } from './program.ts'

const cancel = new AbortController()
process.once('SIGINT', () => cancel.abort())
process.once('SIGTERM', () => cancel.abort())

process.exitCode = await runCommandLine(process.argv.slice(2), {
  env: process.env,
  out: (text) => void process.stdout.write(text),
  error: (text) => void process.stderr.write(text),
  isScreen: process.stderr.isTTY === true,
  signal: cancel.signal,
})
