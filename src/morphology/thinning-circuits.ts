import { type ThinningMethod, thinningTable } from './thinning-table.ts'

/**
 * What a circuit reads, and what it reuses from row to row.
 *
 * - `'plain'`: the eight neighbour words of one row; nothing is kept between rows.
 * - `'sliding'`: L = r << 1, C = r and R = r >>> 1 of the row r below the current one and, by delay,
 *   of the current row (1) and the row above (2). Gates can be delayed too: their values of the
 *   last rows are carried along.
 */
export type CircuitModel = 'plain' | 'sliding'

export type GateOp = 'and' | 'or' | 'xor' | 'not'

export interface Operand {
  /** An input if less than the number of inputs; less that number, the index of a gate. */
  readonly value: number
  /** How many rows ago the value was computed; always 0 in the plain model. */
  readonly delay: number
}

export interface Gate {
  readonly op: GateOp
  readonly a: Operand
  /** Absent for `not`. */
  readonly b?: Operand
}

/**
 * A straight-line boolean circuit for one pass: its gates are evaluated in order, once a row. With
 * the current row's word w, the new word is `w & output` (keep) or `w & ~output` (delete). Where a
 * bit of w is 0, that of the output means nothing.
 */
export interface Circuit {
  readonly model: CircuitModel
  readonly method: ThinningMethod
  readonly pass: 1 | 2
  readonly inputs: readonly string[]
  /** An operand without delay is an input or an earlier gate. */
  readonly gates: readonly Gate[]
  /** The value that is the output, counted as in operands. */
  readonly output: number
  readonly polarity: 'keep' | 'delete'
}

export const CIRCUIT_INPUTS: Readonly<Record<CircuitModel, readonly string[]>> = {
  // In the order of the neighbourhood code.
  plain: ['NW', 'N', 'NE', 'E', 'SE', 'S', 'SW', 'W'],
  sliding: ['L', 'C', 'R'],
}

type CircuitName = `${CircuitModel} ${ThinningMethod} ${1 | 2}`

/**
 * The smallest circuits found by the generator's search, in a compiled form that anneals a
 * population for some minutes. `t4@1` is the value of t4 one row earlier. For the skimage method no
 * reuse between rows was found to pay: its plain circuits are the best sliding ones, too. Plain
 * circuits that are missing are those of pass 1, turned.
 */
const SOURCES: Readonly<Partial<Record<CircuitName, string>>> = {
  'plain skimage 1': `
    t0=N|SE t1=NW^S t2=N&t1 t3=SE^t0 t4=~NE t5=t3|t4 t6=t0^t5 t7=E|t5 t8=SW&t6 t9=SE|W t10=t9^t8
    t11=SW&t10 t12=NW^t10 t13=NE|t12 t14=NW^E t15=t14|t13 t16=t7^t15 t17=W&t14 t18=t2|t17
    t19=NW^t18 t20=t16|t19 t21=SE^SW t22=S|t21 t23=t11^t22 t24=t6^t23 keep=t24|t20`,
  'plain skimage 2': `
    t0=NW|S t1=N&t0 t2=NW^t0 t3=N|t2 t4=~SW t5=t4|t2 t6=t5^t3 t7=NE|t6 t8=W|t5 t9=W|t7 t10=E^t9
    t11=NW|t10 t12=t7^t1 t13=t11&t12 t14=SE^t1 t15=S&t14 t16=SE^W t17=E&t16 t18=t17|t15
    t19=SW|t17 t20=t19|t11 t21=t8^t20 t22=SE^t18 t23=t22|t13 keep=t21|t23`,
  'plain zhang-suen 1': `
    t0=N^W t1=NE^SW t2=NE^E t3=t1&t0 t4=NW|t3 t5=W&t3 t6=SW&t0 t7=t5^t6 t8=W|t0 t9=t4^t8
    t10=t7|t9 t11=E^S t12=t11&t1 t13=t11&t2 t14=S^t4 t15=t12|t14 t16=t13^t15 t17=SE^t4
    t18=t12|t17 t19=t16&t18 t20=~t19 keep=t20|t10`,
  'plain guo-hall 1': `
    t0=E|SW t1=N^t0 t2=NW^S t3=t1&t2 t4=NW^SE t5=t4&t3 t6=NE|S t7=t6|t5 t8=NE^t7 t9=W|t5
    t10=N^t8 t11=E^t8 t12=W&t11 t13=t12|t10 t14=t9&t13 t15=SE|t12 t16=t8^t15 t17=~t14
    keep=t16|t17`,
  'sliding zhang-suen 1': `
    t0=L@1|C@2 t1=t14@1^t0 t2=C^t14@1 t3=t2&t1 t4=R^R@1 t5=t4&t4@1 t6=L^L@1 t7=t6&t6@1 t8=t5|t7
    t9=t3|t8 t10=L^R t11=C|t10 t12=L^t11 t13=t12|t12@2 t14=R^t11 t15=t14|t14@2 t16=t15&t13
    keep=t9|t16`,
  'sliding zhang-suen 2': `
    t0=C@2^t12@1 t1=C|R@1 t2=t12@1^t1 t3=t2&t0 t4=L^L@1 t5=t4&t4@1 t6=t3|t5 t7=R^R@1 t8=t7&t7@1
    t9=t8|t6 t10=L^R t11=C|t10 t12=L^t11 t13=t12|t12@2 t14=t10^t12 t15=t14|t14@2 t16=t15&t13
    keep=t16|t9`,
  'sliding guo-hall 1': `
    t0=C@2^R t1=C@2&t0 t2=L|R@1 t3=R&t2 t4=t3&t0 t5=t2^t3 t6=t5@1|t4 t7=L@2&t5 t8=C|t7 t9=R@2&t8
    t10=L@2|t9 t11=t8^t9 t12=t11|t1 t13=t8^t10 t14=L@1|t13 t15=t6&t14 delete=t12&t15`,
  'sliding guo-hall 2': `
    t0=R&t13@1 t1=C@2|t0 t2=L@2^C t3=t12@1&t2 t4=C&t2 t5=L&t1 t6=t1^t5 t7=t6|t4 t8=R|t5 t9=t1^t8
    t10=R@1|t9 t11=L|R@1 t12=L@1&t11 t13=t11^t12 t14=t13|t3 t15=t14&t10 delete=t7&t15`,
}

