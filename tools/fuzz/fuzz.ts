import { argv } from 'node:process'
import { parseArgs } from 'node:util'
import { callNumber, NAMES } from './campaign.ts'
import { notCovered } from './coverage.ts'
import { ENTRIES } from './subjects.ts'

const USAGE = `Usage: npm run fuzz -- [options]

Random calls of all public functions: on masks in all forms and on wrong arguments, with and without
the WebAssembly kernel. Each is compared with a new portable run and with equal masks in other forms.

  --minutes N     how long (default: 1)
  --seed S        seed of the campaign (default: 1)
  --call N        only this call, as a finding names it
  --only TEXT     only functions whose name holds this, such as 'label' or 'vessel-reward/audit'
  --help          this text

Exit code 1 if something was found. Ctrl-C ends the campaign and says what was found so far.
`

const SAY_EVERY_MS = 10_000

/** Reports of a kind beyond these are counted only. */
const TOLD = 1

interface Options {
  minutes: number
  seed: number
  call: number | undefined
  only: readonly string[]
}

function readArguments(): Options | undefined {
  const { values } = parseArgs({
    args: argv.slice(2),
    options: {
      minutes: { type: 'string', default: '1' },
      seed: { type: 'string', default: '1' },
      call: { type: 'string' },
      only: { type: 'string', default: '' },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return undefined
  const numberOf = (name: string, text: string) => {
    const value = Number(text)
    if (text.trim() !== '' && value >= 0) return value
    throw new RangeError(`expected --${name} to be a number, at least 0, got ${text}`)
  }
  const only = NAMES.filter((name) => name.includes(values.only))
  if (only.length === 0) throw new RangeError(`no function is called ${values.only}`)
  return {
    minutes: numberOf('minutes', values.minutes),
    seed: numberOf('seed', values.seed),
    call: values.call === undefined ? undefined : numberOf('call', values.call),
    only,
  }
}

function checkCoverage(): void {
  const missing = Object.entries(ENTRIES).flatMap(([name, entry]) =>
    notCovered(entry).map((text) => `${name}: ${text}`),
  )
  if (missing.length > 0) {
    throw new Error(`tools/fuzz/subjects.ts does not fit what is exported:\n${missing.join('\n')}`)
  }
}

async function main({ minutes, seed, call, only }: Options): Promise<number> {
  checkCoverage()
  const kinds = new Map<string, number>()
  const make = (number: number) => {
    const { findings, name, hasReturned } = callNumber(seed, number, only)
    for (const { kind, report } of findings) {
      const times = (kinds.get(kind) ?? 0) + 1
      kinds.set(kind, times)
      if (times <= TOLD) console.log(`\n${report}\n`)
    }
    return { name, hasReturned }
  }
  if (call !== undefined) {
    const { name, hasReturned } = make(call)
    console.log(`${name} ${hasReturned ? 'returned' : 'threw'}, ${kinds.size} findings`)
    return kinds.size === 0 ? 0 : 1
  }
  let isStopped = false
  process.once('SIGINT', () => {
    isStopped = true
  })
  const start = performance.now()
  const end = start + minutes * 60_000
  let [calls, returned, said] = [0, 0, start]
  const say = () => {
    const now = performance.now()
    const rate = (calls / (now - start)) * 1000
    const left = Math.max(0, Math.ceil((end - now) / 1000))
    console.log(
      `${calls} calls, ${rate.toFixed(0)} a second, ${returned} returned, ` +
        `${kinds.size} kinds of findings, ${left} s left`,
    )
  }
  while (!isStopped && performance.now() < end) {
    if (make(calls).hasReturned) returned++
    calls++
    if (performance.now() - said > SAY_EVERY_MS) {
      said = performance.now()
      say()
    }
    // So that a signal is heard.
    if (calls % 16 === 0) await new Promise((resolve) => setImmediate(resolve))
  }
  console.log(`\n${isStopped ? 'stopped' : 'done'}, seed ${seed}:`)
  say()
  for (const [kind, times] of kinds) console.log(`  ${times} × ${kind}`)
  return kinds.size === 0 ? 0 : 1
}

const options = readArguments()
if (options === undefined) console.log(USAGE)
else process.exitCode = await main(options)
