/**
 * Looks for a small boolean circuit of a thinning pass, starting from its deletion table.
 *
 *     npx tsx tools/thinning/search.ts METHOD PASS [SECONDS [SEED]]
 *
 * Prints it in the notation of circuits.ts. A minute finds 22 operations for 'zhang-suen';
 * the circuits of 'skimage' took a compiled form of this search.
 */
import { argv } from 'node:process'
import { type ThinningMethod, thinningTable } from '../../src/morphology/thinning-table.ts'
import {
  applyGate,
  CIRCUIT_INPUTS,
  type Circuit,
  type Gate,
  type GateOp,
  printCircuit,
  verifyCircuit,
} from './circuits.ts'

/**
 * The search walks through correct circuits only. It gives a random gate a new form among
 * those that leave the output as it is: an existing value, a gate over existing values, or such a
 * gate behind one or two new ones. Longer circuits are accepted as in simulated annealing.
 *
 * Values are truth tables over the eight neighbours: 256 bits in 8 words.
 */
type Table = Int32Array
/** While a circuit is being changed, a gate may stand for another value. */
type Draft = Omit<Gate, 'op'> & { readonly op: GateOp | 'copy' }
/** A random whole number below a bound. */
type Random = (below: number) => number
interface Net {
  readonly gates: readonly Gate[]
  readonly output: number
}

const INPUTS = CIRCUIT_INPUTS.length
const OPS = ['and', 'or', 'xor'] as const
/** Steps from the first to the last temperature, and these temperatures, in gates. */
const STEPS = 600_000
const HOT = 0.7
const COLD = 0.27

function evaluate({ op, a, b = a }: Gate, tables: readonly Table[]): Table {
  const x = tables[a]
  const y = tables[b]
  const result = new Int32Array(8)
  for (let i = 0; i < 8; i++) result[i] = applyGate(op, x[i], y[i])
  return result
}

const INPUT_TABLES: readonly Table[] = Array.from({ length: INPUTS }, (_, input) => {
  const table = new Int32Array(8)
  for (let code = 0; code < 256; code++) table[code >> 5] |= ((code >> input) & 1) << (code & 31)
  return table
})

function tabulate({ gates }: Net): Table[] {
  const tables = [...INPUT_TABLES]
  for (const gate of gates) tables.push(evaluate(gate, tables))
  return tables
}

/** Drops copies, repetitions and gates that nothing reads, and puts the rest in order. */
function tidy(gates: readonly Draft[], output: number): Net {
  const made: Gate[] = []
  const known = new Map<string, number>()
  const placed: number[] = []
  const visit = (value: number): number => {
    if (value < INPUTS || placed[value] !== undefined) return placed[value] ?? value
    const { op, a, b } = gates[value - INPUTS]
    const x = visit(a)
    if (op === 'copy') return x
    const y = b === undefined ? x : visit(b)
    const [p, q] = x < y ? [x, y] : [y, x]
    const key = `${op} ${p} ${q}`
    if (!known.has(key)) known.set(key, made.push({ op, a: p, b: b && q }) + INPUTS - 1)
    placed[value] = known.get(key) as number
    return placed[value]
  }
  return { output: visit(output), gates: made }
}

/** The naive form to start from: a decision tree over the neighbours. */
function naiveNet(keep: (code: number) => boolean): Net {
  const gates: Gate[] = []
  const add = (op: GateOp, a: number, b?: number): number =>
    gates.push({ op, a: a, b: b === undefined ? b : b }) + INPUTS - 1
  const zero = add('and', 0, add('not', 0))
  const one = add('not', zero)
  const build = (from: number, level: number): number => {
    if (level === 0) return keep(from) ? one : zero
    const low = build(from, level - 1)
    const high = build(from + (1 << (level - 1)), level - 1)
    return add('xor', low, add('and', level - 1, add('xor', low, high)))
  }
  return tidy(gates, build(0, 8))
}