const OPS: Readonly<Record<string, GateOp>> = { '&': 'and', '|': 'or', '^': 'xor', '~': 'not' }
const SIGNS: Readonly<Record<GateOp, string>> = { and: '&', or: '|', xor: '^', not: '~' }

/** Reads an entry of the table above. The last gate is the output; its name is the polarity. */
function parseCircuit(circuitName: string, source: string): Circuit {
  const [model, method, pass] = circuitName.split(' ') as [CircuitModel, ThinningMethod, string]
  const inputs = CIRCUIT_INPUTS[model]
  const statements = source.trim().split(/\s+/)
  const names = [...inputs, ...statements.map((statement) => statement.split('=')[0])]
  const operand = (text: string): Operand => {
    const [name, delay = '0'] = text.split('@')
    if (!names.includes(name)) throw new Error(`${circuitName}: unknown value ${name}`)
    return { value: names.indexOf(name), delay: Number(delay) }
  }
  const gates = statements.map((statement): Gate => {
    const [, a, sign, b] = /^\w+=([\w@]*)([&|^~])([\w@]+)$/.exec(statement) ?? []
    if (!sign) throw new Error(`${circuitName}: cannot read ${statement}`)
    return sign === '~'
      ? { op: 'not', a: operand(b) }
      : { op: OPS[sign], a: operand(a), b: operand(b) }
  })
  const output = names.length - 1
  const polarity = names[output] as Circuit['polarity']
  return { model, method, pass: Number(pass) as 1 | 2, inputs, gates, output, polarity }
}

/** A plain circuit of pass 1, turned by 180 degrees: pass 2 of all methods but skimage. */
function turned(circuit: Circuit): Circuit {
  const turn = ({ value, delay }: Operand) => ({ value: value < 8 ? value ^ 4 : value, delay })
  const gates = circuit.gates.map(({ op, a, b }) => ({ op, a: turn(a), b: b && turn(b) }))
  return { ...circuit, pass: 2, gates }
}

/** The circuits of the table, unchecked. */
export function storedCircuits(): Circuit[] {
  return Object.entries(SOURCES).flatMap(([name, source]) => {
    const circuit = parseCircuit(name, source)
    const alone = circuit.model === 'plain' && circuit.method !== 'skimage'
    return alone ? [circuit, turned(circuit)] : [circuit]
  })
}

type Wiring = Pick<Circuit, 'inputs' | 'gates'>

/** The greatest delay with which each value is read: so many of its past values are carried. */
function longestDelays({ inputs, gates }: Wiring): number[] {
  const delays = new Array<number>(inputs.length + gates.length).fill(0)
  for (const { a, b = a } of gates) {
    for (const { value, delay } of [a, b]) delays[value] = Math.max(delays[value], delay)
  }
  return delays
}

