/**
 * Derives the boolean circuits of bit-parallel thinning from the deletion tables.
 *
 *     npx tsx src/morphology/generate-thinning-circuits.ts
 *     npx tsx src/morphology/generate-thinning-circuits.ts --search skimage 1 60
 *
 * The first form checks the stored circuits and prints them. The second looks for a small plain
 * circuit of a method and pass from scratch, for so many seconds (and with a seed, if one follows).
 */
import { argv } from 'node:process'
import { pathToFileURL } from 'node:url'
import {
  applyGate,
  CIRCUIT_INPUTS,
  type Circuit,
  circuitCost,
  type Gate,
  type GateOp,
  type Operand,
  printCircuit,
  storedCircuits,
  verifyCircuit,
} from './thinning-circuits.ts'
import { type ThinningMethod, thinningTable } from './thinning-table.ts'

/** All stored circuits, each checked against its deletion table. */
export function circuits(): Circuit[] {
  const all = storedCircuits()
  for (const circuit of all) verifyCircuit(circuit)
  return all
}

/** The circuit in the notation of the stored ones. */
function notation(circuit: Circuit): string {
  const nameOf = (name: string, delay: number) => (delay > 0 ? `${name}@${delay}` : name)
  const { statements } = printCircuit(circuit, nameOf)
  return statements.map((s) => s.replace('const ', '').replaceAll(' ', '')).join(' ')
}

/**
 * The search walks through correct plain circuits only. It gives a random gate a new form among
 * those that leave the output as it is: an existing value, or a gate over existing values and a few
 * random new gates. Longer circuits are accepted as in simulated annealing.
 *
 * Values are truth tables over the eight neighbours: 256 bits in 8 words.
 */
type Table = Int32Array
/** While a circuit is being changed, a gate may stand for another value. */
type Draft = Omit<Gate, 'op'> & { readonly op: GateOp | 'copy' }
interface Net {
  readonly gates: readonly Gate[]
  readonly output: number
}

const INPUTS = 8
const OPS = ['and', 'or', 'xor'] as const
/** New gates that each step may build on. */
const NEW_GATES = 8
/** Steps from the first to the last temperature, and these temperatures, in gates. */
const STEPS = 300_000
const HOT = 0.7
const COLD = 0.27

const now = (value: number): Operand => ({ value, delay: 0 })

const evaluate = ({ op, a, b = a }: Gate, tables: readonly Table[]): Table => {
  const y = tables[b.value]
  return tables[a.value].map((word, i) => applyGate(op, word, y[i]))
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
    const x = visit(a.value)
    if (op === 'copy') return x
    const y = b ? visit(b.value) : x
    const [p, q] = x < y ? [x, y] : [y, x]
    const key = `${op} ${p} ${q}`
    if (!known.has(key)) known.set(key, made.push({ op, a: now(p), b: b && now(q) }) + INPUTS - 1)
    placed[value] = known.get(key) as number
    return placed[value]
  }
  const end = visit(output)
  return { gates: made, output: end }
}

/** The naive form to start from: a decision tree over the neighbours. */
function naiveNet(keep: (code: number) => boolean): Net {
  const gates: Gate[] = []
  const add = (op: GateOp, a: number, b?: number): number =>
    gates.push({ op, a: now(a), b: b === undefined ? b : now(b) }) + INPUTS - 1
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
    if (!after[gate.a.value] && !(gate.b && after[gate.b.value])) return
    after[INPUTS + i] = true
    flipped[INPUTS + i] = evaluate(gate, flipped)
  })
  // The target must be 1 at `on` and 0 at `off`; elsewhere the output does not depend on it.
  const care = tables[output].map((word, i) => word ^ flipped[output][i])
  const on = care.map((word, i) => word & tables[target][i])
  const off = care.map((word, i) => word & ~tables[target][i])
  const covers = (x: Table) => on.every((word, i) => (word & ~x[i]) === 0)
  const avoids = (x: Table) => off.every((word, i) => (word & x[i]) === 0)

  const drafts: Draft[] = [...gates]
  const values = tables.slice()
  for (let i = 0; i < NEW_GATES; i++) {
    const [a, b] = [now(random(tables.length)), now(random(tables.length))]
    const gate: Gate = random(7) > 0 ? { op: OPS[random(3)], a, b } : { op: 'not', a }
    drafts.push(gate)
    values.push(evaluate(gate, tables))
    after.push(after[a.value] || after[b.value])
  }
  const free = values.map((_, value) => value).filter((value) => !after[value])
  let fitting = 0
  const offer = (op: Draft['op'], a: number, b = a) => {
    const [x, y] = [values[a], values[b]]
    for (let i = 0; i < 8; i++) {
      const word = op === 'copy' ? x[i] : applyGate(op, x[i], y[i])
      if ((on[i] & ~word) | (off[i] & word)) return
    }
    if (random(++fitting) > 0) return
    drafts[target - INPUTS] = a === b ? { op, a: now(a) } : { op, a: now(a), b: now(b) }
  }
  for (const value of free) {
    offer('copy', value)
    offer('not', value)
  }
  for (const op of OPS) {
    const filter = op === 'and' ? covers : op === 'or' ? avoids : () => true
    const choice = free.filter((value) => filter(values[value]))
    choice.forEach((a, i) => {
      for (let j = i + 1; j < choice.length; j++) offer(op, a, choice[j])
    })
  }
  return tidy(drafts, output)
}

type Random = (below: number) => number

/** The smallest plain circuit found in so many seconds. */
export function searchCircuit(
  method: ThinningMethod,
  pass: 1 | 2,
  seconds: number,
  seed = 1,
): Circuit {
  const table = thinningTable(method)
  const naive = naiveNet((code) => ((table[code] >> (pass - 1)) & 1) === 0)
  // Xorshift, so that a seed always gives the same walk.
  let state = seed
  const random = (below: number): number => {
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
  const gates = best.gates.slice()
  const inverted = gates[gates.length - 1].op === 'not' ? gates.pop() : undefined
  return {
    model: 'plain',
    method,
    pass,
    inputs: CIRCUIT_INPUTS.plain,
    gates,
    output: inverted ? inverted.a.value : best.output,
    polarity: inverted ? 'delete' : 'keep',
  }
}

if (argv[1] && import.meta.url === pathToFileURL(argv[1]).href) {
  const [flag, method, pass, seconds = '60', seed = '1'] = argv.slice(2)
  const search = () =>
    searchCircuit(method as ThinningMethod, pass === '2' ? 2 : 1, Number(seconds), Number(seed))
  for (const circuit of flag === '--search' ? [search()] : circuits()) {
    verifyCircuit(circuit)
    const { gates, carried } = circuitCost(circuit)
    const { model, method, pass, polarity } = circuit
    console.log(`// ${model} ${method} ${pass}, ${polarity}: ${gates} gates, ${carried} carried`)
    console.log(notation(circuit))
  }
}