/** Gives one gate a random new form that leaves the output as it is. */
function change({ gates, output }: Net, tables: readonly Table[], random: Random): Net {
  const target = INPUTS + random(gates.length)
  // The values that the target is part of, and what they are with the target inverted.
  const after = tables.map((_, value) => value === target)
  const flipped = tables.slice()
  flipped[target] = tables[target].map((word) => ~word)
  gates.forEach((gate, i) => {
    if (!after[gate.a] && !(gate.b !== undefined && after[gate.b])) return
    after[INPUTS + i] = true
    flipped[INPUTS + i] = evaluate(gate, flipped)
  })
  // The target must be 1 at `on` and 0 at `off`; elsewhere the output does not depend on it.
  const care = tables[output].map((word, i) => word ^ flipped[output][i])
  let on = care.map((word, i) => word & tables[target][i])
  let off = care.map((word, i) => word & ~tables[target][i])
  const covers = (x: Table) => on.every((word, i) => (word & ~x[i]) === 0)
  const avoids = (x: Table) => off.every((word, i) => (word & x[i]) === 0)

  // Up to two times, the gate becomes one over an existing value and a new gate, which then takes
  // the place of the target.
  const drafts: Draft[] = [...gates]
  let place = target - INPUTS
  for (let tries = random(12); tries > 0 && drafts.length < gates.length + 2; tries--) {
    const value = random(tables.length)
    const x = tables[value]
    const op = OPS[random(3)]
    if (after[value] || (op === 'and' && !covers(x)) || (op === 'or' && !avoids(x))) continue
    drafts[place] = { op, a: value, b: INPUTS + drafts.length }
    place = drafts.push(drafts[place]) - 1
    const mix = (p: Table, q: Table) => p.map((word, i) => (word & ~x[i]) | (q[i] & x[i]))
    if (op === 'and') off = off.map((word, i) => word & x[i])
    else if (op === 'or') on = on.map((word, i) => word & ~x[i])
    else [on, off] = [mix(on, off), mix(off, on)]
  }
  const free = tables.map((_, value) => value).filter((value) => !after[value])
  let fitting = 0
  const offer = (op: Draft['op'], a: number, b = a) => {
    const x = tables[a]
    const y = tables[b]
    for (let i = 0; i < 8; i++) {
      const word = op === 'copy' ? x[i] : applyGate(op, x[i], y[i])
      if ((on[i] & ~word) | (off[i] & word)) return
    }
    if (random(++fitting) > 0) return
    drafts[place] = a === b ? { op, a: a } : { op, a: a, b: b }
  }
  for (const value of free) {
    offer('copy', value)
    offer('not', value)
  }
  for (const op of OPS) {
    const filter = op === 'and' ? covers : op === 'or' ? avoids : () => true
    const choice = free.filter((value) => filter(tables[value]))
    choice.forEach((a, i) => {
      for (let j = i + 1; j < choice.length; j++) offer(op, a, choice[j])
    })
  }
  return fitting > 0 ? tidy(drafts, output) : { gates, output }
}

/** The smallest circuit found in so many seconds. */
function searchCircuit(method: ThinningMethod, pass: 1 | 2, seconds: number, seed = 1): Circuit {
  const table = thinningTable(method)
  const naive = naiveNet((code) => ((table[code] >> (pass - 1)) & 1) === 0)
  // Xorshift, so that a seed always gives the same walk.
  let state = Math.imul(seed, 0x9e3779b1) | 1
  const random: Random = (below) => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return Math.floor(((state >>> 0) / 2 ** 32) * below)
  }
  let best = naive
  const end = Date.now() + 1000 * seconds
  // Every other round starts afresh, the others from the best so far.
  for (let round = 0; Date.now() < end; round++) {
    let net = round % 2 === 0 ? naive : best
    let tables = tabulate(net)
    for (let step = 0; step < STEPS && Date.now() < end; step++) {
      const temperature = HOT * (COLD / HOT) ** (step / STEPS)
      const next = change(net, tables, random)
      const rise = next.gates.length - net.gates.length
      if (random(1e9) >= 1e9 * Math.exp(-rise / temperature)) continue
      net = next
      tables = tabulate(net)
      if (net.gates.length < best.gates.length) best = net
    }
  }
  return { method, pass, gates: best.gates }
}

const [method, pass, seconds = '60', seed = '1'] = argv.slice(2)
if (!['skimage', 'zhang-suen', 'guo-hall'].includes(method) || !['1', '2'].includes(pass)) {
  throw new RangeError('expected: METHOD PASS [SECONDS [SEED]]')
}
const found = searchCircuit(
  method as ThinningMethod,
  pass === '1' ? 1 : 2,
  Number(seconds),
  Number(seed),
)
verifyCircuit(found)
console.log(`${found.gates.length} operations`)
console.log(
  printCircuit(found)
    .map((line) => line.replace('const ', '').replaceAll(' ', ''))
    .join(' '),
)