/** The gates, and the past values of gates that are carried from row to row. */
export function circuitCost(circuit: Wiring): { gates: number; carried: number } {
  const delays = longestDelays(circuit).slice(circuit.inputs.length)
  return { gates: delays.length, carried: delays.reduce((sum, delay) => sum + delay, 0) }
}

/**
 * The circuit as TypeScript statements. `nameOf` names the inputs (`'NW'`), the gates (`'t0'` and so
 * on; the last is `'keep'` or `'delete'`) and their past values (delay 1 and 2).
 *
 * `statements` are the gates of a row. `rotate`, to be run after them in order, assigns the past
 * values of gates; running both for two empty rows sets them up. The past values of inputs are the
 * caller's.
 */
export function printCircuit(
  { inputs, gates, output, polarity }: Circuit,
  nameOf: (name: string, delay: number) => string,
): { statements: string[]; rotate: string[] } {
  const name = ({ value, delay }: Operand): string => {
    const gate = value - inputs.length
    return nameOf(gate < 0 ? inputs[value] : value === output ? polarity : `t${gate}`, delay)
  }
  const statements = gates.map(({ op, a, b }, i) => {
    const right = b ? `${name(a)} ${SIGNS[op]} ${name(b)}` : `${SIGNS[op]}${name(a)}`
    return `const ${name({ value: inputs.length + i, delay: 0 })} = ${right}`
  })
  const rotate = longestDelays({ inputs, gates }).flatMap((longest, value) =>
    Array.from({ length: value < inputs.length ? 0 : longest }, (_, i) => {
      const delay = longest - i
      return `${name({ value, delay })} = ${name({ value, delay: delay - 1 })}`
    }),
  )
  return { statements, rotate }
}

/** A gate over words; `not` ignores y. */
export function applyGate(op: GateOp, x: number, y: number): number {
  if (op === 'and') return x & y
  if (op === 'or') return x | y
  return op === 'xor' ? x ^ y : ~x
}

/** Each neighbour's row, 0 (below) to 2 (above), and column, 0 (west) to 2 (east). */
const ROW = [2, 2, 2, 1, 0, 0, 0, 1]
const COLUMN = [0, 1, 2, 2, 2, 1, 0, 0]

/** Throws unless the circuit, run over words as in a kernel, agrees with the table everywhere. */
export function verifyCircuit(circuit: Circuit): void {
  const { model, inputs, gates, output, polarity, method, pass } = circuit
  const table = thinningTable(method)
  // rows[d] and history[d]: the words and the values of d rows ago.
  let rows = [0, 0, 0]
  let history = Array.from({ length: 3 }, () => new Int32Array(inputs.length + gates.length))
  const step = (row: number): number => {
    rows = [row, rows[0], rows[1]]
    const now = history[2]
    history = [now, history[0], history[1]]
    const aligned = (d: number, column: number) =>
      column === 0 ? rows[d] << 1 : column === 2 ? rows[d] >>> 1 : rows[d]
    for (let i = 0; i < inputs.length; i++) {
      now[i] = model === 'plain' ? aligned(ROW[i], COLUMN[i]) : aligned(0, i)
    }
    const read = (operand?: Operand) => (operand ? history[operand.delay][operand.value] : 0)
    gates.forEach(({ op, a, b }, i) => {
      now[inputs.length + i] = applyGate(op, read(a), read(b))
    })
    return rows[1] & (polarity === 'keep' ? now[output] : ~now[output])
  }
  let noise = 1
  for (const bit of [1, 16, 30]) {
    for (let code = 0; code < 512; code++) {
      const centre = code >> 8
      const window = [0, centre << bit, 0]
      for (let i = 0; i < 8; i++) window[ROW[i]] |= ((code >> i) & 1) << (bit + COLUMN[i] - 1)
      let kept = 0
      // All other pixels are random: they must not matter.
      for (let d = 2; d >= 0; d--) {
        noise = (Math.imul(noise, 1664525) + 1013904223) | 0
        kept = step((noise & ~(7 << (bit - 1))) | window[d])
      }
      const deleted = (table[code & 255] >> (pass - 1)) & 1
      if (((kept >>> bit) & 1) !== (centre & ~deleted)) {
        throw new Error(`${model} ${method} ${pass}: wrong for neighbourhood ${code & 255}`)
      }
    }
  }
}
