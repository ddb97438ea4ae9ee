#!/usr/bin/env node
import { runCommandLine } from './program.ts'
import { connect } from './streams.ts'

const streams = connect(process)
process.exitCode = await streams.end(await runCommandLine(process.argv.slice(2), streams.terminal))
