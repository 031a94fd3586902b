#!/usr/bin/env node
import { main } from './cli/main.ts'
import { enableSimd } from './simd/enable-simd.ts'

enableSimd()

// A reader that has seen enough, such as `head`, closes the pipe; that is no error.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
  })
}

process.exitCode = await main(process.argv.slice(2), {
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
  isErrTerminal: process.stderr.isTTY,
})
