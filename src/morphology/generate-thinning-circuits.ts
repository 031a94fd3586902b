/**
 * Derives the boolean circuits of bit-parallel thinning from the deletion tables.
 *
 *     npx tsx src/morphology/generate-thinning-circuits.ts
 *     npx tsx src/morphology/generate-thinning-circuits.ts --search plain skimage 1 60
 *
 * The first form checks the stored circuits and prints them. The second looks for a small circuit
 * of a model, method and pass from scratch, for so many seconds.
 */
import { argv } from 'node:process'
import { pathToFileURL } from 'node:url'
import {
  applyGate,
  CIRCUIT_INPUTS,
  type Circuit,
  type CircuitModel,
  circuitCost,
  type Gate,
  type GateOp,
  NEIGHBOUR_COLUMN,
  NEIGHBOUR_ROW,
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

/** Every gate by its number, a value of the past by its delay. */
const plainName = (name: string, delay: number) => (delay > 0 ? `${name}@${delay}` : name)

/** The circuit in the notation of the stored ones. */
function notation(circuit: Circuit): string {
  const { statements } = printCircuit(circuit, plainName)
  return statements.map((s) => s.replace('const ', '').replaceAll(' ', '')).join(' ')
}

/**
 * The search walks through correct circuits only. It gives a random gate a new form among those
 * that leave the output as it is: an existing value, a gate over existing values, or such a gate
 * behind one or two new ones. Costlier circuits are accepted as in simulated annealing.
 *
 * A value has a truth table over the eight neighbours (256 bits), the centre being 1, for each
 * delay with which it reads no row above the upper neighbours.
 */
type Table = Int32Array
type Tables = (Table | undefined)[][]
/** While a circuit is being changed, a gate may stand for another value. */
type Draft = Omit<Gate, 'op'> & { readonly op: GateOp | 'copy' }
type Net = Pick<Circuit, 'inputs' | 'gates' | 'output'>

function evaluate({ op, a, b = a }: Gate, tables: Tables, delay: number): Table | undefined {
  const x = tables[a.value][delay + a.delay]
  const y = tables[b.value][delay + b.delay]
  return x && y && x.map((word, i) => applyGate(op, word, y[i]))
}

function tablesOfInputs(inputs: readonly string[]): Tables {
  const tableOf = (test: (code: number) => number) =>
    Int32Array.from({ length: 8 }, (_, i) => {
      let word = 0
      for (let bit = 0; bit < 32; bit++) word |= test(32 * i + bit) << bit
      return word
    })
  const tables: Tables = inputs.map(() => [])
  const plain = inputs.length === 8
  for (let i = 0; i < 8; i++) {
    const [value, delay] = plain ? [i, 0] : [NEIGHBOUR_COLUMN[i], NEIGHBOUR_ROW[i]]
    tables[value][delay] = tableOf((code) => (code >> i) & 1)
  }
  if (!plain) tables[1][1] = tableOf(() => 1)
  return tables
}

/** Drops copies, repetitions and gates that nothing reads, and puts the rest in order. */
function tidy(inputs: readonly string[], gates: readonly Draft[], output: number): Net | undefined {
  const made: Gate[] = []
  const known = new Map<string, number>()
  const placed: number[] = []
  const visit = ({ value, delay }: Operand): Operand => {
    if (value < inputs.length) return { value, delay }
    const { op, a, b } = gates[value - inputs.length]
    if (op === 'copy') return visit({ value: a.value, delay: delay + a.delay })
    if (placed[value] === undefined) {
      const [x, y] = (b ? [visit(a), visit(b)] : [visit(a)]).sort(
        (p, q) => p.value - q.value || p.delay - q.delay,
      )
      const key = `${op} ${x.value} ${x.delay} ${y?.value} ${y?.delay}`
      placed[value] = known.get(key) ?? inputs.length + made.push({ op, a: x, b: y }) - 1
      known.set(key, placed[value])
    }
    return { value: placed[value], delay }
  }
  const end = visit({ value: output, delay: 0 })
  return end.delay === 0 ? { inputs, gates: made, output: end.value } : undefined
}

/** The naive form to start from: a decision tree over the neighbours. */
function naiveNet(model: CircuitModel, keep: (code: number) => boolean): Net {
  const inputs = CIRCUIT_INPUTS[model]
  const gates: Gate[] = []
  const add = (op: GateOp, a: Operand, b?: Operand): Operand => {
    return { value: inputs.length + gates.push({ op, a, b }) - 1, delay: 0 }
  }
  const pixel = (i: number): Operand =>
    model === 'plain'
      ? { value: i, delay: 0 }
      : { value: NEIGHBOUR_COLUMN[i], delay: NEIGHBOUR_ROW[i] }
  const zero = add('and', pixel(0), add('not', pixel(0)))
  const one = add('not', zero)
  const build = (from: number, level: number): Operand => {
    if (level === 0) return keep(from) ? one : zero
    const low = build(from, level - 1)
    const high = build(from + (1 << (level - 1)), level - 1)
    return add('xor', low, add('and', pixel(level - 1), add('xor', low, high)))
  }
  return tidy(inputs, gates, build(0, 8).value) as Net
}

/** Gives one gate a random new form that is likely to leave the output as it is. */
function propose(net: Net, tables: Tables, random: (below: number) => number): Draft[] | undefined {
  const first = net.inputs.length
  const target = first + random(net.gates.length)
  // The delays with which the output depends on each value; the values that the target is part of.
  const needed = tables.map((_, value) => new Set(value === net.output ? [0] : []))
  const after = tables.map((_, value) => value === target)
  for (let i = net.gates.length - 1; i >= 0; i--) {
    const { a, b = a } = net.gates[i]
    for (const delay of needed[first + i]) {
      needed[a.value].add(delay + a.delay)
      needed[b.value].add(delay + b.delay)
    }
  }
  net.gates.forEach(({ a, b = a }, i) => {
    if (after[a.value] || after[b.value]) after[first + i] = true
  })
  // Where the target must be 1 and where 0, for each of its delays on its own.
  let wanted = [...needed[target]].map((delay) => {
    const value = tables[target][delay] as Table
    const flipped = tables.slice()
    flipped[target] = tables[target].slice()
    flipped[target][delay] = value.map((word) => ~word)
    for (let v = target + 1; v < tables.length; v++) {
      if (after[v]) flipped[v] = [0, 1, 2].map((d) => evaluate(net.gates[v - first], flipped, d))
    }
    const [before, now] = [tables[net.output][0] as Table, flipped[net.output][0] as Table]
    const care = before.map((word, i) => word ^ now[i])
    return { delay, on: care.map((w, i) => w & value[i]), off: care.map((w, i) => w & ~value[i]) }
  })
  const operands = (): Operand[] =>
    tables.flatMap((table, value) =>
      [0, 1, 2]
        .filter((delay) => !after[value] && wanted.every((w) => table[w.delay + delay]))
        .map((delay) => ({ value, delay })),
    )
  const drafts: Draft[] = [...net.gates]
  let slot = target - first
  const behind = (op: Draft['op'], a?: Operand): void => {
    const inner = { value: first + drafts.length, delay: op === 'copy' ? 1 : 0 }
    drafts[slot] = a ? { op, a, b: inner } : { op, a: inner }
    // Whatever stands here is replaced in the end.
    slot = drafts.push(drafts[slot]) - 1
  }
  for (
    let attempts = random(6);
    attempts > 0 && drafts.length < tables.length - first + 2;
    attempts--
  ) {
    const choice = operands()
    const a = choice[random(choice.length)]
    const kind = random(net.inputs.length === 8 ? 10 : 11)
    if (kind === 10 && wanted.every(({ delay }) => delay < 2)) {
      behind('copy')
      wanted = wanted.map((w) => ({ ...w, delay: w.delay + 1 }))
    } else if (kind === 9) {
      behind('not')
      wanted = wanted.map(({ delay, on, off }) => ({ delay, on: off, off: on }))
    } else if (kind < 9 && a) {
      const op = (['and', 'or', 'xor'] as const)[kind % 3]
      const inner = wanted.map(({ delay, on, off }) => {
        const x = tables[a.value][delay + a.delay] as Table
        if (op === 'and')
          return { delay, on, off: off.map((w, i) => w & x[i]), bad: on.some((w, i) => w & ~x[i]) }
        if (op === 'or')
          return { delay, on: on.map((w, i) => w & ~x[i]), off, bad: off.some((w, i) => w & x[i]) }
        const swap = (p: Table, q: Table) => p.map((w, i) => (w & ~x[i]) | (q[i] & x[i]))
        return { delay, on: swap(on, off), off: swap(off, on), bad: false }
      })
      if (inner.some((w) => w.bad)) continue
      behind(op, a)
      wanted = inner
    }
  }
  const fits = (op: Draft['op'], a: Operand, b = a): boolean => {
    for (const { delay, on, off } of wanted) {
      const x = tables[a.value][delay + a.delay] as Table
      const y = tables[b.value][delay + b.delay] as Table
      for (let i = 0; i < 8; i++) {
        const word = op === 'copy' ? x[i] : applyGate(op, x[i], y[i])
        if ((on[i] & ~word) | (off[i] & word)) return false
      }
    }
    return true
  }
  let fitting = 0
  const offer = (op: Draft['op'], a: Operand, b?: Operand) => {
    if (fits(op, a, b) && random(++fitting) === 0) drafts[slot] = { op, a, b }
  }
  operands().forEach((a, i, all) => {
    offer('copy', a)
    offer('not', a)
    for (let j = i + 1; j < all.length; j++) {
      offer('and', a, all[j])
      offer('or', a, all[j])
      offer('xor', a, all[j])
    }
  })
  return fitting > 0 ? drafts : undefined
}

/** The smallest circuit found in so many seconds; a carried value costs half a gate. */
export function searchCircuit(
  model: CircuitModel,
  method: ThinningMethod,
  pass: 1 | 2,
  seconds: number,
  seed = 1,
): Circuit {
  const table = thinningTable(method)
  const naive = naiveNet(model, (code) => ((table[code] >> (pass - 1)) & 1) === 0)
  const { inputs } = naive
  const inputTables = tablesOfInputs(inputs)
  const tabulate = ({ gates }: Net): Tables => {
    const tables = [...inputTables]
    for (const gate of gates) tables.push([0, 1, 2].map((delay) => evaluate(gate, tables, delay)))
    return tables
  }
  const goal = tabulate(naive)[naive.output][0] as Table
  const cost = (net: Net) => circuitCost(net).gates + circuitCost(net).carried / 2
  let state = seed
  const random = (below: number): number => {
    // Xorshift, so that a seed always gives the same walk.
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return Math.floor(((state >>> 0) / 2 ** 32) * below)
  }
  let best = naive
  const steps = 200_000
  const end = Date.now() + 1000 * seconds
  for (let round = 0; Date.now() < end; round++) {
    let net = round % 2 === 0 ? naive : best
    let tables = tabulate(net)
    for (let step = 0; step < steps && Date.now() < end; step++) {
      const temperature = 0.7 * 0.4 ** (step / steps)
      const drafts = propose(net, tables, random)
      const next = drafts && tidy(inputs, drafts, net.output)
      if (!next) continue
      const rise = cost(next) - cost(net)
      if (random(1e9) >= 1e9 * Math.exp(-rise / temperature)) continue
      const found = tabulate(next)
      if (!goal.every((word, i) => word === found[next.output][0]?.[i])) continue
      net = next
      tables = found
      if (cost(net) < cost(best)) best = net
    }
  }
  const last = best.gates[best.gates.length - 1]
  const shared = { model, method, pass, inputs }
  return last.op === 'not' && last.a.delay === 0
    ? { ...shared, gates: best.gates.slice(0, -1), output: last.a.value, polarity: 'delete' }
    : { ...shared, gates: best.gates, output: best.output, polarity: 'keep' }
}

if (argv[1] && import.meta.url === pathToFileURL(argv[1]).href) {
  const [flag, model, method, pass, seconds = '60', seed = '1'] = argv.slice(2)
  const search = () =>
    searchCircuit(
      model as CircuitModel,
      method as ThinningMethod,
      Number(pass) as 1 | 2,
      Number(seconds),
      Number(seed),
    )
  const all = flag === '--search' ? [search()] : circuits()
  for (const circuit of all) {
    verifyCircuit(circuit)
    const { gates, carried } = circuitCost(circuit)
    console.log(
      `// ${circuit.model} ${circuit.method} ${circuit.pass}: ${gates} gates, ${carried} carried`,
    )
    if (flag === '--search') console.log(notation(circuit))
    else console.log(printCircuit(circuit, plainName).statements.join('\n'))
  }
}
