#!/usr/bin/env node
import { isatty } from 'node:tty'
import { enableSimd } from '../simd/enable-simd.ts'
import { endingOf } from './end-process.ts'
import { main } from './main.ts'

enableSimd()

const end = endingOf(process)
const code = await main(process.argv.slice(2), {
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
  send: (text) =>
    new Promise((resolve) => {
      process.stdout.write(text, (error) => resolve(error === null || error === undefined))
    }),
  isErrTerminal: process.stderr.isTTY,
  in: () => process.stdin,
  isInTerminal: isatty(0),
  environment: process.env,
})
await end(code)
